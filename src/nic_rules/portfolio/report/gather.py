"""Fills a tally from decided and rejected cases, as they come chunk by chunk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import polars as pl

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError
from nic_rules.engine.book import RuleBook
from nic_rules.explanation.until import until
from nic_rules.language.types import Day
from nic_rules.portfolio.decided import (
    NUMBER,
    RULES_ON,
    SUBJECT,
    Decided,
    Wanted,
    a_year_after,
    fact_column,
    later_column,
    needs_column,
    not_met_column,
    parted,
    rows_column,
)
from nic_rules.portfolio.report.previous import Previous
from nic_rules.portfolio.report.tally import (
    MOST_LISTED,
    NONE,
    Asked,
    Changed,
    Entry,
    First,
    Rejected,
    Tally,
    Told,
    Who,
    by_day,
    by_row,
    new_list,
)
from nic_rules.rulebook import written
from nic_rules.rulebook.book import used_names

CONTRADICTION = "NIC508"
MOST_SHOWN = 300
"""How many characters of a bad value are shown."""

GROUP, DAY = "group", "day"

Of = Callable[[int], Sequence[Decision]]
"""Gives the decisions of a decided case by its number."""


class Gatherer:
    """Gathers what the report of a review tells."""

    def __init__(
        self, book: RuleBook, tables: tuple[str, ...], previous: Previous | None = None
    ) -> None:
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
        self.called = self.reporting.called
        self._below = cache(self._criteria_below)

    # --- decided cases

    def add(self, made: Decided, rules_on: Callable[[GivenRow], date]) -> None:
        """Add cases that were decided or rejected; `rules_on` says whose rules facts contradict."""
        if self.previous is not None:
            self._compare(self.previous, made)
        for row, problems in made.rejects:
            self._rejected(row, problems, rules_on(row))
        if not made.rows.is_empty():
            self._decided(made.rows, made.decisions)

    def _decided(self, rows: pl.DataFrame, decisions: Of) -> None:
        self.tally.decided += rows.height
        self._count(rows)
        for table in self.tables:
            keys = (RULES_ON, table, rows_column(table))
            parts = rows.partition_by(*keys, as_dict=True, maintain_order=True)
            for (day, outcome, given), some in parts.items():
                self._reasons(table, day, outcome, parted(given), some, decisions)
        self._ask(rows)
        for one in self.worklists:
            self._list(one, rows, decisions)
        self._tell(rows, decisions)

    def _count(self, rows: pl.DataFrame) -> None:
        """Count outcomes, by the groups that the report shows."""
        tally = self.tally
        groups = {fact: self._group(fact) for fact in self.reporting.by}
        for fact, group in groups.items():
            for value, count in rows.group_by(group.alias(GROUP)).len().iter_rows():
                tally.sizes[fact, value] += count
        for table in self.tables:
            for outcome, count in rows.group_by(table).len().iter_rows():
                for one in outcomes_in(outcome):
                    tally.outcomes[table, one] += count
            for fact, group in groups.items():
                for value, outcome, count in (
                    rows.group_by(group.alias(GROUP), table).len().iter_rows()
                ):
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
            self._enter(listed, some, table, decisions)
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
        first = pl.struct(self._who()).head(MOST_LISTED)
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
                for one in some:
                    who = Who(**one)
                    listed.offer((who.number,), partial(Asked, who, tuple(asked)))
                listed.total += count - len(some)

    def _list(self, one: written.Worklist, rows: pl.DataFrame, decisions: Of) -> None:
        """List each case by the first table whose outcome a worklist is about."""
        listed, wanted = self.tally.worklists[one.worklist], one.of or one.becomes or {}
        for table in self.tables:
            outcomes = frozenset(wanted.get(table, ()))
            hit = _any_of(rows, table, outcomes)
            if one.becomes:
                hit = _any_of(rows, later_column(table), outcomes) & ~hit if outcomes else hit
            some, rows = rows.filter(hit), rows.filter(~hit)
            if one.becomes:
                day_of = partial(self._first_day, outcomes)
                self._enter(listed, some, table, decisions, day_of)
            else:
                self._enter_by_day(listed, some, table, decisions, one.day)

    def _enter(
        self,
        listed: First[Entry],
        some: pl.DataFrame,
        table: str,
        decisions: Of,
        day_of: Callable[[Decision], date | None] = lambda _: None,
    ) -> None:
        """Enter rows in a list by their order; those that it does not keep are only counted."""
        for who in self._first(some, listed):

            def entry(who: Who = who) -> Entry:
                decision = self._by(table, decisions(who.number))
                return Entry(who, decision, day_of(decision))

            listed.offer((who.number,), entry)

    def _enter_by_day(
        self, listed: First[Entry], some: pl.DataFrame, table: str, decisions: Of, fact: str | None
    ) -> None:
        """Enter rows in a list by a fact's day; those without one come last."""
        text = pl.lit(None, pl.String) if fact is None else pl.col(fact_column(fact))
        some = some.with_columns(text.str.to_date().alias(DAY)).sort(DAY, NUMBER, nulls_last=True)
        days = some[DAY].to_list()
        for who, day in zip(self._first(some, listed), days, strict=False):

            def entry(who: Who = who, day: date | None = day) -> Entry:
                return Entry(who, self._by(table, decisions(who.number)), day)

            listed.offer((day or date.max, who.number), entry)

    def _first(self, some: pl.DataFrame, listed: First[Any]) -> list[Who]:
        """Give the first of some rows that a list may keep; count the others there."""
        first = some.head(listed.most).select(self._who())
        listed.total += some.height - first.height
        return [Who(*who) for who in first.iter_rows()]

    def _who(self) -> list[pl.Expr]:
        called = pl.lit("") if self.called is None else pl.col(fact_column(self.called))
        texts = (pl.col(SUBJECT).alias("subject"), called.alias("called"))
        return [pl.col(NUMBER).alias("number"), *(text.fill_null("") for text in texts)]

    def _by(self, table: str, decisions: Sequence[Decision]) -> Decision:
        return decisions[self.tables.index(table)]

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

    def _compare(self, previous: Previous, made: Decided) -> None:
        """Hold each case, in the order of all, against what it got at the review before."""
        rejected = deque(row for row, _ in made.rejects)
        names = [pl.col(table) for table in self.tables]
        for number, *who, outcomes in made.rows.select(
            *self._who(), pl.concat_list(names)
        ).iter_rows():
            while rejected and rejected[0].number < number:
                self._compare_rejected(previous, rejected.popleft())
            self._compare_decided(previous, Who(number, *who), outcomes)
        for row in rejected:
            self._compare_rejected(previous, row)

    def _compare_rejected(self, previous: Previous, row: GivenRow) -> None:
        had = previous.take(row.subject or row.label)
        if had is not None:
            self.tally.now_rejected += 1
            self._count_before(had)

    def _compare_decided(self, previous: Previous, who: Who, outcomes: Sequence[str]) -> None:
        tally, had = self.tally, previous.take(who.subject)
        if had is None:
            tally.come += 1
            return
        self._count_before(had)
        before = dict(zip(previous.tables, had, strict=True))
        moved = False
        for table, now in zip(self.tables, outcomes, strict=True):
            was = before[table]
            if was is not None:
                tally.moves[table, was, now] += 1
                if was != now:
                    moved = True
                    tally.changed.add(Changed(who, table, was, now))
        tally.moved += moved

    def _count_before(self, had: tuple[str | None, ...]) -> None:
        for table, outcome in zip(self.tables, had, strict=True):
            if outcome is not None:
                self.tally.before.update((table, one) for one in outcome.split(";"))

    def _tell(self, rows: pl.DataFrame, decisions: Of) -> None:
        """Keep all cases with their decisions, as long as they are few."""
        cases = self.tally.cases
        if cases.total + rows.height > cases.most:
            cases.total += rows.height
            cases.kept.clear()
            return
        for who in self._first(rows, cases):
            cases.add(Told(who, tuple(decisions(who.number))))

    # --- rejected rows, and the end

    def _rejected(self, row: GivenRow, problems: Sequence[RowProblem], rules_on: date) -> None:
        self.tally.rejected += 1
        self.tally.codes.update({wrong.code for wrong in problems})
        told = tuple((p.code, p.column, cut(p.value), cut(p.message)) for p in problems)
        messages: dict[tuple[str, str], str] = {}
        if any(p.code == CONTRADICTION for p in problems):
            messages = dict(self._contradictions(row, rules_on))
        self.tally.rejects.add(
            Rejected(
                row.number,
                row.file,
                row.row,
                row.line,
                cut(row.subject or row.label),
                told,
                messages,
            )
        )

    def _contradictions(
        self, row: GivenRow, rules_on: date
    ) -> Iterator[tuple[tuple[str, str], str]]:
        """Say in every language what contradicts what; the messages of others are the engine's."""
        for language in self.book.languages:
            try:
                self.book.edition(rules_on).decide_all(
                    self.tables, row.given, as_of=row.as_of or rules_on, language=language
                )
            except FactError as error:
                for wrong in error.diagnostics:
                    if wrong.code == CONTRADICTION:
                        yield (language, wrong.value or ""), wrong.message

    def ended(self) -> Tally:
        """Count who of the review before was not seen, and give the tally."""
        if self.previous is not None:
            self.tally.gone += len(self.previous.outcomes)
            for had in self.previous.outcomes.values():
                self._count_before(had)
            self.previous.outcomes.clear()
        return self.tally


def outcomes_of(decision: Decision) -> tuple[str, ...]:
    """Give the outcomes of a decision, `NONE` where nothing was collected."""
    outcome = decision.outcome
    return (outcome,) if isinstance(outcome, str) else tuple(outcome) or (NONE,)


def outcomes_in(cell: str) -> tuple[str, ...]:
    """Give the outcomes of a cell, `NONE` where nothing was collected."""
    return parted(cell) or (NONE,)


def _any_of(rows: pl.DataFrame, column: str, wanted: frozenset[str]) -> pl.Series:
    """Tell where a cell holds any of some outcomes."""
    if not wanted:
        return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    cells = rows[column]
    hits = [cell for cell in cells.unique() if cell is not None and wanted & {*outcomes_in(cell)}]
    return cells.is_in(hits).fill_null(False)


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


def cut(text: str) -> str:
    """Cut a text that nobody would read to its end."""
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
