"""Subjects that stand twice, found in many rows by little memory.

At first only a number of 64 bits is kept of each subject. Those whose number stands twice are
looked at again, as texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from nic_rules.cases.chunk import SUBJECT, Chunk
from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import shown
from nic_rules.engine.columns.subjects import is_blank

MOST_OTHERS = 3
"""How many other rows of the same subject are named."""

NONE = pl.Series(dtype=pl.UInt64)


class Subjects:
    """The numbers of all subjects."""

    def __init__(self) -> None:
        self.numbers: list[pl.Series] = []

    def add(self, subjects: pl.Series) -> None:
        """Keep the numbers of subjects; those that are none are left out."""
        self.numbers.append(_numbers(subjects).drop_nulls())

    def twice(self) -> pl.Series:
        """Give the numbers that stand twice."""
        if not self.numbers:
            return NONE
        numbers = pl.concat(self.numbers).sort()
        return numbers.filter(numbers == numbers.shift()).unique()


def _numbers(subjects: pl.Series) -> pl.Series:
    """Give a number for each subject, null for none: the same for the same one."""
    subject = pl.col(SUBJECT)
    is_none = is_blank(subject) | subject.str.contains("\0", literal=True)
    number = pl.when(~is_none).then(subject.hash())
    return subjects.alias(SUBJECT).to_frame().select(number).to_series()


class _Where(NamedTuple):
    number: int
    file: str
    row: int
    line: int


class Repeated:
    """The subjects that stand twice, with the first of their rows."""

    def __init__(self, numbers: pl.Series = NONE, chunks: Iterable[Chunk] = ()) -> None:
        self.rows: dict[str, list[_Where]] = {}
        self.count: dict[str, int] = {}
        for chunk in chunks if len(numbers) else ():
            again = _numbers(chunk.subjects).is_in(numbers.implode())
            for place in again.fill_null(False).arg_true():
                self._see(chunk.row(place))
        for subject in [subject for subject, count in self.count.items() if count == 1]:
            del self.count[subject], self.rows[subject]

    def _see(self, row: GivenRow) -> None:
        subject = row.subject
        if subject is not None:
            self.count[subject] = self.count.get(subject, 0) + 1
            first = self.rows.setdefault(subject, [])
            if len(first) <= MOST_OTHERS:
                first.append(_Where(row.number, row.file, row.row, row.line))

    def among(self, subjects: pl.Series) -> set[int]:
        """Give the places of subjects that stand twice."""
        return {*subjects.is_in([*self.rows]).fill_null(False).arg_true()} if self.rows else set()

    def refuse(self, row: GivenRow) -> None:
        """Add a problem to a row whose subject is also another's."""
        subject = row.subject
        if subject is None or subject not in self.rows:
            return
        others = [other for other in self.rows[subject] if other.number != row.number]
        told = ", ".join(_told(other, row) for other in others[:MOST_OTHERS])
        more = self.count[subject] - 1 - len(others[:MOST_OTHERS])
        told += f" and {more} more" if more else ""
        row.wrong("NIC604", f"subject {shown(subject)} also occurs in {told}", "subject", subject)


def _told(other: _Where, row: GivenRow) -> str:
    file = f" of {shown(other.file)}" if other.file != row.file else ""
    return f"row {other.row} (line {other.line}){file}"
