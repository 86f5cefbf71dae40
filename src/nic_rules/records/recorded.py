"""Recorded decisions, read from files one at a time: one a file, or one a line.

What cannot be read is given in its place among the others, so that no record is lost for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, NamedTuple

from nic_rules.canonical import canonical, read_json
from nic_rules.decision import Decision
from nic_rules.diagnostics import Diagnostic, Place, RecordError, problem
from nic_rules.language.words import is_name
from nic_rules.records.files import MOST_BYTES  # of one record; files of one a line have any size

LINES = (".jsonl", ".ndjson")
"""Endings of files of one record a line."""

TRACE = "nic-rules/trace/1"
"""The schema of a decision's reasons, which hold its record."""

NO_RECORDS = ("nic-rules/summary/1", "nic-rules/archive/1")
"""Schemas of what may lie in a folder beside records, and is passed over there."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


class Recorded(NamedTuple):
    """A recorded decision, where it was kept, and its reasons as they were given, if they were.

    `wrong` says why there is no decision; the line is 0 in a file of one record.
    """

    file: str
    line: int
    decision: Decision | None = None
    reasons: dict[str, Any] | None = None
    wrong: tuple[Diagnostic, ...] = ()

    @property
    def place(self) -> Place:
        """Give the place of the record."""
        return Place(self.file, self.line, 0)


def read_records(path: Path) -> Iterator[Recorded]:
    """Read the records of a file, or of all files below a folder, in order of their paths.

    Raises `RecordError` if there is no such file, or no record in the folder.
    """
    try:
        is_folder = path.is_dir()
        files = sorted(_below(path)) if is_folder else [path]
    except (OSError, ValueError):  # no leave to look, or no name that a file can have
        is_folder, files = False, [path]
    found = False
    for file in files:
        for recorded in _read_file(file, is_folder):
            found = True
            yield recorded
    if not found:
        raise RecordError([problem("NIC703", "there are no records here", Place(str(path), 0, 0))])


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith("."):  # what programs keep for themselves
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
        elif entry.suffix.lower() in (".json", *LINES):
            yield entry


def _read_file(path: Path, is_among_others: bool) -> Iterator[Recorded]:
    try:
        with path.open("rb") as file:
            if path.suffix.lower() in LINES:
                yield from _read_lines(str(path), file)
                return
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can have this name"
        yield _no_record(str(path), 0, f"this file cannot be read: {why}")
        return
    if not (is_among_others and _is_something_else(raw)):
        yield _read(str(path), 0, raw)


def _read_lines(file: str, lines: IO[bytes]) -> Iterator[Recorded]:
    """Read one record a line; blank lines are none, but a file of nothing else is told."""
    number = 0
    found = False
    while raw := lines.readline(MOST_BYTES + 1):
        number += 1
        rest = raw
        while len(rest) > MOST_BYTES and not rest.endswith(b"\n"):  # what is left of a long line
            rest = lines.readline(MOST_BYTES + 1)
        if raw.strip():
            found = True
            yield _read(file, number, raw)
    if not found:
        yield _no_record(file, 0, "this file is empty")


def _is_something_else(raw: bytes) -> bool:
    """Tell whether a file beside records says itself that it is none."""
    if not any(schema.encode() in raw for schema in NO_RECORDS):
        return False
    try:
        held = read_json(raw)
    except (ValueError, RecursionError):
        # an archive is longer than a record may be
        return len(raw) > MOST_BYTES
    return isinstance(held, dict) and held.get("schema") in NO_RECORDS


def _read(file: str, line: int, raw: bytes) -> Recorded:
    if len(raw) > MOST_BYTES:
        return _no_record(file, line, "this is no record of a decision: it has more than 10 MB")
    if not raw.strip():
        return _no_record(file, line, "this file is empty")
    try:
        reasons = _reasons(raw) if TRACE.encode() in raw else None
        inner = raw if reasons is None else canonical(reasons.pop("decision", None))
        decision = Decision.from_json(inner)
    except RecordError as error:
        wrong = (replace(d, file=file, line=line or None) for d in error.diagnostics)
        return Recorded(file, line, wrong=tuple(wrong))
    except (ValueError, RecursionError):
        return _no_record(file, line, "this is no record of a decision: it is not JSON")
    if not _names_an_edition(decision):
        return _no_record(file, line, "this is no record of a decision: it names no edition")
    return Recorded(file, line, decision, reasons)


def _reasons(raw: bytes) -> dict[str, Any] | None:
    """Give a decision's whole trace, if that is what was recorded; raises `ValueError`."""
    held = read_json(raw)
    is_trace = isinstance(held, dict) and held.get("schema") == TRACE
    return held if is_trace else None


def _names_an_edition(decision: Decision) -> bool:
    """Tell whether a record names a table and an edition: an archive is looked for by them."""
    edition = decision.edition
    names, digests = (decision.table, edition.rulebook), (edition.logic, edition.text)
    return all(isinstance(told, str) for told in (*names, *digests)) and (
        all(map(is_name, names)) and all(map(_DIGEST.fullmatch, digests))
    )


def _no_record(file: str, line: int, message: str) -> Recorded:
    return Recorded(file, line, wrong=(problem("NIC703", message, Place(file, line, 0)),))
