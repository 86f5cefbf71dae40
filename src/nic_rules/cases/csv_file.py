"""Cases in a CSV file, a row a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any

import polars as pl

from nic_rules.cases.chunk import AT_ONCE, SUBJECT, Chunk, in_columns
from nic_rules.cases.csv_columns import PlainLines, Start
from nic_rules.cases.csv_records import Record, records
from nic_rules.cases.decimal_comma import column_with_point, with_point
from nic_rules.cases.header import is_column, wrong_columns
from nic_rules.cases.opened import refuse
from nic_rules.cases.reading import DELIMITERS, ENCODINGS, Reading
from nic_rules.cases.rows import GivenRow, read_row, subject_in
from nic_rules.diagnostics import CasesError, Diagnostic, Place, problem
from nic_rules.language.types import Number
from nic_rules.language.values import Plain as PlainText
from nic_rules.language.values import has_lone_surrogate
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import BadFact

UTF8_MARK = b"\xef\xbb\xbf".decode("windows-1252")
"""How the mark of UTF-8 looks in Windows-1252."""

_Given = tuple[int, int, Record]
"""A row's number, its line, and the record that it is or is lost with."""


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
        self.plain = PlainLines(path, reading.encoding, self.delimiter, self.header)
        self.wrong: list[Diagnostic] = []
        self.taken_for = f"CSV with {DELIMITERS[self.delimiter]}s, {self.encoding}"

    def subjects(self) -> Iterator[pl.Series]:
        """Give the subject of each row, some at a time."""
        for part in self.plain.frames(SUBJECT):
            if isinstance(part, Start):
                yield from in_columns(self._subjects_from(part), AT_ONCE)
            else:
                yield part[1][SUBJECT]

    def _subjects_from(self, start: Start) -> Iterator[str | None]:
        at, size = self.header.index(SUBJECT), len(self.header)
        for _, _, record in self._given(start):
            whole = not record.wrong and len(record.cells) == size
            yield subject_in(record.cells[at]) if whole else None

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last."""
        for given in self._given(Start(0, 1, 0)):
            yield self._read(*given)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Read the rows in columns."""
        for part in self.plain.frames():
            if isinstance(part, Start):
                given = self._given(part)
                while some := list(islice(given, size)):
                    yield self._recorded(some)
            else:
                yield from self._plain(*part).slices(size)

    def _plain(self, start: Start, given: pl.DataFrame) -> Chunk:
        def row(place: int) -> GivenRow:
            cells = [cell or "" for cell in given.row(place)]
            return self._row(GivenRow(start.rows + place + 1, start.line + place), cells)

        return self._chunk(given, set(), row)

    def _recorded(self, given: list[_Given]) -> Chunk:
        """Put records in columns; of those that columns cannot hold only the subject."""
        at, size = self.header.index(SUBJECT), len(self.header)
        odd, rows = set(), []
        for place, (_, _, record) in enumerate(given):
            cells: Sequence[str | None] = record.cells
            whole = not record.wrong and len(record.cells) == size
            text = "".join(record.cells)
            if not whole or "\0" in text or has_lone_surrogate(text):
                odd.add(place)
                subject = subject_in(record.cells[at]) if whole else None
                cells = [subject if here == at else None for here in range(size)]
            rows.append(cells)
        frame = pl.DataFrame(rows, schema=dict.fromkeys(self.header, pl.String), orient="row")
        return self._chunk(frame, odd, lambda place: self._read(*given[place]))

    def _chunk(self, given: pl.DataFrame, odd: set[int], row: Callable[[int], GivenRow]) -> Chunk:
        frame = given
        for column, fact in self.numbers.items():
            numbers, wrong = column_with_point(fact, given[column])
            frame = frame.with_columns(numbers)
            odd |= wrong
        return Chunk(frame, odd, row)

    # --- records

    def _given(self, start: Start) -> Iterator[_Given]:
        """Give each row from a place of the file on: its number, its line, and its record."""
        number = start.rows
        with self.path.open("rb") as file, self._text(file, start.at) as text:
            read = records(text, self.delimiter)
            if start.at == 0:
                next(read)  # the header
            for record in read:
                record.line += start.line - 1
                if not record.cells and not record.wrong:
                    continue  # a blank line
                for line in range(record.line, record.line + (record.lost if record.wrong else 1)):
                    number += 1
                    yield number, line, record

    def _read(self, number: int, line: int, record: Record) -> GivenRow:
        row = GivenRow(number, line)
        return _broken(row, record) if record.wrong else self._row(row, record.cells)

    def _text(self, file: IO[bytes], at: int = 0) -> TextIOWrapper:
        # bytes that are none of the encoding stay visible as lone surrogates: they spoil their row
        has_mark = self.reading.encoding == "utf-8" and at == 0
        encoding = "utf-8-sig" if has_mark else self.reading.encoding
        file.seek(at)
        return TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")

    def _first(self, delimiter: str) -> Record | None:
        with self.path.open("rb") as file, self._text(file) as text:
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
            raise CasesError([problem("NIC102", message, place, self._other_encoding())])
        if first.cells[0].startswith(UTF8_MARK):
            message = "this file says that it is UTF-8, by its first three bytes"
            raise CasesError([problem("NIC102", message, place)])
        with self.path.open("rb") as file, self._text(file) as text:
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
                if hint := self._other_encoding():
                    message = f"{message} ({hint})"
                row.wrong("NIC102", message, column, self._with_bytes(cell))
            elif "\0" in cell:
                row.wrong("NIC103", "this cell holds the character U+0000", column, cell)
            elif column in self.numbers:
                try:
                    values[column] = with_point(self.numbers[column], cell)
                except BadFact as wrong:
                    told = f"{wrong.message} ({wrong.hint})" if wrong.hint else wrong.message
                    row.wrong(wrong.code, told, column, cell)
            else:
                values[column] = PlainText(cell)
        read_row(row, values)
        return row

    def _other_encoding(self) -> str | None:
        """Say how a file is read that is of the other encoding."""
        if self.reading.encoding == "utf-8":
            return "say `--encoding windows-1252` if the whole file is"
        return None

    def _with_bytes(self, cell: str) -> str:
        """Show what is none of the encoding as the file's own bytes, such as `\\xe5`."""
        encoding = self.reading.encoding
        given = cell.encode(encoding, "surrogateescape")
        return given.decode(encoding, "backslashreplace")


def _broken(row: GivenRow, record: Record) -> GivenRow:
    """Reject a line of a row that cannot be read."""
    message = f"this row cannot be read: {record.wrong}"
    if row.line != record.line:
        message = f"this line cannot be told from the row of line {record.line}: {record.wrong}"
    row.wrong("NIC603", message)
    return row
