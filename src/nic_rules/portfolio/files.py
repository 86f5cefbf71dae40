"""The files that a review writes row by row (contract, section 6)."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision

DECISIONS, TABLE, REJECTS = "decisions.jsonl", "decisions.csv", "rejects.csv"
PLAIN = "decisions.plain"
"""The table as it is, for forms in which no cell can start a formula; it is put nowhere."""

REJECT_COLUMNS = ("file", "row", "line", "subject", "column", "value", "code", "message")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Keep a cell from starting a spreadsheet's formula: an apostrophe makes it text."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) else text


class Outputs:
    """The files that grow with each row, in the folder of what is unfinished."""

    def __init__(
        self, folder: Path, tables: tuple[str, ...], lengths: Mapping[str, int], *, plain: bool
    ) -> None:
        """Go on with files of these lengths in bytes; where there are none, begin with heads.

        `plain`: write the plain table too.
        """
        self.folder = folder
        self.names = (DECISIONS, TABLE, REJECTS, *((PLAIN,) if plain else ()))
        self.lengths = lengths
        self.columns = [
            *("subject", "as_of", "rules_on"),
            *(f"{t}{key}" for t in tables for key in ("", ".rows", ".needs", ".stuck")),
        ]
        self.files: dict[str, TextIO] = {}

    def __enter__(self) -> Outputs:
        for name in self.names:
            path = self.folder / name
            file = path.open("a+", encoding="utf-8", newline="")
            self.files[name] = file
            file.truncate(self.lengths.get(name, 0))
        tables = (name for name in self.names if name != DECISIONS)
        self.rows = {name: csv.writer(self.files[name], lineterminator="\n") for name in tables}
        if not self.lengths:
            for name, writer in self.rows.items():
                writer.writerow(REJECT_COLUMNS if name == REJECTS else self.columns)
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

    def decide(self, row: GivenRow, decisions: Iterable[Decision]) -> None:
        """Write a case decided in all tables."""
        cells: list[str] = []
        for decision in decisions:
            self.files[DECISIONS].write(decision.to_json() + "\n")
            outcome = decision.outcome
            lists = (decision.rows, decision.needs, decision.stuck)
            cells.append(outcome if isinstance(outcome, str) else ";".join(outcome))
            cells += [";".join(names) for names in lists]
        days = [decision.as_of.isoformat(), decision.rules_on.isoformat()]
        subject = row.subject or ""
        self.rows[TABLE].writerow([safe_cell(subject), *days, *cells])
        if PLAIN in self.rows:
            self.rows[PLAIN].writerow([subject, *days, *cells])

    def reject(self, row: GivenRow, problems: Iterable[RowProblem]) -> None:
        """Write every problem of a rejected row, a line each."""
        for wrong in problems:
            cells = (row.file, str(row.row), str(row.line), row.subject or row.label)
            about = (wrong.column, wrong.value, wrong.code, wrong.message)
            self.rows[REJECTS].writerow([safe_cell(cell) for cell in (*cells, *about)])
