"""What unknown criteria lack, as masks of facts in one or more words of 62 bits each.

All masks are made of one: that of all the facts of a case that are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from nic_rules.engine.columns.lookup import repeated, same

if TYPE_CHECKING:
    from nic_rules.engine.columns.finding import ColumnFinder

WORD = 62
"""Bits of one word of a mask."""


class Lacking(NamedTuple):
    """What an expression lacks: facts where they are unknown, what criteria lack, and parts.

    Each part says where what stands below it is lacked: where it is itself unknown, which a column
    of its own tells.
    """

    facts: frozenset[str] = frozenset()
    criteria: frozenset[str] = frozenset()
    where_unknown: tuple[tuple[str, Lacking], ...] = ()


def words_of(bits: int) -> range:
    """Number the words of a mask; there is always one."""
    return range(max((bits + WORD - 1) // WORD, 1))


def lacks_column(criterion: str, word: int) -> str:
    """Name the column of one word of what a criterion lacks; no name of a rule begins so."""
    return f"_lacks_{word}_{criterion}"


def unknown_column(what: str) -> str:
    """Name the column that tells where a criterion, or a part of one, is unknown."""
    return f"_unknown_{what}"


def unknown_word(word: int) -> str:
    """Name the column of one word of the facts that are unknown."""
    return f"_unknown_{word}"


def lacks_of(finder: ColumnFinder, found: pl.DataFrame) -> pl.DataFrame:
    """Give the masks of what criteria lack; `found` has all that the finder finds."""
    lacks: dict[str, pl.Series] = {}
    for word in finder.words:
        one = _Word(finder, found, word)
        lacks |= {lacks_column(name, word): column for name, column in one.lacks()}
    return pl.DataFrame(lacks)


class _Word:
    """One word of what criteria lack."""

    def __init__(self, finder: ColumnFinder, found: pl.DataFrame, word: int) -> None:
        self._finder, self._found, self._word = finder, found, word
        self._unknown = found[unknown_word(word)]
        self._made: dict[str, pl.Series | None] = {}

    def lacks(self) -> Iterator[tuple[str, pl.Series]]:
        """Give what each criterion lacks."""
        nothing = repeated(0, self._found.height, pl.Int64)
        for name in self._finder.criteria:
            lacks = self._of(self._finder.lacking[name])
            if name not in self._finder.never_stuck:
                lacks = self._where(unknown_column(name), lacks)
            self._made[name] = lacks
            yield name, nothing if lacks is None else lacks

    def _of(self, lacking: Lacking) -> pl.Series | None:
        """Give what is lacked; none where that is nothing for all cases."""
        mask = self._finder.mask_of(lacking.facts, self._word)
        parts = [self._unknown & mask if mask else None]
        parts += [self._made[name] for name in sorted(lacking.criteria)]
        parts += [self._where(unknown, self._of(under)) for unknown, under in lacking.where_unknown]
        some = [part for part in parts if part is not None]
        return reduce(or_, some) if some else None

    def _where(self, unknown: str, lacks: pl.Series | None) -> pl.Series | None:
        """Keep what is lacked where something is unknown."""
        return None if lacks is None else lacks.zip_with(self._found[unknown], same(0))
