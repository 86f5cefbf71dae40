"""Until when an outcome holds: the next day on which it changes though no fact does.

The day of the facts moves on, and with it the day whose rules are used. Within an edition whole
intervals of days are passed over where the outcome is surely the same on all of them; others are
halved, and what is left is decided day by day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from nic_rules.canonical import Json, canonical
from nic_rules.decision import Names
from nic_rules.diagnostics import FactError
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.explanation.words import words
from nic_rules.language.definitions import Value
from nic_rules.language.values import LAST_DAY
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import told

SCHEMA = "nic-rules/until/1"

FEW = 16
"""Days that are decided one by one: that takes no longer than to look at them once as a whole."""


@dataclass(frozen=True, slots=True)
class Until:
    """The outcome of a case on a day, and the first later day that has another one.

    `until` is None where no later day has another outcome, up to the horizon and on it.
    `becomes` is None too where nothing can be decided on that day: the table is no longer in force,
    or the facts contradict each other by the rules of that day.
    """

    table: str
    as_of: date
    outcome: str | Names
    until: date | None
    becomes: str | Names | None
    horizon: date
    rules_on: date | None = None
    """The day whose rules decide on all days; None: each day is decided by its own."""

    def to_json(self) -> str:
        """Write it as JSON."""
        return canonical(
            {
                "schema": SCHEMA,
                "table": self.table,
                "outcome": _as_json(self.outcome),
                "until": None if self.until is None else self.until.isoformat(),
                "becomes": _as_json(self.becomes),
                "horizon": self.horizon.isoformat(),
            }
        )


def _as_json(outcome: str | Names | None) -> Json:
    return list(outcome) if isinstance(outcome, Names) else outcome


def until(
    book: RuleBook,
    table: str,
    facts: Mapping[str, object],
    as_of: date,
    *,
    rules_on: date | None = None,
    horizon: date = LAST_DAY,
) -> Until:
    """Find the first day after `as_of` on which the outcome of a table is another one.

    Facts stay as they are. Each day is decided by its own rules, or all by those in force on
    `rules_on`. Raises `FactError` and `RequestError` as a decision of `as_of` does.
    """
    outcome = book.edition(rules_on or as_of).decide(table, facts, as_of=as_of).outcome
    values = read_case(book.book.facts, facts).values
    for edition, first, last in _editions(book, as_of, rules_on, horizon):
        if table not in edition.tables:
            day = date.fromordinal(first)
            return Until(table, as_of, outcome, day, None, horizon, rules_on)
        for day, becomes in _outcomes(edition, table, values, outcome, first, last):
            if becomes != outcome:
                return Until(table, as_of, outcome, day, becomes, horizon, rules_on)
    return Until(table, as_of, outcome, None, None, horizon, rules_on)


def _editions(
    book: RuleBook, as_of: date, rules_on: date | None, horizon: date
) -> Iterator[tuple[Edition, int, int]]:
    """Give the editions after a day, each with its first and last day there."""
    if rules_on is not None:
        yield book.edition(rules_on), as_of.toordinal() + 1, horizon.toordinal()
        return
    for start, end in book.book.intervals:
        first = as_of.toordinal() + 1
        if start is not None:
            first = max(first, start.toordinal())
        last = horizon.toordinal()
        if end is not None:
            last = min(last, end.toordinal() - 1)
        if first <= last:
            yield book.edition(date.fromordinal(first)), first, last


def _outcomes(
    edition: Edition, table: str, values: dict[str, Value], now: str | Names, first: int, last: int
) -> Iterator[tuple[date, str | Names | None]]:
    """Give days in order with their outcomes; those left out surely have the one of now."""
    case = edition.running(table).over_days.of(values)
    open_ = [(first, last)]
    while open_:
        first, last = open_.pop()
        if case.always(now, date.fromordinal(first), date.fromordinal(last)):
            continue
        if last - first < FEW:
            for day in map(date.fromordinal, range(first, last + 1)):
                yield day, _outcome(edition, table, values, day)
        else:
            middle = (first + last) // 2
            open_ += [(middle + 1, last), (first, middle)]


def _outcome(
    edition: Edition, table: str, values: dict[str, Value], day: date
) -> str | Names | None:
    """Decide a single day; None where its rules refuse the facts, which a constraint alone does."""
    try:
        return edition.decide(table, values, as_of=day).outcome
    except FactError:
        return None


# --- in words


def in_words(
    book: RuleBook, found: Until, facts: Mapping[str, object], language: str
) -> tuple[str, ...]:
    """Say until when the outcome holds and what it becomes, as sentences; facts are the case's."""
    say = words(language)
    horizon = told(found.horizon, language)
    now = _named(book, found, found.as_of, found.outcome, language)
    rules: tuple[str, ...] = ()
    if found.rules_on is not None:
        rules = (say["until_rules_on"].format(day=told(found.rules_on, language)),)
    if found.until is not None:
        last = told(found.until - timedelta(days=1), language)
        until_last = say["until_last"].format(outcome=now, last=last)
        return until_last, _change(book, found, found.until, facts, language), *rules
    if found.as_of < found.horizon:
        return say["until_never"].format(outcome=now, horizon=horizon), *rules
    return (say["until_beyond"].format(horizon=horizon),)


def _change(
    book: RuleBook, found: Until, day: date, facts: Mapping[str, object], language: str
) -> str:
    say, on = words(language), told(day, language)
    if found.becomes is not None:
        becomes = _named(book, found, day, found.becomes, language)
        return say["becomes"].format(day=on, outcome=becomes)
    edition = book.edition(found.rules_on or day)
    if found.table not in edition.tables:
        return say["rules_end"].format(day=on)
    try:
        edition.decide(found.table, facts, as_of=day, language=language)
    except FactError as error:
        why = " ".join(wrong.message for wrong in error.diagnostics)
        return say["cannot_be_decided"].format(day=on, why=why)
    raise ValueError("these are not the facts that the answer was found by")


def _named(book: RuleBook, found: Until, day: date, outcome: str | Names, language: str) -> str:
    """Write outcomes by the names that the table has for them on a day."""
    say = words(language)
    written = book.book.rules_on(found.rules_on or day).tables[found.table].item.written.outcomes
    names = {one.outcome: say["quoted"].format(text=one.name[language]) for one in written}
    *others, last = [names[one] for one in _all(outcome)] or [say["empty"]]
    return say["and"].join(filter(None, (", ".join(others), last)))


def _all(outcome: str | Names) -> tuple[str, ...]:
    return (outcome,) if isinstance(outcome, str) else tuple(outcome)
