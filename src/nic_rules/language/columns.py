"""What each core form is in columns: a polars expression of those of its operands.

Numbers and dates are columns of 64-bit integers, enum values are integer codes, truths are columns
of booleans; null is unknown. polars' own `&`, `|`, comparisons and sums keep unknowns as we do.
Its `when` does not (null takes the otherwise branch), nor do its horizontal functions: so whatever
chooses asks both ways, and gives null where neither holds.

Each takes the constant of its core form, then the expressions of its operands. polars is loaded
where the first column is asked for, never by importing this.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from nic_rules.language.packed import A_MONTH, A_YEAR

if TYPE_CHECKING:
    from polars import Expr

_29_FEBRUARY, _1_MARCH = 1 * A_MONTH + 28, 2 * A_MONTH
_LAST_YEAR = 9999


def chosen(*ways: tuple[Expr, Any]) -> Expr:
    """Give the value of the first way whose condition is true; null where none is."""
    import polars as pl

    chain: Any = pl
    for condition, value in ways:
        chain = chain.when(condition).then(value)
    found: Expr = chain.otherwise(None)
    return found


def truth(column: Expr) -> Expr:
    """Take a column as truths: one that is all unknown may be of another type."""
    import polars as pl

    return column.cast(pl.Boolean)


def number(value: int) -> Expr:
    """Give a number that is the same for all cases, in 64 bits."""
    import polars as pl

    return pl.lit(value, pl.Int64)


def conjunction(_: object, *truths: Expr) -> Expr:
    """Kleene's `and`."""
    return reduce(and_, map(truth, truths))


def disjunction(_: object, *truths: Expr) -> Expr:
    """Kleene's `or`."""
    return reduce(or_, map(truth, truths))


def negation(_: object, part: Expr) -> Expr:
    """Give the opposite truths."""
    return ~truth(part)


def unless_zero(_: object, whole: Expr, found: Expr) -> Expr:
    """Keep a truth but where the whole is zero."""
    return chosen((whole != 0, truth(found)))


def less(_: object, left: Expr, right: Expr) -> Expr:
    """Tell where the left is less."""
    return left < right


def at_most(_: object, left: Expr, right: Expr) -> Expr:
    """Tell where the left is less, or the same."""
    return left <= right


def equal(_: object, left: Expr, right: Expr) -> Expr:
    """Tell where both are the same."""
    return left == right


def add(_: object, left: Expr, right: Expr) -> Expr:
    """Add."""
    return left + right


def subtract(_: object, left: Expr, right: Expr) -> Expr:
    """Subtract."""
    return left - right


def multiply(_: object, left: Expr, right: Expr) -> Expr:
    """Multiply."""
    return left * right


def least(_: object, left: Expr, right: Expr) -> Expr:
    """Give the smaller one; unknown as soon as one is."""
    return chosen((left < right, left), (left >= right, right))


def greatest(_: object, left: Expr, right: Expr) -> Expr:
    """Give the larger one; unknown as soon as one is."""
    return chosen((left < right, right), (left >= right, left))


def periods(length: int, first: Expr, second: Expr) -> Expr:
    """Count whole periods between packed dates; minus those of the swapped, where later."""
    import polars as pl

    # a division that cuts toward zero, out of one that cuts downward
    between = second - first
    return (between + (between < 0).cast(pl.Int64) * (length - 1)) // length


def day_count(_: object, first: Expr, second: Expr) -> Expr:
    """Count days between packed dates."""
    return _ordinal(second) - _ordinal(first)


def _ordinal(packed: Expr) -> Expr:
    """Number a packed day, counting years from March so that the leap day comes last."""
    month = packed // A_MONTH - 2
    year, of_year = month // 12, month % 12
    days = (of_year * 153 + 2) // 5 + packed % A_MONTH
    return year * 365 + year // 4 - year // 100 + year // 400 + days


def years_added(_: object, start: Expr, years: Expr) -> Expr:
    """Give the same month and day of another year; unknown outside years 1 to 9999."""
    # what lies further away is outside all years, and must not leave the range of 64 bits
    year = start // A_YEAR + years.clip(-2 * _LAST_YEAR, 2 * _LAST_YEAR)
    rest = start % A_YEAR
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    in_calendar = (year >= 1) & (year <= _LAST_YEAR)
    return chosen(
        (in_calendar & (rest == _29_FEBRUARY) & ~leap, year * A_YEAR + _1_MARCH),
        (in_calendar, year * A_YEAR + rest),
    )


def year(_: object, day: Expr) -> Expr:
    """Give a day's year."""
    return day // A_YEAR


def pick(table: Iterable[tuple[int, Any]], key: Expr) -> Expr:
    """Give a keyed value by the code of its key; unknown for keys without one."""
    import polars as pl

    ways = [
        (key == code, pl.lit(value, pl.Boolean if isinstance(value, bool) else pl.Int64))
        for code, value in table
    ]
    return chosen(*ways) if ways else pl.lit(None, pl.Int64)
