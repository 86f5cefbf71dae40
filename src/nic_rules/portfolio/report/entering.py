"""Decided rows entered in the lists of a report: only what a list keeps is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl

from nic_rules.decision import Decision
from nic_rules.portfolio.decided import NUMBER, SUBJECT, fact_column
from nic_rules.portfolio.report.tally import Entry, First, Who

DAY = "day"

Of = Callable[[int], Sequence[Decision]]
"""Gives the decisions of a decided case by its number."""


class Entering:
    """Enters rows of a frame in lists; `called` is the fact that cases are called by."""

    def __init__(self, tables: tuple[str, ...], called: str | None) -> None:
        self.tables, self.called = tables, called

    def enter(
        self,
        listed: First[Entry],
        some: pl.DataFrame,
        table: str,
        decisions: Of,
        day_of: Callable[[Decision], date | None] = lambda _: None,
    ) -> None:
        """Enter rows in a list by their order; those that it does not keep are only counted."""
        for who in self.first(some, listed):

            def entry(who: Who = who) -> Entry:
                decision = self._by(table, decisions(who.number))
                return Entry(who, decision, day_of(decision))

            listed.offer((who.number,), entry)

    def enter_by_day(
        self, listed: First[Entry], some: pl.DataFrame, table: str, decisions: Of, fact: str | None
    ) -> None:
        """Enter rows in a list by a fact's day; those without one come last."""
        text = pl.lit(None, pl.String) if fact is None else pl.col(fact_column(fact))
        some = some.with_columns(text.str.to_date().fill_null(date.max).alias(DAY))
        height = some.height
        if len(listed.kept) == listed.most:
            last, _ = listed.order(listed.kept[-1])
            some = some.filter(pl.col(DAY) <= last)
        some = some.sort(DAY, NUMBER).head(listed.most)
        listed.total += height - some.height
        for who, day in zip(self._who(some), some[DAY].to_list(), strict=True):

            def entry(who: Who = who, day: date = day) -> Entry:
                decision = self._by(table, decisions(who.number))
                return Entry(who, decision, None if day == date.max else day)

            listed.offer((day, who.number), entry)

    def first(self, some: pl.DataFrame, listed: First[Any]) -> list[Who]:
        """Give the first of some rows that a list by rows may keep; count the others there."""
        is_beyond = not some.is_empty() and listed.is_beyond((some[NUMBER][0],))
        first = some.head(0 if is_beyond else listed.most)
        listed.total += some.height - first.height
        return self._who(first)

    def _who(self, some: pl.DataFrame) -> list[Who]:
        return [Who(*who) for who in some.select(self.who()).iter_rows()] if some.height else []

    def who(self) -> list[pl.Expr]:
        """Give the columns that cases are found by."""
        called = pl.lit("") if self.called is None else pl.col(fact_column(self.called))
        texts = (pl.col(SUBJECT).alias("subject"), called.alias("called"))
        return [pl.col(NUMBER).alias("number"), *(text.fill_null("") for text in texts)]

    def _by(self, table: str, decisions: Sequence[Decision]) -> Decision:
        return decisions[self.tables.index(table)]
