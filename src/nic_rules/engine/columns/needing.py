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
from nic_rules.engine.columns.finding import ColumnFinder
from nic_rules.engine.columns.lacking import WORD, lacks_column, unknown_column, words_of
from nic_rules.engine.columns.lookup import PLACE, Kind, by_code, by_truth, repeated, same
from nic_rules.engine.tables import RunningTable

DENSE = 1 << 16
"""Situations of a table whose counting tokens are kept in a list."""

SOME = 1 << 12
"""The first cases of a chunk, which tell whether situations repeat."""


class Counted:
    """Which tokens count in every situation of one table, once that was worked out."""

    def __init__(self) -> None:
        self.dense: pl.DataFrame | None = None


def stuck_masks(
    finder: ColumnFinder, running: RunningTable, found: pl.DataFrame
) -> list[pl.Series]:
    """Give, for each word of tokens, which of them are stuck."""
    words = []
    for word in words_of(len(running.tokens)):
        mask = repeated(0, found.height, pl.Int64)
        for bit, name in enumerate(running.tokens[word * WORD : (word + 1) * WORD]):
            if _may_stick(finder, name):
                mask |= same(1 << bit).zip_with(_is_stuck(finder, found, name), same(0))
        words.append(mask.alias(f"_stuck_{word}"))
    return words


def _is_stuck(finder: ColumnFinder, found: pl.DataFrame, criterion: str) -> pl.Series:
    """Tell where a criterion is unknown and lacks nothing."""
    lacks = reduce(or_, (found[lacks_column(criterion, word)] for word in finder.words))
    return found[unknown_column(criterion)] & (lacks == 0)


def needs_masks(
    finder: ColumnFinder, running: RunningTable, found: pl.DataFrame, known: Counted
) -> list[pl.Series]:
    """Give the words of the facts that each case needs: `found` holds all findings."""
    needs = [repeated(0, found.height, pl.Int64) for _ in finder.words]
    counts = _counts(finder, running, found, known)
    for at, name in enumerate(running.tokens):
        mask = counts[at // WORD]
        counting = (mask & pl.Series([1 << at % WORD], dtype=mask.dtype)) != 0
        for word in finder.words if counting.any() else ():
            is_found = name in finder.rules.criteria
            lacks = (
                found[lacks_column(name, word)] if is_found else same(finder.mask_of([name], word))
            )
            needs[word] |= lacks.zip_with(counting, same(0))
    return [mask.alias(f"_needs_{word}") for word, mask in enumerate(needs)]


def _counts(
    finder: ColumnFinder, running: RunningTable, found: pl.DataFrame, known: Counted
) -> list[pl.Series]:
    """Give the mask of the tokens that count for each case, in words."""
    sizes = {name: len(_domain(finder, name)) for name in running.tokens}
    space, packed = prod(sizes.values()), _packed(sizes)
    if space <= DENSE:
        if known.dense is None:
            every = pl.select(_key_0=pl.int_range(space, dtype=pl.Int64))
            known.dense = _counting(running, packed, sizes, every)
        (place,) = _keys(finder, found, packed, PLACE)
        return [counts[place] for counts in known.dense]
    first = _keys(finder, found.head(SOME), packed, pl.Int64)
    if first.n_unique() * 2 > first.height:  # to work out each once would cost more than it saves
        kind: Kind = pl.UInt8 if max(sizes.values(), default=0) < 256 else PLACE
        states = [_state(finder, found, name, 1, kind).alias(name) for name in running.tokens]
        return Counting(running.needs, pl.DataFrame(states), found.height).masks()
    keys = _keys(finder, found, packed, pl.Int64)
    distinct = keys.unique()
    told = pl.concat([distinct, _counting(running, packed, sizes, distinct)], how="horizontal")
    joined = keys.join(told, on=keys.columns, how="left", maintain_order="left")
    return joined.drop(keys.columns).get_columns()


def _keys(
    finder: ColumnFinder,
    found: pl.DataFrame,
    packed: Sequence[Sequence[tuple[str, int]]],
    kind: Kind,
) -> pl.DataFrame:
    """Give what tells the situations of tokens apart."""
    first = repeated(0, found.height, kind)
    words = (
        reduce(add, (_state(finder, found, name, factor, kind) for name, factor in fields), first)
        for fields in packed
    )
    return pl.DataFrame({f"_key_{word}": key for word, key in enumerate(words)})


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


def _may_stick(finder: ColumnFinder, name: str) -> bool:
    return name in finder.rules.criteria and name not in finder.never_stuck


def _domain(finder: ColumnFinder, name: str) -> list[str]:
    return [*finder.rules.domain(name), *[STUCK][: int(_may_stick(finder, name))]]


def _state(
    finder: ColumnFinder, found: pl.DataFrame, name: str, factor: int, kind: Kind
) -> pl.Series:
    """Number each case's token by the domain, after it what is stuck; a factor times that."""
    domain = _domain(finder, name)
    places = {token: at * factor for at, token in enumerate(domain)}
    if name in finder.rules.facts and finder.rules.facts[name].choices:
        own = {finder.codes[token]: places[token] for token in domain if token in finder.codes}
        code = by_code(pl.col(name), own, kind).fill_null(pl.lit(places["unknown"], kind))
        return found.select(code).to_series()
    yes, no, unknown = (same(places[token], kind) for token in domain[:3])
    if STUCK in domain:
        unknown = same(places[STUCK], kind).zip_with(_is_stuck(finder, found, name), unknown)
    return by_truth(found[name], yes, no, unknown)
