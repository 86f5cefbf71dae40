"""Cases in JSON Lines, an object a case."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from nic_rules.cases.chunk import AT_ONCE, Chunk, chunks_of_rows, in_columns
from nic_rules.cases.header import is_column, nearest_column
from nic_rules.cases.one import BOM, JSON, MOST_BYTES, RepeatedKey, what_is_wrong
from nic_rules.cases.rows import GivenRow, read_row, subject_of
from nic_rules.diagnostics import Diagnostic, Place, problem, shown
from nic_rules.rulebook.book import Fact

MOST_KEYS = 100
"""How many keys that are no fact are told."""


class JsonLinesFile:
    """A file of JSON Lines. Keys that are no fact make it unusable, wherever they stand."""

    taken_for = "JSON Lines"

    def __init__(self, path: Path, told: str, facts: Mapping[str, Fact]) -> None:
        self.path, self.told, self.facts = path, told, facts
        self.wrong: list[Diagnostic] = []
        self.known: set[str] = set()
        self.strange: set[str] = set()

    def subjects(self) -> Iterator[pl.Series]:
        """Give the subject of each row, and look for keys that are no fact."""
        return in_columns(self._subjects(), AT_ONCE)

    def _subjects(self) -> Iterator[str | None]:
        is_empty = True
        for row, told in self._objects():
            is_empty = False
            for key in told or ():
                if key not in self.known:
                    self._look_at(key, row.line)
            yield subject_of(told.get("subject")) if told else None
        if is_empty:
            self.wrong.append(problem("NIC601", "this file is empty", Place(self.told, 1, 1)))

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last."""
        for row, told in self._objects():
            if told is not None:
                read_row(row, told)
            yield row

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Give the rows, some at a time: each has keys and values of its own."""
        return chunks_of_rows(self.rows(), size)

    def _objects(self) -> Iterator[tuple[GivenRow, dict[str, Any] | None]]:
        """Give the object of each line, or None if there is none; blank lines are no rows."""
        number = 0
        with self.path.open("rb") as file:
            if file.read(len(BOM)) != BOM:
                file.seek(0)
            for line, text in enumerate(_lines(file), start=1):
                if text.strip():
                    number += 1
                    row = GivenRow(number, line)
                    yield row, _object(row, text)

    def _look_at(self, key: str, line: int) -> None:
        """Keep a key that is a column; tell one that is none where it stands first."""
        if is_column(key, self.facts):
            self.known.add(key)
        else:
            self._strange(key, line)

    def _strange(self, key: str, line: int) -> None:
        if key in self.strange or len(self.strange) == MOST_KEYS:
            return
        self.strange.add(key)
        hint = nearest_column(key, self.facts)
        place = Place(self.told, line, 1)
        self.wrong.append(problem("NIC602", f"key {shown(key)} is no fact", place, hint))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give the lines of a file; of one that is too long, as much as shows it."""
    while line := file.readline(MOST_BYTES + 1):
        piece = line
        while len(piece) > MOST_BYTES and not piece.endswith(b"\n"):
            piece = file.readline(MOST_BYTES + 1)
        yield line


def _object(row: GivenRow, text: bytes) -> dict[str, Any] | None:
    if len(text) > MOST_BYTES:
        row.wrong("NIC603", "this line has more than 10 MB")
        return None
    try:
        told = JSON.decode(text.decode("utf-8").rstrip("\r\n"))  # so that its end has a column
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
