"""A recorded decision, read from the file that it is kept in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from nic_rules.canonical import canonical
from nic_rules.decision import Decision
from nic_rules.diagnostics import Place, RecordError, problem, shown

MOST_BYTES = 10_000_000


class Record(NamedTuple):
    """A decision as it was recorded, and where, if that is a file."""

    decision: Decision
    file: str | None = None

    @property
    def place(self) -> Place | None:
        """Give the place that a problem of the record is told at."""
        return None if self.file is None else Place(self.file, 0, 0)


def read_record(file: str) -> Record:
    """Read a recorded decision; raises `RecordError` if there is none, or it was changed."""
    try:
        with Path(file).open("rb") as kept:
            raw = kept.read(MOST_BYTES + 1)  # no more, however large it is
    except OSError as error:
        raise _unreadable(file, f"this file cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise _unreadable(file, "there is no file of this name") from None
    if len(raw) > MOST_BYTES:
        raise _unreadable(file, "this is no record of a decision: it has more than 10 MB")
    try:
        return Record(Decision.from_json(raw), file)
    except RecordError as error:
        raise RecordError(replace(d, file=file) for d in error.diagnostics) from None


def find_records(file: str, subject: str, table: str | None = None) -> list[Record]:
    """Find the decisions of a subject in a file that has one a line, as a review writes it.

    Only lines that hold the subject are read as records. Raises `RecordError` if there is none, or
    one was changed.
    """
    wanted = canonical(subject).encode()
    found = []
    try:
        with Path(file).open("rb") as kept:
            for number, line in enumerate(kept, 1):
                if wanted in line:
                    found += _of_subject(line, Place(file, number, 0), subject, table)
    except OSError as error:
        raise _unreadable(file, f"this file cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise _unreadable(file, "there is no file of this name") from None
    if not found:
        by = "" if table is None else f" by the table {shown(table)}"
        raise _unreadable(file, f"there is no decision of {shown(subject)}{by} here")
    return found


def _of_subject(line: bytes, place: Place, subject: str, table: str | None) -> list[Record]:
    try:
        decision = Decision.from_json(line)
    except RecordError as error:
        told = (replace(d, file=place.file, line=place.line) for d in error.diagnostics)
        raise RecordError(told) from None
    is_it = decision.subject == subject and table in (None, decision.table)
    return [Record(decision, place.file)] if is_it else []


def _unreadable(file: str, message: str) -> RecordError:
    return RecordError([problem("NIC703", message, Place(file, 0, 0))])
