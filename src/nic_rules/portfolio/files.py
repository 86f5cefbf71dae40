"""The files that a review writes row by row (contract, section 6)."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

import polars as pl

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.portfolio.decided import NUMBER, SUBJECT, schema

DECISIONS, TABLE, REJECTS = "decisions.jsonl", "decisions.csv", "rejects.csv"
PLAIN_TABLE = "decisions.plain"
"""The table as it is, for forms in which no cell can start a formula; it is put nowhere."""

REJECT_COLUMNS = ("file", "row", "line", "subject", "column", "value", "code", "message")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Keep a cell from starting a spreadsheet's formula: an apostrophe makes it text."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _safe(text: pl.Expr) -> pl.Expr:
    """Keep cells from starting a formula, as `safe_cell`."""
    starts = pl.any_horizontal(text.str.starts_with(sign) for sign in _FORMULA)
    return pl.when(starts).then("'" + text).otherwise(text)


def as_csv(rows: pl.DataFrame) -> str:
    """Write rows as CSV, as Python's own writer does: quoted where it must be."""
    texts = pl.when(pl.col(pl.String) != "").then(pl.col(pl.String))  # else it is `""`
    return rows.with_columns(texts).write_csv(include_header=False, null_value="")


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
        self.folder, self.tables, self.names = folder, tables, names
        self.lengths = lengths
        self.columns = [name for name in schema(tables) if name != NUMBER]
        self.files: dict[str, TextIO] = {}

    def __enter__(self) -> Outputs:
        for name in self.names:
            path = self.folder / name
            file = path.open("a+", encoding="utf-8", newline="")
            self.files[name] = file
            file.truncate(self.lengths.get(name, 0))
        self.rejects = csv.writer(self.files[REJECTS], lineterminator="\n")
        if not self.lengths:
            self.rejects.writerow(REJECT_COLUMNS)
            for name in self.names:
                if name in (TABLE, PLAIN_TABLE):
                    self.files[name].write(",".join(self.columns) + "\n")
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

    def record(self, lines: str) -> None:
        """Write the records of a case decided by all tables, a line each."""
        self.files[DECISIONS].write(lines)

    def decide(self, rows: pl.DataFrame) -> None:
        """Write what was decided of cases, a line each."""
        plain = rows.select(self.columns)
        if TABLE in self.files:
            safe = plain.with_columns(_safe(pl.col(SUBJECT)).alias(SUBJECT))
            self.files[TABLE].write(as_csv(safe))
        if PLAIN_TABLE in self.files:
            self.files[PLAIN_TABLE].write(as_csv(plain))

    def reject(self, row: GivenRow, problems: Iterable[RowProblem]) -> None:
        """Write every problem of a rejected row, a line each."""
        for wrong in problems:
            cells = (row.file, str(row.row), str(row.line), row.subject or row.label)
            about = (wrong.column, wrong.value, wrong.code, wrong.message)
            self.rejects.writerow([safe_cell(cell) for cell in (*cells, *about)])
