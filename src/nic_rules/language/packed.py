"""Dates as one integer, for evaluators that compute in integers only.

A date is packed as `(y*12 + m-1)*32 + d-1`. Order is kept; of a later date less an earlier one,
`// 384` are the completed years and `// 32` the completed months.
"""

from __future__ import annotations

from datetime import date

A_YEAR, A_MONTH = 384, 32

LEAP_DAY, AFTER_LEAP_DAY = 1 * A_MONTH + 28, 2 * A_MONTH
"""29 February and 1 March, as what is added to the beginning of a year."""


def pack(day: date) -> int:
    """Pack a date."""
    return day.year * A_YEAR + (day.month - 1) * A_MONTH + day.day - 1


def unpack(packed: int) -> date:
    """Give the date that was packed."""
    year, rest = divmod(packed, A_YEAR)
    return date(year, rest // A_MONTH + 1, rest % A_MONTH + 1)


def days(first: int, second: int) -> int:
    """Count days from one packed date to another."""
    return unpack(second).toordinal() - unpack(first).toordinal()


def add_years(start: int, years: int) -> int | None:
    """Give the same month and day of another year, 1 March if none; None outside 1 to 9999."""
    year, rest = divmod(start, A_YEAR)
    year += years
    if not 1 <= year <= 9999:
        return None
    if rest == LEAP_DAY and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        rest = AFTER_LEAP_DAY
    return year * A_YEAR + rest
