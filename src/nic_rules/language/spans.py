"""What each core form can be over an interval of days: its least and its greatest value.

Over many days at once one cannot say what a form is, but one can say between what it lies. Here
are the rules by which what lies below a form bounds the form itself. Numbers are integers, dates
are packed, and false is less than true, so that the truths of some days are a span as well.

INVARIANT wide-enough: whatever a form is on any of the days lies in its span, and `unknown` is
set if it is unknown on any of them. A span may be wider than that; one of a single day is exact.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from nic_rules.language.packed import A_YEAR, add_years, days, pack
from nic_rules.language.types import Day


class Span(NamedTuple):
    """The least and greatest known value over some days (None: it is known on none of them).

    `unknown` tells whether it may be unknown on some of them. The values are of one type: integers,
    truths or texts.
    """

    low: Any
    high: Any
    unknown: bool = False


NOT_KNOWN = Span(None, None, unknown=True)
"""The span of what is known on none of the days."""

_FIRST, _LAST = pack(Day().low), pack(Day().high)


def point(value: object) -> Span:
    """Give the span of what is the same on all days; None is unknown."""
    return NOT_KNOWN if value is None else Span(value, value)


# Each takes the constant of its core form, then the spans of the operands. What is strict is only
# asked for operands that may be known, and need not care whether they may be unknown.


def conjunction(_: object, *parts: Span) -> Span:
    """Kleene's `and`: false where a part is, else unknown where a part is."""
    may_be_true = all(part.high is True for part in parts)
    may_be_false = any(part.low is False for part in parts)
    unknown = any(part.unknown for part in parts) and all(
        part.unknown or part.high is True for part in parts
    )
    return _truths(may_be_false, may_be_true, unknown)


def disjunction(_: object, *parts: Span) -> Span:
    """Kleene's `or`: true where a part is, else unknown where a part is."""
    may_be_true = any(part.high is True for part in parts)
    may_be_false = all(part.low is False for part in parts)
    unknown = any(part.unknown for part in parts) and all(
        part.unknown or part.low is False for part in parts
    )
    return _truths(may_be_false, may_be_true, unknown)


def _truths(may_be_false: bool, may_be_true: bool, unknown: bool) -> Span:
    if not may_be_true and not may_be_false:
        return NOT_KNOWN
    return Span(not may_be_false, may_be_true, unknown)


def negation(_: object, part: Span) -> Span:
    """Give the opposite truths."""
    return Span(not part.high, not part.low)


def unless_zero(_: object, whole: Span, truth: Span) -> Span:
    """Keep a truth but where the whole is zero."""
    if whole.low == whole.high == 0:
        return NOT_KNOWN
    return Span(truth.low, truth.high, unknown=whole.low <= 0 <= whole.high)


def less(_: object, left: Span, right: Span) -> Span:
    """Compare: surely true if the greatest is less than the least, perhaps the other way round."""
    return Span(left.high < right.low, left.low < right.high)


def at_most(_: object, left: Span, right: Span) -> Span:
    """Compare, equal ones included."""
    return Span(left.high <= right.low, left.low <= right.high)


def equal(_: object, left: Span, right: Span) -> Span:
    """Compare: surely true if both are one and the same value, perhaps if the spans meet."""
    meet = left.low <= right.high and right.low <= left.high
    return Span(left.low == right.high and left.high == right.low, meet)


def add(_: object, left: Span, right: Span) -> Span:
    """Add numbers."""
    return Span(left.low + right.low, left.high + right.high)


def subtract(_: object, left: Span, right: Span) -> Span:
    """Subtract numbers."""
    return Span(left.low - right.high, left.high - right.low)


def multiply(_: object, left: Span, right: Span) -> Span:
    """Multiply numbers: of either sign, so the bounds lie in the corners."""
    corners = [a * b for a, b in product((left.low, left.high), (right.low, right.high))]
    return Span(min(corners), max(corners))


def least(_: object, left: Span, right: Span) -> Span:
    """Take the smaller one."""
    return Span(min(left.low, right.low), min(left.high, right.high))


def greatest(_: object, left: Span, right: Span) -> Span:
    """Take the larger one."""
    return Span(max(left.low, right.low), max(left.high, right.high))


def periods(length: Any, first: Span, second: Span) -> Span:
    """Count whole periods: the more, the earlier the first date and the later the second."""
    return Span(_periods(first.high, second.low, length), _periods(first.low, second.high, length))


def _periods(first: int, second: int, length: int) -> int:
    return (second - first) // length if first <= second else -((first - second) // length)


def day_count(_: object, first: Span, second: Span) -> Span:
    """Count days: the more, the earlier the first date and the later the second."""
    return Span(days(first.high, second.low), days(first.low, second.high))


def years_added(_: object, start: Span, years: Span) -> Span:
    """Add years: never earlier for a later start or for more years; unknown outside the calendar.

    A bound outside the calendar gives way to the calendar's own: it is still a date.
    """
    first_year = start.low // A_YEAR + years.low
    last_year = start.high // A_YEAR + years.high
    if last_year < 1 or first_year > 9999:
        return NOT_KNOWN
    low, high = add_years(start.low, years.low), add_years(start.high, years.high)
    return Span(
        _FIRST if low is None else low,
        _LAST if high is None else high,
        unknown=low is None or high is None,
    )


def year(_: object, day: Span) -> Span:
    """Give the years of dates."""
    return Span(day.low // A_YEAR, day.high // A_YEAR)


def pick(table: Any, key: Span) -> Span:
    """Look a value up by an enum fact's, which no day changes."""
    return point(dict(table).get(key.low))
