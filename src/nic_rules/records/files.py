"""A recorded decision, read from the file that it is kept in; `-` is standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

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
    with _opened(file) as kept:
        raw = kept.read(MOST_BYTES + 1)  # no more, however large it is
    if len(raw) > MOST_BYTES:
        raise _unreadable(file, "this is no record of a decision: it has more than 10 MB")
    try:
        return Record(Decision.from_json(raw), file)
    except RecordError as error:
        if _is_one_a_line(raw):
            message = "this is no record of a decision: it holds several, one a line"
            raise _unreadable(file, message, "`explain` finds one by `--subject`") from None
        raise RecordError(replace(d, file=file) for d in error.diagnostics) from None


def find_records(file: str, subject: str, table: str | None = None) -> list[Record]:
    """Find the decisions of a subject in a file that has one a line, as a review writes it.

    Only lines that hold the subject are read as records. Raises `RecordError` if there is none, or
    one was changed.
    """
    wanted = canonical(subject).encode()
    found = []
    with _opened(file) as kept:
        for number, line in enumerate(kept, 1):
            if wanted in line:
                found += _of_subject(line, Place(file, number, 0), subject, table)
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


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """Open a file to read; raises `RecordError` where it, or what is read then, cannot be."""
    try:
        if file != "-":
            with Path(file).open("rb") as kept:
                yield kept
        elif sys.stdin is None:
            raise _unreadable(file, "standard input is closed")
        else:
            yield sys.stdin.buffer
    except OSError as error:
        raise _unreadable(file, f"this file cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise _unreadable(file, "there is no file of this name") from None


def _is_one_a_line(raw: bytes) -> bool:
    """Tell whether each of the first two lines looks like a JSON object of its own."""
    lines = [line.strip() for line in raw.split(b"\n", 2)[:2]]
    return len(lines) == 2 and all(line[:1] == b"{" and line[-1:] == b"}" for line in lines)


def _unreadable(file: str, message: str, hint: str | None = None) -> RecordError:
    return RecordError([problem("NIC703", message, Place(file, 0, 0), hint)])
