"""Declarations: what each item says by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.rulebook.book import Days
from tests.rulebook.books import FACTS, SOURCE, codes, criterion, found, good, table


def fact(type_: str, **keys: str) -> str:
    """Write one fact."""
    more = "".join(f"  {key}: {value}\n" for key, value in keys.items())
    return f"- fact: a\n  name: {{en: A}}\n  type: {type_}\n{more}"


def parameter(type_: str, *values: str, **keys: str) -> str:
    """Write one parameter, its values from 2010 on, a year apart."""
    more = "".join(f"  {key}: {value}\n" for key, value in keys.items())
    entries = "".join(
        f"    - {{from: {2010 + year}-01-01, value: {value}}}\n"
        for year, value in enumerate(values)
    )
    return (
        f"- parameter: p\n  name: {{en: P}}\n  type: {type_}\n{more}  values:\n{entries}"
        "  basis: source\n  cites: [one]\n"
    )


def test_facts_have_types_with_bounds(tmp_path: Path) -> None:
    """Each type of fact is declared with its bounds, scaled to its decimals, and its tokens."""
    facts = good(tmp_path, FACTS).facts
    assert {
        "open": Truth(),
        "members": Number(0, 0, 100),
        "share_general": Number(2, 0, 10_000),
        "admitted_on": Day(date(1900, 1, 1), date(2199, 12, 31)),
        "level": Choice(("arena", "nce")),
        "motto": Text(),
        "organisation_number": Text(),
    } == {name: fact.type for name, fact in facts.items()}
    tokens = {name: fact.tokens for name, fact in facts.items() if fact.tokens}
    assert {
        "open": ("true", "false", "unknown"),
        "level": ("arena", "nce", "unknown"),
    } == tokens


@pytest.mark.parametrize(
    ("low", "high", "decimals", "code"),
    [
        ("0", "0", None, None),
        ("-5", "-1", None, None),
        ("-0", "0", None, None),
        ("1", "0", None, "NIC212"),
        ("-9007199254740991", "9007199254740991", None, None),
        ("-9007199254740992", "0", None, "NIC212"),
        ("0", "9007199254740992", None, "NIC212"),
        ("0", "90071992547409.91", "2", None),
        ("0", "90071992547409.92", "2", "NIC212"),
        ("0.25", "0.5", "2", None),
        ("0.255", "0.5", "2", "NIC209"),
        ("0.250", "0.5", "2", None),
        ("0", "1e3", None, "NIC209"),
        ("0", "1_000", None, "NIC209"),
        ("0", "１", None, "NIC209"),
        ("0", "+1", None, "NIC209"),
        ("0", "0.5", None, "NIC209"),
        ("0", '"1,5"', "1", "NIC209"),
        ("0", "1", "10", "NIC209"),
        ("0", "1", "x", "NIC209"),
        ("0", "1", "²", "NIC209"),
        ("0", "1", "9", None),
    ],
)
def test_bounds_of_numbers(
    low: str, high: str, decimals: str | None, code: str | None, tmp_path: Path
) -> None:
    """Bounds are numbers of the fact's decimals, the right way round, within 2^53 - 1."""
    keys = {"min": low, "max": high} | ({"decimals": decimals} if decimals else {})
    rules = fact("decimal" if decimals else "integer", **keys)
    assert ([] if code is None else [code]) == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({}, None),
        ({"min": "2010-01-01"}, None),
        ({"min": "2010-01-01", "max": "2010-01-01"}, None),
        ({"min": "2010-01-02", "max": "2010-01-01"}, "NIC212"),
        ({"min": "2200-01-01"}, "NIC212"),
        ({"max": "2010-02-29"}, "NIC209"),
        ({"max": "2010-2-1"}, "NIC209"),
        ({"max": "20100201"}, "NIC209"),
        ({"max": "2010-01-01T00:00:00"}, "NIC209"),
    ],
)
def test_bounds_of_days(keys: dict[str, str], code: str | None, tmp_path: Path) -> None:
    """Bounds of days are days, the right way round, and may be left out."""
    assert ([] if code is None else [code]) == codes(tmp_path, fact("date", **keys))


@pytest.mark.parametrize(
    ("type_", "keys", "value", "expected"),
    [
        ("boolean", {}, "true", True),
        ("boolean", {}, '"false"', False),
        ("integer", {}, "-12", -12),
        ("integer", {}, "9223372036854775807", 2**63 - 1),
        ("decimal", {"decimals": "2"}, "0.5", Decimal("0.50")),
        ("decimal", {"decimals": "0"}, "5", 5),
        ("date", {}, "2012-02-29", date(2012, 2, 29)),
    ],
)
def test_values_of_parameters(
    type_: str, keys: dict[str, str], value: str, expected: object, tmp_path: Path
) -> None:
    """A parameter's value is read by its type; quotes make no difference."""
    book = good(tmp_path, SOURCE + parameter(type_, value, **keys))
    found = book.parameters["p"].on(date(2010, 1, 1))[None]
    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("type_", "keys", "value", "code"),
    [
        ("boolean", {}, "yes", "NIC209"),
        ("boolean", {}, "True", "NIC209"),
        ("integer", {}, "1.5", "NIC209"),
        ("integer", {}, "~", "NIC209"),
        ("integer", {}, "9223372036854775808", "NIC307"),
        ("integer", {}, "{arena: 1}", "NIC203"),
        ("integer", {}, "[1]", "NIC203"),
        ("integer", {"decimals": "0"}, "1", "NIC202"),
        ("integer", {"by": "open"}, "{arena: 1}", "NIC304"),
        ("integer", {"by": "levle"}, "{arena: 1}", "NIC303"),
        ("integer", {"by": "level"}, "1", "NIC203"),
        ("integer", {"by": "level"}, "{gce: 1}", "NIC403"),
        ("decimal", {}, "1", "NIC201"),
        ("decimal", {"decimals": "1"}, "0.25", "NIC209"),
        ("date", {}, "2011-02-29", "NIC209"),
        ("date", {"unit": "{en: days}"}, "2011-02-28", "NIC202"),
        ("enum", {}, "arena", "NIC209"),
    ],
)
def test_wrong_values_of_parameters(
    type_: str, keys: dict[str, str], value: str, code: str, tmp_path: Path
) -> None:
    """A parameter's value that its type or key does not allow is an error."""
    assert [code] == codes(tmp_path, SOURCE + FACTS + parameter(type_, value, **keys))


def test_entries_replace_each_other_whole(tmp_path: Path) -> None:
    """On a day the last entry before it holds, whole; before the first there is no value."""
    rules = SOURCE + FACTS + parameter("integer", "{arena: 1, nce: 2}", "{nce: 3}", by="level")
    found = good(tmp_path, rules).parameters["p"]
    assert {} == found.on(None)
    assert {} == found.on(date(2009, 12, 31))
    assert {"arena": 1, "nce": 2} == found.on(date(2010, 12, 31))
    assert {"nce": 3} == found.on(date(2011, 1, 1))
    assert {"nce": 3} == found.on(date.max)


@pytest.mark.parametrize("day", ["2010-01-01", "2009-12-31"])
def test_entries_rise(day: str, tmp_path: Path) -> None:
    """The days of a parameter's entries rise."""
    rules = SOURCE + parameter("integer", "1", "2").replace("2011-01-01", day)
    wrong = found(tmp_path, rules)
    line = (SOURCE + parameter("integer", "1", "2")).count("\n") - 3
    assert [("NIC213", line, 14)] == [(w.code, w.line, w.column) for w in wrong]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("", "", "NIC214"),
        ("until: 2014-06-01", "from: 2014-06-01", None),
        ("until: 2014-06-02", "from: 2014-06-01", "NIC214"),
        ("from: 2014-06-01", "until: 2014-06-01", None),
        ("", "from: 2014-06-01", "NIC214"),
        ("until: 2014-06-01", "from: 2015-06-01", None),
    ],
)
@pytest.mark.parametrize("kind", ["derived", "criterion", "constraint", "table"])
def test_names_may_stand_twice_on_different_days(
    kind: str, first: str, second: str, code: str | None, tmp_path: Path
) -> None:
    """Derived facts, criteria, constraints and tables follow each other under one name."""

    def item(days: str) -> str:
        more = f"  {days}\n" if days else ""
        return {
            "derived": f"- derived: a\n  name: {{en: A}}\n  value: members + 1\n{more}",
            "criterion": criterion("a", "open", more),
            "constraint": f"- constraint: a\n  holds_when: open\n  message: {{en: A}}\n{more}",
            "table": table("a", "collect", more=more),
        }[kind]

    rules = FACTS + SOURCE + item(first) + item(second)
    assert ([] if code is None else [code]) == codes(tmp_path, rules)


def test_three_of_a_name_are_held_against_each_other(tmp_path: Path) -> None:
    """The third of a name may not meet the first, however the second lies."""
    rules = (
        FACTS
        + SOURCE
        + criterion("a", "open", "  until: 2012-01-01\n")
        + criterion("a", "open", "  from: 2014-01-01\n")
        + criterion("a", "open", "  from: 2011-01-01\n  until: 2014-01-01\n")
    )
    assert ["NIC214"] == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (fact("boolean"), fact("boolean"), "NIC206"),
        (fact("boolean"), criterion("a", "open"), "NIC206"),
        (fact("boolean"), table("a", "collect"), "NIC206"),
        (fact("boolean"), SOURCE.replace("source: handbook", "source: a"), None),
        (SOURCE, SOURCE.replace("clause: one", "clause: two"), "NIC206"),
    ],
)
def test_names_are_free(one: str, other: str, code: str | None, tmp_path: Path) -> None:
    """Kinds of the flat namespace share their names; sources have names of their own."""
    beside = FACTS if SOURCE in (one, other) else FACTS + SOURCE
    expected = [] if code is None else [code]
    assert expected == codes(tmp_path, beside + one + other)


@pytest.mark.parametrize(
    ("basis", "why", "cites", "code"),
    [
        ("source", "", "[one]", None),
        ("source", "", "[]", "NIC211"),
        ("source", "{en: W}", "[one]", None),
        ("interpretation", "{en: W}", "[]", None),
        ("interpretation", "{en: W}", "[one]", None),
        ("interpretation", "", "[one]", "NIC210"),
        ("opinion", "", "[one]", "NIC209"),
    ],
)
def test_what_rules_rest_on(
    basis: str, why: str, cites: str, code: str | None, tmp_path: Path
) -> None:
    """A source is cited, and an interpretation says why: parameters, criteria and rows alike."""
    said = f"basis: {basis}\n  cites: {cites}\n" + (f"  why: {why}\n" if why else "")
    as_written = "basis: source\n  cites: [one]\n"
    rules = SOURCE + FACTS + parameter("integer", "1").replace(as_written, said)
    rules += criterion("c", "open").replace(as_written, said)
    of_rows = said.replace("\n  ", "\n      ")
    rules += table("t", "first", "{} -> yes").replace(as_written.replace("  ", "      "), of_rows)
    assert ([] if code is None else [code] * 3) == codes(tmp_path, rules)


def test_intervals_turn_with_every_item(tmp_path: Path) -> None:
    """Each first day, each day after a last and each entry begins an interval of its own."""
    rules = (
        FACTS
        + SOURCE
        + criterion("a", "open", "  from: 2012-01-01\n  until: 2014-01-01\n")
        + parameter("integer", "1", "2")
        + table("t", "first", "{} -> yes -> from: 2013-01-01", "{} -> no")
    )
    days = [date(2010 + year, 1, 1) for year in range(5)]
    book = good(tmp_path, rules)
    assert tuple(days) == book.turns
    assert Days(None, days[0]) == book.intervals[0]
    assert Days(days[4], None) == book.intervals[-1]
    assert Days(days[2], days[3]) == book.rules_on(date(2012, 6, 1)).days


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ((None, None), (None, None), (None, None)),
        ((1, None), (None, 2), (1, 2)),
        ((1, 3), (2, 4), (2, 3)),
        ((1, 2), (2, 3), None),
        ((None, 2), (1, None), (1, 2)),
        ((3, None), (None, 3), None),
    ],
)
def test_days_meet(
    one: tuple[int | None, int | None],
    other: tuple[int | None, int | None],
    both: tuple[int | None, int | None] | None,
) -> None:
    """Days meet in the days of both; the last day is not among them."""

    def days(bounds: tuple[int | None, int | None]) -> Days:
        start, end = (None if year is None else date(2010 + year, 1, 1) for year in bounds)
        return Days(start, end)

    expected = None if both is None else days(both)
    assert expected == days(one).meet(days(other)) == days(other).meet(days(one))
