"""An earlier review whose decisions are taken over where nothing changed that they rest on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nic_rules.decision import Decision
from nic_rules.diagnostics import RecordError
from nic_rules.engine.edition import Edition
from nic_rules.portfolio.report.previous import decisions_of, records
from nic_rules.rulebook.given import Case
from nic_rules.version import __version__


class Since:
    """The decisions of an earlier review, by subject: where they stand in its file."""

    def __init__(self, given: Path, tables: tuple[str, ...]) -> None:
        """Look through the review of a folder, or its file of decisions; raises `CasesError`."""
        self.tables = tables
        self.path = decisions_of(given)
        self.starts: dict[str, int] = {}
        last: str | None = None
        for at, record in records(self.path):
            subject = record.get("subject")
            if isinstance(subject, str) and subject != last:
                self.starts[subject] = at.offset
            last = subject
        self.subjects = pl.Series([*self.starts], dtype=pl.String)
        self.file = self.path.open("rb")
        self.taken = 0

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def take(self, subject: str, edition: Edition, case: Case, day: date) -> list[Decision] | None:
        """Give the decisions of a case, if the same facts, days and rules would give them again.

        None if anything differs: the case is then decided anew. So is one whose record was changed.
        """
        if subject not in self.starts:
            return None
        self.file.seek(self.starts[subject])
        lines = [self.file.readline() for _ in self.tables]
        same = {
            "as_of": day.isoformat(),
            "rules_on": edition.rules_on.isoformat(),
            "facts": edition.recorded(case.values),
            "evidence": {name: dict(told) for name, told in case.evidence.items()},
            "library": __version__,
            "subject": subject,
        }
        try:
            for table, line in zip(self.tables, lines, strict=True):
                if not _agrees(json.loads(line), {**same, "table": table}):
                    return None
            decisions = [Decision.from_json(line) for line in lines]
        except (ValueError, RecordError):
            return None
        if any(decision.edition != edition.reference for decision in decisions):
            return None
        self.taken += 1
        return decisions


def _agrees(record: Any, same: dict[str, Any]) -> bool:
    return isinstance(record, dict) and all(record.get(k) == value for k, value in same.items())
