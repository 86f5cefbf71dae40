"""A table over an interval of days: whether a case surely comes to the same on all of them.

The core forms of an edition are worked out on spans instead of values (`language/spans.py`), then
the tables on all the tokens that each name may have. Where that does not settle it, the outcome may
still be the same: whoever wants to know asks about fewer days, and decides single ones as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from nic_rules.decision import Names
from nic_rules.language.definitions import Value
from nic_rules.language.lower import AS_OF, Lowering, in_core_form
from nic_rules.language.operators import CONSTANT, OPERATORS, Constant, Core, Operator, given
from nic_rules.language.packed import pack
from nic_rules.language.spans import NOT_KNOWN, Span, point

if TYPE_CHECKING:
    from nic_rules.engine.tables import RunningTable

Tokens = Mapping[str, Set[str]]
"""For each name all tokens that it may have on some days."""


class _Step(NamedTuple):
    """One core form to be worked out: the place of its span, and those of its operands."""

    at: int
    operator: Operator
    constant: Constant
    operands: tuple[int, ...]


class OverDays:
    """What a table and those below it rest on, as steps from span to span; for all cases.

    INVARIANT in-order: a step comes after those that work out its operands.
    """

    def __init__(self, table: RunningTable, derived: Iterable[str]) -> None:
        steps = _Steps(table, derived)
        rules = table.rules
        self.facts = {name: steps.place(given(name)) for name in rules.facts}
        self.decimals = rules.decimals
        self.spans = steps.spans
        self.tokens = {name: steps.place(given(name)) for name in table.tokens}
        self.criteria = rules.criteria.keys()
        self.constraints = steps.constraints
        self.as_of = steps.place(given(AS_OF))
        needed = steps.needed((*self.tokens.values(), *self.constraints))
        moves = steps.above(self.as_of)
        self.moving = [step for step in needed if step.at in moves]
        self.standing = [step for step in needed if step.at not in moves]
        self.below = [_Rows.of(one) for one in table.below.values()]
        self.rows = _Rows.of(table)

    def of(self, values: Mapping[str, Value]) -> CaseOverDays:
        """Take the facts of one case: final values, which are right for the edition."""
        return CaseOverDays(self, values)


class _Steps:
    """Lays out the core forms of an edition in order, each once."""

    def __init__(self, table: RunningTable, derived: Iterable[str]) -> None:
        rules, decimals = table.rules, table.rules.decimals
        self.steps: list[_Step] = []
        self.spans: list[Span] = []
        self.places: dict[Core, int] = {}
        for name in (AS_OF, *rules.facts):
            self.named(name, self.new(NOT_KNOWN))
        lowering = Lowering(decimals, rules.parameters)
        for name in derived:
            scaled = lowering.value(rules.derived[name].value)
            decimals[name] = scaled.decimals
            self.named(name, self.place(scaled.core))
        for name in table.criteria:
            criterion = rules.criteria[name]
            if criterion.applies_when is None:
                core = lowering.truth(criterion.met_when)
            else:
                core = lowering.applied(criterion.applies_when, criterion.met_when)
            self.named(name, self.place(core))
        trees = (constraint.holds_when for constraint in rules.constraints.values())
        self.constraints = [self.place(lowering.truth(tree)) for tree in trees]

    def new(self, span: Span) -> int:
        self.spans.append(span)
        return len(self.spans) - 1

    def named(self, name: str, place: int) -> None:
        self.places[given(name)] = place

    def place(self, core: Core) -> int:
        """Give the place of a core form; what stands twice is worked out once."""
        known = self.places.get(core)
        if known is not None:
            return known
        if core.operator == CONSTANT:
            at = self.new(point(core.constant))
        else:
            operands = tuple([self.place(operand) for operand in core.operands])
            at = self.new(NOT_KNOWN)
            self.steps.append(_Step(at, OPERATORS[core.operator], core.constant, operands))
        self.places[core] = at
        return at

    def needed(self, places: Iterable[int]) -> list[_Step]:
        """Give the steps that some places rest on, in order."""
        wanted, found = set(places), list[_Step]()
        for step in reversed(self.steps):
            if step.at in wanted:
                wanted.update(step.operands)
                found.append(step)
        return found[::-1]

    def above(self, place: int) -> set[int]:
        """Give the places that rest on one."""
        found = {place}
        for step in self.steps:
            if not found.isdisjoint(step.operands):
                found.add(step.at)
        return found


class CaseOverDays:
    """One case over intervals of days of one edition."""

    def __init__(self, table: OverDays, values: Mapping[str, Value]) -> None:
        self.table = table
        self.spans = table.spans.copy()
        for name, value in values.items():
            in_integers = in_core_form(value, table.decimals.get(name, 0))
            self.spans[table.facts[name]] = point(in_integers)
        self._work_out(table.standing)

    def _work_out(self, steps: Iterable[_Step]) -> None:
        spans = self.spans
        for at, operator, constant, operands in steps:
            spans[at] = operator.over(constant, [spans[operand] for operand in operands])

    def always(self, outcome: str | Names, first: date, last: date) -> bool:
        """Tell whether the outcome is surely this one on each day from the first to the last.

        It is not where the facts might contradict each other. A no means only: perhaps not.
        """
        table = self.table
        self.spans[table.as_of] = Span(pack(first), pack(last))
        self._work_out(table.moving)
        if any(self.spans[place].low is False for place in table.constraints):
            return False
        tokens = {name: self._tokens(name, place) for name, place in table.tokens.items()}
        for below in table.below:
            tokens[below.name] = below.possible(tokens)
        if table.rows.collects:
            return table.rows.collected(tokens) == outcome
        return table.rows.possible(tokens) == {outcome}

    def _tokens(self, name: str, place: int) -> Set[str]:
        low, high, unknown = self.spans[place]
        tokens = {"unknown"} if unknown else set()
        if name not in self.table.criteria:
            return tokens or {str(low).lower()}  # a fact, which no day changes
        if low is False:
            tokens.add("not_met")
        if high is True:
            tokens.add("met")
        return tokens


class _Rows(NamedTuple):
    """The rows of one table, with the outcomes that they give."""

    name: str
    rows: tuple[tuple[tuple[tuple[str, Set[str]], ...], str], ...]
    collects: bool

    @classmethod
    def of(cls, running: RunningTable) -> _Rows:
        table = running.table
        rows = (
            (tuple((name, frozenset(cell)) for name, cell in row.when.items()), row.written.then)
            for row in table.rows
        )
        return cls(table.name, tuple(rows), table.collects)

    def possible(self, tokens: Tokens) -> Set[str]:
        """Give the outcomes that may come: those of rows before the first that fits for sure."""
        found: set[str] = set()
        for outcome, for_sure in self.fitting(tokens):
            found.add(outcome)
            if for_sure:
                break
        return found

    def collected(self, tokens: Tokens) -> Names | None:
        """Give the outcomes collected, None if that depends on the day."""
        found: dict[str, None] = {}
        for outcome, for_sure in self.fitting(tokens):
            if for_sure:
                found[outcome] = None
            elif outcome not in found:
                return None
        return Names(found)

    def fitting(self, tokens: Tokens) -> Iterator[tuple[str, bool]]:
        """Give the outcomes of rows that may fit, in file order, and whether they do for sure."""
        for cells, outcome in self.rows:
            if all(not cell.isdisjoint(tokens[name]) for name, cell in cells):
                yield outcome, all(tokens[name] <= cell for name, cell in cells)
