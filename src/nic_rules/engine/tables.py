"""A decision table ready to run: what it sees, which rows fit, what its hit policy gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from graphlib import TopologicalSorter
from operator import getitem
from typing import TYPE_CHECKING, NamedTuple

from nic_rules.decision import FrozenMap, Inner, Names
from nic_rules.engine.durable import make_matcher
from nic_rules.engine.finder import Finder, FinderCode, Tokens
from nic_rules.engine.kept import Kept
from nic_rules.engine.memory import RememberedRows
from nic_rules.engine.rows import RowMatcher, RowPattern, TablePattern
from nic_rules.rulebook.book import Rules, Table, used_names

if TYPE_CHECKING:
    from nic_rules.engine.needs import Needs
    from nic_rules.engine.over_days import OverDays

MOST_REMEMBERED = 4096


class Answer(NamedTuple):
    """What a table gives in one situation, and what those below it give."""

    outcome: str | Names
    rows: Names
    inner: FrozenMap[Inner]
    unknown: tuple[str, ...]
    """The names whose tokens are unknown."""


def pattern_of(rules: Rules, table: Table) -> TablePattern:
    """Give a table as far as fitting goes."""
    columns = table.columns
    rows = (
        RowPattern(
            row.name,
            tuple(frozenset(row.when[c]) if c in row.when else None for c in columns),
        )
        for row in table.rows
    )
    return TablePattern(
        table.name, columns, tuple(rules.domain(name) for name in columns), tuple(rows)
    )


class RunningTable:
    """One table of one edition, with all below it."""

    def __init__(
        self, rules: Rules, table: Table, below: Mapping[str, RunningTable], kept: Kept
    ) -> None:
        self.rules = rules
        self._kept = kept
        self.table = table
        self.columns = table.columns
        self.direct = {name: below[name] for name in self.columns if name in rules.tables}
        self.answers = Answers(self)
        self._outcomes = [row.written.then for row in table.rows]
        self._names = [row.name for row in table.rows]

    @cached_property
    def matcher(self) -> RowMatcher:
        """What says which rows fit: durable-rules, its answers kept by situation."""
        pattern = pattern_of(self.rules, self.table)
        return RememberedRows(pattern, make_matcher(pattern))

    @cached_property
    def finder(self) -> Finder:
        """What finds the findings of a case, for this table and those below."""
        days = self.rules.days
        code = self._kept.get(f"{self.table.name}-{days.start}-{days.end}", self._generated)
        return Finder(code, self.rules)

    def _generated(self) -> FinderCode:
        from nic_rules.engine.generate import generate  # not where it was kept

        return generate(self.rules, derived_in_order(self.rules), self.criteria, self.tokens)

    @cached_property
    def find_tokens(self) -> Callable[..., Tokens | None]:
        """What checks the facts of a case and gives what the tables see; None on a surprise."""
        return self.finder.tokens

    @cached_property
    def over_days(self) -> OverDays:
        """What says on how many days at once the outcome is surely the same."""
        from nic_rules.engine.over_days import OverDays  # only where time is looked ahead

        return OverDays(self, derived_in_order(self.rules))

    @cached_property
    def below(self) -> Mapping[str, RunningTable]:
        """All tables below, the lowest first; without recursion: chains may be long."""
        found: dict[str, RunningTable] = {}
        stack = [self]
        while stack:
            top = stack[-1]
            open_ = next((t for name, t in top.direct.items() if name not in found), None)
            if open_ is not None:
                stack.append(open_)
                continue
            stack.pop()
            if top is not self:
                found[top.table.name] = top
        return found

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The names that this table and those below look at, tables apart."""
        tables = (self, *self.below.values())
        looked_at = (name for table in tables for name in table.columns)
        return tuple(dict.fromkeys(n for n in looked_at if n not in self.rules.tables))

    @cached_property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion that this table and those below name or note, and all that these use.

        Used ones come before those that use them.
        """
        tables = (self, *self.below.values())
        named = (n for table in tables for n in (*table.columns, *table.table.notes))
        found: dict[str, None] = {}
        for name in named:
            if name in self.rules.criteria:
                found |= dict.fromkeys(self._with_used(name))
        return tuple(found)

    def _with_used(self, name: str) -> Iterator[str]:
        """Give a criterion after all that it uses, without recursion: chains may be long."""
        criteria, done, stack = self.rules.criteria, set[str](), [name]
        while stack:
            top = stack[-1]
            open_ = [n for n in used_names(criteria[top]) if n in criteria and n not in done]
            if open_:
                stack.extend(dict.fromkeys(open_))
                continue
            stack.pop()
            if top not in done:
                done.add(top)
                yield top

    def answer(self, tokens: Tokens) -> Answer:
        """Run the table and those below it on what they see; answers are kept."""
        return self.answers[tokens]

    def named(self, tokens: Tokens) -> dict[str, str]:
        """Put what the tables see into the words of rules, by name."""
        return dict(zip(self.tokens, map(getitem, self._words, tokens), strict=True))

    @cached_property
    def _words(self) -> tuple[_Words, ...]:
        """What puts into the words of rules what is seen, in order."""
        return tuple(_Words(name in self.rules.criteria) for name in self.tokens)

    def answered(self, seen: Tokens) -> Answer:
        """Run the table and those below it on what they see."""
        tokens = self.named(seen)
        unknown = tuple(n for n, token in zip(self.tokens, seen, strict=True) if token is None)
        inner: dict[str, Inner] = {}
        for name, table in self.below.items():
            outcome, rows = table.run(tokens)
            assert isinstance(outcome, str)  # a collecting table is never looked at
            tokens[name] = outcome
            inner[name] = Inner(outcome, rows)
        return Answer(*self.run(tokens), FrozenMap(inner), unknown)

    def run(self, tokens: Mapping[str, str]) -> tuple[str | Names, Names]:
        """Run this table alone: `tokens` hold a token for each name that it looks at."""
        fitting = self.matcher.fitting(tuple([tokens[name] for name in self.columns]))
        if self.table.collects:
            collected = dict.fromkeys(self._outcomes[index] for index in fitting)
            return Names(collected), Names(self._names[index] for index in fitting)
        if self.table.item.written.hit_policy != "any":
            fitting = fitting[:1]
        return self._outcomes[fitting[0]], Names(self._names[index] for index in fitting)

    @cached_property
    def counting_of(self) -> Callable[[Tokens, tuple[str, ...]], frozenset[str]]:
        """What gives the unknown tokens that count, of those that are not stuck; it remembers."""
        needs = self.needs

        @lru_cache(MOST_REMEMBERED)
        def counting(tokens: Tokens, stuck: tuple[str, ...]) -> frozenset[str]:
            free = frozenset(self.answer(tokens).unknown).difference(stuck)
            if not free:
                return free
            known = {name: word for name, word in self.named(tokens).items() if name not in free}
            return needs.counting(known)

        return counting

    @cached_property
    def needs(self) -> Needs:
        """What tells which tokens count."""
        from nic_rules.engine.needs import Needs, logic_of  # not where all is known

        return Needs(
            logic_of(self.table),
            {name: logic_of(table.table) for name, table in self.below.items()},
            {name: self.rules.domain(name) for name in self.tokens},
        )


class Answers(dict[Tokens, Answer]):
    """What a table and those below it answered, by what they saw; asked for where it is not."""

    def __init__(self, table: RunningTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, tokens: Tokens) -> Answer:
        answer = self._table.answered(tokens)
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[tokens] = answer
        return answer


def derived_in_order(rules: Rules) -> tuple[str, ...]:
    """Give derived facts, used ones before those that use them."""
    uses = {
        name: [n for n in used_names(derived) if n in rules.derived]
        for name, derived in rules.derived.items()
    }
    return tuple(TopologicalSorter(uses).static_order())


class _Words(dict[bool | str | None, str]):
    """The words of rules for what is seen under one name."""

    def __init__(self, is_criterion: bool) -> None:
        super().__init__({None: "unknown"})
        if is_criterion:
            self.update({True: "met", False: "not_met"})

    def __missing__(self, seen: bool | str | None) -> str:
        self[seen] = str(seen).lower() if isinstance(seen, bool) else str(seen)
        return self[seen]
