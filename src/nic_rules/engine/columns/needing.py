"""What many cases need, and where they are stuck: masks of facts and of tokens, a row each.

Which unknown tokens count depends on nothing but the tokens and which of them are stuck. Where a
table has few such situations, that is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod
from operator import add, or_

import polars as pl

from nic_rules.engine.columns.counting import STUCK, Counting
from nic_rules.engine.columns.finding import WORD, ColumnFinder, lacks_column, words_of
from nic_rules.engine.tables import RunningTable
from nic_rules.language.columns import number

DENSE = 1 << 16
"""Situations of a table whose counting tokens are kept in a list."""


class Counted:
    """Which tokens count in every situation of one table, once that was worked out."""

    def __init__(self) -> None:
        self.dense: pl.DataFrame | None = None


def stuck_masks(finder: ColumnFinder, running: RunningTable) -> list[pl.Expr]:
    """Give, for each word of tokens, which of them are stuck."""
    found = []
    for word in words_of(len(running.tokens)):
        first = word * WORD
        bits = [
            is_stuck(finder, name).cast(pl.Int64) * number(1 << bit)
            for bit, name in enumerate(running.tokens[first : first + WORD])
            if name in finder.rules.criteria
        ]
        found.append(reduce(or_, bits, number(0)).alias(f"_stuck_{word}"))
    return found


def is_stuck(finder: ColumnFinder, criterion: str) -> pl.Expr:
    """Tell where a criterion is unknown and lacks nothing."""
    empty = reduce(or_, (pl.col(lacks_column(criterion, word)) for word in finder.words)) == 0
    return pl.col(criterion).is_null() & empty


def needs_masks(
    finder: ColumnFinder, running: RunningTable, found: pl.DataFrame, known: Counted
) -> pl.DataFrame:
    """Give the words of the facts that each case needs: `found` holds all findings."""
    states = found.with_columns(_state(finder, name) for name in running.tokens)
    counts = _counts(finder, running, states, known)
    frame = pl.concat([found, counts], how="horizontal")
    tokens = list(enumerate(running.tokens))
    needs = {
        f"_needs_{word}": reduce(or_, (_needed(finder, n, at, word) for at, n in tokens), number(0))
        for word in finder.words
    }
    return frame.with_columns(**needs).select(*needs)


def _counts(
    finder: ColumnFinder, running: RunningTable, states: pl.DataFrame, known: Counted
) -> pl.DataFrame:
    """Give the mask of the tokens that count for each case, each situation worked out once."""
    sizes = {name: len(_domain(finder, name)) for name in running.tokens}
    space = prod(sizes.values())
    packed = _packed(sizes)
    keys = {
        f"_key_{word}": reduce(add, (pl.col(n).cast(pl.Int64) * f for n, f in fields), number(0))
        for word, fields in enumerate(packed)
    }
    at = states.with_columns(**keys).select(*keys)
    if space > DENSE:
        distinct = at.unique()
        told = pl.concat([distinct, _counting(running, packed, sizes, distinct)], how="horizontal")
        return at.join(told, on=at.columns, how="left", maintain_order="left").drop(at.columns)
    if known.dense is None:
        every = pl.select(_key_0=pl.int_range(space, dtype=pl.Int64))
        known.dense = _counting(running, packed, sizes, every)
    return known.dense.select(pl.all().gather(at.to_series()))


def _packed(sizes: Mapping[str, int]) -> list[list[tuple[str, int]]]:
    """Pack the states of tokens into as few words as can be: each with its factor."""
    words: list[list[tuple[str, int]]] = [[]]
    factor = 1
    for name, size in sizes.items():
        if factor * size > 1 << WORD:
            words.append([])
            factor = 1
        words[-1].append((name, factor))
        factor *= size
    return words


def _counting(
    running: RunningTable,
    packed: Sequence[Sequence[tuple[str, int]]],
    sizes: Mapping[str, int],
    keys: pl.DataFrame,
) -> pl.DataFrame:
    states = keys.select(
        (pl.col(key) // factor % sizes[name]).cast(pl.UInt32).alias(name)
        for key, fields in zip(keys.columns, packed, strict=True)
        for name, factor in fields
    )
    masks = Counting(running.needs, states, keys.height).masks()
    return pl.DataFrame({f"_counts_{word}": mask for word, mask in enumerate(masks)})


def _needed(finder: ColumnFinder, name: str, at: int, word: int) -> pl.Expr:
    """Give what one token lacks, where it counts."""
    counts = (pl.col(f"_counts_{at // WORD}") & number(1 << at % WORD)) != 0
    if name in finder.rules.criteria:
        lacks = pl.col(lacks_column(name, word))
    else:
        lacks = number(finder.mask_of([name], word))
    return pl.when(counts).then(lacks).otherwise(number(0))


def _domain(finder: ColumnFinder, name: str) -> list[str]:
    may_stick = name in finder.rules.criteria and name not in finder.never_stuck
    return [*finder.rules.domain(name), *[STUCK][: int(may_stick)]]


def _state(finder: ColumnFinder, name: str) -> pl.Expr:
    """Number each case's token by the domain, and after those what is stuck."""
    domain = _domain(finder, name)
    unknown = pl.lit(domain.index("unknown"), pl.UInt32)
    given = pl.col(name)
    if name in finder.rules.facts and finder.rules.facts[name].choices:
        by_code = [0] * len(finder.codes)
        for at, token in enumerate(domain):
            if token in finder.codes:
                by_code[finder.codes[token]] = at
        states = pl.lit(pl.Series(by_code, dtype=pl.UInt32)).gather(given)
        return states.fill_null(unknown).alias(name)
    found = (~given).cast(pl.UInt8).cast(pl.UInt32)
    if STUCK in domain:
        unknown += is_stuck(finder, name).cast(pl.UInt32)
    return found.fill_null(unknown).alias(name)
