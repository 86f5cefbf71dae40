"""The files that a review writes row by row (contract, section 6)."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.portfolio.decided import SUBJECT, table_columns

DECISIONS, TABLE, REJECTS = "decisions.jsonl", "decisions.csv", "rejects.csv"
PLAIN_TABLE = "decisions.frames"
"""The table as it is, frame by frame, for Parquet at the end; it is put nowhere."""

REJECT_COLUMNS = ("file", "row", "line", "subject", "column", "value", "code", "message")

_LENGTH = 8
"""Bytes that a length is written in."""

_FORMULA = "[-=+@\t\r\n＝＋－＠]"
_STARTS = re.compile(f"(?:^|(?<=[;\t\r\n]))(?={_FORMULA})")
_MAY_START = f"(?:^|[;\t\r\n]){_FORMULA}"
"""The same, as polars can look for it."""


def safe_cell(text: str) -> str:
    """Keep a cell from starting a spreadsheet's formula: an apostrophe makes it text.

    A spreadsheet where decimals have a comma parts cells by semicolons, and takes no heed of quotes
    in the midst of what it then holds for a cell: so what follows a semicolon or a line's end is
    kept likewise. What no file of text can hold is shown by its escape.
    """
    text = text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")
    return _STARTS.sub("'", text)


def _safe(texts: pl.Series) -> pl.Series:
    """Keep cells from starting a formula, as `safe_cell`."""
    if not texts.str.contains(_MAY_START).any():
        return texts
    return texts.map_elements(safe_cell, return_dtype=pl.String)


def as_csv(rows: pl.DataFrame) -> bytes:
    """Write rows as CSV, as Python's own writer does: quoted where it must be."""
    written = BytesIO()
    texts = (pl.col(pl.String), pl.col(pl.Categorical))
    told = (pl.when(text != "").then(text) for text in texts)  # else it is `""`
    rows.with_columns(*told).write_csv(written, include_header=False, null_value="")
    return written.getvalue()


def as_frame(rows: pl.DataFrame) -> bytes:
    """Write rows as one of a file of frames: its length in bytes, then the frame itself."""
    written = BytesIO()
    rows.write_ipc_stream(written, compression="zstd")
    return written.tell().to_bytes(_LENGTH, "little") + written.getbuffer()


def read_frames(path: Path) -> Iterator[pl.DataFrame]:
    """Give the frames of a file one by one."""
    with path.open("rb") as file:
        while length := file.read(_LENGTH):
            yield pl.read_ipc_stream(BytesIO(file.read(int.from_bytes(length, "little"))))


class Outputs:
    """The files that grow with each row, in the folder of what is unfinished."""

    def __init__(
        self,
        folder: Path,
        tables: tuple[str, ...],
        names: Sequence[str],
        lengths: Mapping[str, int],
    ) -> None:
        """Go on with files of these lengths in bytes; where there are none, begin with heads."""
        self.folder, self.names = folder, names
        self.lengths = lengths
        self.columns = [*table_columns(tables)]
        self.files: dict[str, BinaryIO] = {}

    def __enter__(self) -> Outputs:
        for name in self.names:
            self.files[name] = file = (self.folder / name).open("ab")
            file.truncate(self.lengths.get(name, 0))
        if not self.lengths:
            self._reject([REJECT_COLUMNS])
            if TABLE in self.files:
                self.files[TABLE].write(f"{','.join(self.columns)}\n".encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for file in self.files.values():
            with suppress(OSError):  # a full disk: what is left in the buffer is lost
                file.close()

    def lasting(self) -> dict[str, int]:
        """Make sure that all that was written lasts, and give each file's length in bytes."""
        lengths = {}
        for name, file in self.files.items():
            file.flush()
            os.fsync(file.fileno())
            lengths[name] = os.fstat(file.fileno()).st_size
        return lengths

    def record(self, lines: bytes) -> None:
        """Write the records of a case decided by all tables, a line each."""
        self.files[DECISIONS].write(lines)

    def told(self, rows: pl.DataFrame) -> dict[str, bytes]:
        """Give what is to be written of cases that were decided, by the file; many threads may."""
        if rows.is_empty():
            return {}
        plain = rows.select(self.columns)
        made = {}
        if TABLE in self.files:
            made[TABLE] = as_csv(plain.with_columns(_safe(plain[SUBJECT])))
        if PLAIN_TABLE in self.files:
            made[PLAIN_TABLE] = as_frame(plain)
        return made

    def decide(self, told: Mapping[str, bytes]) -> None:
        """Write what was decided of cases."""
        for name, text in told.items():
            self.files[name].write(text)

    def reject(self, row: GivenRow, problems: Iterable[RowProblem]) -> None:
        """Write every problem of a rejected row, a line each."""
        cells = (row.file, str(row.row), str(row.line), row.subject or row.label)
        self._reject(
            map(safe_cell, (*cells, wrong.column, wrong.value, wrong.code, wrong.message))
            for wrong in problems
        )

    def _reject(self, lines: Iterable[Iterable[str]]) -> None:
        text = StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(lines)
        self.files[REJECTS].write(text.getvalue().encode("utf-8"))
