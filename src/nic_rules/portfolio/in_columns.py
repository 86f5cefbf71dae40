"""Rows decided in columns, and one by one where columns cannot hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import merge
from typing import Any

import polars as pl

from nic_rules.cases.chunk import Chunk
from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, RequestError
from nic_rules.engine.book import RuleBook
from nic_rules.engine.columns.decided import ManyDecided
from nic_rules.portfolio.ahead import in_order
from nic_rules.portfolio.decided import (
    AS_OF,
    NAMES,
    NUMBER,
    RULES_ON,
    SUBJECT,
    Decided,
    Record,
    Rejected,
    Wanted,
    a_year_after,
    as_names,
    fact_column,
    joined,
    later_column,
    needs_column,
    not_met_column,
    row_of,
    rows_column,
    schema,
    stuck_column,
)
from nic_rules.portfolio.deciding import Decider

FEW = 50
"""Rows up to which a chunk is decided row by row: columns cost as much however short they are."""


class ChunkDecider:
    """Decides rows chunk by chunk: all that the files and the report of a review need."""

    def __init__(
        self,
        book: RuleBook,
        tables: Sequence[str],
        decider: Decider,
        wanted: Wanted,
    ) -> None:
        self.book, self.tables, self.decider = book, tables, decider
        self.wanted = wanted
        self.schema = {
            **schema(tables),
            **dict.fromkeys(map(fact_column, wanted.facts), pl.String()),
            **dict.fromkeys(map(later_column, wanted.later), NAMES),
        }

    def decide(self, chunk: Chunk) -> Decided:
        """Decide the rows of a chunk, each by all tables or by none."""
        alone = {*range(len(chunk))} if len(chunk) <= FEW else set(chunk.odd)
        places = pl.Series(range(len(chunk)), dtype=pl.Int64)
        places = places.filter(~places.is_in(sorted(alone))) if alone else places
        cases = self._with_days(chunk.frame[places] if alone else chunk.frame)
        made = self._decided(self.tables, cases) if cases.height else None
        numbers = places + chunk.before + 1
        rows = pl.DataFrame(schema=self.schema)
        records: Iterator[Record] = iter(())
        if made is None:
            alone = {*range(len(chunk))}
        else:
            rows, refused = self._rows(cases, made, numbers)
            alone |= {number - chunk.before - 1 for number in refused}
            records = _in_lines(made.record_frames(self.tables), numbers)
        found: dict[int, Sequence[Decision]] = {}
        rejects: list[Rejected] = []
        for place in sorted(alone):
            row = chunk.row(place)
            decisions, problems = self.decider.decide(row)
            if problems:
                rejects.append((row, problems))
            else:
                found[row.number] = decisions
        if found:
            rows = pl.concat([rows, self._one_by_one(found)], how="diagonal_relaxed").sort(NUMBER)

        @lru_cache(None)
        def decisions_of(number: int) -> Sequence[Decision]:
            if number in found:
                return found[number]
            return self.decider.decide(chunk.row(number - chunk.before - 1))[0]

        one_by_one = (
            (number, "".join(f"{one.to_json()}\n" for one in decisions))
            for number, decisions in found.items()
        )
        return Decided(rows, merge(records, one_by_one), rejects, decisions_of)

    # --- in columns

    def _decided(self, tables: Sequence[str], cases: pl.DataFrame) -> ManyDecided | None:
        """Decide cases in columns, each by the rules of its day; None if a table has none."""
        day = self.decider.as_of
        edition = self.book.edition(self.decider.given_rules_on or day)
        try:
            return edition.decide_many(tables, cases, as_of=day)
        except RequestError:  # a table is not in force on the day of this edition
            return None

    def _with_days(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Give rows with a day of their own the day of their rules, as far as they say none."""
        if AS_OF not in cases.columns and RULES_ON not in cases.columns:
            return cases
        own, told = (_texts(cases, name) for name in (AS_OF, RULES_ON))
        own = own.fill_null(self.decider.as_of.isoformat())
        given = self.decider.given_rules_on
        if given is not None:
            own = pl.repeat(given.isoformat(), cases.height, dtype=pl.String, eager=True)
        return cases.with_columns(told.zip_with(told.is_not_null(), own).alias(RULES_ON))

    def _rows(
        self, cases: pl.DataFrame, made: ManyDecided, numbers: pl.Series
    ) -> tuple[pl.DataFrame, list[int]]:
        """Give the rows that were decided, and the numbers of those that were not."""
        columns: list[pl.Series] = [numbers.alias(NUMBER)]
        frame = made.frame
        columns += [frame[name] for name in (SUBJECT, AS_OF, RULES_ON)]
        for table in self.tables:
            needs = made.needs(table, dtype=NAMES)
            columns += [
                as_names(frame[table]),
                as_names(frame[rows_column(table)]),
                needs[needs_column(table)],
                needs[stuck_column(table)],
            ]
        rows = pl.DataFrame(columns).with_columns(*self._not_met(made), *self._values(made))
        if self.wanted.later:
            rows = rows.with_columns(self._a_year_later(cases, frame[AS_OF]))
        refused = rows[self.tables[0]].is_null()
        return rows.filter(~refused), numbers.filter(refused).to_list()

    def _not_met(self, made: ManyDecided) -> list[pl.Series]:
        found: dict[str, pl.Series] = {}
        for table in self.tables if self.wanted.not_met else ():
            for finding in made.findings(table, lacks=False):
                found[finding.name] = (finding == "not_met").alias(not_met_column(finding.name))
        return [*found.values()]

    def _values(self, made: ManyDecided) -> list[pl.Series]:
        found = made.values(self.wanted.facts) if self.wanted.facts else []
        return [values.alias(fact_column(values.name)) for values in found]

    def _a_year_later(self, cases: pl.DataFrame, days: pl.Series) -> list[pl.Series | pl.Expr]:
        """Give the outcomes a year later, if no fact changes."""
        after = {day: a_year_after(day) for day in days.unique() if day is not None}
        on = days.replace_strict(after, default=None, return_dtype=pl.Date)
        then = cases.with_columns(on.alias(AS_OF), on.alias(RULES_ON))
        made = self._decided(self.wanted.later, then)
        if made is None:
            return [pl.lit(None, NAMES).alias(later_column(table)) for table in self.wanted.later]
        outcomes = made.outcomes
        return [as_names(outcomes[table]).alias(later_column(table)) for table in self.wanted.later]

    # --- one by one

    def _one_by_one(self, found: Mapping[int, Sequence[Decision]]) -> pl.DataFrame:
        rows: list[dict[str, Any]] = []
        for number, decisions in found.items():
            later = {
                one.table: self._a_year_on(one)
                for one in decisions
                if one.table in self.wanted.later
            }
            rows.append(row_of(number, decisions[0].subject, decisions, self.wanted, later))
        return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=self.schema)

    def _a_year_on(self, decision: Decision) -> str | None:
        day = a_year_after(decision.as_of)
        try:
            edition = self.book.edition(day)
            then = edition.decide(decision.table, dict(decision.facts), as_of=day)
        except (FactError, RequestError):
            return None
        return joined(then.outcome)


def _texts(cases: pl.DataFrame, name: str) -> pl.Series:
    """Give a column of days as it is written; null where nothing is."""
    if name not in cases.columns:
        return pl.repeat(None, cases.height, dtype=pl.String, eager=True)
    text = cases[name].cast(pl.String, strict=False)
    return text.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()


def _in_lines(frames: Iterator[pl.DataFrame], numbers: pl.Series) -> Iterator[Record]:
    """Give the records of each row that was decided, with its number among all."""
    at = 0
    for lines in in_order(_lines_of, frames, at_once=1):  # some are made while others are written
        for number, text in zip(numbers[at : at + len(lines)], lines, strict=True):
            if text is not None:
                yield number, text
        at += len(lines)


def _lines_of(records: pl.DataFrame) -> pl.Series:
    """Give the records of each case as one text, null where the case was refused."""
    return records.select(pl.concat_str(pl.all(), pl.lit(""), separator="\n")).to_series()
