"""Cells with types of their own: taken as what they are, and refused as anything else."""

# ruff: noqa: E501, DTZ001 - rows of tables stay on one line; cells of files have no time zone

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.cases.cells import CellError, read_cells
from nic_rules.cases.rows import GivenRow
from nic_rules.engine.columns.values import _of_floats
from nic_rules.rulebook.given import read_case
from tests.cli.small import small_facts


def value(column: str, cell: object) -> object:
    """Read a cell of a column; give its value, or the messages of what is wrong."""
    row = read_cells(GivenRow(1, 2), ("subject", column), ("a", cell), small_facts())
    case = read_case(small_facts(), row.given)
    wrong = [f"{p.code} {p.value}: {p.message}" for p in row.problems]
    wrong += [f"{d.code} {d.value}: {d.message}" for d in case.problems]
    if wrong:
        return wrong
    return getattr(row, column) if column in ("as_of", "rules_on") else case.values.get(column)


TAKEN = [
    ("years", 12.0, 12),
    ("years", -0.0, 0),
    ("years", 12, 12),
    ("years", Decimal(12), 12),
    ("years", "12", 12),
    ("years", "", None),
    ("years", None, None),
    ("part", 33.33, Decimal("33.33")),
    ("part", 12.0, Decimal("12.00")),
    ("part", 1e-1, Decimal("0.10")),
    ("part", Decimal("33.3300"), Decimal("33.33")),
    ("active", True, True),
    ("active", "true", True),
    ("told_on", date(2015, 3, 1), date(2015, 3, 1)),
    ("told_on", datetime(2015, 3, 1), date(2015, 3, 1)),
    ("told_on", "2015-03-01", date(2015, 3, 1)),
    ("as_of", datetime(2015, 3, 1), date(2015, 3, 1)),
    ("label", "x", "x"),
]


@pytest.mark.parametrize(("column", "cell", "expected"), TAKEN)
def test_what_is_taken(column: str, cell: object, expected: object) -> None:
    """A cell of the fact's own type is its value, and a whole float a whole number."""
    found = value(column, cell)
    assert (expected, type(expected)) == (found, type(found))


HINT = "keep it as text, for a number loses its zeros in front"
REFUSED = [
    ("years", 12.5, "NIC504 12.5: `12.5` is not a whole number"),
    ("years", Decimal("12.00"), "NIC504 12.00: `12.00` is not a whole number"),
    ("years", 2.0**53,
        "NIC504 9007199254740992: `9007199254740992` is too large to be exact (keep it as text)"),
    ("years", float("nan"), "NIC504 nan: `nan` is not a number"),
    ("years", True, "NIC503 true: expected a whole number, got `true`"),
    ("years", "12.0", "NIC504 12.0: `12.0` is not a whole number"),
    ("years", date(2015, 3, 1), "NIC503 2015-03-01: expected a whole number, got a date"),
    ("part", 33.335, "NIC504 33.335: `33.335` is not a number of at most 2 decimals"),
    ("part", 0.1 + 0.2,
        "NIC504 0.30000000000000004: `0.30000000000000004` is not a number of at most 2 decimals"),
    ("part", 2.0**52, "NIC504 4503599627370496: `4503599627370496` is too large to be exact"
        " (keep it as text)"),
    ("part", 85000000000000.02,
        "NIC504 85000000000000.02: `85000000000000.02` is too large to be exact (keep it as text)"),
    ("active", 1.0, "NIC503 1: expected `true` or `false`, got the number `1`"),
    ("active", "TRUE", "NIC503 TRUE: `TRUE` is neither `true` nor `false`"),
    ("level", 7.0, "NIC503 7: expected one of its values, as text, got the number `7`"),
    ("label", 912.0, f"NIC503 912: expected text, got the number `912` ({HINT})"),
    ("subject", 912, f"NIC503 912: expected text, got the number `912` ({HINT})"),
    ("told_on", 42064.0, "NIC503 42064: expected a day, got the number `42064` (keep it as a date)"),
    ("as_of", 42064, "NIC503 42064: expected a day, got the number `42064` (keep it as a date)"),
    ("told_on", datetime(2015, 3, 1, 12),
        "NIC504 2015-03-01 12:00:00: `2015-03-01 12:00:00` is not a day: it has a time"),
    ("told_on", datetime(2015, 3, 1, tzinfo=UTC),
        "NIC504 2015-03-01 00:00:00+00:00: `2015-03-01 00:00:00+00:00` is not a day: it has a time"),
    ("told_on", time(12), "NIC503 12:00:00: no fact is a time of day, or a span of time"),
    ("told_on", timedelta(1), "NIC503 1 day, 0:00:00: no fact is a time of day, or a span of time"),
    ("label", b"x", "NIC503 b'x': no fact is what this cell holds"),
    ("label", "x\0", "NIC103 x\0: this cell holds the character U+0000"),
    ("label", CellError("#N/A"), "NIC503 #N/A: this cell holds the error `#N/A`"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "expected"), REFUSED)
def test_what_is_refused(column: str, cell: object, expected: str) -> None:
    """A cell that is not what the fact is is refused, with what stands in it."""
    assert [expected] == value(column, cell)


FLOATS = (
    st.floats()
    | st.integers(-(10**7), 10**7).map(lambda n: n / 100)
    | st.integers(-(2**55), 2**55).map(lambda n: n / 100)
)


@given(number=FLOATS)
def test_floats_are_taken_as_in_columns(number: float) -> None:
    """A cell is exact where a column of floats is, and is the same number."""
    column = pl.DataFrame({"x": [number]}).select(_of_floats(pl.col("x"), 2)).item()
    found = value("part", number)
    if column is None:
        assert isinstance(found, list)
        assert "NIC504" == found[0][:6]
    elif -10_000 <= column <= 10_000:
        assert Decimal(column) / 100 == found
    else:
        assert isinstance(found, list)
        assert "NIC505" == found[0][:6]
