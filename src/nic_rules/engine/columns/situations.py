"""Situations of a table as integers, for every case at once.

Tokens that a table does not tell apart are merged, as the memory of one case merges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from operator import add

import polars as pl

from nic_rules.engine.columns.lacking import WORD
from nic_rules.engine.columns.lookup import PLACE, Kind, by_code, by_truth, repeated, same
from nic_rules.engine.memory import merged
from nic_rules.engine.rows import TablePattern
from nic_rules.rulebook.book import Rules

DENSE = 1 << 18
"""Situations of a table that are so few that all their answers are kept in a list."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its tokens, and which of them its rows treat alike."""

    name: str
    tokens: tuple[str, ...]
    classes: tuple[int, ...]
    """Each token's class, numbered from 0 in the order of tokens."""

    @property
    def size(self) -> int:
        """Count the classes."""
        return max(self.classes) + 1


class Situations:
    """The situations of one table: how they are packed, and what packed ones are."""

    def __init__(self, rules: Rules, pattern: TablePattern, codes: Mapping[str, int]) -> None:
        self.rules = rules
        self.pattern = pattern
        self.name = pattern.name
        self._codes = codes
        self.columns = [
            Column(name, tokens, tuple(_numbered(merged(pattern, at))))
            for at, (name, tokens) in enumerate(zip(pattern.columns, pattern.domains, strict=True))
        ]
        self.space = prod(column.size for column in self.columns)
        self.is_dense = self.space <= DENSE

    def classes_of(self, column: Column, factor: int, cases: pl.DataFrame) -> pl.Series:
        """Give each case's class in one column, a factor times."""
        kind, rules = self._kind, self.rules
        places = [of * factor for of in column.classes]
        if column.name in rules.tables:
            return pl.Series(places, dtype=kind)[cases[inner_column(column.name)]]
        if column.name in rules.facts and rules.facts[column.name].choices:
            pairs = zip(column.tokens, places, strict=True)
            own = {self._codes[token]: place for token, place in pairs if token != "unknown"}
            unknown_place = pl.lit(places[column.tokens.index("unknown")], kind)
            place = by_code(pl.col(column.name), own, kind).fill_null(unknown_place)
            return cases.select(place).to_series()
        yes, no, unknown = (same(place, kind) for place in places)
        return by_truth(cases[column.name], yes, no, unknown)

    def keys(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Give what tells situations apart: one integer, or several where they are very many."""
        first = repeated(0, cases.height, self._kind)
        return pl.DataFrame(
            {
                name: reduce(add, (self.classes_of(c, at, cases) for c, at in fields), first)
                for name, fields in zip(self.key_names, self._fields, strict=True)
            }
        )

    @property
    def _kind(self) -> Kind:
        """The type of keys: places in a list, where there is one."""
        return PLACE if self.is_dense else pl.Int64

    @cached_property
    def _fields(self) -> list[list[tuple[Column, int]]]:
        """The columns of each word of a key, each with its factor."""
        words: list[list[tuple[Column, int]]] = [[]]
        factor = 1
        for column in self.columns:
            if column.size < 2:
                continue
            if factor * column.size > 1 << WORD:
                words.append([])
                factor = 1
            words[-1].append((column, factor))
            factor *= column.size
        return words

    @property
    def key_names(self) -> list[str]:
        """The names of the columns that `keys` gives."""
        return [f"_key_{word}_{self.name}" for word in range(len(self._fields))]

    def of_keys(self, keys: pl.DataFrame) -> Iterator[tuple[str, ...]]:
        """Give the tokens of each key, those merged with others by their first."""
        for words in keys.select(self.key_names).iter_rows():
            classes: dict[str, int] = {}
            for word, fields in zip(words, self._fields, strict=True):
                classes |= {column.name: word // at % column.size for column, at in fields}
            yield tuple(c.tokens[c.classes.index(classes.get(c.name, 0))] for c in self.columns)


def _numbered(merged_to: dict[str, str]) -> Iterator[int]:
    numbers: dict[str, int] = {}
    for first in merged_to.values():
        yield numbers.setdefault(first, len(numbers))


def inner_column(table: str) -> str:
    """Name the column of what a table below gave."""
    return f"_outcome_{table}"
