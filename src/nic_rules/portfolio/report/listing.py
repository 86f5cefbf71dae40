"""Worklists filled from decided rows: by an outcome, or by what time alone brings within a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import polars as pl

from nic_rules.decision import Decision
from nic_rules.engine.book import RuleBook
from nic_rules.explanation.until import until
from nic_rules.portfolio.decided import a_year_after, later_column
from nic_rules.portfolio.report.entering import Entering, Of
from nic_rules.portfolio.report.tally import Entry, First, outcomes_in
from nic_rules.rulebook import written


class Listing:
    """Fills the worklists of a rule book."""

    def __init__(self, book: RuleBook, entering: Entering) -> None:
        self.book, self.entering = book, entering

    def add(
        self, listed: First[Entry], one: written.Worklist, rows: pl.DataFrame, decisions: Of
    ) -> None:
        """List each case by the first table whose outcome a worklist is about."""
        wanted = one.of or one.becomes or {}
        for table in self.entering.tables:
            outcomes = frozenset(wanted.get(table, ()))
            hit = any_of(rows, table, outcomes.__contains__)
            if one.becomes and outcomes:
                hit = any_of(rows, later_column(table), outcomes.__contains__) & ~hit
            some, rows = rows.filter(hit), rows.filter(~hit)
            if one.becomes:
                day_of = partial(self._first_day, outcomes)
                self.entering.enter(listed, some, table, decisions, day_of)
            else:
                self.entering.enter_by_day(listed, some, table, decisions, one.day)

    def _first_day(self, wanted: frozenset[str], decision: Decision) -> date | None:
        """Find the day on which time alone brings an outcome."""
        day, facts = decision.as_of, dict(decision.facts)
        horizon = a_year_after(day)
        while True:
            found = until(self.book, decision.table, facts, day, horizon=horizon)
            if found.until is None or found.becomes is None:
                return None
            day, becomes = found.until, found.becomes
            if wanted & ({becomes} if isinstance(becomes, str) else {*becomes}):
                return day


def any_of(rows: pl.DataFrame, column: str, is_wanted: Callable[[str], bool]) -> pl.Series:
    """Tell where a cell holds any outcome of some kind."""
    cells = rows[column]
    different = cells.unique().drop_nulls()
    hits = [cell for cell in different if any(map(is_wanted, outcomes_in(cell)))]
    return cells.is_in(hits).fill_null(False)
