"""A loaded rule book: its tables, its facts, its editions. The face that case systems use."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nic_rules.decision import EditionRef
from nic_rules.diagnostics import Diagnostic, RequestError, nearest
from nic_rules.engine.compiled import Compiled
from nic_rules.engine.edition import Edition, Explain
from nic_rules.engine.kept import Kept
from nic_rules.language.syntax import names
from nic_rules.language.types import Day, Number
from nic_rules.language.values import as_text
from nic_rules.rulebook.book import Book, Days, Fact, Rules
from nic_rules.rulebook.folder import files_below, find_book


def load_book(
    book: str | Path, *, keep_in: str | Path | None = None, explain: Explain | None = None
) -> RuleBook:
    """Load a rule book: a shipped one by its name (`nic`), any other by its folder's path.

    `keep_in` is a folder for what can be kept between processes, which then start several times
    faster; it may be emptied at any time. A book that was kept has no scenarios.

    Raises `RuleBookError` with every error of the book, `RequestError` if there is none.
    """
    folder = find_book(book)
    problems: list[Diagnostic] = []
    files = files_below(folder, problems)

    def checked() -> Book:
        from nic_rules.rulebook.check import load_files  # not where a book was kept

        return load_files(folder, files, problems)

    if keep_in is None or problems:
        return RuleBook(checked(), explain=explain)
    kept = Kept.of(Path(keep_in), folder, files)
    light, references = kept.get("book", lambda: _to_keep(checked()))
    return RuleBook(light, references, kept, explain)


def _to_keep(book: Book) -> tuple[Book, dict[Days, EditionRef]]:
    """Give what the commands that decide need of a book, and the digests of what is left out."""
    light = replace(
        book,
        item=book.item.light,
        facts={n: fact._replace(item=fact.item.light) for n, fact in book.facts.items()},
        parameters={n: p._replace(item=p.item.light) for n, p in book.parameters.items()},
        derived=tuple(item._replace(item=item.item.light) for item in book.derived),
        criteria=tuple(item._replace(item=item.item.light) for item in book.criteria),
        constraints=tuple(item._replace(item=item.item.light) for item in book.constraints),
        tables=tuple(table._replace(item=table.item.light) for table in book.tables),
        sources=tuple(source.light for source in book.sources),
        scenarios={},
    )
    return light, {rules.days: reference_of(rules) for rules in book.rules}


@dataclass(frozen=True)
class AskedFact:
    """What a form needs of one fact. Texts go from language to text; bounds are texts."""

    name: str
    type: str
    title: Mapping[str, str]
    ask: Mapping[str, str] | None
    supplied_by: Mapping[str, str] | None
    unit: Mapping[str, str] | None
    values: Mapping[str, Mapping[str, str]]
    decimals: int | None
    min: str | None
    max: str | None


class RuleBook:
    """One programme's rules, checked."""

    def __init__(
        self,
        book: Book,
        references: Mapping[Days, EditionRef] | None = None,
        kept: Kept | None = None,
        explain: Explain | None = None,
    ) -> None:
        self.book = book
        self._explain = explain
        self._references = references or {}
        self._kept = kept or Kept()
        self._compiled: dict[Days, Compiled] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        # without what is kept: it is for this Python, and the pickle may be read by another
        return type(self), (self.book, self._references, None, self._explain)

    @property
    def name(self) -> str:
        """The rule book's name."""
        return self.book.name

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its texts, the default first."""
        return tuple(self.book.languages)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(dict.fromkeys(table.name for table in self.book.tables))

    @property
    def review(self) -> tuple[str, ...]:
        """The tables of the yearly review."""
        return tuple(self.book.item.written.review)

    @property
    def references(self) -> tuple[EditionRef, ...]:
        """What decisions tell of each of its editions, the earliest first."""
        return tuple(self._references.get(r.days) or reference_of(r) for r in self.book.rules)

    def edition(self, day: date) -> Edition:
        """Give the edition in force on a day; equal intervals share what is compiled."""
        if not isinstance(day, date) or isinstance(day, datetime):
            message = f"an edition is of a day, not of a {type(day).__name__}"
            raise RequestError.of("NIC702", message, "give a `datetime.date`")
        return Edition(self._compile(self.book.rules_on(day)), day, self, self._explain)

    def _compile(self, rules: Rules) -> Compiled:
        with self._lock:
            if rules.days not in self._compiled:
                known = self._references.get(rules.days)
                self._compiled[rules.days] = Compiled(rules, known, self._kept)
            return self._compiled[rules.days]

    def facts(self, table: str) -> tuple[AskedFact, ...]:
        """Give the facts that a table can ask for, on any day, in the order of the rule files."""
        if not isinstance(table, str):
            raise RequestError.of("NIC701", "a table is named by a text")
        if table not in self.tables:
            hint = nearest(table, self.tables)
            raise RequestError.of("NIC701", f"there is no table `{table}`", hint)
        used: set[str] = set()
        for rules in self.book.rules:
            if table in rules.tables:
                used |= facts_below(rules, table)
        return tuple(asked_fact(fact) for name, fact in self.book.facts.items() if name in used)

    @property
    def all_facts(self) -> tuple[AskedFact, ...]:
        """Every fact of the book, in the order of the rule files."""
        return tuple(asked_fact(fact) for fact in self.book.facts.values())


def reference_of(rules: Rules) -> EditionRef:
    """Give what a decision tells of the edition of these rules."""
    from nic_rules.engine.digests import reference  # not where a book was kept

    return reference(rules)


def asked_fact(fact: Fact) -> AskedFact:
    """Give what a form needs of a fact."""
    item = fact.item.written
    low = high = None
    decimals: int | None = None
    match fact.type:
        case Number(places, least, most):
            decimals = places
            low, high = as_text(least, places), as_text(most, places)
        case Day(first, last):
            low, high = first.isoformat(), last.isoformat()
    unit = getattr(item, "unit", None)
    return AskedFact(
        fact.name, item.type, item.name, item.ask, item.supplied_by, unit, fact.choices,
        decimals, low, high,
    )  # fmt: skip


def facts_below(rules: Rules, table: str) -> set[str]:
    """Give every fact that a table of one interval rests on."""
    facts: set[str] = set()
    open_ = [table]
    seen: set[str] = set()
    while open_:
        name = open_.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in rules.facts:
            facts.add(name)
        elif name in rules.tables:
            open_ += [*rules.tables[name].columns, *rules.tables[name].notes]
        else:
            item = rules.criteria.get(name) or rules.derived.get(name)
            if item is not None:
                for tree in item.expressions.values():
                    open_ += [used for used, _ in names(tree)]
    return facts
