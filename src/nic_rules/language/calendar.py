"""Completed years, months and days between dates, and years added to one (contract, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date


def years_between(first: date, second: date) -> int:
    """Count completed years, by comparing month and day; negative when `second` is earlier."""
    if second < first:
        return -years_between(second, first)
    not_yet = (second.month, second.day) < (first.month, first.day)
    return second.year - first.year - not_yet


def months_between(first: date, second: date) -> int:
    """Count completed months, by comparing the day; negative when `second` is earlier."""
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    return months - (second.day < first.day)


def days_between(first: date, second: date) -> int:
    """Count days; negative when `second` is earlier."""
    return (second - first).days


def add_years(start: date, years: int) -> date | None:
    """Give the same month and day of another year, 1 March where there is none.

    None (unknown) outside the years 1 to 9999.
    """
    year = start.year + years
    if not 1 <= year <= 9999:
        return None
    try:
        return start.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


BETWEEN: dict[str, Callable[[date, date], int]] = {
    "years_between": years_between,
    "months_between": months_between,
    "days_between": days_between,
}
