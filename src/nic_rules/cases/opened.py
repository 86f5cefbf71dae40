"""A file of cases that was opened: its header is known, and its rows can be read, again and again.

What makes a whole file unusable is told as `CasesError` before anything is decided. What is wrong
with one row stays with the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import polars as pl

from nic_rules.cases.chunk import Chunk
from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import CasesError, Diagnostic, Place, problem


class Opened(Protocol):
    """What the reader of a kind of files gives."""

    taken_for: str
    """What the file was taken for, in words."""

    wrong: list[Diagnostic]
    """What makes the file unusable, as far as its rows have been read."""

    def subjects(self) -> Iterator[pl.Series]:
        """Give the subject of each row, quicker than its rows; and find out what else is wrong.

        They come some at a time, as texts; null for none. A row that is wrong may have one here.
        """
        ...

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last; the same each time."""
        ...

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Read the same rows in columns, up to so many at a time."""
        ...


def unreadable(told: str, message: str, hint: str | None = None) -> CasesError:
    """Make the error of a file that cannot be read at all."""
    return CasesError([problem("NIC601", message, Place(told, 0, 0), hint)])


def why(error: Exception) -> str:
    """Say why a file cannot be read."""
    return f"this file cannot be read: {getattr(error, 'strerror', None) or error}"


@contextmanager
def readable(told: str) -> Iterator[None]:
    """Tell what goes wrong while a file is read as what is wrong with it."""
    try:
        yield
    except OSError as error:
        raise unreadable(told, why(error)) from None


def refuse(wrong: Iterable[Diagnostic]) -> None:
    """Raise `CasesError` if anything is wrong."""
    wrong = list(wrong)
    if wrong:
        raise CasesError(wrong)
