"""Cases in a Parquet file, a row a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from nic_rules.cases.cells import read_cells
from nic_rules.cases.chunk import AT_ONCE, SUBJECT, Chunk
from nic_rules.cases.header import wrong_columns
from nic_rules.cases.opened import refuse, unreadable
from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import Diagnostic, Place, problem, shown
from nic_rules.engine.columns.far import without_far
from nic_rules.engine.columns.values import is_text
from nic_rules.rulebook.book import Fact

READ = 1 << 18
"""How many rows are read at once: each part of the file that they lie in is unpacked as a whole."""


class ParquetFile:
    """A Parquet file whose columns are right."""

    taken_for = "Parquet"

    def __init__(self, path: Path, told: str, facts: Mapping[str, Fact]) -> None:
        self.path, self.told, self.facts = path, told, facts
        self.wrong: list[Diagnostic] = []
        try:
            schema = self._scan().collect_schema()
            self.count = int(self._scan().select(pl.len()).collect().item())
        except (PolarsError, OSError) as error:
            raise self._unreadable(error) from None
        self.header = schema.names()
        place = Place(told, 0, 0)
        refuse(
            [
                *wrong_columns(self.header, [place] * len(self.header), list(facts), place),
                *_wrong_types(schema, place),
            ]
        )

    def subjects(self) -> Iterator[pl.Series]:
        """Give the subject of each row, some at a time."""
        for some in self._frames([SUBJECT], AT_ONCE):
            yield Chunk(some.cells, set(), some.row).subjects

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last."""
        for some in self._frames(self.header, AT_ONCE):
            for place, cells in enumerate(some.cells.iter_rows()):
                yield some.read(place, cells)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Read the rows in columns."""
        for some in self._frames(self.header, size):
            odd = _with_null_characters(some.cells, self.facts)
            yield Chunk(some.cells, odd.union(some.far), some.row)

    def _frames(self, columns: list[str], size: int) -> Iterator[_Rows]:
        at_once = max(READ // size, 1) * size
        for first in range(0, self.count, at_once):
            try:
                some = self._scan().select(columns).slice(first, at_once).collect()
            except (PolarsError, OSError) as error:
                raise self._unreadable(error) from None
            for start in range(0, some.height, size):
                yield _Rows(some[start : start + size], first + start, self.facts)

    def _scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path, glob=False, hive_partitioning=False)

    def _unreadable(self, error: Exception) -> Exception:
        why = str(error).partition("\n")[0]
        return unreadable(self.told, f"this Parquet file cannot be read: {why}")


class _Rows:
    """Some rows of the file; of days that Python does not have it is told that they are none."""

    def __init__(self, cells: pl.DataFrame, start: int, facts: Mapping[str, Fact]) -> None:
        self.cells, told = without_far(cells)
        self.far: dict[int, list[Diagnostic]] = {}
        for place, wrong in told:
            self.far.setdefault(place, []).append(wrong)
        self._start, self._facts = start, facts

    def row(self, place: int) -> GivenRow:
        """Read the row of a place."""
        return self.read(place, self.cells.row(place))

    def read(self, place: int, cells: Sequence[object]) -> GivenRow:
        """Read the cells of a place as a row."""
        number = self._start + place + 1
        row = read_cells(GivenRow(number, number), self.cells.columns, cells, self._facts)
        for wrong in self.far.get(place, ()):
            row.wrong(wrong.code, wrong.message, wrong.fact or "")
        return row


def _wrong_types(schema: pl.Schema, place: Place) -> Iterator[Diagnostic]:
    for column, dtype in schema.items():
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
            message = f"column {shown(column)} holds {dtype}, which no fact is"
            yield problem("NIC601", message, place)


def _with_null_characters(frame: pl.DataFrame, facts: Mapping[str, Fact]) -> set[int]:
    """Give the places of rows with U+0000 in a text that is no fact's value: else it is seen."""
    texts = [n for n, dtype in frame.schema.items() if is_text(dtype) and n not in facts]
    has = (pl.col(name).cast(pl.String).str.contains("\0", literal=True) for name in texts)
    return {*frame.select(pl.any_horizontal(False, *has)).to_series().arg_true()}
