"""The files that a review writes row by row (contract, section 6)."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.portfolio.decided import SUBJECT, table_columns

DECISIONS, TABLE, REJECTS = "decisions.jsonl", "decisions.csv", "rejects.csv"

REJECT_COLUMNS = ("file", "row", "line", "subject", "column", "value", "code", "message")

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


def lasting(path: Path) -> None:
    """Make sure that what was written lasts."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


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

    def told(self, rows: pl.DataFrame) -> bytes:
        """Give what the table is to tell of cases that were decided; many threads may."""
        if rows.is_empty() or TABLE not in self.files:
            return b""
        plain = rows.select(self.columns)
        return as_csv(plain.with_columns(_safe(plain[SUBJECT])))

    def decide(self, told: bytes) -> None:
        """Write what the table tells of cases."""
        if told:
            self.files[TABLE].write(told)

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
