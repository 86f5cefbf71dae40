"""The records of a CSV text, one by one: however long the text is, and however odd its quotes.

Python's own reader holds a record as a whole, and a quote that is never closed makes the rest of
the text one record. So it is given no more of one than fits; what is longer is only walked over, to
where it ends.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

from nic_rules.cases.reading import DELIMITERS

MOST_IN_A_ROW = 10_000_000
"""How many characters a row may have."""

_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')


@dataclass(slots=True)
class Record:
    """A record: its first line, its cells, or why it cannot be read and how many lines it lost."""

    line: int
    cells: list[str]
    wrong: str = ""
    lost: int = 1
    """Each line of a record with wrong quotes is lost: nobody can tell which rows they are."""


def records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Give the records of a text that was opened with `newline=""`; blank lines have no cells."""
    csv.field_size_limit(max(csv.field_size_limit(), MOST_IN_A_ROW))  # the whole process's
    lines = _Lines(text)
    # lines end as CSV's do: `splitlines` would also end them inside cells, at U+2028 and others
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line, lines.held = lines.number + 1, 0
        try:
            yield Record(line, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            wrong = _unclosed() if "unexpected end" in str(error) else _open_end(delimiter)
            yield Record(line, [], wrong, lines.number - line + 1)
        except _TooLong as too_long:
            # only a quoted cell lets the reader ask for a second line
            wrong = _Walk(delimiter, within=lines.number >= line).over(lines, too_long.piece)
            lost = lines.number - line + 1 if wrong else 1
            wrong = wrong or f"it has more than {MOST_IN_A_ROW:,} characters"
            yield Record(line, [], wrong, lost)


def _unclosed() -> str:
    return "a quote is not closed"


def _open_end(delimiter: str) -> str:
    return f"something stands between a closing quote and the next {DELIMITERS[delimiter]}"


class _TooLong(Exception):
    def __init__(self, piece: str) -> None:
        super().__init__()
        self.piece = piece


class _Lines:
    """The lines of a text, as many as a record may hold."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.number = 0
        """How many lines have ended, or begun and been given out."""
        self.held = 0
        """How many characters of the record have been given out."""
        self.is_cut = False
        """A line's end may have been cut between its two characters."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.piece(MOST_IN_A_ROW + 1)
        if not line:
            raise StopIteration
        self.held += len(line)
        if self.held > MOST_IN_A_ROW:
            raise _TooLong(line)
        self.number += 1
        return line

    def piece(self, most: int) -> str:
        """Give the next line, or as much of it as is asked for."""
        line = self.text.readline(most)
        if line == "\n" and self.is_cut:
            line = self.text.readline(most)
        self.is_cut = len(line) == most and line.endswith("\r")
        return line


class _Walk:
    """A walk over what is left of a record, as strict as Python's own reader."""

    PIECE = 1 << 20

    def __init__(self, delimiter: str, within: bool) -> None:
        self.delimiter = delimiter
        self.outside = re.compile(f"[{re.escape(delimiter)}\r\n]")
        self.step: Callable[[str, int], int] = self._quoted if within else self._start
        self.wrong = ""
        self.ended = False

    def over(self, lines: _Lines, piece: str) -> str:
        """Walk to the end of the record; give what is wrong with its quotes, if anything is."""
        is_whole = True
        while piece:
            at = 0
            while at < len(piece):
                at = self.step(piece, at)
            is_whole = piece.endswith(("\n", "\r"))
            lines.number += is_whole
            if is_whole and self.ended:
                return self.wrong
            piece = lines.piece(self.PIECE)
        lines.number += not is_whole  # the last line of the text has no end
        return _unclosed() if self.step == self._quoted else self.wrong

    def _start(self, piece: str, at: int) -> int:
        quoted = piece[at] == '"'
        self.step = self._quoted if quoted else self._plain
        return at + quoted

    def _plain(self, piece: str, at: int) -> int:
        found = self.outside.search(piece, at)
        if found is None:
            return len(piece)
        if found[0] == self.delimiter:
            self.step = self._start
            return found.end()
        return self._end(piece)

    def _quoted(self, piece: str, at: int) -> int:
        found = _INSIDE.match(piece, at)
        assert found is not None  # it matches nothing, too
        if found.end() < len(piece):
            self.step = self._closed
        return found.end() + 1

    def _closed(self, piece: str, at: int) -> int:
        char = piece[at]
        if char == '"':  # the second half of a quote that was cut
            self.step = self._quoted
            return at + 1
        if char == self.delimiter:
            self.step = self._start
            return at + 1
        if char not in "\r\n":
            self.wrong = _open_end(self.delimiter)
        return self._end(piece)

    def _end(self, piece: str, _at: int = 0) -> int:
        """Go to the end of the line, where the record ends."""
        self.step, self.ended = self._end, True
        return len(piece)
