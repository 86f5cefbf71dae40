"""What many cases need, and where they are stuck: masks of facts and of tokens, a row each.

Which unknown tokens count depends on nothing but the tokens and which of them are stuck: it is
asked once for each distinct situation, of what one case asks too, and kept as a mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import prod
from operator import add, or_

import polars as pl

from nic_rules.engine.columns.finding import WORD, ColumnFinder, lacks_column, words_of
from nic_rules.engine.columns.settled import settled
from nic_rules.engine.tables import RunningTable
from nic_rules.language.columns import number

_BASE = 2**60
DENSE = 1 << 18
"""Situations of a table whose counting tokens are kept in a dense list."""


class Counted:
    """Which tokens count in the situations of one table that were asked about."""

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
    space = prod(len(_domain(finder, name)) for name in running.tokens)
    packed = _packed(finder, running, pl.UInt32 if space <= DENSE else pl.Int64)
    keys = found.with_columns(**packed).select(*packed)
    counted = _counts(finder, running, keys, known)
    frame = pl.concat([found, counted], how="horizontal")
    tokens = list(enumerate(running.tokens))
    needs = {
        f"_needs_{word}": reduce(or_, (_needed(finder, n, at, word) for at, n in tokens), number(0))
        for word in finder.words
    }
    return frame.with_columns(**needs).select(*needs)


def _counts(
    finder: ColumnFinder, running: RunningTable, keys: pl.DataFrame, known: Counted
) -> pl.DataFrame:
    """Give the mask of the tokens that count for each case, asked once for each situation."""
    names = [f"_counts_{word}" for word in words_of(len(running.tokens))]
    space = prod(len(_domain(finder, name)) for name in running.tokens)
    if space > DENSE and running.tokens:
        distinct = keys.unique()
        if not running.direct and not running.table.collects:
            # what is settled needs nothing: so it goes without being asked about
            states = _states(finder, running, distinct)
            domains = {name: _domain(finder, name) for name in running.tokens}
            distinct = distinct.filter(~settled(running.table, states, domains))
        told = pl.concat([distinct, _asked(finder, running, distinct, names)], how="horizontal")
        joined = keys.join(told, on=keys.columns, how="left", maintain_order="left")
        return joined.select(pl.col(names).fill_null(0))
    key = keys.to_series()
    dense = known.dense
    if dense is None:
        dense = pl.DataFrame({name: pl.Series([None], dtype=pl.Int64) for name in names})
        dense = dense.select(pl.all().repeat_by(space).explode())
    found = dense.select(pl.all().gather(key))
    if found.to_series().null_count():
        distinct = keys.filter(found.to_series().is_null()).unique()
        asked = _asked(finder, running, distinct, names)
        at = distinct.to_series()
        known.dense = dense = dense.select(
            dense[name].clone().scatter(at, asked[name]) for name in names
        )
        found = dense.select(pl.all().gather(key))
    return found


def _asked(
    finder: ColumnFinder, running: RunningTable, distinct: pl.DataFrame, names: Sequence[str]
) -> pl.DataFrame:
    masks = [_counting(running, row) for row in _rows(finder, running, distinct)]
    return pl.DataFrame(
        {n: pl.Series([m[at] for m in masks], dtype=pl.Int64) for at, n in enumerate(names)}
    )


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
    return [*finder.rules.domain(name), *["stuck"][: int(may_stick)]]


def _state(finder: ColumnFinder, name: str, kind: type[pl.Int64 | pl.UInt32]) -> pl.Expr:
    """Number each case's token by the domain, and after those what is stuck."""
    domain = _domain(finder, name)
    unknown = pl.lit(domain.index("unknown"), kind)
    given = pl.col(name)
    if name in finder.rules.facts and finder.rules.facts[name].choices:
        by_code = [0] * len(finder.codes)
        for at, token in enumerate(domain):
            if token in finder.codes:
                by_code[finder.codes[token]] = at
        return pl.lit(pl.Series(by_code, dtype=kind)).gather(given).fill_null(unknown)
    found = (~given).cast(pl.UInt8).cast(kind)
    if "stuck" not in domain:
        return found.fill_null(unknown)
    return found.fill_null(unknown + is_stuck(finder, name).cast(kind))


def _parted(finder: ColumnFinder, running: RunningTable) -> list[list[tuple[int, int, int]]]:
    """Give for each word of a key its tokens: place, factor, count of states."""
    words: list[list[tuple[int, int, int]]] = [[]]
    factor = 1
    for at, name in enumerate(running.tokens):
        size = len(_domain(finder, name))
        if factor * size > _BASE:
            words.append([])
            factor = 1
        words[-1].append((at, factor, size))
        factor *= size
    return words


def _packed(
    finder: ColumnFinder, running: RunningTable, kind: type[pl.Int64 | pl.UInt32]
) -> dict[str, pl.Expr]:
    packed = {}
    for index, word in enumerate(_parted(finder, running)):
        parts = (
            _state(finder, running.tokens[at], kind) * pl.lit(factor, kind)
            for at, factor, _ in word
        )
        packed[f"_state_{index}"] = reduce(add, parts, pl.lit(0, kind))
    return packed


def _states(
    finder: ColumnFinder, running: RunningTable, distinct: pl.DataFrame
) -> dict[str, pl.Series]:
    """Give the number of each token's state, by the token's name."""
    return {
        running.tokens[at]: (distinct[f"_state_{index}"] // factor) % size
        for index, word in enumerate(_parted(finder, running))
        for at, factor, size in word
    }


def _rows(
    finder: ColumnFinder, running: RunningTable, distinct: pl.DataFrame
) -> list[dict[str, str]]:
    parted = _parted(finder, running)
    rows = []
    for words in distinct.iter_rows():
        row = {}
        for word, fields in zip(words, parted, strict=True):
            for at, factor, size in fields:
                name = running.tokens[at]
                row[name] = _domain(finder, name)[word // factor % size]
        rows.append(row)
    return rows


def _counting(running: RunningTable, row: dict[str, str]) -> list[int]:
    free = frozenset(name for name, token in row.items() if token == "unknown")
    tokens = {name: "unknown" if token == "stuck" else token for name, token in row.items()}
    counts = running.counting(tokens, free)
    whole = sum(1 << at for at, name in enumerate(running.tokens) if name in counts)
    words = words_of(len(running.tokens))
    return [whole >> (WORD * word) & ((1 << WORD) - 1) for word in words]
