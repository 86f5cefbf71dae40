"""Scenarios: what they are like, what they give, and what they may expect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nic_rules.diagnostics import RuleBookError
from nic_rules.language.values import Plain
from nic_rules.rulebook.check import scenarios_of
from tests.rulebook.books import FACTS, SOURCE, codes, criterion, found, good, places, table

NAMES = (
    FACTS
    + SOURCE
    + criterion("large", "members > 5")
    + table("t", "first", "{large: met} -> yes", "{} -> no")
    + table("all", "collect", "{} -> yes", "{large: met} -> no")
    + table("old", "first", "{} -> yes", "{} -> no", more="  until: 2014-06-01\n")
    + "- constraint: holds\n  holds_when: open\n  message: {en: M}\n"
)


def scenario(name: str, *keys: str) -> str:
    """Write a scenario; `expect` is `{}` where none is given."""
    written = [*keys, *([] if any(k.startswith("expect") for k in keys) else ["expect: {}"])]
    return f"- scenario: {name}\n  about: A case.\n" + "".join(f"  {key}\n" for key in written)


WHOLE = ("table: t", "as_of: 2015-01-01", "given: {members: 6}")


def test_a_scenario_takes_over_what_it_is_like(tmp_path: Path) -> None:
    """Table, days and facts are taken over along the whole chain; keys of its own replace them."""
    rules = NAMES + scenario("third", "like: second", "given: {members: ~, motto: x}")
    rules += scenario("second", "like: first", "as_of: 2016-01-01", "given: {level: nce}")
    rules += scenario("first", *WHOLE, "rules_on: 2014-01-01")
    found = good(tmp_path, rules).scenarios
    assert {"third", "second", "first"} == set(found)
    third = found["third"]
    assert "t" == third.table
    assert (date(2016, 1, 1), date(2014, 1, 1)) == (third.as_of, third.rules_on)
    assert {"members": None, "level": "nce", "motto": "x"} == dict(third.given)
    assert date(2014, 1, 1) == found["second"].rules_on


def test_the_days_of_the_rules_are_those_of_the_facts(tmp_path: Path) -> None:
    """Without `rules_on` the rules are those of `as_of`."""
    found = good(tmp_path, NAMES + scenario("first", *WHOLE)).scenarios["first"]
    assert found.as_of == found.rules_on == date(2015, 1, 1)


def test_facts_are_given_as_they_are_written(tmp_path: Path) -> None:
    """Without quotes a scalar is typed by its place, with quotes it is a text, and null unknown."""
    given = 'given: {members: 6, motto: 6, level: "nce", open: null, share_general: "33.3"}'
    found = good(tmp_path, NAMES + scenario("first", *WHOLE[:2], given)).scenarios["first"]
    kinds = {name: type(value) for name, value in found.given.items()}
    assert {
        "members": Plain,
        "motto": Plain,
        "level": str,
        "open": type(None),
        "share_general": str,
    } == kinds


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (WHOLE, []),
        (WHOLE[:2], ["NIC201"]),
        (WHOLE[1:], ["NIC201"]),
        ((), ["NIC201"] * 3),
        (("like: first",), ["NIC308"]),
        (("like: nothing",), ["NIC405"]),
        ((*WHOLE, "like: nothing"), ["NIC405"]),
        ((*WHOLE, "table: u"), ["NIC108"]),
        (("table: tt", *WHOLE[1:]), ["NIC405"]),
        (("table: old", *WHOLE[1:]), ["NIC405"]),
        (("table: old", *WHOLE[1:], "rules_on: 2014-05-31"), []),
        ((*WHOLE[:2], "given: {membrs: 6}"), ["NIC502"]),
        ((*WHOLE[:2], 'given: {members: "6"}'), ["NIC503"]),
        ((*WHOLE[:2], "given: {members: 6.5}"), ["NIC504"]),
        ((*WHOLE[:2], "given: {members: 101}"), ["NIC505"]),
        ((*WHOLE[:2], "given: {level: gce}"), ["NIC506"]),
        ((*WHOLE[:2], "given: {level: {evidence: x}}"), ["NIC507"]),
        ((*WHOLE[:2], "given: [members]"), ["NIC203"]),
        (("table: t", "as_of: 2015-02-29", "given: {}"), ["NIC209"]),
    ],
)
def test_what_a_scenario_gives(keys: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    """A scenario has a table in force, a day and facts, by itself or by what it is like."""
    assert expected == codes(tmp_path, NAMES + scenario("first", *keys))


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("{outcome: yes, rows: [row_1], needs: [members], stuck: [large]}", []),
        ("{findings: {large: met}, lacks: {large: [members]}}", []),
        ("{breaks: [holds]}", []),
        ("{outcome: yess}", ["NIC404"]),
        ("{outcome: [yes]}", ["NIC203"]),
        ("{outcome: {yes: no}}", ["NIC203"]),
        ("{rows: [row_9]}", ["NIC405"]),
        ("{rows: row_1}", ["NIC203"]),
        ("{findings: {lrge: met}}", ["NIC405"]),
        ("{findings: {large: true}}", ["NIC209"]),
        ("{findings: {open: met}}", ["NIC405"]),
        ("{lacks: {large: [membrs]}}", ["NIC405"]),
        ("{needs: [large]}", ["NIC405"]),
        ("{stuck: [members]}", ["NIC405"]),
        ("{breaks: [large]}", ["NIC405"]),
    ],
)
def test_what_a_scenario_expects(expect: str, expected: list[str], tmp_path: Path) -> None:
    """A scenario expects only what is there to be expected."""
    rules = NAMES + scenario("first", *WHOLE, f"expect: {expect}")
    assert expected == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("[]", []), ("[yes, no]", []), ("yes", ["NIC203"]), ("[x]", ["NIC404"])],
)
def test_what_is_collected_is_a_list(outcome: str, expected: list[str], tmp_path: Path) -> None:
    """A table that collects is expected to give a list."""
    rules = NAMES + scenario("first", "table: all", *WHOLE[1:], f"expect: {{outcome: {outcome}}}")
    assert expected == codes(tmp_path, rules)


def test_each_problem_has_its_place(tmp_path: Path) -> None:
    """A fact that there is not is told at its name, a wrong value at the value."""
    text = scenario("first", *WHOLE[:2], "given: {membrs: 6, open: yes}")
    text += scenario("second", *WHOLE, "expect: {rows: [row_1, row_9], findings: {lrge: met}}")
    expected = [("NIC502", 5, 11), ("NIC503", 5, 28), ("NIC405", 12, 26), ("NIC405", 12, 45)]
    assert expected == places(tmp_path, text + NAMES)


def test_circles_of_scenarios(tmp_path: Path) -> None:
    """Scenarios that are like each other are told at each `like`, and no scenario beside them."""
    rules = scenario("a", "like: b") + scenario("b", "like: c") + scenario("c", "like: a")
    rules += scenario("d", *WHOLE) + NAMES
    assert {"NIC308"} == set(codes(tmp_path, rules))


def test_a_scenario_like_a_broken_one_is_not_told(tmp_path: Path) -> None:
    """What a scenario is like may be broken: that is told once."""
    rules = NAMES + scenario("a", *WHOLE, "expct: {}") + scenario("b", "like: a")
    assert ["NIC202"] == codes(tmp_path, rules)


def test_names_of_scenarios_are_free(tmp_path: Path) -> None:
    """Two scenarios of one name are an error; one may have the name of a fact."""
    rules = NAMES + scenario("members", *WHOLE)
    assert [] == codes(tmp_path, rules)
    wrong = found(tmp_path, rules + scenario("members", *WHOLE))
    assert ["NIC206"] == [w.code for w in wrong]


def test_scenarios_elsewhere(tmp_path: Path) -> None:
    """Scenarios of other files may be like the book's, and hold nothing but scenarios."""
    (tmp_path / "book").mkdir()
    book = good(tmp_path / "book", NAMES + scenario("first", *WHOLE))
    path = tmp_path / "more.yaml"
    path.write_text(scenario("second", "like: first"), encoding="utf-8")
    assert {"second"} == set(scenarios_of(book, [path]).scenarios)
    for text, code in (
        (scenario("first", *WHOLE), "NIC206"),
        ("- fact: a\n  name: {en: A}\n  type: boolean\n", "NIC110"),
        (scenario("second", "like: frist"), "NIC405"),
        ("- [", "NIC105"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RuleBookError) as raised:
            scenarios_of(book, [path])
        assert [code] == [wrong.code for wrong in raised.value.diagnostics]
