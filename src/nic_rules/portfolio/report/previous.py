"""The review before: what each subject's outcomes were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from nic_rules.decision import SCHEMA
from nic_rules.diagnostics import CasesError, Place, problem
from nic_rules.portfolio.files import DECISIONS


class Previous:
    """Outcomes of an earlier review by subject, in the order of some tables; they are taken out."""

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables
        self.outcomes: dict[str, tuple[str | None, ...]] = {}
        self.as_of: str = ""

    def take(self, subject: str) -> tuple[str | None, ...] | None:
        """Take out what a subject got, None if it was not there."""
        return self.outcomes.pop(subject, None)

    def add(self, table: str, subject: str, outcome: str) -> None:
        """Note what a subject got."""
        had = self.outcomes.get(subject, (None,) * len(self.tables))
        given = (
            intern(outcome) if t == table else o for t, o in zip(self.tables, had, strict=True)
        )
        self.outcomes[subject] = tuple(given)


def read_previous(given: Path, book: str, tables: tuple[str, ...]) -> Previous:
    """Read the outcomes of a review from its folder, or from its file of decisions.

    Raises `CasesError` if there is none, or another rule book decided.
    """
    path = decisions_of(given)
    previous = Previous(tables)
    for at, record in records(path):
        if record.rulebook != book:
            raise _unusable(path, at.line, f"not the rule book `{book}` decided this")
        if record.table in tables and record.subject is not None:
            outcome = record.outcome
            joined = outcome if isinstance(outcome, str) else ";".join(outcome)
            previous.add(record.table, record.subject, joined)
            previous.as_of = max(previous.as_of, record.as_of)
    return previous


def decisions_of(given: Path) -> Path:
    """Give the file of decisions of a review: that of a folder, or the file itself."""
    return given / DECISIONS if given.is_dir() else given


class At(NamedTuple):
    """Where a record stands in its file: the line, from 1, and the bytes before it."""

    line: int
    offset: int


class Recorded(NamedTuple):
    """What an earlier review recorded of a case, as far as it is looked at."""

    rulebook: str
    table: str
    subject: str | None
    outcome: str | list[str]
    as_of: str


def records(path: Path) -> Iterator[tuple[At, Recorded]]:
    """Read the records of a file of decisions; raises `CasesError` at the first that is none."""
    offset = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    record = _ends_of(line) or json.loads(line)
                    if record["schema"] != SCHEMA:
                        raise ValueError(record["schema"])
                    keys = ("table", "subject", "outcome", "as_of")
                    told = Recorded(record["edition"]["rulebook"], *(record[key] for key in keys))
                except UnicodeDecodeError:
                    raise _unusable(path, number, "this file is not UTF-8") from None
                except (ValueError, KeyError, TypeError, RecursionError):
                    raise _unusable(path, number, "this is no record of a decision") from None
                yield At(number, offset), told
                offset += len(line)
    except OSError as error:
        message = f"the review before cannot be read: {error.strerror}"
        was_reviewed = not path.exists() and (path.parent / "summary.json").exists()
        hint = "it was written without records" if was_reviewed else None
        raise _unusable(path, 0, message, hint) from None


def _ends_of(line: bytes) -> dict[str, Any] | None:
    """Read a record from both ends, without what lies between: facts and findings are long.

    The keys of a record are sorted, and a quote within a text has a backslash before it: so these
    marks stand nowhere else. None if it is no such record.
    """
    head, tail = line.find(b',"evidence":{'), line.rfind(b',"library":"')
    if head < 0 or tail < head:
        return None
    try:
        ends = json.loads(line[:head] + line[tail:])
    except ValueError:
        return None
    return ends if isinstance(ends, dict) else None


def _unusable(path: Path, line: int, message: str, hint: str | None = None) -> CasesError:
    return CasesError([problem("NIC601", message, Place(str(path), line, 0), hint)])
