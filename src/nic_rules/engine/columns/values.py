"""Columns of values as the core forms have them: what is surely right, at once.

An expression here takes a value or gives null. Null for a value that is there says only that it is
a surprise: it is then read by the one-case reader, which takes it after all or says what is wrong
(`reading.py`). So what is taken here must be right, and what is refused need not be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, reduce
from operator import add

import polars as pl

from nic_rules.engine.columns.lookup import FEW, by_code, looked_up
from nic_rules.language.columns import chosen, number
from nic_rules.language.packed import pack
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.language.values import FIRST_DAY, LAST_DAY
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Fact

_DIGITS = 17
"""Digits before the point of a text that is read at once; all bounds lie within."""

_NONE = pl.lit(None, pl.Int64)
_EPOCH = date(1970, 1, 1)
_FIRST = (FIRST_DAY - _EPOCH).days


@cache
def _packed_days() -> pl.Series:
    """Give every day between the widest bounds in its packed form, in order."""
    days = pl.date_range(FIRST_DAY, LAST_DAY, eager=True).to_frame()
    return days.select(packed_date(pl.first())).to_series()


def is_text(dtype: pl.DataType) -> bool:
    """Tell whether a column is of texts: cells of a file, read by their one grammar."""
    return isinstance(dtype, pl.String | pl.Categorical | pl.Enum)


def is_core(fact: Fact, column: pl.Series) -> bool:
    """Tell whether a column has the values of a fact as the core forms have them, all of them."""
    dtype, kind = column.dtype, fact.type
    if isinstance(kind, Truth):
        return dtype == pl.Boolean
    if dtype != pl.Int64 or not isinstance(kind, Number) or kind.decimals:
        return False
    least, most = column.min(), column.max()
    if not (isinstance(least, int) and isinstance(most, int)):  # all are unknown
        return True
    return kind.low <= least and most <= kind.high


def taken(fact: Fact, column: pl.Series, codes: Mapping[str, int]) -> pl.Expr:
    """Give a fact's values out of its column, null for unknown ones and for surprises."""
    given, dtype, kind = pl.col(column.name), column.dtype, fact.type
    match kind:
        case Truth():
            if dtype == pl.Boolean:
                return given
            return _true_or_false(given) if is_text(dtype) else pl.lit(None, pl.Boolean)
        case Choice(values):
            return _choice(column, values, codes) if is_text(dtype) else _NONE
        case Text():
            return _text(fact, given) if is_text(dtype) else pl.lit(None, pl.String)
        case Day():
            if is_text(dtype):
                return _day(given.cast(pl.String), kind)
            return _packed(given, kind, column) if dtype == pl.Date else _NONE
        case Number():
            return _number(fact, kind, given, column)


def is_costly(fact: Fact) -> bool:
    """Tell whether it takes long to read a text as a value of a fact."""
    match fact.type:
        case Number(decimals):
            return fact.is_decimal and decimals > 0
        case Text():
            item = fact.item.written
            return isinstance(item, written.TextFact) and item.format is not None
        case _:
            return isinstance(fact.type, Day)


def packed_days(given: pl.Expr, low: date, high: date) -> pl.Expr:
    """Pack dates between two days: out of a list, if all are there."""
    if low < FIRST_DAY or high > LAST_DAY:
        return packed_date(given)
    return looked_up(_packed_days(), given.to_physical() - _FIRST)


def packed_date(given: pl.Expr) -> pl.Expr:
    """Pack dates of any year."""
    years, months = given.dt.year().cast(pl.Int64), given.dt.month().cast(pl.Int64)
    return years * 384 + (months - 1) * 32 + given.dt.day().cast(pl.Int64) - 1


def packed_text(given: pl.Expr) -> pl.Expr:
    """Pack dates written YYYY-MM-DD; null for all else."""
    right = given.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~given.str.starts_with("0000")
    return packed_date(chosen((right, given)).str.to_date("%Y-%m-%d", strict=False))


def _true_or_false(given: pl.Expr) -> pl.Expr:
    text = given.cast(pl.String)
    return chosen((text == "true", True), (text == "false", False))


def _choice(column: pl.Series, values: tuple[str, ...], codes: Mapping[str, int]) -> pl.Expr:
    given = pl.col(column.name)
    if isinstance(column.dtype, pl.Enum):  # its own numbers, put into ours
        categories = enumerate(column.dtype.categories)
        known = {at: codes[v] for at, v in categories if v in values}
        return by_code(given.to_physical(), known, pl.Int64)
    text = given.cast(pl.String)
    if len(values) <= FEW:  # looking for each is then faster than looking each up
        return chosen(*((text == value, number(codes[value])) for value in values))
    own = text.cast(pl.Enum(values), strict=False).to_physical()
    return by_code(own, {at: codes[value] for at, value in enumerate(values)}, pl.Int64)


def _day(given: pl.Expr, kind: Day) -> pl.Expr:
    packed = packed_text(given)
    return chosen((packed.is_between(pack(kind.low), pack(kind.high)), packed))


def _packed(given: pl.Expr, kind: Day, column: pl.Series) -> pl.Expr:
    low, high = column.min(), column.max()
    if low is None:
        return _NONE
    assert isinstance(low, date)
    assert isinstance(high, date)
    if low < kind.low or high > kind.high:
        given = chosen((given.is_between(kind.low, kind.high), given))
        low, high = max(low, kind.low), min(high, kind.high)
    return packed_days(given, low, high)


def _number(fact: Fact, kind: Number, given: pl.Expr, column: pl.Series) -> pl.Expr:
    dtype, factor = column.dtype, 10**kind.decimals
    if is_text(dtype):
        return _bounded(_written(fact, kind, given.cast(pl.String)), kind)
    if dtype.is_integer():
        low, high = -(-kind.low // factor), kind.high // factor
        least, most = column.min(), column.max()
        if least is None:
            return _NONE
        if least < low or most > high:
            given = chosen((given.is_between(low, high), given)) if low <= high else _NONE
        scaled = given.cast(pl.Int64, strict=False)
        return scaled * number(factor) if factor > 1 else scaled
    if not fact.is_decimal:
        return _NONE
    if isinstance(dtype, pl.Decimal):
        return _bounded(_of_decimals(given, dtype.scale, kind.decimals), kind)
    return _bounded(_of_floats(given, kind.decimals), kind) if dtype.is_float() else _NONE


def _bounded(scaled: pl.Expr, kind: Number) -> pl.Expr:
    return chosen((scaled.is_between(kind.low, kind.high), scaled))


def _written(fact: Fact, kind: Number, text: pl.Expr) -> pl.Expr:
    if not fact.is_decimal or kind.decimals == 0:
        right = text.str.contains(f"^-?(0|[1-9][0-9]{{0,{_DIGITS - 1}}})$")
        return chosen((right, text)).cast(pl.Int64, strict=False)
    places = kind.decimals
    most = _DIGITS - places
    right = text.str.contains(f"^-?(0|[1-9][0-9]{{0,{most - 1}}})(\\.[0-9]{{1,{places}}})?$")
    right_text = chosen((right, text))
    whole = right_text.str.extract(r"^-?([0-9]+)", 1).cast(pl.Int64, strict=False)
    kept = right_text.str.extract(r"\.([0-9]+)$", 1).fill_null("")
    fraction = kept.str.pad_end(places, "0").cast(pl.Int64, strict=False)
    size = whole * number(10**places) + fraction
    return chosen((right_text.str.starts_with("-"), -size), (right, size))


def _of_decimals(given: pl.Expr, scale: int, places: int) -> pl.Expr:
    """Scale decimals exactly; what does not fit into 64 bits is a surprise."""
    kept = given.to_physical()
    if scale <= places:
        # a factor of at most 10**9 cannot leave the range once the number is within 60 bits
        small = kept.cast(pl.Int64, strict=False)
        limit = 2**53 // 10 ** (places - scale)
        return chosen((small.is_between(-limit, limit), small * number(10 ** (places - scale))))
    factor = 10 ** (scale - places)
    if factor > 10**18:
        return _NONE
    small = kept.cast(pl.Int64, strict=False)
    return chosen((small % factor == 0, small // factor))


def _of_floats(given: pl.Expr, places: int) -> pl.Expr:
    """Scale floats that are the nearest ones to a number of so many decimals, and to no other."""
    wide, factor = given.cast(pl.Float64), float(10**places)
    scaled = (wide * factor).round()
    within = wide.is_finite() & (scaled.abs() < float(2**53))
    alone = (((scaled + 1) / factor) != wide) & (((scaled - 1) / factor) != wide)
    exact = within & alone & ((scaled / factor) == wide)
    return chosen((exact, scaled.cast(pl.Int64, strict=False)))


def _text(fact: Fact, given: pl.Expr) -> pl.Expr:
    text = given.cast(pl.String)
    item = fact.item.written
    if isinstance(item, written.TextFact) and item.format is not None:
        return chosen((FORMATS[item.format](text), text))
    return chosen(((text != "") & ~text.str.contains("\0", literal=True), text))


_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)


def _organisation_number(text: pl.Expr) -> pl.Expr:
    # nine digits fit into 32 bits, in which divisions take a third of the time
    digits = text.cast(pl.UInt32, strict=False)
    # a number may have a sign before it; no pattern is needed to tell that there is none
    has_none = (digits >= 10 ** (len(_WEIGHTS) - 1)) | text.str.starts_with("0")
    places = enumerate(reversed(_WEIGHTS))
    total = reduce(add, (digits // 10**at % 10 * weight for at, weight in places))
    right: pl.Expr = (text.str.len_bytes() == len(_WEIGHTS)) & has_none & (total % 11 == 0)
    return right


FORMATS: dict[str, Callable[[pl.Expr], pl.Expr]] = {"organisation_number": _organisation_number}
"""Which texts of a format are surely right, by the format's name."""
