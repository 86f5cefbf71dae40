"""Tables: what rows look at, gaps, overlaps, and what is hardly meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.books import FACTS, SOURCE, codes, constraint, criterion, found, table, warned

NAMES = FACTS + SOURCE + criterion("large", "members > 5")

BOTH = ['{open: "true"} -> yes', '{open: ["false", unknown]} -> no']
OVERLAP = ["{open: [true, unknown]} -> yes", "{open: unknown} -> no", "{} -> yes"]


@pytest.mark.parametrize(
    ("policy", "rows", "expected"),
    [
        ("first", BOTH, []),
        ("unique", BOTH, []),
        ("any", BOTH, []),
        ("first", BOTH[:1], ["NIC401"]),
        ("unique", BOTH[:1], ["NIC401"]),
        ("any", BOTH[:1], ["NIC401"]),
        ("collect", BOTH[:1], []),
        ("collect", [], []),
        ("first", [], ["NIC401"]),
        ("first", OVERLAP, []),
        ("collect", OVERLAP, []),
        ("unique", OVERLAP, ["NIC402"] * 3),
        ("any", OVERLAP, ["NIC402"] * 2),
        ("any", ["{open: true} -> yes", "{} -> yes"], []),
        ("unique", ["{level: arena} -> yes", "{large: met} -> no"], ["NIC401", "NIC402"]),
        ("first", ["{} -> yes -> until: 2014-06-01", "{} -> no -> from: 2014-06-01"], []),
        ("unique", ["{} -> yes -> until: 2014-06-01", "{} -> no -> from: 2014-06-01"], []),
        ("first", ["{} -> yes -> until: 2014-06-01", "{} -> no -> from: 2014-07-01"], ["NIC401"]),
        ("unique", ["{} -> yes -> until: 2014-07-01", "{} -> no -> from: 2014-06-01"], ["NIC402"]),
    ],
)
def test_each_situation_has_the_rows_it_should(
    policy: str, rows: list[str], expected: list[str], tmp_path: Path
) -> None:
    """But for collect, each situation has a row; by unique only one, by any only one outcome."""
    assert expected == codes(tmp_path, NAMES + table("t", policy, *rows))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{large: met}", []),
        ("{large: [met, not_met, unknown]}", []),
        ("{large: true}", ["NIC403"]),
        ("{large: not_applicable}", ["NIC403"]),
        ("{large: [met, met]}", ["NIC209"]),
        ("{large: []}", ["NIC209"]),
        ("{level: [arena, unknown]}", []),
        ("{level: gce}", ["NIC403"]),
        ("{open: 'true'}", []),
        ("{open: yes}", ["NIC403"]),
        ("{inner: [yes, no]}", []),
        ("{inner: unknown}", ["NIC403"]),
        ("{collected: yes}", ["NIC304"]),
        ("{members: 5}", ["NIC304"]),
        ("{motto: x}", ["NIC304"]),
        ("{large: met, lrge: met}", ["NIC303"]),
        ("{hope: met}", ["NIC311"]),
        ("{old: met}", ["NIC309"]),
        ("{least: met}", ["NIC304"]),
        ("{holds: met}", ["NIC304"]),
        ("{t: yes}", ["NIC308"]),
    ],
)
def test_what_rows_look_at(when: str, expected: list[str], tmp_path: Path) -> None:
    """Rows look at criteria, boolean and enum facts, and tables that do not collect."""
    rules = NAMES + criterion("hope", "open", kind="aim")
    rules += criterion("old", "open", "  until: 2014-06-01\n")
    rules += table("inner", "first", "{} -> yes") + table("collected", "collect")
    rules += (
        "- constraint: holds\n  holds_when: open\n  message: {en: M}\n"
        "- parameter: least\n  name: {en: L}\n  type: boolean\n"
        "  values: [{from: 2010-01-01, value: true}]\n  basis: source\n  cites: [one]\n"
    )
    assert expected == codes(tmp_path, rules + table("t", "first", f"{when} -> yes", "{} -> no"))


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("[hope]", []),
        ("[hope, hope]", ["NIC209"]),
        ("[hoped]", ["NIC303"]),
        ("[large]", ["NIC304"]),
        ("[open]", ["NIC304"]),
        ("[old]", ["NIC309"]),
    ],
)
def test_only_aims_are_noted(notes: str, expected: list[str], tmp_path: Path) -> None:
    """The notes of a table are aims, each once, in force with it."""
    rules = NAMES + criterion("hope", "open", kind="aim")
    rules += criterion("old", "open", "  until: 2014-06-01\n", kind="aim")
    rules += table("t", "first", "{} -> yes", more=f"  notes: {notes}\n")
    assert expected == codes(tmp_path, rules)


def test_tables_look_at_each_other_in_no_circle(tmp_path: Path) -> None:
    """Tables that look at each other in a circle are one error; one beside it is none."""

    def looks(name: str, at: str) -> str:
        return table(name, "first", f"{{{at}: yes}} -> yes", "{} -> no")

    circle = looks("a", "b") + looks("b", "c") + looks("c", "a") + looks("d", "a")
    told = [(w.code, w.message) for w in found(tmp_path, SOURCE + circle)]
    assert [("NIC308", "table looks at itself: `a` → `b` → `c` → `a`")] == told
    chain = looks("a", "b") + looks("b", "c") + table("c", "first", "{} -> yes")
    assert [] == codes(tmp_path, SOURCE + chain)


def test_an_outcome_is_one_of_the_table(tmp_path: Path) -> None:
    """A row gives an outcome that the table lists; another gets the nearest."""
    wrong = found(tmp_path, NAMES + table("t", "first", "{} -> yess"))
    assert [("NIC404", "did you mean `yes`?")] == [(w.code, w.hint) for w in wrong]


DATED = "{} -> yes -> "


@pytest.mark.parametrize(
    ("policy", "rows", "message", "hint"),
    [
        ("first", BOTH[:1], "no row of `t` fits open: false", "add a last row `when: {}`"),
        ("unique", BOTH[:1], "no row of `t` fits open: false", None),
        ("any", BOTH[:1], "no row of `t` fits open: false", None),
        (
            "unique",
            [DATED + "from: 2014-06-01"],
            "until 2014-06-01: no row of `t` is in force",
            None,
        ),
        (
            "first",
            [DATED + "until: 2014-06-01"],
            "from 2014-06-01: no row of `t` is in force",
            "add a last row `when: {}`",
        ),
        (
            "unique",
            [DATED + "until: 2014-07-01", DATED + "from: 2014-06-01"],
            "from 2014-06-01 until 2014-07-01: rows `row_1` and `row_2` both fit whatever comes",
            "no two rows of a `unique` table may",
        ),
    ],
)
def test_gaps_and_overlaps_have_their_days(
    policy: str, rows: list[str], message: str, hint: str | None, tmp_path: Path
) -> None:
    """The days stand before a gap or overlap that is not on all days."""
    wrong = found(tmp_path, NAMES + table("t", policy, *rows))
    assert [(message, hint)] == [(w.message, w.hint) for w in wrong]


def test_a_gap_is_spelled_out(tmp_path: Path) -> None:
    """A gap names its first situation, in the order of the rows and of the tokens."""
    rows = ["{level: arena} -> yes", "{level: [nce, unknown], large: [met, not_met]} -> no"]
    wrong = found(tmp_path, NAMES + table("t", "first", *rows))
    assert ["NIC401"] == [w.code for w in wrong]
    assert "level: nce, large: unknown" in wrong[0].message


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["{large: met} -> yes", "{} -> no"], []),
        (["{} -> yes", "{large: met} -> no"], ["NIC801"]),
        (["{large: met} -> yes", "{large: [not_met, unknown]} -> no", "{} -> no"], ["NIC801"]),
        (["{large: met} -> yes", "{} -> yes"], ["NIC803"]),
        (["{large: met} -> yes", "{} -> no", "{} -> no -> from: 2015-01-01"], ["NIC801"]),
        (["{large: unknown} -> no", "{} -> yes"], ["NIC808"]),
        (["{large: [met, unknown]} -> yes", "{} -> no"], []),
        (["{large: unknown, open: unknown} -> no", "{} -> yes"], ["NIC808"]),
        (
            ["{large: unknown, open: 'true'} -> no", "{open: 'false'} -> no", "{} -> yes"],
            ["NIC808"],
        ),
    ],
)
def test_what_is_hardly_meant_of_rows(rows: list[str], expected: list[str], tmp_path: Path) -> None:
    """Rows out of reach, outcomes never given and questions in vain are warnings."""
    uses = ("open", "members > 0", "share_general > 0", "admitted_on < as_of", "level == 'nce'")
    rules = NAMES + "".join(constraint(use, f"use_{i}") for i, use in enumerate(uses))
    assert expected == warned(
        tmp_path, rules + table("t", "first", *rows) + table("u", "first", *USES)
    )


USES = ["{large: met} -> yes", "{} -> no"]
"""Rows that use the criterion, and give both outcomes."""


def test_days_outside_of_the_table(tmp_path: Path) -> None:
    """A row whose days lie outside its table's is a warning, and gives no outcome."""
    rows = ["{large: met} -> yes -> from: 2014-06-01", "{} -> no"]
    until = "  until: 2014-06-01\n"
    rules = SOURCE + FACTS[: FACTS.index("- fact: share")] + criterion("large", "members > 5")
    rules += table("u", "first", '{large: met, open: "true"} -> yes', "{} -> no")
    assert ["NIC803", "NIC802"] == warned(tmp_path, rules + table("t", "first", *rows, more=until))


@pytest.mark.parametrize(("columns", "expected"), [(10, []), (11, ["NIC809"])])
def test_too_many_situations(columns: int, expected: list[str], tmp_path: Path) -> None:
    """A table of more than 100,000 situations is a warning; 3^10 are 59,049, 3^11 are 177,147."""
    names = [f"f{number}" for number in range(columns)]
    rules = SOURCE + "".join(
        f"- fact: {name}\n  name: {{en: F}}\n  type: boolean\n" for name in names
    )
    when = ", ".join(f"{name}: 'true'" for name in names)
    rules += table("t", "first", f"{{{when}}} -> yes", "{} -> no")
    assert expected == warned(tmp_path, rules)
