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

BLOCK = 1 << 23
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


def plain_blocks(
    path: Path, encoding: str, delimiter: str, header: Sequence[str]
) -> Iterator[Plain | Start]:
    """Give the plain text below the header, block by block; last, where another text starts."""
    written = delimiter.join(header).encode(encoding, "replace")
    with path.open("rb") as file:
        head = file.readline(len(written) + len(_MARK) + 2)
        if encoding == "utf-8":
            head = head.removeprefix(_MARK)
        if head.rstrip(b"\r\n") != written or not head.endswith(b"\n"):
            yield Start(0, 1, 0)
            return
        start = Start(file.tell(), 2, 0)
        while given := file.read(BLOCK):
            whole = given[: given.rfind(b"\n") + 1]
            is_last = len(given) < BLOCK
            if is_last:
                whole = given if given.endswith(b"\n") else given + b"\n"
            text = _plain(whole, encoding, delimiter, len(header))
            if text is None:
                yield start
                return
            lines = text.count(b"\n")
            yield Plain(text, lines, start)
            start = Start(start.at + len(whole), start.line + lines, start.rows + lines)
            file.seek(start.at)


def _plain(text: bytes, encoding: str, delimiter: str, width: int) -> bytes | None:
    """Give lines in UTF-8, if they are plain as far as that shows in all of them together."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    if any(mark in text for mark in (b'"', b"\0", b"\r", b"\n\n")):
        return None
    if not text or text.startswith((b"\n", _MARK)):
        return None
    if text.count(delimiter.encode()) != text.count(b"\n") * (width - 1):
        return None
    try:
        return text if text.isascii() else text.decode(encoding).encode("utf-8")
    except UnicodeDecodeError:
        return None


def plain_frame(plain: Plain, delimiter: str, header: Sequence[str]) -> pl.DataFrame | None:
    """Read plain text as columns; None if it is not plain after all."""
    try:
        # a line of more cells than the header is an error; so none has fewer, for the
        # delimiters are as many as those of so many lines
        frame = pl.read_csv(
            plain.text,
            has_header=False,
            schema={f"column_{at}": pl.String for at in range(len(header))},
            separator=delimiter,
            quote_char=None,
            truncate_ragged_lines=False,
        )
    except pl.exceptions.PolarsError:
        return None
    frame.columns = list(header)
    return frame if frame.height == plain.lines else None
