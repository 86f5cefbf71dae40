"""What a report is made of: counts, and the first few of each list. Its size is bounded.

Nothing in it grows with the number of rows but the counts themselves.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from nic_rules.decision import Decision
from nic_rules.portfolio.decided import parted

MOST_LISTED = 100
"""How many cases a list shows; of more it says how many there are."""

MOST_CASES = 200
"""Up to how many decided cases are told one by one."""

NONE = ""
"""The outcome where a table collected nothing, and the group where a fact is unknown."""

T = TypeVar("T")


def outcomes_of(decision: Decision) -> tuple[str, ...]:
    """Give the outcomes of a decision, `NONE` where nothing was collected."""
    outcome = decision.outcome
    return (outcome,) if isinstance(outcome, str) else tuple(outcome) or (NONE,)


def outcomes_in(cell: str) -> tuple[str, ...]:
    """Give the outcomes of a cell, `NONE` where nothing was collected."""
    return parted(cell) or (NONE,)


class Who(NamedTuple):
    """A case as people find it: the number of its row, its subject, and what it is called."""

    number: int
    subject: str
    called: str


class Entry(NamedTuple):
    """A case in a worklist, by which decision, and the day to look at."""

    who: Who
    decision: Decision
    day: date | None


class Asked(NamedTuple):
    """A case that lacks facts of one supplier."""

    who: Who
    facts: tuple[str, ...]


class Changed(NamedTuple):
    """A case whose outcome was another one at the review before."""

    who: Who
    table: str
    before: str
    after: str


class Rejected(NamedTuple):
    """A row that was not decided: what is wrong, and what contradicts what, by language."""

    number: int
    file: str
    row: int
    line: int
    subject: str
    problems: tuple[tuple[str, str, str, str], ...]
    contradictions: dict[tuple[str, str], str]


class Told(NamedTuple):
    """A case that is told in the report, with its decisions in the order of the tables."""

    who: Who
    decisions: tuple[Decision, ...]


@dataclass
class First(Generic[T]):
    """The first of many, by some order, and how many there are in all."""

    order: Callable[[T], tuple[object, ...]]
    most: int = MOST_LISTED
    total: int = 0
    kept: list[T] = field(default_factory=list)

    def add(self, one: T) -> None:
        """Add one; what comes after the most that are kept is only counted."""
        self.total += 1
        self._keep(one)

    def offer(self, key: tuple[object, ...], make: Callable[[], T]) -> None:
        """Add one that is made only if it is kept; `key` is what the order will say of it."""
        self.total += 1
        if not self.is_beyond(key):
            self._keep(make())

    def is_beyond(self, key: tuple[object, ...]) -> bool:
        """Tell whether what has this key, and so all that comes after it, is not kept."""
        return len(self.kept) >= self.most and key >= self.order(self.kept[-1])

    def _keep(self, one: T) -> None:
        insort(self.kept, one, key=self.order)
        del self.kept[self.most :]

    @property
    def more(self) -> int:
        """Tell how many are not kept."""
        return self.total - len(self.kept)


def _by_row(one: Told | Asked | Entry | Changed) -> tuple[object, ...]:
    return (one.who.number,)


def _by_day(one: Entry) -> tuple[object, ...]:
    return (one.day or date.max, one.who.number)


def _by_number(one: Rejected) -> tuple[object, ...]:
    return (one.number,)


def by_row() -> First[Entry]:
    """Make a list in the order of the file."""
    return First(_by_row)


def by_day() -> First[Entry]:
    """Make a list by rising days; those without a day come last."""
    return First(_by_day)


def new_list(name: str) -> First[Any]:
    """Make an empty list of those that a tally has several of, by the tally's name for them."""
    lists: dict[str, First[Any]] = {"suppliers": First(_by_row), "unfavourable": by_row()}
    return lists[name]


@dataclass
class Tally:
    """All that a report tells. Outcomes are counted once a case, of a collecting table each."""

    decided: int = 0
    rejected: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By table and outcome."""
    groups: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """By fact, its value (of a date the year), table and outcome."""
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Cases, by fact and its value."""
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By table, outcome and the row that gave it."""
    not_met: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By table, outcome and criterion."""
    lacking: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By table, outcome and fact worth asking for."""
    to_ask: int = 0
    """Cases that something is worth asking for."""
    asked: Counter[str] = field(default_factory=Counter)
    """Cases that a fact is worth asking for in any table."""
    codes: Counter[str] = field(default_factory=Counter)
    """Rejected rows by code; a row may have several."""
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The outcomes of the review before, by table and outcome."""
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Cases of both reviews, by table, outcome before and outcome now."""
    moved: int = 0
    """Cases of both reviews of which some table says something else."""
    come: int = 0
    gone: int = 0
    now_rejected: int = 0
    worklists: dict[str, First[Entry]] = field(default_factory=dict)
    suppliers: dict[str, First[Asked]] = field(default_factory=dict)
    unfavourable: dict[tuple[str, str], First[Entry]] = field(default_factory=dict)
    changed: First[Changed] = field(default_factory=lambda: First(_by_row))
    rejects: First[Rejected] = field(default_factory=lambda: First(_by_number))
    cases: First[Told] = field(default_factory=lambda: First(_by_row, MOST_CASES))

    def supplier(self, name: str) -> First[Asked]:
        """Give the list of what is asked of a supplier."""
        return self.suppliers.setdefault(name, new_list("suppliers"))

    @property
    def is_small(self) -> bool:
        """Tell whether every decided case can be told."""
        return self.cases.more == 0
