"""Cases in a CSV file, a row a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import repeat
from pathlib import Path
from typing import Any, TextIO

from nic_rules.cases.csv_records import Record, records
from nic_rules.cases.decimal_comma import with_point
from nic_rules.cases.header import is_column, wrong_columns
from nic_rules.cases.opened import refuse
from nic_rules.cases.reading import DELIMITERS, ENCODINGS, Reading
from nic_rules.cases.rows import GivenRow, read_row, subject_in
from nic_rules.diagnostics import CasesError, Diagnostic, Place, problem
from nic_rules.language.types import Number
from nic_rules.language.values import Plain, has_lone_surrogate
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import BadFact

UTF8_MARK = b"\xef\xbb\xbf".decode("windows-1252")
"""How the mark of UTF-8 looks in Windows-1252."""


class CsvFile:
    """A CSV file whose header is right."""

    def __init__(self, path: Path, told: str, facts: Mapping[str, Fact], reading: Reading) -> None:
        self.path, self.told, self.reading = path, told, reading
        self.encoding = ENCODINGS[reading.encoding]
        self.delimiter = reading.delimiter or self._delimiter_found(facts)
        self.header = self._header(facts)
        self.numbers = {
            column: facts[column]
            for column in self.header
            if reading.decimal_comma and column in facts and isinstance(facts[column].type, Number)
        }
        self.wrong: list[Diagnostic] = []
        self.taken_for = f"CSV with {DELIMITERS[self.delimiter]}s, {self.encoding}"

    def subjects(self) -> Iterator[str | None]:
        """Give the subject of each row."""
        at, size = self.header.index("subject"), len(self.header)
        for record in self._records():
            if record.wrong:
                yield from repeat(None, record.lost)
            else:
                yield subject_in(record.cells[at]) if len(record.cells) == size else None

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last."""
        number = 0
        for record in self._records():
            if record.wrong:
                for lost in range(record.line, record.line + record.lost):
                    number += 1
                    yield _broken(GivenRow(number, lost), record)
            else:
                number += 1
                yield self._row(GivenRow(number, record.line), record.cells)

    def _records(self) -> Iterator[Record]:
        """Give what stands below the header, without blank lines."""
        with self._text() as text:
            read = records(text, self.delimiter)
            next(read)  # the header
            yield from (record for record in read if record.cells or record.wrong)

    def _text(self) -> TextIO:
        # bytes that are none of the encoding stay visible as lone surrogates: they spoil their row
        encoding = "utf-8-sig" if self.reading.encoding == "utf-8" else self.reading.encoding
        return self.path.open(encoding=encoding, errors="surrogateescape", newline="")

    def _first(self, delimiter: str) -> Record | None:
        with self._text() as text:
            return next(records(text, delimiter), None)

    def _delimiter_found(self, facts: Mapping[str, Fact]) -> str:
        """Find the delimiter by which the most cells of the header are columns."""

        def known(delimiter: str) -> int:
            first = self._first(delimiter)
            return sum(is_column(cell, facts) for cell in first.cells) if first else 0

        return max(DELIMITERS, key=known)  # the first of several

    def _header(self, facts: Mapping[str, Fact]) -> list[str]:
        place = Place(self.told, 1, 1)
        first = self._first(self.delimiter)
        if first is None:
            raise CasesError([problem("NIC601", "this file is empty", place)])
        if first.wrong:
            message = f"the header cannot be read: {first.wrong}"
            raise CasesError([problem("NIC601", message, place)])
        if not first.cells:
            raise CasesError([problem("NIC601", "the first line is not a header", place)])
        if has_lone_surrogate("".join(first.cells)):
            message = f"the header holds bytes that are not {self.encoding}"
            raise CasesError([problem("NIC102", message, place)])
        if first.cells[0].startswith(UTF8_MARK):
            message = "this file says that it is UTF-8, by its first three bytes"
            raise CasesError([problem("NIC102", message, place)])
        with self._text() as text:
            written = text.read(sum(2 * len(cell) + 3 for cell in first.cells))
        places = list(self._places(first.cells, written))
        refuse(wrong_columns(first.cells, places, list(facts), place))
        return first.cells

    def _places(self, header: list[str], written: str) -> Iterator[Place]:
        at = 1
        for cell in header:
            yield Place(self.told, 1, at)
            quotes = cell.count('"') + 2 if written[at - 1 : at] == '"' else 0
            at += len(cell) + quotes + 1

    def _row(self, row: GivenRow, cells: list[str]) -> GivenRow:
        header = self.header
        if len(cells) != len(header):
            row.wrong("NIC603", f"this row has {len(cells)} cells, the header {len(header)}")
            if header[0] == "subject":  # the first cell is where it should be, whatever comes after
                row.label = cells[0]
            return row
        values: dict[str, Any] = {}
        for column, cell in zip(header, cells, strict=True):
            if not cell:
                values[column] = None
            elif has_lone_surrogate(cell):
                message = f"this cell holds bytes that are not {self.encoding}"
                row.wrong("NIC102", message, column, cell)
            elif "\0" in cell:
                row.wrong("NIC103", "this cell holds the character U+0000", column, cell)
            elif column in self.numbers:
                try:
                    values[column] = with_point(self.numbers[column], cell)
                except BadFact as wrong:
                    told = f"{wrong.message} ({wrong.hint})" if wrong.hint else wrong.message
                    row.wrong(wrong.code, told, column, cell)
            else:
                values[column] = Plain(cell)
        read_row(row, values)
        return row


def _broken(row: GivenRow, record: Record) -> GivenRow:
    """Reject a line of a row that cannot be read."""
    message = f"this row cannot be read: {record.wrong}"
    if row.line != record.line:
        message = f"this line cannot be told from the row of line {record.line}: {record.wrong}"
    row.wrong("NIC603", message)
    return row
