"""`decide_many`: cases decided chunk by chunk, each row by the rules of its own day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from nic_rules.diagnostics import CasesError, Diagnostic, problem
from nic_rules.engine.columns.days import day_column, wrong_days
from nic_rules.engine.columns.decided import ManyDecided
from nic_rules.engine.columns.far import without_far
from nic_rules.engine.columns.finding import BROKEN
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.parts import FEW, Part, lightened
from nic_rules.engine.columns.problems import PROBLEMS, ROW, problem_frame, rows_at
from nic_rules.engine.columns.reading import (
    RULES_ON,
    SUBJECT,
    Read,
    final_values,
)
from nic_rules.engine.columns.rules import ColumnRules
from nic_rules.engine.columns.source import check_columns, frame_of
from nic_rules.engine.columns.subjects import repeated_subjects, wrong_subjects
from nic_rules.engine.columns.tables import Batch
from nic_rules.language.lower import AS_OF
from nic_rules.language.packed import unpack
from nic_rules.rulebook.given import Case

if TYPE_CHECKING:
    from nic_rules.engine.edition import Edition

CHUNK = 1 << 18
"""Cases worked on at a time."""


def decide_many(
    edition: Edition, tables: Sequence[str], cases: Any, as_of: date, language: str | None
) -> ManyDecided:
    """Decide all cases by some tables; see `Edition.decide_many`."""
    frame, like = frame_of(cases)
    check_columns(frame.schema, edition.rules.facts)
    if isinstance(cases, str | Path) and SUBJECT not in frame.columns:
        raise CasesError([problem("NIC602", "there is no column `subject`")])
    batches: dict[int, Batch] = {}
    parts: list[Part] = []
    problems: list[pl.DataFrame] = []
    rejected = 0
    repeated = repeated_subjects(frame)
    for first in range(0, frame.height, CHUNK) or (0,):
        chunk, far = without_far(frame.slice(first, CHUNK))  # a slice has rows without columns too
        refused = _own_problems(chunk, first, repeated)
        refused += ((first + 1 + index, wrong) for index, wrong in far)
        for part_edition, rows in _by_edition(edition, chunk):
            some = chunk if rows is None else chunk[rows]
            numbers = None if rows is None else rows.cast(pl.Int64) + first + 1
            one = _Chunk(part_edition, tables, some, first + 1, numbers, as_of, language)
            batch = batches.setdefault(id(one.rules), Batch())
            part, told, bad = one.decided(batch, refused)
            parts.append(part if frame.height <= FEW else lightened(part))
            problems += told
            rejected += bad
    every = pl.DataFrame(schema=PROBLEMS)
    if problems:
        every = pl.concat(problems).sort(ROW, "code", "message", maintain_order=True)
    walked: dict[str, int] = {}
    for batch in batches.values():
        for table, sample in batch.walked.items():
            walked[table] = walked.get(table, 0) + sample
    return ManyDecided(tables, parts, every, rejected, walked, like)


def _own_problems(
    chunk: pl.DataFrame, first: int, repeated: dict[str, list[int]]
) -> list[tuple[int, Diagnostic]]:
    """Give what is wrong with subjects and with the days of rules: rows by their number from 1."""
    found: list[tuple[int, Diagnostic]] = []
    if SUBJECT in chunk.columns:
        found += wrong_subjects(chunk[SUBJECT], first, repeated)
    if RULES_ON in chunk.columns:
        column = chunk[RULES_ON]
        wrong = wrong_days(column, day_column(column))
        found += ((first + 1 + index, one) for index, one in wrong)
    return found


def _by_edition(
    edition: Edition, chunk: pl.DataFrame
) -> Iterator[tuple[Edition, pl.Series | None]]:
    """Give the edition of each interval that rows ask for, with their places; None: all rows."""
    if RULES_ON not in chunk.columns:
        yield edition, None
        return
    days = day_column(chunk[RULES_ON])
    by_rules: dict[int, tuple[Edition, list[int | None]]] = {}
    for day in days.unique().sort():  # first none: such rows have the day of the edition itself
        one = edition if day is None else edition.at(unpack(day))
        by_rules.setdefault(id(one.compiled), (one, []))[1].append(day)
    if len(by_rules) == 1:
        yield next(iter(by_rules.values()))[0], None
        return
    for one, some in by_rules.values():
        rows = days.is_in([d for d in some if d is not None])
        yield one, (rows.fill_null(None in some)).arg_true()


class _Chunk:
    """Some cases of one interval's rules."""

    def __init__(
        self,
        edition: Edition,
        tables: Sequence[str],
        cases: pl.DataFrame,
        first_row: int,
        rows: pl.Series | None,
        as_of: date,
        language: str | None,
    ) -> None:
        self.edition, self.tables, self.cases = edition, tables, cases
        self.first_row, self.rows = first_row, rows
        self.as_of, self.language = as_of, language
        self.rules = ColumnRules.of(edition.compiled)

    def decided(
        self, batch: Batch, refused: Iterable[tuple[int, Diagnostic]]
    ) -> tuple[Part, list[pl.DataFrame], int]:
        """Decide: the part, its problems, and how many rows are bad."""
        read = self.rules.reader.read(self.cases, 1, self.as_of)
        self._refuse(read, refused)
        missing = [t for t in self.tables if t not in self.edition.compiled.tables]
        if missing:
            return self._not_in_force(read, missing)
        answers, found = self.rules.answered(read.core, self.tables, batch)
        if BROKEN in found.columns:
            self._breaches(read, found[BROKEN])
            found = found.drop(BROKEN)
        bad = 0
        if read.bad is not None and read.bad.any():
            bad = int(read.bad.sum())
            answers = answers.select(
                pl.when(read.bad).then(None).otherwise(pl.col(name)).alias(name)
                for name in answers.columns
            )
        part = Part(
            self.edition, self.rules, self.cases, self.first_row, self.rows, answers, self.as_of,
            found,
        )  # fmt: skip
        return part, [self._placed(frame) for frame in read.problems], bad

    def _refuse(self, read: Read, refused: Iterable[tuple[int, Diagnostic]]) -> None:
        """Add what is wrong with rows as such, if they are among these."""
        place = None if self.rows is None else {row: at for at, row in enumerate(self.rows)}
        told = []
        for row, wrong in refused:
            at = row - self.first_row if place is None else place.get(row)
            if at is not None:
                told.append((at, wrong))
        if told:
            rows = rows_at((at for at, _ in told), self.cases.height)
            read.refuse(rows, problem_frame(told, 1))

    def _placed(self, problems: pl.DataFrame) -> pl.DataFrame:
        """Number problems' rows as the whole batch does."""
        if self.rows is None:
            return problems.with_columns(pl.col(ROW) + (self.first_row - 1))
        return problems.with_columns(self.rows.gather(problems[ROW] - 1).alias(ROW))

    def _breaches(self, read: Read, broken: pl.Series) -> None:
        """Say what facts contradict each other, in the words of one case."""
        told: list[tuple[int, Diagnostic]] = []
        for index in broken.arg_true():
            unread = {fact for fact, rows in read.unread.items() if rows[index]}
            case = Case(values=final_values(self.rules.reader, read.core, index), unread=unread)
            walk = self.edition.walk(case, unpack(read.core[AS_OF][index]))
            breaches = self.edition.breaches(case, walk, self.language)
            told += ((index, replace(one, fact=None)) for one in breaches)
        if told:
            rows = rows_at((index for index, _ in told), self.cases.height)
            read.refuse(rows, problem_frame(told, 1))

    def _not_in_force(
        self, read: Read, missing: Sequence[str]
    ) -> tuple[Part, list[pl.DataFrame], int]:
        """Refuse every row: a table is not in force on the day of its rules."""
        days = day_column(self.cases[RULES_ON])
        told = []
        for index, day in enumerate(days):
            on = self.edition.rules_on if day is None else unpack(day)
            for table in missing:
                message = f"table `{table}` is not in force on {on}"
                told.append((index, Diagnostic("NIC701", "error", message)))
        everything = repeated(True, self.cases.height, pl.Boolean)
        read.refuse(everything, problem_frame(told, 1))
        nothing = pl.DataFrame(
            {t: repeated(None, self.cases.height, pl.UInt32) for t in self.tables}
        )
        part = Part(
            self.edition, self.rules, self.cases, self.first_row, self.rows, nothing, self.as_of
        )
        return part, [self._placed(frame) for frame in read.problems], self.cases.height
