"""The table of decisions as Parquet, put together beside those who decide.

The file cannot grow over several runs, and is anew in each: a review that goes on from where it was
stopped decides the rows before once more, for the table alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from queue import Empty, Full, Queue
from types import TracebackType

import polars as pl
from polars.io.plugins import register_io_source

from nic_rules.portfolio.decided import NAMES, table_columns
from nic_rules.portfolio.files import lasting

ROW_GROUP = 100_000
"""Rows of a part of a Parquet file; the same in each run, that the bytes are the same."""

_WAITING = 2
"""How many frames wait to be written."""

_LOOK = 1.0
"""Seconds after which whoever waits looks whether the file is still being written."""


class ParquetTable:
    """A Parquet file that is being written: texts as they are, days as days.

    Texts of which there are few are written out of their numbers, and the file says that they are
    texts: so it has the bytes of one written out of texts.
    """

    def __init__(self, path: Path, tables: Sequence[str]) -> None:
        self.path, self.columns = path, table_columns(tables)
        self._given: Queue[pl.DataFrame | None] = Queue(_WAITING)
        self._thread = ThreadPoolExecutor(1)
        self._written = self._thread.submit(self._write)

    def __enter__(self) -> ParquetTable:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the file, and raise what went wrong with it; what is not whole is for nobody."""
        if error is not None:
            with suppress(Empty):
                while True:
                    self._given.get_nowait()
        with self._thread:
            self._give(None)
        if error is None:
            self._written.result()

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows that were decided."""
        if not rows.is_empty() and not self._give(rows.select([*self.columns])):
            self._written.result()

    def _give(self, rows: pl.DataFrame | None) -> bool:
        """Tell whether somebody still takes rows, once they are taken."""
        while not self._written.done():
            with suppress(Full):
                self._given.put(rows, timeout=_LOOK)
                return True
        return False

    def _frames(self, *_: object) -> Iterator[pl.DataFrame]:
        while (rows := self._given.get()) is not None:
            yield rows

    def _write(self) -> None:
        texts = [name for name, kind in self.columns.items() if kind == NAMES]
        head = BytesIO()
        as_texts = {**self.columns, **dict.fromkeys(texts, pl.String())}
        pl.DataFrame(schema=as_texts).write_parquet(head)
        head.seek(0)
        told = pl.read_parquet_metadata(head)["ARROW:schema"]
        register_io_source(self._frames, schema=self.columns).sink_parquet(
            self.path,
            row_group_size=ROW_GROUP,
            maintain_order=True,
            metadata={"ARROW:schema": told},
        )
        lasting(self.path)
