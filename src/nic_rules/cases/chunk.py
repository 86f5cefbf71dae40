"""Some rows of a file that follow each other: in columns, and each as a row where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import polars as pl

from nic_rules.cases.rows import GivenRow
from nic_rules.engine.columns.values import is_text

SUBJECT = "subject"

AT_ONCE = 65_536
"""How many rows are read at once where all of them are looked through."""

ONE_BY_ONE = 2_000
"""How many rows are held at once that are decided one by one, with all that is said of them."""


@dataclass
class Chunk:
    """Rows in columns, as they are written; what is wrong with one is told of it as a row."""

    frame: pl.DataFrame
    """A column for each of the header; of odd rows there may be no more than the subject."""
    odd: set[int]
    """The places of rows that are to be read one by one: they are wrong, or of no such columns."""
    row: Callable[[int], GivenRow]
    """Gives the row of a place."""
    before: int = 0
    """How many rows of all files come before the first."""

    def __len__(self) -> int:
        return self.frame.height

    @property
    def subjects(self) -> pl.Series:
        """The subject of each row, as text; null for none."""
        subjects = self.frame[SUBJECT]
        if is_text(subjects.dtype):
            return subjects.cast(pl.String)
        return pl.repeat(None, len(self), dtype=pl.String, eager=True)

    def slices(self, size: int) -> Iterator[Chunk]:
        """Part it in chunks of no more than so many rows."""
        for start in range(0, len(self), size) if len(self) > size else ():
            yield self.from_place(start, size)
        if 0 < len(self) <= size:
            yield self

    def from_place(self, start: int, size: int | None = None) -> Chunk:
        """Give the rows from a place on, or so many of them."""
        frame = self.frame.slice(start, size)
        odd = {place - start for place in self.odd if 0 <= place - start < frame.height}
        return Chunk(frame, odd, lambda place: self.row(start + place), self.before + start)


def chunks_of_rows(rows: Iterable[GivenRow], size: int) -> Iterator[Chunk]:
    """Give rows that come one by one; each of them is odd."""
    rows = iter(rows)
    while some := list(islice(rows, min(size, ONE_BY_ONE))):
        frame = pl.DataFrame({SUBJECT: [row.subject for row in some]}, schema={SUBJECT: pl.String})
        yield Chunk(frame, {*range(len(some))}, partial(_copy_of, some))


def _copy_of(rows: Sequence[GivenRow], place: int) -> GivenRow:
    """Give a row that whoever asks may add problems to."""
    return replace(rows[place], problems=[*rows[place].problems])


def in_columns(subjects: Iterable[str | None], size: int) -> Iterator[pl.Series]:
    """Give subjects that come one by one, some at a time."""
    subjects = iter(subjects)
    while some := list(islice(subjects, size)):
        yield pl.Series(SUBJECT, some, dtype=pl.String)
