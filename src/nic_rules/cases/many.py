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
from io import StringIO
from pathlib import Path
from typing import Any

from nic_rules.cases.one import BOM, JSON, RepeatedKey, what_is_wrong
from nic_rules.diagnostics import CasesError, Diagnostic, Place, nearest, problem, shown
from nic_rules.language.values import (
    JsonNumber,
    NotWrittenRight,
    Plain,
    day,
    has_lone_surrogate,
)
from nic_rules.rulebook.given import EVIDENCE_KEYS

OWN_COLUMNS = ("subject", "as_of", "rules_on")

MOST_OTHERS = 3
"""How many other rows of the same subject are named."""


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
    label: str = ""
    """What to call a row by that has no subject to decide on."""
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
            others = [o for o in same[: MOST_OTHERS + 1] if o is not row][:MOST_OTHERS]
            told = ", ".join(f"row {o.row} (line {o.line})" for o in others)
            more = len(same) - 1 - len(others)
            told += f" and {more} more" if more else ""
            row.wrong(
                "NIC604", f"subject {shown(subject)} also occurs in {told}", "subject", subject
            )


# --- CSV


def _read_csv(path: Path, raw: bytes, facts: set[str]) -> Iterator[GivenRow]:
    # bytes that are no UTF-8 stay visible as lone surrogates, and spoil only their row
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    # a cell may be as long as the file; the limit is the whole process's, and only ever raised
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    # lines end as CSV's do: `splitlines` would also end them inside cells, at U+2028 and others
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    header = _csv_header(path, text, reader, facts)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            for lost in range(line, reader.line_num + 1):
                number += 1
                yield _csv_broken(GivenRow(number, lost), line, error)
            continue
        if cells:  # not a blank line
            number += 1
            yield _csv_row(GivenRow(number, line), header, cells)


def _csv_header(path: Path, text: str, reader: Iterator[list[str]], facts: set[str]) -> list[str]:
    place = Place(str(path), 1, 1)
    try:
        header = next(reader, None)
    except csv.Error as error:
        message = f"the header cannot be read: {_quotes(error)}"
        raise CasesError([problem("NIC601", message, place)]) from None
    if not header:
        empty = "this file is empty" if header is None else "the first line is not a header"
        raise CasesError([problem("NIC601", empty, place)])
    if has_lone_surrogate("".join(header)):
        raise CasesError([problem("NIC102", "the header holds bytes that are not UTF-8", place)])
    wrong = list(_wrong_columns(path, header, text, facts))
    if wrong:
        raise CasesError(wrong)
    return header


def _csv_broken(row: GivenRow, begun: int, error: csv.Error) -> GivenRow:
    """Reject a line of a row that cannot be read: nobody can tell which rows its lines are."""
    message = f"this row cannot be read: {_quotes(error)}"
    if row.line != begun:
        message = f"this line cannot be told from the row of line {begun}: {_quotes(error)}"
    row.wrong("NIC603", message)
    return row


def _quotes(error: csv.Error) -> str:
    """Say what is wrong with quotes: nothing else makes a row of text unreadable."""
    if "unexpected end" in str(error):
        return "a quote is not closed"
    return "something stands between a closing quote and the next comma"


def _wrong_columns(
    path: Path, header: list[str], text: str, facts: set[str]
) -> Iterator[Diagnostic]:
    at = 1
    for position, column in enumerate(header):
        place = Place(str(path), 1, at)
        at += _written_length(column, text[at - 1 : at]) + 1
        if not column:
            message = f"column {position + 1} of the header has no name"
            yield problem("NIC602", message, place)
        elif column in header[:position]:
            yield problem("NIC602", f"column {shown(column)} stands twice", place)
        elif not _is_column(column, facts):
            message = f"column {shown(column)} is no fact"
            yield problem("NIC602", message, place, _nearest_column(column, facts))
    if "subject" not in header:
        place = Place(str(path), 1, 1)
        yield problem("NIC602", "there is no column `subject`", place)


def _written_length(cell: str, first: str) -> int:
    """Count the characters that a cell takes where it stands, its quotes included."""
    return len(cell) + cell.count('"') + 2 if first == '"' else len(cell)


def _is_column(column: str, facts: set[str]) -> bool:
    fact, dot, key = column.partition(".")
    if dot:
        return fact in facts and key in EVIDENCE_KEYS
    return column in facts or column in OWN_COLUMNS


def _nearest_column(column: str, facts: set[str]) -> str | None:
    """Hint at the column most like one that is none."""
    beside = (f"{fact}.{key}" for fact in facts for key in EVIDENCE_KEYS if "." in column)
    return nearest(column, (*facts, *OWN_COLUMNS, *beside))


def _csv_row(row: GivenRow, header: list[str], cells: list[str]) -> GivenRow:
    told = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        row.wrong("NIC603", f"this row has {len(cells)} cells, the header {len(header)}")
        if header[0] == "subject":  # the first cell is where it should be, whatever comes after
            row.label = cells[0]
        return row
    values: dict[str, Any] = {}
    for column, cell in told.items():
        if has_lone_surrogate(cell):
            row.wrong("NIC102", "this cell holds bytes that are not UTF-8", column, cell)
        elif "\0" in cell:
            row.wrong("NIC103", "this cell holds the character U+0000", column, cell)
        else:
            values[column] = Plain(cell) if cell else None
    _read_row(row, values)
    return row


def _read_row(row: GivenRow, values: dict[str, Any]) -> None:
    """Read what a row gives by column: the subject, days, facts and their evidence."""
    for column in OWN_COLUMNS:
        _own(row, column, values.pop(column, None))
    if row.subject is None and not any(p.column == "subject" for p in row.problems):
        row.wrong("NIC604", "this row has no subject", "subject")
    _with_evidence(row, values)


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
            elif given.get(key) is not None:
                row.wrong("NIC509", f"`{fact}` is told its `{key}` twice", column, _written(value))
            if key == "recorded_on" and isinstance(value, str) and not _is_day(value):
                message = f"{shown(value)} is not a day written YYYY-MM-DD"
                row.wrong("NIC507", message, column, _written(value))
                continue
            row.given[fact] = {**given, key: value}


def _is_day(text: str) -> bool:
    try:
        day(text)
    except NotWrittenRight:
        return False
    return True


def _own(row: GivenRow, column: str, value: object) -> None:
    """Read a column that is no fact's: the subject, or one of the two days."""
    if value is None:
        return
    if not isinstance(value, str) or (column == "subject" and isinstance(value, JsonNumber)):
        row.wrong("NIC503", "expected text, in quotes", column, _written(value))
    elif has_lone_surrogate(value):
        row.wrong("NIC503", "this text cannot be written as UTF-8", column, value)
    elif column == "subject":
        if value.strip():
            row.subject = str.__str__(value)
    else:
        try:
            setattr(row, column, day(value))
        except NotWrittenRight as wrong:
            row.wrong("NIC504", f"{shown(value)} is not {wrong}", column, value)


def _written(value: object) -> str:
    """Show a value of JSON that is out of place."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- JSON Lines


def _read_json_lines(path: Path, raw: bytes, facts: set[str]) -> Iterator[GivenRow]:
    rows = []
    wrong: list[Diagnostic] = []
    lines = raw.removeprefix(BOM).split(b"\n")
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
                hint = _nearest_column(key, facts)
                wrong.append(problem("NIC602", f"key {shown(key)} is no fact", place, hint))
        _read_row(row, told)
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
        message = f"this is not JSON: {what_is_wrong(error)} at column {error.colno}"
        row.wrong("NIC603", message)
    except RepeatedKey as error:
        row.wrong("NIC509", str(error))
    except RecursionError:
        row.wrong("NIC603", "nested too deep")
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
