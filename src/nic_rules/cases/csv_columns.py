"""CSV in columns: plain text at once, and other text record by record.

Plain is text in which every line is a row and every delimiter parts two cells: no quotes, no blank
lines, and as many delimiters in each line as in the header. Polars reads it just as the records
are read; from the first block on that is not plain, they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

BLOCK = 1 << 24
"""How many bytes of plain text are read at once."""

_MARK = b"\xef\xbb\xbf"


class Start(NamedTuple):
    """Where a text starts: at which byte, at which line, and after how many rows."""

    at: int
    line: int
    rows: int


class Plain(NamedTuple):
    """Some plain text, and where it starts."""

    text: bytes
    """In UTF-8, each line ended by one line feed."""
    lines: int
    start: Start


class PlainLines:
    """The plain text of a file: looked through once, and read as often as anybody asks."""

    def __init__(self, path: Path, encoding: str, delimiter: str, header: Sequence[str]) -> None:
        self.path, self.encoding = path, encoding
        self.delimiter, self.header = delimiter, header
        self._lines: dict[Start, int] = {}
        """How many lines a block has, by its start, once it was looked through."""

    def frames(self, only: str | None = None) -> Iterator[tuple[Start, pl.DataFrame] | Start]:
        """Give the text below the header as columns, block by block; last, where another starts.

        Where only one column is asked for, a line of more cells or fewer may be among the others;
        it has its cell then, or none.
        """
        for part in self._blocks():
            if isinstance(part, Plain):
                frame = self._frame(part, only)
                if frame is None:
                    yield part.start
                    return
                yield part.start, frame
            else:
                yield part

    def _blocks(self) -> Iterator[Plain | Start]:
        written = self.delimiter.join(self.header).encode(self.encoding, "replace")
        with self.path.open("rb") as file:
            head = file.readline(len(written) + len(_MARK) + 2)
            if self.encoding == "utf-8":
                head = head.removeprefix(_MARK)
            if head.rstrip(b"\r\n") != written or not head.endswith(b"\n"):
                yield Start(0, 1, 0)
                return
            start = Start(file.tell(), 2, 0)
            while given := file.read(BLOCK):
                whole = given[: given.rfind(b"\n") + 1]
                if len(given) < BLOCK:  # the last
                    whole = given if given.endswith(b"\n") else given + b"\n"
                found = self._looked_through(whole, start)
                if found is None:
                    yield start
                    return
                yield found
                lines = found.lines
                start = Start(start.at + len(whole), start.line + lines, start.rows + lines)
                file.seek(start.at)

    def _looked_through(self, text: bytes, start: Start) -> Plain | None:
        """Give lines in UTF-8, if they are plain as far as that shows in all of them together."""
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        lines = self._lines.get(start)
        if lines is None:
            if any(mark in text for mark in (b'"', b"\0", b"\r")):
                return None
            if not text or text.startswith((b"\n", _MARK)):
                return None
            lines = text.count(b"\n")
            if text.count(self.delimiter.encode()) != lines * (len(self.header) - 1):
                return None
        try:
            if self.encoding != "utf-8" or (start not in self._lines and not text.isascii()):
                text = text.decode(self.encoding).encode("utf-8")
        except UnicodeDecodeError:
            return None
        self._lines[start] = lines
        return Plain(text, lines, start)

    def _frame(self, plain: Plain, only: str | None) -> pl.DataFrame | None:
        """Read plain text as columns; None if it is not plain after all."""
        names = [f"column_{at}" for at in range(len(self.header))]
        try:
            # a line of more cells than the header is an error; so none has fewer, for the
            # delimiters are as many as those of so many lines
            frame = pl.read_csv(
                plain.text,
                has_header=False,
                schema=dict.fromkeys(names, pl.String),
                columns=None if only is None else [self.header.index(only)],
                separator=self.delimiter,
                quote_char=None,
                truncate_ragged_lines=False,
            )
        except pl.exceptions.PolarsError:
            return None
        frame.columns = [*self.header] if only is None else [only]
        if frame.height != plain.lines or self._has_blank_lines(plain, frame):
            return None
        return frame

    @staticmethod
    def _has_blank_lines(plain: Plain, frame: pl.DataFrame) -> bool:
        """Tell whether a line is no row; in columns such a one has no cells."""
        some = frame.to_series(0)
        return some.null_count() > 0 and b"\n\n" in plain.text
