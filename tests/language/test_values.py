"""Values by one grammar: numbers and days, how they are written and read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.language.values import (
    NotWrittenRight,
    as_decimal,
    as_text,
    day,
    has_lone_surrogate,
    of_decimal,
    scaled,
)


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("0", 0, 0),
        ("-0", 0, 0),
        ("-0.00", 2, 0),
        ("12", 0, 12),
        ("-12", 0, -12),
        ("33.5", 2, 3350),
        ("33.50", 2, 3350),
        ("33.5000", 2, 3350),
        ("0.000000001", 9, 1),
        ("-0.25", 2, -25),
        ("9007199254740991", 0, 2**53 - 1),
    ],
)
def test_numbers_are_read_exactly(text: str, decimals: int, expected: int) -> None:
    """A number becomes an integer of so many decimals; zeros beyond them are no decimals."""
    assert expected == scaled(text, decimals)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "+1", "01", "-01", "00", ".5", "5.", "-", "-.5", "1e3", "1E3", "1_000", "0x10"),
        *(" 1", "1 ", "1\n", "\t1", "1,5", "1.000,5", "1.2.3", "--1", "- 1", "1/2", "NaN", "inf"),
        *("Infinity", "１２", "١٢", "²", "−1", "1\u200b", "1\x00", "true", "null", "1.5f"),
    ],
)
@pytest.mark.parametrize("decimals", [0, 2])
def test_whatever_else_looks_like_a_number_is_none(text: str, decimals: int) -> None:
    """Signs, exponents, spaces, commas, leading zeros and digits of other scripts are refused."""
    with pytest.raises(NotWrittenRight):
        scaled(text, decimals)


@pytest.mark.parametrize(("text", "decimals"), [("33.335", 2), ("0.1", 0), ("-0.001", 2)])
def test_more_decimals_than_allowed_are_refused(text: str, decimals: int) -> None:
    """Nothing is rounded."""
    with pytest.raises(NotWrittenRight):
        scaled(text, decimals)


@pytest.mark.parametrize("text", ["2015-03-01", "0001-01-01", "9999-12-31", "2016-02-29"])
def test_days_are_read(text: str) -> None:
    """A day is written with four, two and two digits."""
    assert text == day(text).isoformat()


@pytest.mark.parametrize(
    "text",
    [
        *("", "20150301", "2015-3-1", "15-03-01", "2015-03-01T00:00", "2015-03-01 ", "2015/03/01"),
        *("2015-W09-7", "2015-060", "01.03.2015", "２０１５-03-01", "-2015-03-01", "2015-03-01\n"),
        *("2015-02-29", "2015-13-01", "2015-00-01", "2015-04-31", "0000-01-01"),
    ],
)
def test_whatever_else_looks_like_a_day_is_none(text: str) -> None:
    """Other ways of writing days, and days that the calendar lacks, are refused."""
    with pytest.raises(NotWrittenRight):
        day(text)


@given(st.integers(), st.integers(0, 9))
def test_what_is_written_is_read_again(number: int, decimals: int) -> None:
    """Writing a number with exactly its decimals and reading it again changes nothing."""
    assert number == scaled(as_text(number, decimals), decimals)


@given(st.dates())
def test_days_written_are_read_again(given_day: date) -> None:
    """Every day of the calendar can be written and read."""
    assert given_day == day(given_day.isoformat())


@given(st.integers(-(10**25), 10**25), st.integers(0, 9), st.integers(0, 9))
def test_both_readers_of_decimals_agree(number: int, decimals: int, places: int) -> None:
    """A text and the `Decimal` of this text are read as the same number, or both refused."""
    text = as_text(number, places)
    try:
        expected: int | None = scaled(text, decimals)
    except NotWrittenRight:
        expected = None
    try:
        actual: int | None = of_decimal(Decimal(text), decimals)
    except NotWrittenRight:
        actual = None
    assert expected == actual


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        (Decimal("1E+2"), 2, 10000),
        (Decimal("0E+999999"), 2, 0),
        (Decimal("0E-999999"), 2, 0),
        (Decimal("-0"), 2, 0),
        (Decimal("12.5E-1"), 2, 125),
        (Decimal("1.2500"), 2, 125),
        (Decimal("1." + "0" * 5000), 2, 100),
    ],
)
def test_decimals_of_any_form_are_scaled(number: Decimal, decimals: int, expected: int) -> None:
    """A `Decimal` counts by its value, however it was written."""
    assert expected == of_decimal(number, decimals)


@pytest.mark.parametrize(
    "number",
    [
        *map(Decimal, ("NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E-999999")),
        *map(Decimal, ("0.001", "12.345", "1E+41")),
    ],
)
def test_decimals_that_cannot_be_scaled_are_refused(number: Decimal) -> None:
    """Numbers without end, too large or too fine are refused, and quickly."""
    with pytest.raises(NotWrittenRight):
        of_decimal(number, 2)


@given(st.integers(-(10**25), 10**25), st.integers(0, 9))
def test_decimals_are_exact_in_any_context(number: int, decimals: int) -> None:
    """The caller's decimal context rounds nothing."""
    with localcontext() as context:
        context.prec = 3
        made = as_decimal(number, decimals)
        assert number == of_decimal(made, decimals)
    assert as_text(number, decimals) == f"{made:f}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("Æ", False), ("😀", False), ("\ud800", True), ("a\udfffb", True)],
)
def test_lone_surrogates_are_noticed(text: str, expected: bool) -> None:
    """A text that UTF-8 cannot write is told from one that it can."""
    assert expected == has_lone_surrogate(text)
