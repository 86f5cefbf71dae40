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

from nic_rules.engine.columns.finding import WORD
from nic_rules.engine.memory import merged
from nic_rules.engine.rows import TablePattern
from nic_rules.language.columns import number
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

    def class_of(self, column: Column) -> pl.Expr:
        """Give each case's class in one column, in 64 bits."""
        given = pl.col(column.name)
        rules = self.rules
        if column.name in rules.tables:
            classes = pl.lit(pl.Series(column.classes, dtype=pl.Int64))
            return classes.gather(pl.col(inner_column(column.name)))
        unknown = column.classes[column.tokens.index("unknown")]
        if column.name in rules.facts and rules.facts[column.name].choices:
            pairs = zip(column.tokens, column.classes, strict=True)
            own = {self._codes[token]: of for token, of in pairs if token != "unknown"}
            by_code = [own.get(code, 0) for code in range(max(own) + 1)]
            classes = pl.lit(pl.Series(by_code, dtype=pl.Int64))
            return classes.gather(given).fill_null(unknown)
        yes, no = column.classes[0], column.classes[1]
        if yes == no:
            same = number(yes)
            return pl.when(given.is_null()).then(number(unknown)).otherwise(same)
        # classes are numbered in the order of tokens: what is met or true is of class 0
        return (~given).cast(pl.UInt8).fill_null(unknown).cast(pl.Int64)

    def keys(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Give what tells situations apart: one integer, or several where they are very many."""
        words = {
            name: reduce(add, (self.class_of(c) * number(at) for c, at in fields), number(0))
            for name, fields in zip(self.key_names, self._fields, strict=True)
        }
        return cases.with_columns(**words).select(*words)  # a constant becomes as long as the rest

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
