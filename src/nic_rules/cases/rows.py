"""One row of a file of cases, read by its columns: the subject, days, facts, their evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nic_rules.cases.header import OWN_COLUMNS
from nic_rules.diagnostics import shown
from nic_rules.language.values import JsonNumber, NotWrittenRight, day, has_lone_surrogate


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, and in which column."""

    code: str
    message: str
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class GivenRow:
    """One row: its number among the rows of its file, its line in it, and what it gives.

    The lines of a workbook are those of its sheet; where a file has none, its rows are its lines.
    """

    row: int
    line: int
    subject: str | None = None
    label: str = ""
    """What to call a row by that has no subject to decide on."""
    as_of: date | None = None
    rules_on: date | None = None
    given: dict[str, Any] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    file: str = ""
    """The file, as it is to be told."""
    number: int = 0
    """The number among the rows of all files, from 1."""

    def wrong(self, code: str, message: str, column: str = "", value: str = "") -> None:
        """Add a problem."""
        self.problems.append(RowProblem(code, message, column, value))


def subject_of(value: object) -> str | None:
    """Give the subject that a value is, if it is one."""
    if not isinstance(value, str) or isinstance(value, JsonNumber) or not value.strip():
        return None
    return None if has_lone_surrogate(value) else str.__str__(value)


def subject_in(cell: object) -> str | None:
    """Give the subject that a cell holds: as `subject_of`, but no cell may hold U+0000."""
    return None if isinstance(cell, str) and "\0" in cell else subject_of(cell)


def read_row(row: GivenRow, values: dict[str, Any]) -> None:
    """Read what a row gives by column, and tell what is wrong with it in its problems."""
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
    if isinstance(value, date) and column != "subject":
        setattr(row, column, value)
    elif not isinstance(value, str) or (column == "subject" and isinstance(value, JsonNumber)):
        row.wrong("NIC503", "expected text, in quotes", column, _written(value))
    elif has_lone_surrogate(value):
        row.wrong("NIC503", "this text cannot be written as UTF-8", column, value)
    elif column == "subject":
        row.subject = subject_of(value)
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
