"""Names and expressions: types, units and bounds, as tables of examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.books import (
    FACTS,
    SOURCE,
    codes,
    constraint,
    criterion,
    found,
    good,
    places,
    table,
)

UNITS = """
- fact: years
  name: {en: "Years"}
  type: integer
  min: -10
  max: 10
  unit: {en: "years"}
- fact: months
  name: {en: "Months"}
  type: integer
  min: 0
  max: 10
  unit: {en: "months"}
- fact: income
  name: {en: "Income"}
  type: integer
  min: 0
  max: 9007199254740991
- fact: tiny
  name: {en: "Tiny"}
  type: decimal
  decimals: 9
  min: 0
  max: 1
- parameter: least
  name: {en: "The least"}
  type: integer
  by: level
  values:
    - {from: 2010-01-01, value: {arena: 3, nce: 10}}
  basis: source
  cites: [one]
- parameter: most
  name: {en: "The most"}
  type: integer
  unit: {en: "years"}
  values:
    - {from: 2010-01-01, value: 5}
  basis: source
  cites: [one]
- parameter: strict
  name: {en: "Strict"}
  type: boolean
  values:
    - {from: 2010-01-01, value: true}
  basis: source
  cites: [one]
"""
NAMES = FACTS + SOURCE + UNITS


@pytest.mark.parametrize(
    "expression",
    [
        "open",
        "not open and strict or members > 5",
        "0 < members <= 100 != 5",
        "members > share_general",
        "members + 1 > 0.5",
        "-members - -5 * 2 < 0",
        "admitted_on < as_of",
        "admitted_on == date('2014-06-01')",
        'level == "nce"',
        "level != 'nce'",
        "level in ('nce')",
        "level in ['nce', 'arena']",
        "level not in ('nce', 'arena')",
        "members in (1, -2, 3)",
        "members in (5)",
        "years in (-1)",
        "min(members, share_general, 5) > 1",
        "max(admitted_on, as_of) > as_of",
        "share(members, members) >= 0.5",
        "0.5 <= share(members, 100) < 1",
        "share(years, months * 1) > 0.5",
        "years_between(admitted_on, as_of) > 3",
        "months_between(as_of, as_of) == days_between(as_of, as_of)",
        "add_years(as_of, years) > admitted_on",
        "year(as_of) >= 2010",
        "least[level] < 5",
        "years < most",
        "years + most > 5",
        "years * months > years",
        "years > 5 and months > 5",
        "years_between(as_of, as_of) > years",
        "income * 1024 > 5",
        "tiny * 9223372036 > 1",
        "income in (9223372036854775807)",
    ],
)
def test_right_expressions(expression: str, tmp_path: Path) -> None:
    """What the table of forms allows is allowed."""
    good(tmp_path, NAMES + constraint(expression))


@pytest.mark.parametrize(
    ("expression", "code", "word"),
    [
        ("members", "NIC305", "members"),
        ("open and members", "NIC305", "members"),
        ("not level", "NIC305", "level"),
        ("open == 5", "NIC305", "open"),
        ("5 == level", "NIC305", "level"),
        ("level == 'gce'", "NIC305", "'gce'"),
        ("level in ('nce', 'gce')", "NIC305", "'gce'"),
        ("members in ('nce', 1)", "NIC305", "'nce'"),
        ("members == 'nce'", "NIC305", "members"),
        ("members in (1, 2.5)", "NIC305", "2.5"),
        ("share_general in (1, 2)", "NIC305", "share_general"),
        ("members > admitted_on", "NIC305", "admitted_on"),
        ("motto == 'x'", "NIC305", "motto"),
        ("open + 1 > 5", "NIC305", "open"),
        ("5 < admitted_on + 1", "NIC305", "admitted_on"),
        ("share(members, years) > 0.5", "NIC305", "years"),
        ("share(members, members)", "NIC305", "share"),
        ("share(members, 5) > share(members, 6)", "NIC305", "share(members, 6)"),
        ("share(members, members) > as_of", "NIC305", "as_of"),
        ("1 < min(members, as_of)", "NIC305", "min"),
        ("year(members) > 5", "NIC305", "members"),
        ("add_years(as_of, share_general) > as_of", "NIC305", "share_general"),
        ("year(as_of, members) > 5", "NIC301", "year"),
        ("5 > max(members)", "NIC301", "max"),
        ("open and membrs > 5", "NIC303", "membrs"),
        ("open and least > 5", "NIC304", "least"),
        ("open and most[level] > 5", "NIC304", "most"),
        ("open and members[level] > 5", "NIC304", "members"),
        ("open and least[motto] > 5", "NIC304", "least"),
        ("least[levl] > 5", "NIC303", "levl"),
        ("5 > year", "NIC304", "year"),
        ("open and t", "NIC304", "t"),
        ("open and holds", "NIC304", "holds"),
        ("open and c", "NIC304", "c"),
        ("years > months", "NIC306", "months"),
        ("open and years - months > 5", "NIC306", "years"),
        ("0 < max(years, months)", "NIC306", "max"),
        ("share(months, members) > months", "NIC306", "months"),
        ("0 < income * 1025", "NIC307", "income"),
        ("0 < income * income", "NIC307", "income"),
        ("tiny < income", "NIC307", "income"),
        ("0 < income + tiny", "NIC307", "income"),
        ("1 < 9223372036854775808", "NIC307", "9223372036854775808"),
        ("members in (1, 9223372036854775808)", "NIC307", "9223372036854775808"),
        ("1 < -9223372036854775807 - 1", "NIC307", "-9223372036854775807"),
    ],
)
def test_wrong_expressions(expression: str, code: str, word: str, tmp_path: Path) -> None:
    """What does not go together is one error, at the word where it stands."""
    rules = NAMES + criterion("c", "open") + table("t", "collect") + constraint(expression)
    line = rules.removeprefix("\n").count("\n") - 1
    at = expression.rindex(word) if word == "months" else expression.index(word)
    assert [(code, line, 15 + at)] == places(tmp_path, rules)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("years + 1", None, []),
        ("years + 1", "years", []),
        ("years * 12", "months", []),
        ("years + 1", "months", ["NIC306"]),
        ("admitted_on", None, []),
        ("admitted_on", "days", ["NIC306"]),
        ("open", None, ["NIC305"]),
        ("level", None, ["NIC305"]),
        ("motto", None, ["NIC305"]),
        ("c", None, ["NIC304"]),
        ("membrs", None, ["NIC303"]),
    ],
)
def test_derived_facts_are_numbers_or_dates(
    value: str, unit: str | None, expected: list[str], tmp_path: Path
) -> None:
    """A derived fact is a number or a date, and has the unit of its value or one of its own."""
    rules = NAMES + criterion("c", "open")
    rules += f"- derived: d\n  name: {{en: D}}\n  value: {value}\n"
    rules += f"  unit: {{en: {unit}}}\n" if unit else ""
    assert expected == codes(tmp_path, rules + constraint("d != d"))


def test_a_derived_fact_carries_its_unit_and_bounds(tmp_path: Path) -> None:
    """The unit and the bounds of a derived fact's value hold where it is used."""
    derived = "- derived: d\n  name: {en: D}\n  value: years * 1\n  unit: {en: months}\n"
    assert [] == codes(tmp_path, NAMES + derived + constraint("d < months"))
    assert ["NIC306"] == codes(tmp_path, NAMES + derived + constraint("d < years"))
    large = "- derived: d\n  name: {en: D}\n  value: income * 1000\n"
    assert [] == codes(tmp_path, NAMES + large + constraint("d * 1 > 1"))
    assert ["NIC307"] == codes(tmp_path, NAMES + large + constraint("d * 2 > 1"))


def test_what_rests_on_something_broken_is_not_told_again(tmp_path: Path) -> None:
    """One mistake is one error, however much rests on what is broken."""
    rules = NAMES + "- derived: d\n  name: {en: D}\n  value: membrs\n"
    rules += criterion("c", "d > 5") + criterion("e", "c and d < 9") + constraint("d > 5")
    rules += table("t", "first", "{c: met} -> yes", "{} -> no")
    assert ["NIC303"] == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("derived", "criteria", "expected"),
    [
        ({}, {"a": "a"}, 1),
        ({}, {"a": "not b", "b": "a and open"}, 1),
        ({}, {"a": "b", "b": "c", "c": "a", "d": "a"}, 1),
        ({}, {"a": "b", "b": "a", "c": "d", "d": "c or a"}, 2),
        ({"d": "d + 1"}, {}, 1),
        ({"d": "e + 1", "e": "d - 1"}, {"a": "d > 5"}, 1),
        ({"d": "members"}, {"a": "d > 5", "b": "a"}, 0),
    ],
)
def test_circles(
    derived: dict[str, str], criteria: dict[str, str], expected: int, tmp_path: Path
) -> None:
    """Each circle is one error; what only rests on it is none."""
    rules = NAMES + "".join(criterion(name, text) for name, text in criteria.items())
    for name, value in derived.items():
        rules += f"- derived: {name}\n  name: {{en: D}}\n  value: {value}\n"
    assert ["NIC308"] * expected == codes(tmp_path, rules)


@pytest.mark.parametrize("names", ["abc", "bca", "cba", "acb"])
def test_a_circle_is_told_in_the_order_of_use(names: str, tmp_path: Path) -> None:
    """Whatever the order of the criteria in the file, a circle goes from user to used."""
    uses = {"a": "c", "c": "b", "b": "a"}
    rules = NAMES + "".join(criterion(name, uses[name]) for name in names)
    wrong = found(tmp_path, rules)
    assert ["criterion uses itself: `a` → `c` → `b` → `a`"] == [w.message for w in wrong]


def test_names_are_used_only_on_days_on_which_they_are(tmp_path: Path) -> None:
    """A name that is not in force on some day of its use is one error for all such days."""
    ended = criterion("a", "open", "  until: 2014-06-01\n")
    begun = criterion("a", "open", "  from: 2014-06-01\n")
    user = criterion("b", "not a")
    assert ["NIC309"] == codes(tmp_path, FACTS + SOURCE + ended + user)
    assert [] == codes(tmp_path, FACTS + SOURCE + ended + begun + user)
    within = criterion("b", "not a", "  from: 2010-01-01\n  until: 2014-06-01\n")
    assert [] == codes(tmp_path, FACTS + SOURCE + ended + within)


def test_bounds_are_those_of_the_days(tmp_path: Path) -> None:
    """A parameter is as large as it is on the days on which it is used."""
    values = (
        "- parameter: p\n  name: {en: P}\n  type: integer\n  values:\n"
        "    - {from: 2010-01-01, value: 1}\n"
        "    - {from: 2014-01-01, value: 9223372036854775807}\n"
        "  basis: source\n  cites: [one]\n"
    )
    user = constraint("p + 1 > 0")
    assert ["NIC307"] == codes(tmp_path, SOURCE + values + user)
    assert [] == codes(tmp_path, SOURCE + values + user + "  until: 2014-01-01\n")


@pytest.mark.parametrize(
    ("kind", "value", "expression"),
    [
        ("integer", "-10", "share(1, members - p) > 0"),
        ("date", "2014-06-01", "share(1, days_between(p, date('2020-01-01'))) > 0"),
    ],
)
def test_before_its_first_entry_a_parameter_counts_as_large_as_in_it(
    kind: str, value: str, expression: str, tmp_path: Path
) -> None:
    """Days on which a parameter has no value refuse nothing that its first value allows."""
    parameter = (
        f"- parameter: p\n  name: {{en: P}}\n  type: {kind}\n  values:\n"
        f"    - {{from: 2010-01-01, value: {value}}}\n"
        "  basis: source\n  cites: [one]\n"
    )
    members = "- fact: members\n  name: {en: M}\n  type: integer\n  min: -10\n  max: 100\n"
    assert [] == codes(tmp_path, SOURCE + members + parameter + constraint(expression))


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("requirement", "hope", ["NIC311"]),
        ("aim", "hope and open", []),
        ("aim", "c", []),
        ("requirement", "c", []),
    ],
)
def test_requirements_rest_on_no_aims(
    kind: str, expression: str, expected: list[str], tmp_path: Path
) -> None:
    """An aim may use aims and requirements; a requirement only requirements."""
    rules = FACTS + SOURCE + criterion("hope", "open", kind="aim") + criterion("c", "open")
    assert expected == codes(tmp_path, rules + criterion("d", expression, kind=kind))


def test_both_expressions_of_a_criterion_are_checked(tmp_path: Path) -> None:
    """What is wrong in `met_when` and in `applies_when` is told at each."""
    rules = FACTS.removeprefix("\n") + SOURCE
    rules += criterion("c", "members", "  applies_when: open and membrs > 5\n")
    last = rules.count("\n")
    expected = [("NIC305", last - 4, 13), ("NIC303", last, 26)]
    assert expected == places(tmp_path, rules)
