"""Why not: each row that would give an outcome, and what stands in its way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path

import pytest

import nic_rules
from nic_rules.cases.many import open_cases
from nic_rules.decision import Decision
from nic_rules.explanation.text import why_not_as_text
from nic_rules.explanation.tracing import trace
from nic_rules.explanation.why_not import Way, why_not
from tests.cli.running import run

ROOT = Path(__file__).parents[2]
NOTICE = ROOT / "fixtures" / "cases" / "notice.json"
BOOK = nic_rules.load("nic")
EDITION = BOOK.edition(date(2016, 11, 15))


def decisions() -> Iterator[Decision]:
    """Decide every third case of a fixture year by every table."""
    rows = list(open_cases(ROOT / "fixtures" / "clusters" / "2016.csv", BOOK.book.facts).rows())
    for row in rows[::3]:
        for table in EDITION.tables:
            try:
                yield EDITION.decide(table, row.given, subject=row.subject)
            except nic_rules.FactError:
                continue


def stands_in_the_way(way: Way) -> bool:
    """Tell whether a way is barred: by a cell, in the end down to values, or by an earlier row."""
    barred = [
        obstacle.values if not obstacle.ways else any(map(stands_in_the_way, obstacle.ways))
        for obstacle in way.obstacles
    ]
    return all(barred) and bool(barred or way.before)


def test_every_other_outcome_has_something_in_its_way() -> None:
    """Of each case and outcome: the case has it, or each row that would give it is barred."""
    seen: Counter[str] = Counter()
    for decision in decisions():
        traced = trace(EDITION, decision, "en")
        for outcome, title in traced.table.declared:
            answer = why_not(traced, outcome)
            given = decision.outcome
            has_it = outcome == given if isinstance(given, str) else outcome in given
            assert has_it == answer.has_it
            assert has_it == (answer.ways == ())
            assert [] == [way.row.name for way in answer.ways if not stands_in_the_way(way)]
            assert title in why_not_as_text(answer)
            seen["has it" if has_it else "barred"] += 1
    assert min(seen.values()) > 50


def test_the_values_are_told() -> None:
    """Down to values: who takes part, of how many, and what is asked for."""
    facts = json.loads(NOTICE.read_text(encoding="utf-8"))
    facts |= {"key_actors": 20, "participating_key_actors": 8, "active_leadership": True}
    answer = why_not(trace(EDITION, EDITION.decide("continuation", facts), "en"), "continue")
    (way,) = answer.ways
    (obstacle,) = way.obstacles
    assert ["broad_participation"] == [node.name for node in obstacle.findings]
    told = {leaf.name: leaf.shown for leaf in obstacle.values}
    expected = {"key_actors": "20", "participating_key_actors": "8"}
    assert expected | {"broad_participation_share": "0.5"} == told
    text = why_not_as_text(answer)
    assert [] == [
        leaf.title for leaf in obstacle.values if f"{leaf.title}: {leaf.shown}" not in text
    ]


def test_an_earlier_row_comes_first() -> None:
    """Where a row fits but another comes first, that one is what stands in the way."""
    facts = {"level_admitted_on": "2010-01-01", "agreed_years": 3}
    answer = why_not(trace(EDITION, EDITION.decide("continuation", facts), "en"), "evaluation_due")
    assert [["period_over"]] == [[row.name for row in way.before] for way in answer.ways]


SIGNS = ("a", "b", "c")

DOORS = """\
- rulebook: doors
  title: {en: "Doors"}
  languages: [en]
""" + "".join(
    f"""\
- fact: {name}
  name: {{en: "Sign {name}"}}
  type: boolean
""" for name in SIGNS
) + """\
- table: door
  name: {en: "Which door?"}
  hit_policy: first
  outcomes:
    - {outcome: left, name: {en: "The left one"}}
    - {outcome: right, name: {en: "The right one"}}
    - {outcome: none, name: {en: "None"}}
  rows:
    - {row: one, when: {a: ["false", unknown]}, then: left, because: {en: "One."},
       basis: interpretation, why: {en: "So."}, cites: []}
    - {row: two, when: {b: "true", c: ["true", unknown]}, then: right, because: {en: "Two."},
       basis: interpretation, why: {en: "So."}, cites: []}
    - {row: three, when: {a: ["true", unknown], c: ["false", unknown]}, then: left,
       because: {en: "Three."}, basis: interpretation, why: {en: "So."}, cites: []}
    - {row: four, when: {}, then: none, because: {en: "Four."},
       basis: interpretation, why: {en: "So."}, cites: []}
- table: every_door
  name: {en: "Which doors?"}
  hit_policy: collect
  outcomes:
    - {outcome: left, name: {en: "The left one"}}
    - {outcome: right, name: {en: "The right one"}}
  rows:
    - {row: one, when: {a: "true"}, then: left, because: {en: "One."},
       basis: interpretation, why: {en: "So."}, cites: []}
    - {row: two, when: {b: "true"}, then: right, because: {en: "Two."},
       basis: interpretation, why: {en: "So."}, cites: []}
"""  # fmt: skip

TRUTHS = {"true": True, "false": False, "unknown": None}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> nic_rules.Edition:
    """Give a small rule book whose rows look at facts alone."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "doors.yaml").write_text(DOORS, encoding="utf-8")
    return nic_rules.load(folder).edition(date(2016, 11, 15))


def otherwise(facts: Mapping[str, bool | None], way: Way) -> Iterator[dict[str, bool | None]]:
    """Give the case as it would be without what stands in the way, in every way there is."""
    names = [obstacle.cell.name for obstacle in way.obstacles]
    for wanted in product(*(obstacle.cell.tokens for obstacle in way.obstacles)):
        yield {**facts, **{n: TRUTHS[token] for n, token in zip(names, wanted, strict=True)}}


def test_what_comes_first_all_the_same(doors: nic_rules.Edition) -> None:
    """An earlier row is told beside obstacles where the row asked for loses to it even so."""
    seen: Counter[bool] = Counter()
    for truths in product(TRUTHS.values(), repeat=3):
        facts = dict(zip(SIGNS, truths, strict=True))
        decision = doors.decide("door", facts)
        for outcome in ("left", "right", "none"):
            answer = why_not(trace(doors, decision, "en"), outcome)
            for way in answer.ways:
                tried = [doors.decide("door", other).rows[0] for other in otherwise(facts, way)]
                assert {*tried} == {*decision.rows} or not way.before
                assert {*tried} != {*decision.rows} or way.before
                seen[bool(way.before and way.obstacles)] += 1
    assert min(seen[False], seen[True]) > 3


def test_it_is_said_that_another_comes_first_all_the_same(doors: nic_rules.Edition) -> None:
    """Whoever mends what stands in the way is told that it would not be enough."""
    decision = doors.decide("door", {"a": False, "b": False, "c": True})
    answer = why_not(trace(doors, decision, "en"), "right")
    text = why_not_as_text(answer)
    assert "Even if this were otherwise, “The left one” would come first:\n    One.\n" in text


def test_no_row_comes_first_where_all_that_fit_give(doors: nic_rules.Edition) -> None:
    """Of a table that collects, no row stands in another's way."""
    decision = doors.decide("every_door", {"a": True, "b": False})
    answer = why_not(trace(doors, decision, "en"), "right")
    assert [("two", ())] == [(way.row.name, way.before) for way in answer.ways]


def test_the_command() -> None:
    """`why-not` tells people, and as JSON what a program reads."""
    case = (NOTICE, "continue", "--as-of", "2016-11-15")
    ran = run("why-not", "continuation", *case, "--lang", "nb")
    assert (0, "") == (ran.code, ran.err)
    assert "Dette står i veien for" in ran.out
    told = json.loads(run("why-not", "continuation", *case, "--format", "json").out)
    assert ("nic-rules/why-not/1", "notice", "continue", False) == (
        told["schema"], told["outcome"], told["asked"], told["has_it"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("continu", "`continuation` has no outcome `continu` (did you mean `continue`?)"),
        ("", "`continuation` has no outcome ``"),
        ("notice\n", "has no outcome"),
    ],
)
def test_an_outcome_that_the_table_has_not(outcome: str, said: str) -> None:
    """An outcome that there is not is one line with the nearest."""
    ran = run("why-not", "continuation", NOTICE, outcome, "--as-of", "2016-11-15")
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert said in ran.err
