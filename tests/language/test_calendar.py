"""Completed years, months and days, against a definition by counting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.language.calendar import (
    BETWEEN,
    add_years,
    days_between,
    months_between,
    years_between,
)

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31)) | st.sampled_from(
    [date(2016, 2, 29), date(2016, 2, 28), date(2016, 3, 1), date(2015, 2, 28), date(2020, 2, 29)]
)


def counted_months(first: date, second: date) -> int:
    """Count days of the month's day that are not before the first one's, from one to the other."""
    count, (year, month) = 0, (first.year, first.month)
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        # as (year, month, day): the 31st of a short month lies after all its days
        if (year, month, first.day) > (second.year, second.month, second.day):
            return count
        count += 1


def counted_years(first: date, second: date) -> int:
    """Count anniversaries, the 29th of February's lying after the 28th where there is none."""
    later = range(first.year + 1, second.year + 1)
    ends = (second.year, second.month, second.day)
    return sum((year, first.month, first.day) <= ends for year in later)


@given(DAYS, DAYS)
def test_years_and_months_are_counted(one: date, other: date) -> None:
    """Completed years and months are those that counting finds."""
    first, second = sorted((one, other))
    expected = counted_years(first, second), counted_months(first, second)
    assert expected == (years_between(first, second), months_between(first, second))


@given(DAYS, DAYS)
def test_the_other_way_round_is_negative(first: date, second: date) -> None:
    """For a second date before the first, each is minus the value of the two swapped."""
    expected = [-between(second, first) for between in BETWEEN.values()]
    assert expected == [between(first, second) for between in BETWEEN.values()]


@given(DAYS, DAYS)
def test_days_lead_from_one_to_the_other(first: date, second: date) -> None:
    """So many days after the first lies the second."""
    assert second == first + timedelta(days=days_between(first, second))


@given(DAYS, DAYS, DAYS)
def test_time_only_runs_forward(one: date, other: date, third: date) -> None:
    """A later second date never has fewer completed years, months or days."""
    earlier, later = sorted((other, third))
    assert all(between(one, earlier) <= between(one, later) for between in BETWEEN.values())


@pytest.mark.parametrize(
    ("first", "second", "years", "months", "days"),
    [
        ("2014-06-18", "2024-06-17", 9, 119, 3652),
        ("2014-06-18", "2024-06-18", 10, 120, 3653),
        ("2016-02-29", "2019-02-28", 2, 35, 1095),
        ("2016-02-29", "2019-03-01", 3, 36, 1096),
        ("2016-02-29", "2020-02-29", 4, 48, 1461),
        ("2015-01-31", "2015-02-28", 0, 0, 28),
        ("2015-01-31", "2015-03-01", 0, 1, 29),
        ("2015-02-28", "2016-02-29", 1, 12, 366),
        ("2015-03-01", "2015-03-01", 0, 0, 0),
        ("2015-03-01", "2014-03-02", 0, -11, -364),
        ("2015-03-01", "2014-03-01", -1, -12, -365),
        ("2019-02-28", "2016-02-29", -2, -35, -1095),
    ],
)
def test_hard_pairs(first: str, second: str, years: int, months: int, days: int) -> None:
    """Leap days, ends of months and dates the other way round."""
    pair = date.fromisoformat(first), date.fromisoformat(second)
    assert (years, months, days) == tuple(between(*pair) for between in BETWEEN.values())


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        ("2016-02-29", 1, "2017-03-01"),
        ("2016-02-29", 4, "2020-02-29"),
        ("2016-02-29", -1, "2015-03-01"),
        ("2016-02-29", 84, "2100-03-01"),
        ("2015-12-31", 0, "2015-12-31"),
        ("9999-01-01", 0, "9999-01-01"),
        ("9998-01-01", 2, None),
        ("0001-12-31", -1, None),
        ("2016-02-29", -2016, None),
        ("2000-01-01", 10**18, None),
        ("2000-01-01", -(10**18), None),
    ],
)
def test_years_are_added(start: str, years: int, expected: str | None) -> None:
    """The same month and day, 1 March if there is none, unknown outside the calendar."""
    actual = add_years(date.fromisoformat(start), years)
    assert expected == (actual and actual.isoformat())


@given(DAYS, st.integers(-300, 300))
def test_added_years_are_completed_years(start: date, years: int) -> None:
    """Between a date and the date some years later lie exactly so many completed years."""
    end = add_years(start, years)
    assert end is not None
    # a leap day's anniversary lies on 1 March: on the way back one day is missing
    if years >= 0 or (start.month, start.day) != (2, 29) or end.day == 29:
        assert years == years_between(start, end)


@given(DAYS, DAYS, st.integers(-300, 300))
def test_added_years_keep_the_order(one: date, other: date, years: int) -> None:
    """An earlier date never comes out later."""
    first, second = (add_years(start, years) for start in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first <= second
