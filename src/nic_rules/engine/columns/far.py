"""Days and times that lie farther off than Python's own: no one-case reader can be given them.

A column of dates reaches millions of years. Rows with such a cell are refused, whatever it is for.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from nic_rules.diagnostics import Diagnostic

_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = (date.min - _EPOCH).days, (date.max - _EPOCH).days
_LONGEST = timedelta.max.days
_LARGEST = 2**63 - 1
_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def without_far(cases: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[int, Diagnostic]]]:
    """Make null what lies too far off, and say of which rows it was, by their places."""
    near: list[pl.Series] = []
    told: list[tuple[int, Diagnostic]] = []
    for column in cases:
        limits = _limits(column.dtype)
        if limits is None:
            continue
        numbers = column.to_physical()
        least, most = numbers.min(), numbers.max()
        if not (isinstance(least, int) and isinstance(most, int)):  # nothing stands in it
            continue
        if limits[0] <= least and most <= limits[1]:
            continue
        right = numbers.is_between(*limits).fill_null(True)
        message = "this lies outside the years 1 to 9999"
        wrong = Diagnostic("NIC505", "error", message, fact=column.name)
        told += ((index, wrong) for index in (~right).arg_true())
        near.append(column.zip_with(right, pl.Series([None], dtype=column.dtype)))
    return cases.with_columns(near), told


def _limits(dtype: pl.DataType) -> tuple[int, int] | None:
    """Give the least and the largest number behind a day or time that Python has."""
    match dtype:
        case pl.Date():
            return _FIRST, _LAST
        case pl.Datetime():  # a day less at both ends, for the clock of some place may be ahead
            a_day = _A_DAY[dtype.time_unit]
            return max((_FIRST + 1) * a_day, -_LARGEST), min((_LAST - 1) * a_day, _LARGEST)
        case pl.Duration():
            longest = min((_LONGEST - 1) * _A_DAY[dtype.time_unit], _LARGEST)
            return -longest, longest
        case _:
            return None
