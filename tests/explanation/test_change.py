"""What would change a decision: held against trying every case of small books."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bench.until import cases as cases_of_years
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import FactError, RequestError
from nic_rules.engine.edition import Edition, EngineFault
from nic_rules.explanation import nearest
from nic_rules.explanation.change import change
from tests.explanation.by_trying import AS_OF, OUTCOMES, SmallBook, Tried, cases, known, small_books

NOVEMBER = date(2015, 11, 15)


@settings(max_examples=80, deadline=None)
@given(st.data(), small_books())
def test_the_answer_is_what_trying_everything_finds(data: st.DataObject, small: SmallBook) -> None:
    """Sets, values, what is missing and what cannot be are those that brute force finds."""
    to = data.draw(st.sampled_from((None, None, *OUTCOMES)))
    tried = Tried(small, small.wanted if to is None else (to,))
    asked = data.draw(st.lists(cases(), min_size=1, max_size=3))
    if tried.refused:
        asked += data.draw(st.lists(st.sampled_from(tried.refused), min_size=4, max_size=8))
    for facts in asked:
        decision = tried.decision(facts)
        if decision is None:
            with pytest.raises(FactError):
                change(small.edition, "t", facts, as_of=AS_OF, to=to)
            continue
        if not tried.gives(decision) and not tried.can_be:
            with pytest.raises(RequestError, match="no facts at all"):
                change(small.edition, "t", facts, as_of=AS_OF, to=to)
            continue
        found = change(small.edition, "t", facts, as_of=AS_OF, to=to)
        assert tried.gives(decision) == found.has_it
        is_open = bool(decision.needs)
        changes = [] if found.has_it or is_open else tried.changes(facts)
        assert [{n: known(v) for n, v in one.items()} for one in changes] == [
            one.facts for one in found.changes
        ]
        missing: tuple[str, ...] = tuple(decision.needs)
        if not (found.has_it or is_open or changes):
            missing = tried.missing(facts) or ()
        assert missing == found.missing


@settings(max_examples=15, deadline=None)
@given(st.data(), small_books())
def test_the_answer_is_the_same_each_time(data: st.DataObject, small: SmallBook) -> None:
    """The order of items in files, of facts in a case, and earlier questions change nothing."""
    facts = data.draw(cases())
    head, *items = small.book.items
    again = SmallBook(
        type(small.book)(small.book.names, (head, *data.draw(st.permutations(items)))),
        small.changeable,
        small.wanted,
    )
    told = [_answer(small.edition, facts), _answer(small.edition, facts)]
    told += [_answer(again.edition, dict(reversed(facts.items())))]
    assert told[0] == told[1] == told[2]


def _answer(edition: Edition, facts: dict[str, Any]) -> str:
    try:
        return change(edition, "t", facts, as_of=AS_OF).to_json()
    except nic_rules.NicRulesError as error:
        return str(error)


def test_threads_get_the_same_answers() -> None:
    """Many threads may ask at once, and are told what one alone is told."""
    book = nic_rules.load("nic")
    edition = book.edition(NOVEMBER)
    told = [dict(facts) for facts, day in cases_of_years(book) if day == NOVEMBER][:12]

    def asked(facts: dict[str, object]) -> str:
        return change(edition, "continuation", facts, as_of=NOVEMBER).to_json()

    alone = [asked(facts) for facts in told]
    with ThreadPoolExecutor(4) as pool:
        assert alone * 3 == list(pool.map(asked, told * 3))
    assert 1 < len(set(alone))


# --- one book with a number, a date, and what cannot be changed

BOOK = """
- rulebook: gardens
  title: {en: "Gardens"}
  languages: [en]
- {fact: beds, name: {en: "Beds"}, type: integer, min: 0, max: 9000000000000000, changeable: %s}
- {fact: part, name: {en: "Part"}, type: decimal, decimals: 4, min: 0, max: 100}
- {fact: sown_on, name: {en: "Sown on"}, type: date}
- {fact: shady, name: {en: "Shady"}, type: boolean, changeable: never}
- constraint: sown
  holds_when: sown_on <= as_of
  message: {en: "Not sown yet."}
- criterion: large
  name: {en: "Large"}
  met_when: beds >= 5000000000000001 or beds >= 6 and shady
  kind: requirement
  basis: interpretation
  why: {en: "Chosen."}
  cites: []
- criterion: early
  name: {en: "Early"}
  met_when: part > 33.3333 and months_between(sown_on, as_of) >= 3
  kind: requirement
  basis: interpretation
  why: {en: "Chosen."}
  cites: []
- table: prize
  name: {en: "Is there a prize?"}
  hit_policy: first
  outcomes:
    - {outcome: prize, name: {en: "Prize"}, wanted: true}
    - {outcome: later, name: {en: "Later"}}
    - {outcome: never, name: {en: "Never"}}
    - {outcome: none, name: {en: "None"}}
  rows:
    - {row: a, when: {large: met, early: met}, then: prize, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
    - {row: b, when: {large: unknown}, then: later, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
    - {row: c, when: {large: not_met}, then: none, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
    - {row: d, when: {}, then: none, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
"""

FACTS = {"beds": 7, "part": "10.0000", "sown_on": "2016-05-31", "shady": False}
DAY = date(2016, 5, 31)


def gardens(folder: Path, changeable: str = "any") -> Edition:
    """Load the book with what a case can do about its beds."""
    (folder / "book.yaml").write_text(BOOK % changeable, encoding="utf-8")
    return nic_rules.load(folder).edition(DAY)


def sets(edition: Edition, facts: Mapping[str, object], to: str | None = None) -> list[object]:
    """Give the sets of changes."""
    return [one.facts for one in change(edition, "prize", facts, as_of=DAY, to=to).changes]


def test_the_nearest_values_of_each_type(tmp_path: Path) -> None:
    """A number moves to its bound to the last digit, a date by days though months count."""
    expected = {"beds": 5000000000000001, "part": "33.3334", "sown_on": "2016-02-29"}
    assert [expected] == sets(gardens(tmp_path), FACTS)


@pytest.mark.parametrize(
    ("changeable", "beds", "count"),
    [("up", 7, 1), ("any", 7, 1), ("down", 7, 0), ("never", 7, 0), ("down", 6 * 10**15, 1)],
)
def test_changeable_is_respected(tmp_path: Path, changeable: str, beds: int, count: int) -> None:
    """Where the beds can only become fewer, or not change at all, there is no way to a prize."""
    found = sets(gardens(tmp_path, changeable), {**FACTS, "beds": beds})
    assert count == len(found)


def test_what_cannot_change_may_be_unknown(tmp_path: Path) -> None:
    """An unknown fact that the case could never change is missing; it is not in the case's way."""
    edition = gardens(tmp_path, "never")
    unknown = {name: value for name, value in FACTS.items() if name != "shady"}
    assert () == change(edition, "prize", FACTS, as_of=DAY).missing
    assert ("shady",) == change(edition, "prize", unknown, as_of=DAY).missing


def test_missing_facts_come_first_of_all(tmp_path: Path) -> None:
    """What is unknown is told first where the outcome wanted rests on it, though not that of now.

    Without beds there is no prize, whenever they were sown; with them it matters.
    """
    unsown = {"beds": 7, "part": "10.0000", "shady": False}
    found = change(gardens(tmp_path), "prize", unsown, as_of=DAY)
    assert ("none", ("sown_on",), ()) == (found.decision.outcome, found.missing, found.changes)


def test_an_unknown_fact_stays_unknown(tmp_path: Path) -> None:
    """A change never tells what is unknown: with shade unknown, fewer than six beds are too few."""
    beds = {"beds": 6 * 10**15, "part": "40", "sown_on": "2016-01-01"}
    found = change(gardens(tmp_path), "prize", beds, as_of=DAY, to="none")
    assert [{"beds": 5}, {"part": "33.3333"}, {"sown_on": "2016-03-01"}] == [
        one.facts for one in found.changes
    ]


def test_constraints_hold_after_a_change(tmp_path: Path) -> None:
    """No date after the day of the facts is proposed, since the rules refuse it."""
    rich = {**FACTS, "beds": 6 * 10**15, "part": "40", "sown_on": "2016-02-20"}
    found = change(gardens(tmp_path), "prize", rich, as_of=DAY, to="none")
    assert {"sown_on": "2016-03-01"} in [one.facts for one in found.changes]


def test_what_the_case_has_needs_no_change(tmp_path: Path) -> None:
    """A case that has the outcome is told so, without any change."""
    found = change(gardens(tmp_path), "prize", FACTS, as_of=DAY, to="none")
    assert (True, ()) == (found.has_it, found.changes)


@pytest.mark.parametrize(
    ("to", "line"),
    [
        ("price", "NIC702 error: `prize` has no outcome `price` (did you mean `prize`?)"),
        ("never", "NIC702 error: no facts at all give `prize` the outcome `never` on 2016-05-31"),
    ],
)
def test_outcomes_that_cannot_be(tmp_path: Path, to: str, line: str) -> None:
    """An outcome that the table has not, and one that no facts give, are told apart."""
    with pytest.raises(RequestError) as raised:
        change(gardens(tmp_path), "prize", FACTS, as_of=DAY, to=to)
    assert line == str(raised.value)


def test_a_table_that_hopes_for_nothing(tmp_path: Path) -> None:
    """Without a wanted outcome one has to be said, and which there are is told."""
    book = (BOOK % "any").replace(", wanted: true", "")
    (tmp_path / "book.yaml").write_text(book, encoding="utf-8")
    edition = nic_rules.load(tmp_path).edition(DAY)
    with pytest.raises(RequestError, match="says of no outcome that it is wanted"):
        change(edition, "prize", FACTS, as_of=DAY)
    assert 1 == len(sets(edition, FACTS, "prize"))


def test_facts_that_contradict(tmp_path: Path) -> None:
    """Facts that contradict each other are refused as a decision refuses them."""
    with pytest.raises(FactError, match="NIC508 error: Not sown yet"):
        change(gardens(tmp_path), "prize", {**FACTS, "sown_on": "2016-06-01"}, as_of=DAY)


# --- what is not to be trusted, and what is not there


def wrong_sets(*_: object) -> list[dict[str, Any]]:
    """Find a change that is not enough, as a wrong solver might."""
    return [{"beds": 8}]


def refused_sets(*_: object) -> list[dict[str, Any]]:
    """Find a change that contradicts other facts, as a wrong solver might."""
    return [{"sown_on": date(2016, 6, 1)}]


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (wrong_sets, r"the solver changes \{'beds': 8\}, the engine then gives `none`"),
        (refused_sets, "which is refused: NIC508 error: Not sown yet"),
    ],
)
def test_a_wrong_answer_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: Any, line: str
) -> None:
    """An answer that the engine does not confirm is a fault of the program."""
    monkeypatch.setattr(nearest, "smallest_changes", wrong)
    with pytest.raises(EngineFault, match=line):
        change(gardens(tmp_path), "prize", FACTS, as_of=DAY)


def test_too_hard_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that costs the solver too much is refused, never answered by halves."""
    monkeypatch.setattr(nearest, "MOST_WORK", 1)
    with pytest.raises(RequestError, match="too hard to work out"):
        change(gardens(tmp_path), "prize", FACTS, as_of=DAY)


def test_without_z3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where z3 is not installed, that is said, with what to install; all else works."""
    for module in ("nic_rules.engine.solver", "nic_rules.explanation.nearest"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    for module in ("nic_rules.language.solver", "nic_rules.explanation.lines"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(RequestError) as raised:
        change(gardens(tmp_path), "prize", FACTS, as_of=DAY)
    assert "z3, which is not installed (install `nic-rules[prove]`)" in str(raised.value)
    assert change(gardens(tmp_path), "prize", FACTS, as_of=DAY, to="none").has_it
