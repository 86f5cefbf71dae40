"""Files of many cases: CSV and JSON Lines, as rows of facts to be read (contract, section 3).

What makes a whole file unusable stops here, before anything is decided: a `CasesError`. What is
wrong with one row stays with the row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nic_rules.cases.one import JSON, RepeatedKey
from nic_rules.diagnostics import CasesError, Diagnostic, Place, nearest, problem, shown
from nic_rules.language.values import NotWrittenRight, Plain, day, has_lone_surrogate
from nic_rules.rulebook.given import EVIDENCE_KEYS

OWN_COLUMNS = ("subject", "as_of", "rules_on")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, and in which column."""

    code: str
    message: str
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class GivenRow:
    """One row: its number among the rows, its line in the file, and what it gives."""

    row: int
    line: int
    subject: str | None = None
    as_of: date | None = None
    rules_on: date | None = None
    given: dict[str, Any] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    def wrong(self, code: str, message: str, column: str = "", value: str = "") -> None:
        """Add a problem."""
        self.problems.append(RowProblem(code, message, column, value))


def read_rows(path: Path, facts: Iterable[str]) -> list[GivenRow]:
    """Read all rows of a file; raises `CasesError` if the file cannot be used."""
    names = set(facts)
    read = READERS.get(path.suffix.lower())
    if read is None:
        known = ", ".join(f"`{suffix}`" for suffix in READERS)
        message = f"a file of cases ends in one of {known}"
        raise CasesError([problem("NIC601", message, Place(str(path), 0, 0))])
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        raise CasesError([problem("NIC601", message, Place(str(path), 0, 0))]) from None
    rows = list(read(path, raw, names))
    _refuse_repeated_subjects(rows)
    return rows


def _refuse_repeated_subjects(rows: list[GivenRow]) -> None:
    by_subject: dict[str, list[GivenRow]] = {}
    for row in rows:
        if row.subject is not None:
            by_subject.setdefault(row.subject, []).append(row)
    for subject, same in by_subject.items():
        for row in same if len(same) > 1 else ():
            others = ", ".join(f"row {o.row} (line {o.line})" for o in same if o is not row)
            message = f"subject {shown(subject)} stands also in {others}"
            row.wrong("NIC604", message, "subject", subject)


# --- CSV


def _read_csv(path: Path, raw: bytes, facts: set[str]) -> Iterator[GivenRow]:
    # bytes that are no UTF-8 stay visible as lone surrogates, and spoil only their row
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise CasesError(
            [problem("NIC601", f"the header cannot be read: {error}", Place(str(path), 1, 1))]
        ) from None
    if not header:
        raise CasesError([problem("NIC601", "this file is empty", Place(str(path), 1, 1))])
    wrong = list(_wrong_columns(path, header, facts))
    if wrong:
        raise CasesError(wrong)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            broken = GivenRow(number, line)
            broken.wrong("NIC603", f"this row cannot be read: {error}")
            yield broken
            continue
        if cells:  # not a blank line
            number += 1
            yield _csv_row(GivenRow(number, line), header, cells)


def _wrong_columns(path: Path, header: list[str], facts: set[str]) -> Iterator[Diagnostic]:
    place = Place(str(path), 1, 1)
    for position, column in enumerate(header):
        if column in header[:position]:
            yield problem("NIC602", f"column {shown(column)} stands twice", place)
        elif not _is_column(column, facts):
            message = f"column {shown(column)} is no fact"
            yield problem("NIC602", message, place, nearest(column, (*facts, *OWN_COLUMNS)))
    if "subject" not in header:
        yield problem("NIC602", "there is no column `subject`", place)


def _is_column(column: str, facts: set[str]) -> bool:
    fact, dot, key = column.partition(".")
    if dot:
        return fact in facts and key in EVIDENCE_KEYS
    return column in facts or column in OWN_COLUMNS


def _csv_row(row: GivenRow, header: list[str], cells: list[str]) -> GivenRow:
    told = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        row.wrong("NIC603", f"this row has {len(cells)} cells, the header {len(header)}")
        return row
    for column, cell in told.items():
        if has_lone_surrogate(cell):
            row.wrong("NIC102", "this cell holds bytes that are not UTF-8", column, cell)
        elif "\0" in cell:
            row.wrong("NIC103", "this cell holds the character U+0000", column, cell)
    if row.problems:
        return row
    values = {column: Plain(cell) if cell else None for column, cell in told.items()}
    for column in OWN_COLUMNS:
        if column in values:
            _own(row, column, values.pop(column))
    if "subject" not in told or row.subject is None:
        _no_subject(row)
    _with_evidence(row, values)
    return row


def _with_evidence(row: GivenRow, values: dict[str, Any]) -> None:
    """Put evidence columns beside their facts' values."""
    for column, value in values.items():
        fact, dot, key = column.partition(".")
        if not dot:
            row.given.setdefault(fact, value)
        elif value is not None:
            given = row.given.get(fact, values.get(fact))
            if not isinstance(given, dict):
                given = {"value": given}
            row.given[fact] = {**given, key: str(value)}


def _own(row: GivenRow, column: str, value: object) -> None:
    """Read a column that is no fact's: the subject, or one of the two days."""
    if value is None:
        return
    if not isinstance(value, str):
        row.wrong("NIC503", "expected text", column, str(value))
    elif column == "subject":
        if value.strip() and not has_lone_surrogate(value):
            row.subject = str.__str__(value)
    else:
        try:
            setattr(row, column, day(value))
        except NotWrittenRight as wrong:
            row.wrong("NIC504", f"{shown(value)} is not {wrong}", column, value)


def _no_subject(row: GivenRow) -> None:
    row.wrong("NIC604", "this row has no subject", "subject")


# --- JSON Lines


def _read_json_lines(path: Path, raw: bytes, facts: set[str]) -> Iterator[GivenRow]:
    rows = []
    wrong: list[Diagnostic] = []
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    number = 0
    for line, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        number += 1
        row = GivenRow(number, line)
        rows.append(row)
        told = _json_object(row, text)
        if told is None:
            continue
        place = Place(str(path), line, 1)
        for key in told:
            if not _is_column(key, facts):
                hint = nearest(key, (*facts, *OWN_COLUMNS))
                wrong.append(problem("NIC602", f"key {shown(key)} is no fact", place, hint))
        for column in OWN_COLUMNS:
            _own(row, column, told.pop(column, None))
        if row.subject is None and not any(p.column == "subject" for p in row.problems):
            _no_subject(row)
        _with_evidence(row, told)
    if wrong:
        raise CasesError(wrong)
    if not rows:
        raise CasesError([problem("NIC601", "this file is empty", Place(str(path), 1, 1))])
    yield from rows


def _json_object(row: GivenRow, text: bytes) -> dict[str, Any] | None:
    try:
        told = JSON.decode(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        row.wrong("NIC102", f"byte {text[error.start]:#04x} is not UTF-8")
    except json.JSONDecodeError as error:
        message = f"this is not JSON: {error.msg.lower()} at column {error.colno}"
        row.wrong("NIC603", message)
    except RepeatedKey as error:
        row.wrong("NIC509", str(error))
    except (ValueError, RecursionError) as error:
        row.wrong("NIC603", str(error) if isinstance(error, ValueError) else "nested too deep")
    else:
        if isinstance(told, dict):
            return told
        row.wrong("NIC501", "a line is an object with `subject` and facts")
    return None


READERS: dict[str, Callable[[Path, bytes, set[str]], Iterator[GivenRow]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
}
"""How files of cases are read, by the ending of their names."""
