"""Fills a tally from decided and rejected cases, as they come chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial

import polars as pl

from nic_rules.cases.rows import GivenRow
from nic_rules.engine.book import RuleBook
from nic_rules.language.types import Day
from nic_rules.portfolio.decided import (
    NAMES,
    RULES_ON,
    Decided,
    Wanted,
    fact_column,
    needs_column,
    not_met_column,
    parted,
    rows_column,
)
from nic_rules.portfolio.report.comparing import Comparing
from nic_rules.portfolio.report.entering import Entering, Of
from nic_rules.portfolio.report.listing import Listing, any_of
from nic_rules.portfolio.report.previous import Previous
from nic_rules.portfolio.report.rejecting import Rejecting
from nic_rules.portfolio.report.tally import (
    MOST_LISTED,
    NONE,
    Asked,
    Tally,
    Told,
    Who,
    by_day,
    by_row,
    new_list,
    outcomes_in,
)
from nic_rules.rulebook import written
from nic_rules.rulebook.book import used_names

GROUP = "group"


class Gatherer:
    """Gathers what the report of a review tells."""

    def __init__(
        self,
        book: RuleBook,
        tables: tuple[str, ...],
        rules_on: Callable[[GivenRow], date],
        previous: Previous | None,
    ) -> None:
        """`rules_on` says by whose rules a row's facts contradict each other."""
        self.book = book
        self.tables = tables
        self.previous = previous
        self.reporting = reporting = book.book.item.written.report or written.Reporting()
        self.worklists = [
            one
            for one in self.reporting.worklists
            if {*(one.of or {}), *(one.becomes or {})} <= {*tables}
        ]
        facts = (reporting.called, *reporting.by, *(one.day for one in self.worklists))
        self.wanted = Wanted(
            tuple(dict.fromkeys(fact for fact in facts if fact is not None)),
            tuple(t for t in tables if any(t in (one.becomes or {}) for one in self.worklists)),
            not_met=True,
        )
        self.tally = Tally(
            worklists={one.worklist: by_day() if one.of else by_row() for one in self.worklists}
        )
        self.favourable = {name: favourable(book, name) for name in tables}
        self.collecting = {t.name for t in book.book.tables if t.collects}
        self.entering = Entering(tables, reporting.called)
        self.listing = Listing(book, self.entering)
        self.rejecting = Rejecting(book, tables, self.tally, rules_on)
        self.comparing: Comparing | None = None
        if previous is not None:
            self.comparing = Comparing(self.tally, previous, self.entering)
        self._below = cache(self._criteria_below)

    # --- decided cases

    def add(self, made: Decided) -> None:
        """Add cases that were decided or rejected."""
        if self.comparing is not None:
            self.comparing.add(made)
        for row, problems in made.rejects:
            self.rejecting.add(row, problems)
        if not made.rows.is_empty():
            self._decided(made.rows, made.decisions)

    def _decided(self, rows: pl.DataFrame, decisions: Of) -> None:
        self.tally.decided += rows.height
        self._count(rows)
        for table in self.tables:
            keys = (RULES_ON, table, rows_column(table))
            unfavourable = rows.filter(any_of(rows, table, self._is_unfavourable(table)))
            parts = unfavourable.partition_by(*keys, as_dict=True, maintain_order=True)
            for (day, outcome, given), some in parts.items():
                self._reasons(table, day, outcome, parted(given), some, decisions)
        self._ask(rows)
        for one in self.worklists:
            self.listing.add(self.tally.worklists[one.worklist], one, rows, decisions)
        self._tell(rows, decisions)

    def _is_unfavourable(self, table: str) -> Callable[[str], bool]:
        return lambda outcome: outcome not in self.favourable[table]

    def _count(self, rows: pl.DataFrame) -> None:
        """Count outcomes, by the groups that the report shows."""
        tally = self.tally
        for table in self.tables:
            for outcome, count in rows.group_by(table).len().iter_rows():
                for one in outcomes_in(outcome):
                    tally.outcomes[table, one] += count
        for fact in self.reporting.by:
            grouped = rows.select(*self.tables, self._group(fact).cast(NAMES).alias(GROUP))
            for value, count in grouped.group_by(GROUP).len().iter_rows():
                tally.sizes[fact, value] += count
            for table in self.tables:
                for value, outcome, count in grouped.group_by(GROUP, table).len().iter_rows():
                    for one in outcomes_in(outcome):
                        tally.groups[fact, value, table, one] += count

    def _group(self, fact: str) -> pl.Expr:
        value = pl.col(fact_column(fact)).fill_null(NONE)
        return value.str.slice(0, 4) if isinstance(self.book.book.facts[fact].type, Day) else value

    def _reasons(
        self,
        table: str,
        day: date,
        outcome: str,
        given: tuple[str, ...],
        some: pl.DataFrame,
        decisions: Of,
    ) -> None:
        """Count why outcomes came that are not favourable: rows, criteria, missing facts."""
        tally = self.tally
        rules = self.book.edition(day).rules
        rows = {row.name: row for row in rules.tables[table].rows}
        gave = {rows[name].written.then: name for name in given}
        for one in outcomes_in(outcome):
            if one in self.favourable[table]:
                continue
            listed = tally.unfavourable.setdefault((table, one), new_list("unfavourable"))
            self.entering.enter(listed, some, table, decisions)
            if one == NONE:
                continue
            for name in given:
                if rows[name].written.then == one:
                    tally.reasons[table, one, name] += some.height
            columns = tuple(n for n in rows[gave[one]].when if n in rules.criteria)
            for name, count in self._lowest_not_met(day, columns, some):
                tally.not_met[table, one, name] += count
            if table not in self.collecting:
                for needs, count in some.group_by(needs_column(table)).len().iter_rows():
                    for fact in parted(needs):
                        tally.lacking[table, one, fact] += count

    def _lowest_not_met(
        self, day: date, columns: tuple[str, ...], some: pl.DataFrame
    ) -> Iterator[tuple[str, int]]:
        """Count the criteria not met below those of a row, but for those that fail by others."""
        failing: dict[str, list[pl.Expr]] = {}
        for column in columns:
            for name, parts in self._below(day, column):
                others = (pl.col(not_met_column(part)) for part in parts)
                here = pl.col(not_met_column(name)) & ~pl.any_horizontal(False, *others)
                failing.setdefault(name, []).append(pl.col(not_met_column(column)) & here)
        if failing:
            counts = some.select(
                pl.any_horizontal(*where).sum().alias(name) for name, where in failing.items()
            )
            yield from ((name, n) for name, n in counts.row(0, named=True).items() if n)

    def _criteria_below(self, day: date, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give a criterion and all below it, each with those that it uses itself."""
        criteria = self.book.edition(day).rules.criteria
        found: dict[str, tuple[str, ...]] = {}
        open_ = [name]
        while open_:
            one = open_.pop()
            if one not in found:
                found[one] = tuple(n for n in used_names(criteria[one]) if n in criteria)
                open_ += found[one]
        return tuple(found.items())

    def _ask(self, rows: pl.DataFrame) -> None:
        """List what is worth asking for, by who is to supply it."""
        needs = [needs_column(table) for table in self.tables]
        first = pl.struct(self.entering.who()).head(MOST_LISTED)
        for *cells, count, some in (
            rows.group_by(needs, maintain_order=True).agg(pl.len(), first).iter_rows()
        ):
            facts = sorted({fact for cell in cells for fact in parted(cell)})
            self.tally.to_ask += count if facts else 0
            by_supplier: dict[str, list[str]] = {}
            for fact in facts:
                self.tally.asked[fact] += count
                by_supplier.setdefault(supplier_of(self.book, fact), []).append(fact)
            for supplier, asked in by_supplier.items():
                listed = self.tally.supplier(supplier)
                if listed.is_beyond((some[0]["number"],)):
                    listed.total += count
                    continue
                for one in some:
                    who = Who(**one)
                    listed.offer((who.number,), partial(Asked, who, tuple(asked)))
                listed.total += count - len(some)

    def _tell(self, rows: pl.DataFrame, decisions: Of) -> None:
        """Keep all cases with their decisions, as long as they are few."""
        cases = self.tally.cases
        if cases.total + rows.height > cases.most:
            cases.total += rows.height
            cases.kept.clear()
            return
        for who in self.entering.first(rows, cases):
            cases.add(Told(who, tuple(decisions(who.number))))

    def ended(self) -> Tally:
        """Count who of the review before was not seen, and give the tally."""
        if self.comparing is not None:
            self.comparing.ended()
        return self.tally


def favourable(book: RuleBook, table: str) -> frozenset[str]:
    """Give the outcomes of a table that a case hopes for.

    Where a table says of none that it is wanted, to collect nothing is.
    """
    outcomes = [o for t in book.book.tables if t.name == table for o in t.item.written.outcomes]
    wanted = frozenset(one.outcome for one in outcomes if one.wanted)
    return wanted or frozenset({NONE})


def supplier_of(book: RuleBook, fact: str) -> str:
    """Give who supplies a fact, by the text of the book's first language; "" if none is told."""
    told = book.book.facts[fact].item.written.supplied_by
    return "" if told is None else told[book.languages[0]]
