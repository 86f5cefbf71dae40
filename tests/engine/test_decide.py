"""One case decided: outcomes, rows, findings and needs; records of it; what cannot be asked."""

from __future__ import annotations

import hashlib
import json
import pickle
import tracemalloc
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import Decision, Edition, FactError, RecordError, RequestError
from nic_rules.decision import Names
from nic_rules.language.values import JsonNumber
from tests.strategies import Book, books, cases

DAY = date(2015, 3, 1)
MOMENT = datetime(2015, 3, 1)  # noqa: DTZ001 - neither with nor without a zone is it a day

BOOK = """
- {rulebook: small, title: {en: Small}, languages: [en]}
- source: page
  title: {en: Page}
  clauses: [{clause: one, place: "1", says: {en: so}, normative: true}]
- {fact: flag, name: {en: flag}, type: boolean}
- {fact: other, name: {en: other}, type: boolean}
- {fact: level, name: {en: level}, type: enum, values: [
    {value: arena, name: {en: Arena}}, {value: nce, name: {en: NCE}}]}
- {fact: part, name: {en: part}, type: integer, min: 0, max: 100, unit: {en: seats}}
- {fact: whole, name: {en: whole}, type: integer, min: 0, max: 100, unit: {en: seats}}
- {fact: price, name: {en: price}, type: decimal, decimals: 2, min: -1, max: 1000}
- {fact: day, name: {en: day}, type: date}
- {fact: label, name: {en: label}, type: text}
- {parameter: least, name: {en: least}, type: integer, by: level, basis: source, cites: [one],
   values: [{from: 2010-01-01, value: {arena: 3}}, {from: 2016-01-01, value: {arena: 4, nce: 5}}]}
- {derived: rest, name: {en: rest}, value: whole - part}
- {criterion: leads, name: {en: leads}, met_when: "share(part, whole) > 0.5", kind: requirement,
   basis: source, cites: [one]}
- {criterion: enough, name: {en: enough}, met_when: "part >= least[level]", kind: requirement,
   basis: source, cites: [one]}
- {criterion: both, name: {en: both}, met_when: leads and enough, kind: requirement,
   basis: source, cites: [one]}
- {criterion: nce_only, name: {en: nce}, applies_when: "level == 'nce'", met_when: flag,
   kind: requirement, basis: source, cites: [one]}
- {criterion: cheap, name: {en: cheap}, met_when: price <= 10, kind: aim,
   basis: source, cites: [one]}
- {constraint: part_of_whole, holds_when: rest >= 0, message: {en: "{part} is more than {whole}"}}
- {constraint: day_is_past, holds_when: day <= as_of, message: {en: "{day} is to come"},
   from: 2012-01-01}
- table: steps
  name: {en: steps}
  hit_policy: first
  notes: [cheap]
  outcomes: [{outcome: no, name: {en: no}}, {outcome: ask, name: {en: ask}},
             {outcome: yes, wanted: true, name: {en: yes}}]
  rows:
    - {row: fails, when: {both: not_met}, then: no, because: {en: "{failing}"},
       basis: source, cites: [one]}
    - {row: open, when: {both: unknown}, then: ask, because: {en: "{lacking}"},
       basis: source, cites: [one]}
    - {row: well, when: {}, then: yes, because: {en: well},
       basis: source, cites: [one]}
- table: grid
  name: {en: grid}
  hit_policy: unique
  outcomes: [{outcome: a, name: {en: a}}, {outcome: b, name: {en: b}}, {outcome: c, name: {en: c}}]
  rows:
    - {row: one, when: {flag: true, level: [arena, unknown]}, then: a, because: {en: x},
       basis: source, cites: [one]}
    - {row: two, when: {flag: true, level: nce}, then: b, because: {en: x},
       basis: source, cites: [one]}
    - {row: three, when: {flag: [false, unknown]}, then: c, because: {en: x},
       basis: source, cites: [one]}
- table: either
  name: {en: either}
  hit_policy: any
  outcomes: [{outcome: yes, name: {en: yes}}, {outcome: rest_of, name: {en: rest}}]
  rows:
    - {row: by_flag, when: {flag: true}, then: yes, because: {en: x},
       basis: source, cites: [one]}
    - {row: by_other, when: {other: true}, then: yes, because: {en: x},
       basis: source, cites: [one]}
    - {row: neither, when: {flag: [false, unknown], other: [false, unknown]}, then: rest_of,
       because: {en: x}, basis: source, cites: [one]}
- table: offers
  name: {en: offers}
  hit_policy: collect
  outcomes: [{outcome: x, name: {en: x}}, {outcome: y, name: {en: y}}]
  rows:
    - {row: first_y, when: {steps: yes}, then: y, because: {en: x},
       basis: source, cites: [one]}
    - {row: some_x, when: {either: yes}, then: x, because: {en: x},
       basis: source, cites: [one]}
    - {row: late_y, when: {nce_only: met}, then: y, because: {en: x},
       basis: source, cites: [one]}
- table: later
  name: {en: later}
  hit_policy: first
  from: 2020-01-01
  outcomes: [{outcome: yes, name: {en: yes}}]
  rows: [{row: always, when: {}, then: yes, because: {en: x}, basis: source, cites: [one]}]
"""


def load(folder: Path, text: str = BOOK) -> nic_rules.RuleBook:
    """Write a book into a folder, and load it."""
    (folder / "book.yaml").write_text(text, encoding="utf-8")
    return nic_rules.load(folder)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> nic_rules.RuleBook:
    """The small book."""
    return load(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def edition(book: nic_rules.RuleBook) -> Edition:
    """Its edition of one day."""
    return book.edition(DAY)


def told(decision: Decision) -> tuple[object, list[str], list[str], list[str]]:
    """Give outcome, rows, needs and stuck."""
    return decision.outcome, list(decision.rows), list(decision.needs), list(decision.stuck)


# --- tables


@pytest.mark.parametrize(
    ("table", "facts", "expected"),
    [
        # first
        ("steps", {}, ("ask", ["open"], ["level", "part", "whole"], [])),
        ("steps", {"part": 4, "whole": 8}, ("no", ["fails"], [], [])),
        ("steps", {"part": 5, "whole": 8}, ("ask", ["open"], ["level"], [])),
        ("steps", {"part": 5, "whole": 8, "level": "arena"}, ("yes", ["well"], [], [])),
        ("steps", {"part": 2, "level": "arena"}, ("no", ["fails"], [], [])),
        # a share of zero, a parameter without value: nothing to ask for
        ("steps", {"part": 0, "whole": 0}, ("ask", ["open"], ["level"], [])),
        ("steps", {"part": 0, "whole": 0, "level": "nce"}, ("ask", ["open"], [], ["both"])),
        ("steps", {"part": 5, "whole": 8, "level": "nce"}, ("ask", ["open"], [], ["both"])),
        ("steps", {"part": 4, "whole": 8, "level": "nce"}, ("no", ["fails"], [], [])),
        # unique
        ("grid", {"flag": True}, ("a", ["one"], ["level"], [])),
        ("grid", {"flag": True, "level": "arena"}, ("a", ["one"], [], [])),
        ("grid", {"flag": True, "level": "nce"}, ("b", ["two"], [], [])),
        ("grid", {"flag": False}, ("c", ["three"], [], [])),
        ("grid", {"level": "nce"}, ("c", ["three"], ["flag"], [])),
        ("grid", {}, ("c", ["three"], ["flag", "level"], [])),
        # any: all rows that fit
        ("either", {"flag": True, "other": True}, ("yes", ["by_flag", "by_other"], [], [])),
        ("either", {"other": True}, ("yes", ["by_other"], [], [])),
        ("either", {"flag": False}, ("rest_of", ["neither"], ["other"], [])),
        # collect: each outcome once, rows in file order
        ("offers", {"flag": False, "other": False, "level": "nce", "part": 0, "whole": 1},
         ([], [], [], [])),
        ("offers", {"flag": True, "level": "arena", "part": 5, "whole": 8},
         (["y", "x"], ["first_y", "some_x", "late_y"], [], [])),
        ("offers", {"flag": True, "level": "arena", "part": 4, "whole": 8},
         (["x", "y"], ["some_x", "late_y"], [], [])),
        ("offers", {"flag": False, "level": "arena", "part": 5, "whole": 8},
         (["y"], ["first_y", "late_y"], ["other"], [])),
    ],
)  # fmt: skip
def test_tables(
    edition: Edition, table: str, facts: Mapping[str, object], expected: tuple[object, ...]
) -> None:
    """Each hit policy gives its outcome and rows, and asks for what still counts."""
    assert expected == told(edition.decide(table, facts))


def test_tables_below_are_told_flat(edition: Edition) -> None:
    """`inner` has every table below with its outcome and rows."""
    decision = edition.decide("offers", {"flag": True, "other": True, "part": 4, "whole": 8})
    assert {"steps": ("no", ["fails"]), "either": ("yes", ["by_flag", "by_other"])} == {
        name: (inner.outcome, list(inner.rows)) for name, inner in decision.inner.items()
    }
    assert {} == edition.decide("steps", {}).inner


def test_findings_are_all_that_is_named_noted_or_used(edition: Edition) -> None:
    """Criteria below tables below count too; those of other tables do not."""
    assert {"both", "leads", "enough", "cheap"} == set(edition.decide("steps", {}).findings)
    expected = {"both", "leads", "enough", "cheap", "nce_only"}
    assert expected == set(edition.decide("offers", {}).findings)
    assert set() == set(edition.decide("grid", {}).findings)


def test_findings_say_what_they_lack(edition: Edition) -> None:
    """Unknown ones lack facts, sorted; known ones and stuck ones nothing."""
    decision = edition.decide("offers", {"part": 0, "whole": 0, "level": "arena", "price": "10.01"})
    assert {
        "leads": ("unknown", []),
        "enough": ("not_met", []),
        "both": ("not_met", []),
        "cheap": ("not_met", []),
        "nce_only": ("not_applicable", []),
    } == {name: (found.finding, list(found.lacks)) for name, found in decision.findings.items()}
    lacking = edition.decide("steps", {"level": "arena"}).findings["both"]
    assert ("unknown", ["part", "whole"]) == (lacking.finding, list(lacking.lacks))


def test_what_is_stuck_stays_whatever_is_told(edition: Edition) -> None:
    """A stuck token is no need, and its other values count for nothing."""
    decision = edition.decide("steps", {"part": 5, "whole": 8, "level": "nce"})
    assert (["both"], []) == (list(decision.stuck), list(decision.needs))


def test_zero_is_not_false(tmp_path: Path) -> None:
    """Parameters of two types with equal values by one fact are two parameters."""
    book = """
- {parameter: number, name: {en: number}, type: integer, by: level, basis: source, cites: [one],
   values: [{from: 2010-01-01, value: {arena: 0, nce: 1}}]}
- {parameter: switch, name: {en: switch}, type: boolean, by: level, basis: source, cites: [one],
   values: [{from: 2010-01-01, value: {arena: false, nce: true}}]}
- {criterion: mixed, name: {en: mixed}, met_when: "number[level] < 5 and switch[level]",
   kind: requirement, basis: source, cites: [one]}
- table: mix
  name: {en: mix}
  hit_policy: collect
  outcomes: [{outcome: yes, name: {en: yes}}]
  rows: [{row: only, when: {mixed: met}, then: yes, because: {en: x}, basis: source, cites: [one]}]
"""
    edition = load(tmp_path, BOOK + book).edition(DAY)
    findings = [edition.decide("mix", {"level": level}).findings for level in ("arena", "nce")]
    assert ["not_met", "met"] == [found["mixed"].finding for found in findings]


# --- facts


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("flag", True, True),
        ("part", 12, 12),
        ("part", JsonNumber("12"), 12),
        ("part", JsonNumber("-0"), 0),
        ("price", "33.33", "33.33"),
        ("price", "33.3", "33.30"),
        ("price", "33.3000", "33.30"),
        ("price", JsonNumber("33.33"), "33.33"),
        ("price", 33, "33.00"),
        ("price", Decimal("33.3"), "33.30"),
        ("price", "-0", "0.00"),
        ("price", "-0.5", "-0.50"),
        ("day", "2015-03-01", "2015-03-01"),
        ("day", date(2015, 3, 1), "2015-03-01"),
        ("level", "nce", "nce"),
        ("label", "Ærlig \u2028 \x01", "Ærlig \u2028 \x01"),
        ("flag", {"value": False}, False),
        ("part", {"value": 7, "evidence": "p. 3"}, 7),
    ],
)
def test_known_facts_are_told_in_their_json_form(
    edition: Edition, name: str, value: object, expected: object
) -> None:
    """Decimals are texts with exactly their decimals, dates are texts, all else is itself."""
    actual = edition.decide("either", {name: value, "other": None}).facts
    assert {name: expected} == actual
    assert type(expected) is type(actual[name])


def not_interned(text: str) -> str:
    """Give an equal text that is another object than the one Python keeps for programs."""
    return "".join(list(text))


GIVEN = {
    "flag": st.sampled_from([True, False, None]),
    "part": st.sampled_from([7, 0, None, 12.5]),
    "level": st.sampled_from(["nce", "arena", None]),
    "label": st.sampled_from(["a", None, ""]),
    "other": st.sampled_from([True, False, None]),
}


@given(
    known=st.fixed_dictionaries({}, optional=GIVEN),
    others=st.sets(st.sampled_from(list(GIVEN))),
    foreign=st.sampled_from([{}, {}, {}, {"flagg": True}, {12: True}]),
    first=st.booleans(),
)
def test_keys_that_no_program_wrote_decide_alike(
    edition: Edition, known: dict[Any, Any], others: set[str], foreign: dict[Any, Any], first: bool
) -> None:
    """Facts decide by what their names are, whichever objects these are; so too what is wrong."""
    facts = {**foreign, **known} if first else {**known, **foreign}
    same = {not_interned(name) if name in others else name: value for name, value in facts.items()}
    assert answered(edition, facts) == answered(edition, same)


WRITTEN = {
    "day": st.sampled_from(["2015-03-01", "2015-02-30", "20150301", date(2015, 3, 1), None]),
    "price": st.sampled_from(["1.50", "1.5", "1.555", "", "1000.01", Decimal("1.5"), 2, None]),
    "part": st.sampled_from([7, "7", None]),
    "flag": st.sampled_from([True, None]),
}


@given(facts=st.fixed_dictionaries({}, optional=WRITTEN))
def test_texts_of_days_and_decimals_are_read_alike_at_once_and_one_by_one(
    edition: Edition, facts: dict[str, object]
) -> None:
    """Values as texts decide as each does that is read as an object; and are refused alike."""
    objects = {name: {"value": value} for name, value in facts.items()}
    assert answered(edition, objects) == answered(edition, facts)


def answered(edition: Edition, facts: dict[Any, Any]) -> object:
    """Give the record of a decision and its trace, or what is wrong."""
    try:
        decision = edition.decide("either", facts)
    except FactError as error:
        return str(error)
    return decision.to_json(), decision.explain("en").as_data()


REFUSED: list[tuple[Any, str, list[object]]] = [
    ("flag", "NIC503", [1, 0, "true", JsonNumber("1"), 1.0, [], DAY]),
    ("part", "NIC503", ["12", True, 12.0, Decimal(12), "", []]),
    ("part", "NIC504", [*map(JsonNumber, ("12.0", "1e1", "1.5"))]),
    ("part", "NIC505", [-1, 101, JsonNumber("101"), 10**400]),
    ("price", "NIC503", [True, 1.5, float("nan"), DAY, []]),
    ("price", "NIC504", ["33.333", "33,3", "1e1", " 1", "", "+1", "１"]),
    ("price", "NIC504", [*map(Decimal, ("33.333", "NaN", "sNaN", "-Infinity", "1E+99999"))]),
    ("price", "NIC505", ["1000.01", Decimal("-1.01"), 1001]),
    ("day", "NIC503", [20150301, MOMENT, True, []]),
    ("day", "NIC504", ["20150301", "2015-3-1", "2015-02-29", ""]),
    ("day", "NIC505", ["1899-12-31", "2200-01-01", date(1899, 12, 31)]),
    ("level", "NIC503", [1, True, ["nce"], JsonNumber("1")]),
    ("level", "NIC506", ["gce", "NCE", "", "unknown"]),
    ("label", "NIC503", ["", 1, True, "\ud800", JsonNumber("1"), b"x"]),
    ("flagg", "NIC502", [True, None]),
    ("leads", "NIC502", [True]),
    ("as_of", "NIC502", ["2015-03-01"]),
    ("flag", "NIC507", [{"evidence": "x"}, {"value": True, "evidense": "x"}]),
    ("flag", "NIC507", [{"value": True, "recorded_on": day} for day in ("2015-02-29", MOMENT)]),
    ("flag", "NIC507", [{"value": True, "by": by} for by in (12, "", "\ud800")]),
    ("flag", "NIC503", [{"value": {"value": True}}]),
    (12, "NIC501", [True]),
]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [(name, value, code) for name, code, values in REFUSED for value in values],
)
def test_facts_that_are_refused(edition: Edition, name: Any, value: object, code: str) -> None:
    """Nothing is guessed, and the fact and code are told."""
    with pytest.raises(FactError) as raised:
        edition.decide("either", {name: value})
    assert [(code, str(name))] == [(d.code, d.fact) for d in raised.value.diagnostics]


def test_every_problem_of_a_case_comes_at_once(edition: Edition) -> None:
    """All facts that cannot be read, and all constraints of facts that could."""
    facts = {"flag": 1, "levl": "nce", "part": 9, "whole": 8, "day": "2015-03-02", "price": 0.5}
    with pytest.raises(FactError) as raised:
        edition.decide("either", facts)
    assert {
        ("NIC503", "flag", "1"),
        ("NIC502", "levl", "nce"),
        ("NIC503", "price", "0.5"),
        ("NIC508", None, "part_of_whole"),
        ("NIC508", None, "day_is_past"),
    } == {(d.code, d.fact, d.value) for d in raised.value.diagnostics}
    hints = {d.fact: d.hint for d in raised.value.diagnostics}
    assert "did you mean `level`?" == hints["levl"]


def test_constraints_of_facts_that_could_not_be_read_are_left_out(edition: Edition) -> None:
    """Through derived facts too; an unknown fact is no contradiction."""
    with pytest.raises(FactError) as raised:
        edition.decide("either", {"part": 9, "whole": "8"})
    assert ["NIC503"] == [d.code for d in raised.value.diagnostics]
    assert {"part": 9} == edition.decide("either", {"part": 9, "whole": None}).facts


def test_constraints_hold_whatever_the_table_and_only_on_their_days(
    book: nic_rules.RuleBook,
) -> None:
    """A table that uses none of the facts refuses the case too, on the constraint's days."""
    with pytest.raises(FactError, match="9 is more than 8"):
        book.edition(DAY).decide("grid", {"part": 9, "whole": 8})
    facts = {"day": "2015-03-02"}
    assert "c" == book.edition(date(2011, 12, 31)).decide("grid", facts).outcome
    with pytest.raises(FactError, match="is to come"):
        book.edition(date(2012, 1, 1)).decide("grid", facts)
    assert "c" == book.edition(date(2012, 1, 1)).decide("grid", facts, as_of=DAY.max).outcome


def test_facts_that_are_no_object_are_refused(edition: Edition) -> None:
    """A list of facts is none."""
    with pytest.raises(FactError) as raised:
        edition.decide("either", [("flag", True)])  # type: ignore[arg-type]
    assert ["NIC501"] == [d.code for d in raised.value.diagnostics]


def test_numbers_of_absurd_size_are_never_written_out(edition: Edition) -> None:
    """A short text can mean a number of a million digits: it is refused by its size."""
    edition.decide("either", {"price": 1})
    for text in ("1E+1000000", "-1E+1000000", "1E-1000000"):
        tracemalloc.start()
        with pytest.raises(FactError):
            edition.decide("either", {"price": Decimal(text)})
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 200_000, text


def test_days_of_other_classes_are_days(edition: Edition) -> None:
    """Whatever is a `date`, and no `datetime`, is a day."""

    class OtherDay(date):
        """A day such as other libraries have."""

    decision = edition.decide("either", {"day": OtherDay(2015, 1, 31)}, as_of=OtherDay(2015, 3, 1))
    assert decision == edition.decide("either", {"day": date(2015, 1, 31)})


def test_whole_numbers_for_decimals_are_the_same_record(edition: Edition) -> None:
    """One value, however it was given, is one digest."""
    given_as = (33, Decimal(33), Decimal("33.0"), "33", "33.00", JsonNumber("33"))
    digests = {edition.decide("steps", {"price": price}).digest for price in given_as}
    assert 1 == len(digests)


def test_very_long_decimals_are_read(edition: Edition) -> None:
    """Zeros are no decimals, however many."""
    decision = edition.decide("either", {"price": Decimal("1." + "0" * 5000)})
    assert {"price": "1.00"} == decision.facts


def test_evidence_is_kept_for_known_and_unknown_facts(edition: Edition) -> None:
    """What was given of the three keys, and dates as texts."""
    facts = {
        "flag": {"value": True, "evidence": "p. 3", "recorded_on": date(2015, 1, 31), "by": "Kari"},
        "other": {"value": None, "evidence": "asked twice"},
        "part": {"value": 3},
        "whole": {"value": 3, "by": None},
    }
    decision = edition.decide("either", facts)
    assert {
        "flag": {"evidence": "p. 3", "recorded_on": "2015-01-31", "by": "Kari"},
        "other": {"evidence": "asked twice"},
    } == {fact: dict(given) for fact, given in decision.evidence.items()}
    assert {"flag": True, "part": 3, "whole": 3} == decision.facts


# --- requests


def test_the_day_of_the_facts_is_the_editions_by_default(edition: Edition) -> None:
    """`as_of` is the edition's day where it is not given; `rules_on` always is."""
    assert (DAY, DAY) == (edition.decide("grid", {}).as_of, edition.decide("grid", {}).rules_on)
    decision = edition.decide("grid", {}, as_of=date(1999, 1, 1))
    assert (date(1999, 1, 1), DAY) == (decision.as_of, decision.rules_on)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda book: book.edition(DAY).decide("stepz", {}), "NIC701"),
        (lambda book: book.edition(DAY).decide("later", {}), "NIC701"),
        (lambda book: book.edition(DAY).decide("leads", {}), "NIC701"),
        (lambda book: book.facts("stepz"), "NIC701"),
        (lambda book: book.edition(MOMENT), "NIC702"),
        (lambda book: book.edition("2015-03-01"), "NIC702"),
        (lambda book: book.edition(DAY).decide("grid", {}, as_of="2015-03-01"), "NIC702"),
        (lambda book: book.edition(DAY).decide("grid", {}, as_of=MOMENT), "NIC702"),
        (lambda book: book.edition(DAY).decide("grid", {}, subject=42), "NIC702"),
        (lambda book: book.edition(DAY).decide("grid", {}, language="zz"), "NIC702"),
        (lambda book: book.edition(DAY).decide(["grid"], {}), "NIC701"),
        (lambda book: book.edition(DAY).decide_all("grid", {}), "NIC702"),
        (lambda book: book.edition(DAY).decide_all(None, {}), "NIC702"),
        (lambda book: book.facts(None), "NIC701"),
        (lambda _: nic_rules.load(None), "NIC702"),  # type: ignore[arg-type]
        (lambda book: book.edition(DAY).decide("grid", {}, subject="\ud800"), "NIC702"),
        (lambda _: nic_rules.load("nicc"), "NIC702"),
        (lambda _: nic_rules.load(Path("/no/such/folder")), "NIC702"),
    ],
)
def test_requests_that_cannot_be_answered(
    book: nic_rules.RuleBook, ask: Callable[[nic_rules.RuleBook], object], code: str
) -> None:
    """What is not there is one error of one kind, which derives from the library's own."""
    with pytest.raises(RequestError) as raised:
        ask(book)
    assert [code] == [d.code for d in raised.value.diagnostics]
    assert isinstance(raised.value, nic_rules.NicRulesError)


def test_a_table_is_there_from_its_first_day(book: nic_rules.RuleBook) -> None:
    """And a name that is nearly right gets a hint."""
    assert "yes" == book.edition(date(2020, 1, 1)).decide("later", {}).outcome
    with pytest.raises(RequestError, match="did you mean `steps`"):
        book.edition(DAY).decide("stepz", {})


def test_a_long_chain_of_tables_is_decided(tmp_path: Path) -> None:
    """Tables may look at each other deeper than Python's functions may call each other."""
    outcomes = "[{outcome: yes, name: {en: yes}}, {outcome: no, name: {en: no}}]"
    rest = "because: {en: x}, basis: source, cites: [one]"
    below = "flag: true"
    tables = []
    for number in range(400):
        rows = (
            f"[{{row: a, when: {{{below}}}, then: yes, {rest}}},"
            f" {{row: b, when: {{}}, then: no, {rest}}}]"
        )
        tables.append(
            f"- {{table: chain_{number}, name: {{en: x}}, hit_policy: first,"
            f" outcomes: {outcomes}, rows: {rows}}}\n"
        )
        below = f"chain_{number}: yes"
    edition = load(tmp_path, BOOK + "".join(tables)).edition(DAY)
    decision = edition.decide("chain_399", {})
    assert ("no", ["flag"]) == (decision.outcome, list(decision.needs))
    assert 399 == len(decision.inner)
    assert "yes" == edition.decide("chain_399", {"flag": True}).outcome


@pytest.mark.parametrize("subject", [None, "", "nord-042", "Æ 😀\n"])
def test_subjects_are_carried(edition: Edition, subject: str | None) -> None:
    """Any text that can be written is a subject; null where none was given."""
    decision = edition.decide("grid", {}, subject=subject)
    assert subject == decision.subject == json.loads(decision.to_json())["subject"]


def test_rules_of_the_day_decide(book: nic_rules.RuleBook) -> None:
    """The same facts on other days, under other values of a parameter."""
    facts = {"part": 3, "whole": 4, "level": "arena"}
    days = [date(2009, 12, 31), date(2010, 1, 1), date(2015, 12, 31), date(2016, 1, 1)]
    decisions = [book.edition(day).decide("steps", facts) for day in days]
    assert ["ask", "yes", "yes", "no"] == [decision.outcome for decision in decisions]
    assert ["both"] == decisions[0].stuck
    assert (date(2012, 1, 1), date(2016, 1, 1)) == (
        decisions[2].edition.start,
        decisions[2].edition.until,
    )
    ends = book.edition(date.min).reference, book.edition(date.max).reference
    assert (None, date(2010, 1, 1)) == (ends[0].start, ends[0].until)
    assert (date(2020, 1, 1), None) == (ends[1].start, ends[1].until)


# --- records

FULL = {
    "flag": {"value": True, "evidence": 'a "b" \\ \u2028 Æ 😀 \x00\x1f\x7f', "by": "Kari"},
    "level": "nce",
    "part": 5,
    "whole": 8,
    "price": "-0.25",
    "label": "\t\n\r\b\f\x0b",
}


@pytest.fixture
def decision(edition: Edition) -> Decision:
    """A decision with something in each of its parts."""
    return edition.decide("offers", FULL, subject="nord-042")


def test_records_are_canonical(decision: Decision) -> None:
    """A record is the RFC 8785 form of its object."""
    record = json.loads(decision.to_json())
    assert rfc8785.dumps(record) == decision.to_json().encode("utf-8")


def test_digests_are_of_what_decides(decision: Decision) -> None:
    """Of all but evidence, library and digest, and of the edition its book and logic."""
    record = json.loads(decision.to_json())
    digested = {k: v for k, v in record.items() if k not in ("evidence", "library", "digest")}
    digested["edition"] = {k: record["edition"][k] for k in ("rulebook", "logic")}
    expected = "sha256:" + hashlib.sha256(rfc8785.dumps(digested)).hexdigest()
    assert expected == record["digest"] == decision.digest


def test_records_have_the_keys_of_the_contract(decision: Decision) -> None:
    """Every key, and no others."""
    record = json.loads(decision.to_json())
    keys = "schema table subject as_of rules_on outcome rows findings needs stuck inner facts"
    assert {*keys.split(), "evidence", "edition", "library", "digest"} == record.keys()
    assert {"rulebook", "from", "until", "logic", "text"} == record["edition"].keys()
    assert "nic-rules/decision/1" == record["schema"]
    assert ["x", "y"] == record["outcome"]


def test_records_come_back_equal(decision: Decision) -> None:
    """Read from text or bytes, equal and hashed alike, written the same."""
    for text in (decision.to_json(), decision.to_json().encode("utf-8")):
        back = Decision.from_json(text)
        assert decision == back
        assert hash(decision) == hash(back)
        assert decision.to_json() == back.to_json()
        assert {decision: 1} == {back: 1}


def test_records_cross_processes(decision: Decision) -> None:
    """A pickled decision is the same decision."""
    back = pickle.loads(pickle.dumps(decision))
    assert (decision, hash(decision)) == (back, hash(back))
    assert decision.to_json() == back.to_json()
    assert isinstance(back.outcome, Names)


def test_decisions_of_other_cases_differ(edition: Edition, decision: Decision) -> None:
    """Another subject, fact or day is another record, and evidence changes no digest."""
    others = [
        edition.decide("offers", FULL, subject="nord-043"),
        edition.decide("offers", {**FULL, "part": 6}, subject="nord-042"),
        edition.decide("offers", FULL, subject="nord-042", as_of=date(2015, 3, 2)),
    ]
    assert 4 == len({decision.digest, *(other.digest for other in others)})
    assert all(decision != other for other in others)
    bare = edition.decide("offers", {**FULL, "flag": True}, subject="nord-042")
    assert decision.digest == bare.digest
    assert decision != bare


def test_what_a_decision_holds_cannot_be_changed(decision: Decision) -> None:
    """Its parts are frozen as it is itself."""
    parts: Any = decision
    for change in (
        lambda: setattr(parts, "outcome", "x"),
        lambda: parts.facts.__setitem__("part", 1),
        lambda: setattr(parts.findings["both"], "finding", "met"),
        lambda: parts.rows.append("x"),
    ):
        with pytest.raises((AttributeError, TypeError)):
            change()


def changed(decision: Decision, *path: str | int, to: object) -> str:
    """Write a record with one value changed, its digest left."""
    record = json.loads(decision.to_json())
    *above, last = path
    inner = record
    for step in above:
        inner = inner[step]
    inner[last] = to
    return json.dumps(record)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("outcome",), ["x"]),
        (("outcome",), "y"),
        (("rows", 0), "other"),
        (("subject",), None),
        (("subject",), "\ud800"),
        (("subject",), float("nan")),
        (("as_of",), "2015-03-02"),
        (("as_of",), "20150301"),
        (("rules_on",), "2015-W09-7"),
        (("facts", "part"), 6),
        (("facts", "part"), "5"),
        (("facts", "part"), 5.0),
        (("facts", "flag"), 1),
        (("facts", "extra"), 1),
        (("facts", "extra"), None),
        (("findings", "both", "finding"), "met"),
        (("findings", "both", "lacks"), ["part"]),
        (("findings", "both", "note"), "x"),
        (("inner", "steps", "outcome"), "no"),
        (("inner", "steps", "note"), "x"),
        (("needs",), ["part"]),
        (("stuck",), "both"),
        (("edition", "logic"), "sha256:0"),
        (("edition", "rulebook"), "other"),
        (("schema",), "nic-rules/decision/2"),
        (("digest",), "sha256:0"),
        (("digest",), None),
        (("note",), "added afterwards"),
        (("evidence",), []),
        (("edition",), None),
        (("findings",), []),
    ],
)
def test_changed_records_are_refused(decision: Decision, path: tuple[str, ...], to: object) -> None:
    """Whatever the digest covers, changed in any way, makes a record that does not hold."""
    with pytest.raises(RecordError) as raised:
        Decision.from_json(changed(decision, *path, to=to))
    assert ["NIC703"] == [d.code for d in raised.value.diagnostics]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "12", '"x"', "{}", "[" * 100_000, b"\xff", '{"a": 1, "a": 2}']
)
def test_what_is_no_record_is_refused(text: str | bytes) -> None:
    """Any text that is no record is told so, and no crash."""
    with pytest.raises(RecordError):
        Decision.from_json(text)


@pytest.mark.parametrize(
    "key", ["table", "facts", "edition", "digest", "schema", "library", "as_of"]
)
def test_records_without_a_key_are_refused(decision: Decision, key: str) -> None:
    """A record has all its keys."""
    record = json.loads(decision.to_json())
    del record[key]
    with pytest.raises(RecordError):
        Decision.from_json(json.dumps(record))


def test_a_record_of_another_release_reads(decision: Decision) -> None:
    """What the digest leaves out may differ: library, evidence, the edition's days and texts."""
    record = json.loads(decision.to_json())
    record |= {"library": "9.9.9", "evidence": {}}
    record["edition"] |= {"from": None, "until": "2030-01-01", "text": "sha256:0"}
    back = Decision.from_json(json.dumps(record))
    assert ("9.9.9", decision.digest) == (back.library, back.digest)


@settings(max_examples=40, deadline=None)
@given(st.data(), books())
def test_drawn_decisions_come_back(data: st.DataObject, drawn: Book) -> None:
    """Every decision over drawn books is canonical, reads again, and holds."""
    book = drawn.load()
    case = data.draw(cases(drawn))
    edition = book.edition(case.rules_on)
    for table in edition.tables:
        try:
            decision = edition.decide(table, case.data, as_of=case.as_of, subject="s")
        except FactError:
            continue
        assert decision == edition.decide(table, case.values, as_of=case.as_of, subject="s")
        assert decision == Decision.from_json(decision.to_json())
        assert rfc8785.dumps(json.loads(decision.to_json())) == decision.to_json().encode("utf-8")


def test_editions_and_books_survive_pickling() -> None:
    """A pickled edition or book decides the same bytes, whether it has decided before or not."""
    book = nic_rules.load("nic")
    edition = book.edition(date(2016, 3, 1))
    facts = {"level": "arena", "agreed_years": 6, "organisation_number": "974760673"}
    before = pickle.dumps((book, edition))
    expected = edition.decide("eligibility", facts).to_json()
    for pickled in (before, pickle.dumps((book, edition))):
        other_book, other = pickle.loads(pickled)
        assert expected == other.decide("eligibility", facts).to_json()
        assert (
            expected == other_book.edition(date(2016, 3, 1)).decide("eligibility", facts).to_json()
        )


# --- threads


def test_threads_that_share_an_edition_agree() -> None:
    """Eight threads deciding the same cases, from the first moment on, write the same bytes."""
    fresh = nic_rules.load("nic").edition(date(2016, 3, 1))
    scenarios = list(nic_rules.load("nic").book.scenarios.values())[:40]
    tables = ("eligibility", "continuation", "services", "shortfalls", "allocation")

    def decide_all(edition: Edition) -> list[str]:
        written = []
        for scenario in scenarios:
            try:
                decisions = edition.decide_all(tables, scenario.given, as_of=scenario.as_of)
                written += [decision.to_json() for decision in decisions]
            except FactError as wrong:
                written.append(str(wrong))
        return written

    with ThreadPoolExecutor(8) as pool:
        actual = list(pool.map(decide_all, [fresh] * 8))
    expected = decide_all(nic_rules.load("nic").edition(date(2016, 3, 1)))
    assert [expected] * 8 == actual


# --- digests of editions


def digests(folder: Path, text: str, day: date = DAY) -> tuple[str, str]:
    """Give an edition's two digests."""
    reference = load(folder, text).edition(day).reference
    return reference.logic, reference.text


LOGIC_CHANGES = [
    ("part >= least", "part > least"),
    ("{arena: 3}", "{arena: 2}"),
    ("max: 1000", "max: 999"),
    ("decimals: 2", "decimals: 3"),
    ("when: {both: unknown}", "when: {both: [unknown, not_met]}"),
    ("hit_policy: any", "hit_policy: first"),
    ("row: well", "row: good"),
    ("rest >= 0", "rest >= 1"),
    ("whole - part", "whole - part - 0"),
    ("rulebook: small", "rulebook: tiny"),
    ("notes: [cheap]", "notes: []"),
    ("type: text}", "type: text, format: organisation_number}"),
]
TEXT_CHANGES = [
    ("title: {en: Small}", "title: {en: Little}"),
    ("says: {en: so}", "says: {en: thus}"),
    ("normative: true", "normative: false"),
    ("name: {en: flag}", "name: {en: Flag}"),
    ("because: {en: well}", "because: {en: good}"),
    ("wanted: true, ", ""),
    ("unit: {en: seats}", "unit: {en: chairs}"),
    ("type: date}", "type: date, changeable: never}"),
    ("{en: leads}", "{en: leads}, met: {en: yes}"),
    ("{en: \"{part} is more than {whole}\"}", "{en: Too many}"),
    ("from: 2012-01-01", "from: 2012-01-02"),
    ("basis: source, cites: [one]}", "basis: interpretation, why: {en: so}, cites: []}"),
]  # fmt: skip
NO_CHANGES = [
    ("part >= least[level]", "(part) >= least[ level ]"),
    ("min: -1,", "min: -1.00,"),
    ("- table: grid", "# a comment\n- table: grid"),
    ("when: {both: unknown}", "when: {both: [unknown]}"),
    ("level: [arena, unknown]", "level: [unknown, arena]"),
]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Both digests of the small book."""
    return digests(tmp_path_factory.mktemp("before"), BOOK)


@pytest.mark.parametrize(("old", "new"), LOGIC_CHANGES)
def test_what_decides_is_logic(tmp_path: Path, before: tuple[str, str], old: str, new: str) -> None:
    """A change of what decides changes the digest of the logic, and no other."""
    assert old in BOOK
    logic, text = digests(tmp_path, BOOK.replace(old, new))
    assert before[0] != logic
    assert before[1] == text


@pytest.mark.parametrize(("old", "new"), TEXT_CHANGES)
def test_all_the_rest_is_text(tmp_path: Path, before: tuple[str, str], old: str, new: str) -> None:
    """A change of texts, citations, bases or days changes only the digest of the texts."""
    assert old in BOOK
    logic, text = digests(tmp_path, BOOK.replace(old, new))
    assert before[0] == logic
    assert before[1] != text


@pytest.mark.parametrize(("old", "new"), NO_CHANGES)
def test_another_way_of_writing_the_same_changes_no_digest(
    tmp_path: Path, before: tuple[str, str], old: str, new: str
) -> None:
    """Brackets, spaces, comments, zeros and the order of tokens say nothing."""
    assert old in BOOK
    assert before == digests(tmp_path, BOOK.replace(old, new))


def test_the_order_of_items_and_files_changes_no_digest(
    tmp_path: Path, before: tuple[str, str]
) -> None:
    """Where an item stands does not matter."""
    items = BOOK.strip().split("\n- ")
    items[0] = items[0].removeprefix("- ")
    (tmp_path / "z").mkdir()
    for index, item in enumerate(reversed(items)):
        name = tmp_path / ("z" if index % 2 else ".") / f"{index:02}.yaml"
        name.write_text(f"- {item}\n", encoding="utf-8")
    reference = nic_rules.load(tmp_path).edition(DAY).reference
    assert before == (reference.logic, reference.text)


def test_the_order_of_rows_is_logic(tmp_path: Path, before: tuple[str, str]) -> None:
    """Rows count in their order."""
    rows = BOOK.split("    - {row: ")
    first = next(i for i, row in enumerate(rows) if row.startswith("by_flag"))
    rows[first], rows[first + 1] = rows[first + 1], rows[first]
    assert before[0] != digests(tmp_path, "    - {row: ".join(rows))[0]


def test_items_out_of_force_are_no_logic(tmp_path: Path, before: tuple[str, str]) -> None:
    """What is not in force on a day changes nothing that decides on it."""
    changed_later = BOOK.replace("arena: 4, nce: 5", "arena: 4, nce: 6")
    assert before[0] == digests(tmp_path, changed_later)[0]
    later = date(2016, 1, 1)
    assert digests(tmp_path, BOOK, later)[0] != digests(tmp_path, changed_later, later)[0]


def test_a_decision_rests_on_the_logic_alone(tmp_path: Path, edition: Edition) -> None:
    """Other texts, the same decision digest; other logic, another."""
    text = load(tmp_path, BOOK.replace("{en: well}", "{en: good}")).edition(DAY)
    logic = load(tmp_path, BOOK.replace("price <= 10", "price <= 11")).edition(DAY)
    first = edition.decide("grid", {})
    assert first.digest == text.decide("grid", {}).digest
    assert first.digest != logic.decide("grid", {}).digest
