"""The files that a review writes (contract, section 6): whole, or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from errno import EISDIR
from pathlib import Path
from types import TracebackType
from typing import IO

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision

REJECT_COLUMNS = ("file", "row", "line", "subject", "column", "value", "code", "message")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """Keep a cell from starting a spreadsheet's formula: an apostrophe makes it text."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) else text


class Outputs:
    """Writes beside the final files, and puts them in place only when all are written."""

    NAMES = ("decisions.jsonl", "decisions.csv", "rejects.csv", "summary.json", "report.html")

    def __init__(self, folder: Path, cases: Path, tables: tuple[str, ...]) -> None:
        self.folder = folder
        self.cases = cases
        self.tables = tables
        self.files: dict[str, IO[str]] = {}

    def __enter__(self) -> Outputs:
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in [at for name in self.NAMES for at in (self.folder / name, self._part(name))]:
            if path.is_dir():  # told before anything is written
                raise IsADirectoryError(EISDIR, f"{path.name} is a folder")
        for name in self.NAMES:
            self.files[name] = self._part(name).open("w", encoding="utf-8", newline="")
        self.decisions = csv.writer(self.files["decisions.csv"], lineterminator="\n")
        self.rejects = csv.writer(self.files["rejects.csv"], lineterminator="\n")
        self.decisions.writerow(
            ["subject", "as_of", "rules_on"]
            + [f"{t}{key}" for t in self.tables for key in ("", ".rows", ".needs", ".stuck")]
        )
        self.rejects.writerow(REJECT_COLUMNS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            for file in self.files.values():
                if kind is None:
                    file.flush()
                    os.fsync(file.fileno())
            if kind is None:
                for name in self.NAMES:
                    self._part(name).replace(self.folder / name)
        finally:
            for name, file in self.files.items():
                with suppress(OSError):  # a full disk: what is left in the buffer is lost
                    file.close()
                self._part(name).unlink(missing_ok=True)

    def _part(self, name: str) -> Path:
        return self.folder / f".{name}.part"

    def decide(self, row: GivenRow, decisions: Iterable[Decision]) -> None:
        """Write a case decided in all tables."""
        cells: list[str] = []
        for decision in decisions:
            self.files["decisions.jsonl"].write(decision.to_json() + "\n")
            outcome = decision.outcome
            lists = (decision.rows, decision.needs, decision.stuck)
            cells.append(outcome if isinstance(outcome, str) else ";".join(outcome))
            cells += [";".join(names) for names in lists]
        days = [decision.as_of.isoformat(), decision.rules_on.isoformat()]
        self.decisions.writerow([safe_cell(row.subject or ""), *days, *cells])

    def reject(self, row: GivenRow, problems: Iterable[RowProblem]) -> None:
        """Write every problem of a rejected row, a line each."""
        for wrong in problems:
            cells = (str(self.cases), str(row.row), str(row.line), row.subject or row.label)
            about = (wrong.column, wrong.value, wrong.code, wrong.message)
            self.rejects.writerow([safe_cell(cell) for cell in (*cells, *about)])

    def summary(self, data: dict[str, object]) -> None:
        """Write the summary."""
        self.files["summary.json"].write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")

    def report(self, page: str) -> None:
        """Write the report."""
        self.files["report.html"].write(page)
