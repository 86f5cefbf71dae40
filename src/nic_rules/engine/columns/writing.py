"""JSON in its canonical form (RFC 8785), written in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from nic_rules.canonical import canonical
from nic_rules.language.columns import chosen, number
from nic_rules.language.packed import A_MONTH, A_YEAR
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.rulebook.book import Fact

Piece = str | pl.Expr
"""JSON that is the same in all rows, or a column of it."""

_ESCAPED = {sign: canonical(sign)[1:-1] for sign in map(chr, (*range(0x20), 0x22, 0x5C))}
"""The characters that do not stand in JSON as they are, and how they stand there."""


def joined(pieces: Iterable[Piece]) -> pl.Expr:
    """Join texts; null where one of them is."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return pl.concat_str(pl.lit(p) if isinstance(p, str) else p for p in merged)


def quoted(text: pl.Expr) -> pl.Expr:
    """Write texts as JSON has them."""
    return joined(['"', text.str.replace_many(_ESCAPED), '"'])


def iso(day: pl.Expr) -> pl.Expr:
    """Give dates as texts."""
    return day.dt.to_string("%Y-%m-%d")


def written(pieces: Mapping[str, Piece]) -> pl.Expr:
    """Write objects that have all of some keys; there is one."""
    parts: list[Piece] = []
    for key in sorted(pieces):
        parts += ["," if parts else "{", f'"{key}":', pieces[key]]
    return joined([*parts, "}"])


def known(pieces: Mapping[str, pl.Expr]) -> pl.Expr:
    """Write objects that have some of the keys: those whose piece is not null."""
    parts = [joined([f',"{key}":', pieces[key]]) for key in sorted(pieces)]
    inside = pl.concat_str(parts, ignore_nulls=True)
    return joined(["{", inside.str.slice(1), "}"])


def value(fact: Fact, codes: Mapping[str, int]) -> pl.Expr:
    """Write the values of a fact that are known, out of its column in the core forms."""
    column, kind = pl.col(fact.name), fact.type
    match kind:
        case Truth():
            return chosen((column, pl.lit("true")), (~column, pl.lit("false")))
        case Choice():
            return pl.lit(pl.Series(map(canonical, codes), dtype=pl.String)).gather(column)
        case Number():
            return _decimal(column, kind.decimals) if fact.is_decimal else column.cast(pl.String)
        case Day():
            years, months, days = column // A_YEAR, column % A_YEAR // A_MONTH, column % A_MONTH
            return quoted(iso(pl.date(years, months + 1, days + 1)))
        case Text():
            return quoted(column)


def text(fact: Fact, codes: Mapping[str, int]) -> pl.Expr:
    """Give the values of a fact as texts, without quotes."""
    if isinstance(fact.type, Text):
        return pl.col(fact.name)
    return value(fact, codes).str.strip_chars('"')


def _decimal(column: pl.Expr, decimals: int) -> pl.Expr:
    """Write scaled integers with exactly their decimals."""
    if decimals == 0:
        return joined(['"', column.cast(pl.String), '"'])
    sign = pl.when(column < 0).then(pl.lit('"-')).otherwise(pl.lit('"'))
    size, factor = column.abs(), number(10**decimals)
    kept = (size % factor).cast(pl.String).str.zfill(decimals)
    return joined([sign, (size // factor).cast(pl.String), ".", kept, '"'])
