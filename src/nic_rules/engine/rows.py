"""Which rows of a decision table fit a situation: the question, and the plain walk that answers it.

A hit policy is applied elsewhere, to the rows that fit. Three classes answer the question alike:
`PlainRows` here, `DurableRows` by durable-rules, `RememberedRows` out of what another one said.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, Protocol


class RowPattern(NamedTuple):
    """One row of a table: for each column the tokens it admits, None where it admits any."""

    name: str
    cells: tuple[frozenset[str] | None, ...]


class TablePattern(NamedTuple):
    """One table as far as fitting goes.

    INVARIANT one-cell-a-column: `columns`, `domains` and the cells of each row are equally long,
    and a situation asked about has one token of each domain, in the same order.
    """

    name: str
    columns: tuple[str, ...]
    domains: tuple[tuple[str, ...], ...]
    rows: tuple[RowPattern, ...]

    def named(self, situation: tuple[str, ...]) -> dict[str, str]:
        """Put each token under its column's name, as far as both go: for people to read."""
        return dict(zip(self.columns, situation, strict=False))


class RowMatcher(Protocol):
    """Says which rows of one table fit a situation."""

    @property
    def carrier(self) -> str:
        """What answers in the end: `durable-rules` or `plain walk`."""

    def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
        """Give the indices of all rows that fit, in file order."""


class TableFault(Exception):
    """The rows that fit could not be found: never the fault of a rule book or a case.

    Holds the table's name, the situation by column (None: the table itself was refused), and what
    went wrong.
    """

    def __init__(self, table: str, situation: dict[str, str] | None, what: str) -> None:
        super().__init__(table, situation, what)  # all of it, so that it can be pickled
        self.table = table
        self.situation = situation
        self.what = what

    def __str__(self) -> str:
        if self.situation is None:
            return f"table `{self.table}`: {self.what}"
        told = ", ".join(f"{column} {token}" for column, token in self.situation.items())
        return f"table `{self.table}`, situation ({told}): {self.what}"


class PlainRows:
    """The obvious walk over all rows: the oracle of the others, and their stand-in."""

    carrier = "plain walk"

    def __init__(self, table: TablePattern) -> None:
        self._rows = table.rows

    def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
        """Give the indices of all rows that fit, in file order."""
        return tuple(index for index, row in enumerate(self._rows) if _fits(row, situation))


def _fits(row: RowPattern, situation: tuple[str, ...]) -> bool:
    pairs = zip(row.cells, situation, strict=True)
    return all(cell is None or token in cell for cell, token in pairs)


def taking(places: Iterable[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Give what takes the things at some places of a sequence."""
    at = tuple(places)
    if len(at) > 1:
        return itemgetter(*at)  # which gives no tuple of one
    return (lambda things: (things[at[0]],)) if at else lambda _: ()


ASKING = threading.RLock()
"""Held while durable-rules is asked or a memory is written. One lock for both, so that nothing
waits in a circle; reentrant, because a memory holds it while it asks."""

if hasattr(os, "register_at_fork"):
    # A process forked while another thread asks would inherit a lock that nobody ever releases,
    # and a session half run: so forking waits until nobody asks.
    os.register_at_fork(
        before=ASKING.acquire,
        after_in_parent=ASKING.release,
        after_in_child=ASKING.release,
    )
