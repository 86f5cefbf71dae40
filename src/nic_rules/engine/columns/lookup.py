"""Numbers chosen by truths and by other numbers, in the ways that polars is fast at.

A truth is fastest made a number by a choice, not by a cast; and what is looked up by an unknown is
slow to gather, as is what is looked up by numbers of another type than the places of rows have.
Columns that are there already are chosen from at once: polars takes longer to plan an expression
of many steps than to work it out for some thousand cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from nic_rules.language.columns import chosen

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

FEW = 16
"""Codes that are looked for one after the other, rather than each looked up."""

PLACE = pl.UInt32
"""The type of the places of rows in polars."""

Kind = type[pl.Int64 | pl.UInt32 | pl.UInt16 | pl.UInt8]


def looked_up(values: pl.Series, at: pl.Expr) -> pl.Expr:
    """Give the values at some places, all of which there are; null for unknown places."""
    place = at.fill_null(0).cast(PLACE, wrap_numerical=True)
    return chosen((at.is_not_null(), pl.lit(values).gather(place)))


def by_code(code: pl.Expr, values: Mapping[int, int], kind: Kind) -> pl.Expr:
    """Give the number that belongs to each code; null for other codes, and for unknown ones."""
    if len(values) <= FEW:
        ways = ((code == one, pl.lit(value, kind)) for one, value in values.items())
        return chosen(*ways) if values else pl.lit(None, kind)
    listed = pl.Series([values.get(one) for one in range(max(values) + 1)], dtype=kind)
    known = code.is_between(0, max(values))
    return looked_up(listed, chosen((known, code)))


def counted(truth: pl.Expr, value: int, kind: Kind) -> pl.Expr:
    """Give a number where something is true, and else, or where it is unknown, zero."""
    return pl.when(truth).then(pl.lit(value, kind)).otherwise(pl.lit(0, kind))


@lru_cache(1 << 12)
def same(value: int, kind: Kind = pl.Int64) -> pl.Series:
    """Give a number that is the same for all cases, to choose between."""
    return pl.Series([value], dtype=kind)


def repeated(value: Any, height: int, kind: PolarsDataType) -> pl.Series:
    """Give a column that has one value in all rows."""
    return pl.Series([value], dtype=kind).new_from_index(0, height)


def by_truth(truth: pl.Series, yes: pl.Series, no: pl.Series, unknown: pl.Series) -> pl.Series:
    """Give what belongs to each truth."""
    return yes.zip_with(truth, no.zip_with(~truth, unknown))
