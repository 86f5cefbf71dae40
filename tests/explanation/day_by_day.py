"""Every day by itself: the oracles of until when an outcome holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

import nic_rules
from nic_rules import RuleBook
from nic_rules.decision import Names
from nic_rules.rulebook.given import Case, read_case

Change = tuple[date | None, str | Names | None]
"""A day with another outcome than the one before it, and that outcome."""


def days_after(day: date, horizon: date) -> Iterator[date]:
    """Give the days after a day, up to the horizon and it."""
    while day < horizon:
        day += timedelta(days=1)
        yield day


def decided(book: RuleBook, table: str, case: Case, day: date) -> str | Names | None:
    """Decide a day by its own rules; None where nothing can be decided."""
    edition = book.edition(day)
    if table not in edition.tables:
        return None
    try:
        return edition.decide(table, case.values, as_of=day).outcome
    except nic_rules.FactError:
        return None


def walked(book: RuleBook, table: str, case: Case, day: date) -> str | Names | None:
    """Find a day's outcome by the walk and the plainest reading of rows."""
    edition = book.edition(day)
    if table not in edition.tables:
        return None
    walk = edition.walk(case, day)
    if edition.breaches(case, walk):
        return None
    running = edition.running(table)
    tokens: dict[str, str] = {}
    for name in running.tokens:
        if name in edition.rules.criteria:
            tokens[name] = walk.finding(name).token
        else:
            value = case.values.get(name)
            tokens[name] = "unknown" if value is None else str(value).lower()
    fits: list[str] = []
    for one in (*running.below.values(), running):
        rows = one.table.rows
        fits = [r.written.then for r in rows if all(tokens[n] in r.when[n] for n in r.when)]
        if not one.table.collects:
            tokens[one.table.name] = fits[0]
    return Names(dict.fromkeys(fits)) if running.table.collects else fits[0]


def changes(
    book: RuleBook,
    table: str,
    facts: Mapping[str, object],
    as_of: date,
    horizon: date,
    outcome_of: Callable[..., str | Names | None] = decided,
) -> Iterator[Change]:
    """Give every change, by looking at each day."""
    case = read_case(book.book.facts, facts)
    now = outcome_of(book, table, case, as_of)
    for day in days_after(as_of, horizon):
        outcome = outcome_of(book, table, case, day)
        if outcome != now:
            yield day, outcome
        now = outcome
    yield None, None
