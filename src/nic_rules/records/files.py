"""A recorded decision, read from the file that it is kept in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from nic_rules.decision import Decision
from nic_rules.diagnostics import Place, RecordError, problem

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


def _unreadable(file: str, message: str) -> RecordError:
    return RecordError([problem("NIC703", message, Place(file, 0, 0))])
