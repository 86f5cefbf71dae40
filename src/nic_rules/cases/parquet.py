"""Cases in a Parquet file, a row a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from nic_rules.cases.cells import read_cells
from nic_rules.cases.header import wrong_columns
from nic_rules.cases.opened import refuse, unreadable
from nic_rules.cases.rows import GivenRow, subject_in
from nic_rules.diagnostics import Diagnostic, Place, problem, shown
from nic_rules.rulebook.book import Fact

AT_ONCE = 65_536
"""How many rows are held at once."""


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

    def subjects(self) -> Iterator[str | None]:
        """Give the subject of each row."""
        for (subject,) in self._cells("subject"):
            yield subject_in(subject)

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last."""
        for number, cells in enumerate(self._cells(*self.header), start=1):
            yield read_cells(GivenRow(number, number), self.header, cells, self.facts)

    def _cells(self, *columns: str) -> Iterator[tuple[object, ...]]:
        for start in range(0, self.count, AT_ONCE):
            try:
                frame = self._scan().select(columns).slice(start, AT_ONCE).collect()
            except (PolarsError, OSError) as error:
                raise self._unreadable(error) from None
            yield from frame.iter_rows()

    def _scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path, glob=False, hive_partitioning=False)

    def _unreadable(self, error: Exception) -> Exception:
        why = str(error).partition("\n")[0]
        return unreadable(self.told, f"this Parquet file cannot be read: {why}")


def _wrong_types(schema: pl.Schema, place: Place) -> Iterator[Diagnostic]:
    for column, dtype in schema.items():
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
            message = f"column {shown(column)} holds {dtype}, which no fact is"
            yield problem("NIC601", message, place)
