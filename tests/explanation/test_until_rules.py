"""Each way in which time changes an outcome, and each form of expression, in books made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import nic_rules
from nic_rules.explanation.until import until
from nic_rules.language.operators import OPERATORS
from nic_rules.language.spans import Span, point
from nic_rules.language.values import LAST_DAY
from tests.explanation.day_by_day import changes
from tests.explanation.timed import BEGIN, CASE, TOO_LONG, criterion, table, timed

# --- one table for each core form

CONDITIONS = {
    "and": "p and as_of < date('2018-07-01')",
    "or": "not p or as_of >= date('2018-07-01')",
    "not": "not (as_of >= date('2018-07-01'))",
    "unless_zero": "share(1, max(days_between(as_of, date('2018-07-01')), 0)) > 0",
    "lt": "as_of < date('2018-07-01')",
    "le": "as_of <= date('2018-07-01')",
    "eq": "year(as_of) == 2018",
    "add": "gone + a <= 900",
    "sub": "gone - a <= 900",
    "mul": "gone * gone <= 900000",
    "min": "min(gone, 2000) <= 900",
    "max": "max(gone, 3) <= 900",
    "periods": "months_between(d, as_of) < 30",
    "days": "days_between(d, as_of) < 900",
    "add_years": "add_years(as_of, a) < date('2025-02-28')",
    "year": "year(as_of) <= 2018",
    "pick": "gone <= most[e]",
}
"""By each core form, a condition that time changes."""

NARROW: dict[str, Callable[..., Span]] = {
    "unless_zero": lambda _, whole, truth: truth,  # noqa: ARG005 - a zero to come is forgotten
    "pick": lambda _, key: point(99999),  # noqa: ARG005 - whatever the key
}
"""Wrong meanings over days; of other forms, that of the greatest or the least values alone."""


@pytest.fixture(scope="module")
def of_each_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the book with a table for each core form."""
    folder = tmp_path_factory.mktemp("forms")
    items = [criterion(f"c_{name}", met_when) for name, met_when in CONDITIONS.items()]
    timed(folder, *items, *(table(f"t_{name}", f"c_{name}: met") for name in CONDITIONS))
    return folder


@pytest.mark.parametrize("name", OPERATORS)
def test_each_form(name: str, of_each_form: Path) -> None:
    """Each core form's condition changes with time, on the day that deciding each day finds."""
    book = nic_rules.load(of_each_form)
    expected = next(changes(book, f"t_{name}", CASE, BEGIN, date(2022, 1, 1)))
    found = until(book, f"t_{name}", CASE, BEGIN)
    assert None is not expected[0]
    assert expected == (found.until, found.becomes)


@pytest.mark.parametrize("name", OPERATORS)
def test_a_planted_fault_is_seen(
    name: str, of_each_form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A core form whose meaning over days is too narrow lets its change be passed over."""
    right = OPERATORS[name].span

    def of_ends(end: str) -> Callable[..., Span]:
        return lambda c, *parts: right(c, *(point(getattr(part, end)) for part in parts))

    expected = next(changes(nic_rules.load(of_each_form), f"t_{name}", CASE, BEGIN, LAST_DAY))
    wrong = [NARROW[name]] if name in NARROW else [of_ends("low"), of_ends("high")]
    found = []
    for span in wrong:
        monkeypatch.setitem(OPERATORS, name, replace(OPERATORS[name], span=span))
        one = until(nic_rules.load(of_each_form), f"t_{name}", CASE, BEGIN)
        found.append((one.until, one.becomes))
    assert [] != [one for one in found if one != expected]


# --- rules that begin and end

DATED = {
    "a dated parameter": (
        [criterion("c", "a >= least"), table("t", "c: met")],
        (date(2019, 5, 1), "bad"),
    ),
    "a criterion that stands twice": (
        [criterion("c", "a >= 5", until="2018-03-01"), criterion("c", "a >= 6", from_="2018-03-01"),
         table("t", "c: met")],
        (date(2018, 3, 1), "bad"),
    ),
    "a criterion that does not apply": (
        [criterion("c", "p and not p", applies_when="year(as_of) > 2020"), table("t", "c: met")],
        (date(2021, 1, 1), "bad"),
    ),
    "a derived fact of a derived fact": (
        ["- derived: twice\n  name: {nb: To, en: Two}\n  value: gone * 2\n",
         criterion("c", "twice < 2000"), table("t", "c: met")],
        (date(2018, 11, 25), "bad"),
    ),
    "a table below": (
        [criterion("c", "gone < 1000"), table("below", "c: met"), table("t", "below: good")],
        (date(2018, 11, 25), "bad"),
    ),
    "a table that ends": (
        [criterion("c", "gone < 1000"), table("t", "c: met", until="2018-02-03")],
        (date(2018, 2, 3), None),
    ),
    "a table that goes on, written anew": (
        [criterion("c", "gone < 1000"), table("t", "c: met", until="2018-02-03"),
         table("t", "c: [met, not_met]", from_="2018-02-03")],
        (None, None),
    ),
    "nothing": ([criterion("c", "a > 3"), table("t", "c: met")], (None, None)),
}  # fmt: skip


@pytest.mark.parametrize("what", DATED)
def test_rules_that_begin_and_end(what: str, tmp_path: Path) -> None:
    """The rules in force move with the day; a table that ends is a change to no outcome."""
    items, expected = DATED[what]
    book = timed(tmp_path, *items)
    found = until(book, "t", CASE, BEGIN)
    assert "good" == found.outcome
    assert expected == (found.until, found.becomes)
    assert expected == next(changes(book, "t", CASE, BEGIN, date(2022, 1, 1)))


def test_facts_that_contradict_each_other_one_day(tmp_path: Path) -> None:
    """From the day on which the facts contradict each other, the outcome is none."""
    book = timed(tmp_path, TOO_LONG, criterion("c", "a > 3"), table("t", "c: met"))
    found = until(book, "t", {**CASE, "name": "Nord"}, BEGIN)
    assert ("good", date(2018, 11, 25), None) == (found.outcome, found.until, found.becomes)
    with pytest.raises(nic_rules.FactError, match="NIC508"):
        until(book, "t", CASE, date(2018, 11, 25))


def test_to_the_end_of_the_calendar(tmp_path: Path) -> None:
    """Years added beyond the year 9999 make the condition unknown, and that is seen."""
    met_when = "add_years(as_of, a) > d"
    book = timed(tmp_path, criterion("c", met_when), table("t", "c: met"))
    found = until(book, "t", {**CASE, "a": 10}, BEGIN, horizon=date.max)
    assert (date(9990, 1, 1), "bad") == (found.until, found.becomes)
    found = until(book, "t", {**CASE, "a": -2016}, date(2016, 12, 31), horizon=date.max)
    assert ("bad", date(4032, 3, 1)) == (found.outcome, found.until)
