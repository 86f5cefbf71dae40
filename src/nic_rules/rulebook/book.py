"""A rule book that has been checked, and the rules of it that hold on one day.

Each checked item keeps the item as written (texts, basis, why) beside what the check made of it:
types, trees, days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple, TypeVar

from nic_rules.language.definitions import Value
from nic_rules.language.syntax import Expression, names
from nic_rules.language.types import Choice, Number, Truth, Type, Unit
from nic_rules.rulebook import written
from nic_rules.rulebook.items import Item


class Days(NamedTuple):
    """The days from `start` to the day before `end`; None: without bound."""

    start: date | None = None
    end: date | None = None

    def meet(self, other: Days) -> Days | None:
        """Give the days of both, None if there are none."""
        start = max((d for d in (self.start, other.start) if d is not None), default=None)
        end = min((d for d in (self.end, other.end) if d is not None), default=None)
        if start is not None and end is not None and end <= start:
            return None
        return Days(start, end)

    def __str__(self) -> str:
        if self.start is None and self.end is None:
            return "on all days"
        if self.end is None:
            return f"from {self.start}"
        return f"until {self.end}" if self.start is None else f"from {self.start} until {self.end}"


def unit_of(text: Mapping[str, str] | None, languages: Iterable[str]) -> Unit | None:
    """Give a unit's texts as one comparable value, that of the book's first language first."""
    return None if text is None else tuple((one, text[one]) for one in languages)


class Fact(NamedTuple):
    """A declared input; its type holds its bounds."""

    name: str
    type: Type
    item: Item[written.Fact]

    @property
    def is_decimal(self) -> bool:
        """Tell whether it was declared as a decimal, perhaps one of no decimals."""
        return isinstance(self.item.written, written.DecimalFact)

    @property
    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """Give an enum fact's values with their names."""
        fact = self.item.written
        return {v.value: v.name for v in fact.values} if isinstance(fact, written.EnumFact) else {}

    @property
    def tokens(self) -> tuple[str, ...]:
        """Give what a table can see of it; nothing if it sees nothing."""
        match self.type:
            case Truth():
                return ("true", "false", "unknown")
            case Choice(values):
                return (*values, "unknown")
            case _:
                return ()


class Parameter(NamedTuple):
    """A dated value: entries by rising first day, each a value for each key (None: no key)."""

    name: str
    type: Type
    entries: tuple[tuple[date, Mapping[str | None, Value]], ...]
    item: Item[written.Parameter]

    @property
    def by(self) -> str | None:
        """Give the enum fact that keys it."""
        return self.item.written.by

    @property
    def first(self) -> Mapping[str | None, Value]:
        """Give the values of the first entry; bounds are proved with them while there are none."""
        return self.entries[0][1] if self.entries else {}

    def since(self, day: date | None) -> date | None:
        """Give the first day of the entry in force on a day."""
        return max((start for start, _ in self.entries if day and start <= day), default=None)

    def on(self, day: date | None) -> Mapping[str | None, Value]:
        """Give the values in force on a day (None: before all days); none before the first."""
        since = self.since(day)
        return next((values for start, values in self.entries if start == since), {})


class Derived(NamedTuple):
    """A named number or date."""

    name: str
    value: Expression
    days: Days
    item: Item[written.Derived]

    @property
    def expressions(self) -> Mapping[str, Expression]:
        """Give its expression by its key."""
        return {"value": self.value}


class Criterion(NamedTuple):
    """A named condition."""

    name: str
    met_when: Expression
    applies_when: Expression | None
    days: Days
    item: Item[written.Criterion]

    @property
    def is_aim(self) -> bool:
        """Tell whether it is noted and never decisive."""
        return self.item.written.kind == "aim"

    @property
    def expressions(self) -> Mapping[str, Expression]:
        """Give its one or two expressions by their keys."""
        if self.applies_when is None:
            return {"met_when": self.met_when}
        return {"met_when": self.met_when, "applies_when": self.applies_when}


class Constraint(NamedTuple):
    """What facts must satisfy not to contradict each other."""

    name: str
    holds_when: Expression
    days: Days
    item: Item[written.Constraint]

    @property
    def expressions(self) -> Mapping[str, Expression]:
        """Give its expression by its key."""
        return {"holds_when": self.holds_when}


Rule = Derived | Criterion | Constraint


def used_names(item: Rule) -> Iterator[str]:
    """Give the names that an item's expressions use."""
    return (name for tree in item.expressions.values() for name, _ in names(tree))


class Row(NamedTuple):
    """A row of a table; `position` among all rows written."""

    name: str
    written: written.Row
    days: Days
    position: int

    @property
    def when(self) -> Mapping[str, list[str]]:
        """Give the tokens that fit, by the name looked at."""
        return self.written.when


class Table(NamedTuple):
    """A decision table. On a day, `rows` are those in force."""

    name: str
    days: Days
    rows: tuple[Row, ...]
    item: Item[written.Table]

    @property
    def collects(self) -> bool:
        """Tell whether all fitting rows give their outcomes."""
        return self.item.written.hit_policy == "collect"

    @property
    def notes(self) -> list[str]:
        """Give the aims shown with its decisions."""
        return self.item.written.notes

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Give the outcomes that it declares."""
        return tuple(outcome.outcome for outcome in self.item.written.outcomes)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the names its rows look at, in the order of first use."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.when))


class Clause(NamedTuple):
    """A clause, with the source that it stands in."""

    source: str
    written: written.Clause

    @property
    def full_name(self) -> str:
        """Give the name that no other clause has."""
        return f"{self.source}/{self.written.clause}"


class Scenario(NamedTuple):
    """A scenario with what it is `like` filled in; `given` are the facts as written."""

    name: str
    table: str
    as_of: date
    rules_on: date
    given: Mapping[str, object]
    item: Item[written.Scenario]


@dataclass(frozen=True)
class Book:
    """A checked rule book."""

    item: Item[written.Rulebook]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    derived: tuple[Derived, ...]
    criteria: tuple[Criterion, ...]
    constraints: tuple[Constraint, ...]
    tables: tuple[Table, ...]
    sources: tuple[Item[written.Source], ...]
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    folder: str = ""
    """Where it was read from, to name the places of rules in it."""

    @property
    def name(self) -> str:
        """Give the rule book's name."""
        return self.item.written.rulebook

    @property
    def languages(self) -> list[str]:
        """Give its languages, the default first."""
        return self.item.written.languages

    @property
    def dated(self) -> Iterator[Derived | Criterion | Constraint | Table | Row]:
        """Give all that days can be written on."""
        yield from self.derived
        yield from self.criteria
        yield from self.constraints
        for table in self.tables:
            yield table
            yield from table.rows

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Give clauses by each name that finds exactly one: its own, and with its source."""
        return {name: found[0] for name, found in self.clauses_by_name.items() if len(found) == 1}

    @cached_property
    def clauses_by_name(self) -> Mapping[str, tuple[Clause, ...]]:
        """Give all clauses that a name could mean."""
        found: dict[str, tuple[Clause, ...]] = {}
        for source in self.sources:
            for inner in source.written.clauses:
                clause = Clause(source.name, inner)
                for name in (inner.clause, clause.full_name):
                    found[name] = (*found.get(name, ()), clause)
        return found

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """Give the days, rising, on which some item begins or ends."""
        days = {day for item in self.dated for day in (item.days.start, item.days.end) if day}
        days |= {start for p in self.parameters.values() for start, _ in p.entries}
        return tuple(sorted(days))

    @cached_property
    def intervals(self) -> tuple[Days, ...]:
        """Give the intervals in which nothing changes, in order."""
        return tuple(Days(start, end) for start, end in pairwise((None, *self.turns, None)))

    @cached_property
    def rules(self) -> tuple[Rules, ...]:
        """Give the rules of each interval, in order."""
        return tuple(Rules.of(self, days) for days in self.intervals)

    def rules_on(self, day: date) -> Rules:
        """Give the rules in force on a day."""
        return self.rules[bisect_right(self.turns, day)]


@dataclass(frozen=True)
class Rules:
    """What a rule book holds over one interval: items by name, each table with its rows."""

    book: Book
    days: Days
    parameters: Mapping[str, Mapping[str | None, Value]]
    derived: Mapping[str, Derived]
    criteria: Mapping[str, Criterion]
    constraints: Mapping[str, Constraint]
    tables: Mapping[str, Table]

    @property
    def facts(self) -> Mapping[str, Fact]:
        """Give the facts, which are the same on all days."""
        return self.book.facts

    @property
    def decimals(self) -> dict[str, int]:
        """Give the decimals of numeric facts and parameters, to lower expressions with."""
        named: list[Fact | Parameter] = [*self.facts.values(), *self.book.parameters.values()]
        return {item.name: item.type.decimals for item in named if isinstance(item.type, Number)}

    @classmethod
    def of(cls, book: Book, days: Days) -> Rules:
        """Take the items in force over an interval."""
        return cls(
            book,
            days,
            {p.name: p.on(days.start) for p in book.parameters.values()},
            {item.name: item for item in _in_force(book.derived, days)},
            {item.name: item for item in _in_force(book.criteria, days)},
            {item.name: item for item in _in_force(book.constraints, days)},
            {
                table.name: Table(
                    table.name,
                    table.days,
                    tuple(row for row in table.rows if row.days.meet(days)),
                    table.item,
                )
                for table in _in_force(book.tables, days)
            },
        )

    def domain(self, name: str) -> tuple[str, ...]:
        """Give all tokens of a name that a table looks at."""
        if name in self.criteria:
            return ("met", "not_met", "unknown")
        if name in self.tables:
            return self.tables[name].outcomes
        return self.facts[name].tokens


D = TypeVar("D", Derived, Criterion, Constraint, Table)


def _in_force(items: Iterable[D], days: Days) -> Iterator[D]:
    return (item for item in items if item.days.meet(days))
