"""Situations of a table as integers, for every case at once.

Tokens that a table does not tell apart are merged, as the memory of one case merges them. Few
situations are packed into one small integer, many with one bit for each token into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from operator import and_

import polars as pl

from nic_rules.engine.columns.finding import WORD
from nic_rules.engine.memory import merged
from nic_rules.engine.rows import TablePattern
from nic_rules.language.columns import number
from nic_rules.rulebook.book import Rules

DENSE = 1 << 18
"""Situations of a table that are packed into one small integer."""


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

    def own_keys(self) -> list[pl.Expr]:
        """Give what tells situations apart: one small integer, or words of one bit a token.

        Columns that are tables below are left out: `with_inner` puts them in.
        """
        return [
            reduce(self._join, parts, number(0)).alias(_key(self.name, word))
            for word, parts in enumerate(self._parts(inner=False))
        ]

    def with_inner(self) -> list[pl.Expr]:
        """Put what the tables below gave into what `own_keys` gave."""
        return [
            reduce(self._join, parts, pl.col(_key(self.name, word)))
            for word, parts in enumerate(self._parts(inner=True))
        ]

    def _parts(self, inner: bool) -> Iterator[list[pl.Expr]]:
        tables = self.rules.tables
        for fields in self._fields:
            yield [self._part(c, at) for c, at in fields if (c.name in tables) is inner]

    def _join(self, one: pl.Expr, other: pl.Expr) -> pl.Expr:
        return one + other if self.is_dense else one | other

    def _part(self, column: Column, at: int) -> pl.Expr:
        of = self.class_of(column)
        if self.is_dense:
            return of * number(at) if at > 1 else of
        bits = [1 << (at + n) for n in range(column.size)]
        return pl.lit(pl.Series(bits, dtype=pl.Int64)).gather(of)

    @cached_property
    def _fields(self) -> list[list[tuple[Column, int]]]:
        """The columns of each word, each with its factor or its first bit."""
        words: list[list[tuple[Column, int]]] = [[]]
        used = int(self.is_dense)
        for column in self.columns:
            if column.size < 2:
                continue
            if not self.is_dense and used + column.size > WORD and words[-1]:
                words.append([])
                used = 0
            words[-1].append((column, used))
            used = used * column.size if self.is_dense else used + column.size
        return words

    @property
    def key_names(self) -> list[str]:
        """The names of the columns that `own_keys` gives."""
        return [_key(self.name, at) for at in range(len(self._fields))]

    def of_keys(self, keys: pl.DataFrame) -> Iterator[tuple[str, ...]]:
        """Give the tokens of each key, those merged with others by their first."""
        for words in keys.select(self.key_names).iter_rows():
            classes: dict[str, int] = {}
            for word, fields in zip(words, self._fields, strict=True):
                for column, at in fields:
                    if self.is_dense:
                        classes[column.name] = word // at % column.size
                    else:
                        bits = word >> at & ((1 << column.size) - 1)
                        classes[column.name] = bits.bit_length() - 1
            yield tuple(c.tokens[c.classes.index(classes.get(c.name, 0))] for c in self.columns)

    def fits(self, row: int) -> pl.Expr:
        """Tell where a row fits: no bit of a token that it forbids is set."""
        cells = dict(zip(self.pattern.columns, self.pattern.rows[row].cells, strict=True))
        conditions = []
        for word, fields in enumerate(self._fields):
            forbidden = 0
            for column, at in fields:
                cell = cells[column.name]
                if cell is not None:
                    for token, of in zip(column.tokens, column.classes, strict=True):
                        forbidden |= 0 if token in cell else 1 << (at + of)
            if forbidden:
                conditions.append((pl.col(_key(self.name, word)) & number(forbidden)) == 0)
        return reduce(and_, conditions) if conditions else pl.lit(True)


def _numbered(merged_to: dict[str, str]) -> Iterator[int]:
    numbers: dict[str, int] = {}
    for first in merged_to.values():
        yield numbers.setdefault(first, len(numbers))


def _key(table: str, word: int) -> str:
    return f"_key_{word}_{table}"


def inner_column(table: str) -> str:
    """Name the column of what a table below gave."""
    return f"_outcome_{table}"
