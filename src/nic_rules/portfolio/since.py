"""An earlier review whose records are taken over: those of cases of which nothing changed.

A record holds all that its decision follows from. So a case is the same if its records are, to the
byte: then no fact, evidence, day or rule changed. To prove that an old record still holds takes
longer than to decide in columns, so it is decided, compared, and counted (docs/decisions/0019).
"""

from __future__ import annotations

from pathlib import Path

from nic_rules.portfolio.report.previous import decisions_of, records


class Since:
    """The records of an earlier review, by subject: where they stand in its file."""

    def __init__(self, given: Path) -> None:
        """Look through the review of a folder, or its file of decisions; raises `CasesError`."""
        path = decisions_of(given)
        self.starts: dict[str, int] = {}
        last: str | None = None
        for at, record in records(path):
            if record.subject is not None and record.subject != last:
                self.starts[record.subject] = at.offset
            last = record.subject
        self.file = path.open("rb")

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def has(self, subject: str, lines: bytes) -> bool:
        """Tell whether a subject's records, a line each, are those of the earlier review."""
        if subject not in self.starts:
            return False
        self.file.seek(self.starts[subject])
        return self.file.read(len(lines)) == lines
