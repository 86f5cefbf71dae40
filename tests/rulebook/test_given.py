"""The facts of one case: every type of fact held against every kind of value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.no import orgnr

from nic_rules.language.values import JsonNumber, Plain
from nic_rules.rulebook.check import load_book
from nic_rules.rulebook.given import BadFact, Case, read_case, read_value, value_text

BOOK = Path(__file__).parents[2] / "fixtures" / "bad" / "book"
FACTS = load_book(BOOK).facts
"""A fact of each type: members 0 to 500, share_general 0.00 to 100.00, and so on."""


class Words(str):
    """A text of a class of its own."""

    __slots__ = ()


def read(name: str, value: object) -> Case:
    """Read one fact."""
    return read_case(FACTS, {name: value})


MANY = 10**4000
ORG = "974760673"

TAKEN: list[tuple[str, object, object]] = [
    ("active", True, True),
    ("active", False, False),
    ("active", Plain("true"), True),
    ("members", 0, 0),
    ("members", 500, 500),
    ("members", JsonNumber("12"), 12),
    ("members", JsonNumber("-0"), 0),
    ("members", Plain("12"), 12),
    ("members", {"value": 12}, 12),
    ("share_general", 33, Decimal("33.00")),
    ("share_general", "33.33", Decimal("33.33")),
    ("share_general", "33.3300", Decimal("33.33")),
    ("share_general", "-0", Decimal("0.00")),
    ("share_general", "-0.000", Decimal("0.00")),
    ("share_general", JsonNumber("33.3"), Decimal("33.30")),
    ("share_general", Plain("33.3"), Decimal("33.30")),
    ("share_general", Decimal("33.3"), Decimal("33.30")),
    ("share_general", Decimal("33.3300"), Decimal("33.33")),
    ("share_general", Decimal("1E+2"), Decimal("100.00")),
    ("share_general", Decimal("-0"), Decimal("0.00")),
    ("share_general", Words("5"), Decimal("5.00")),
    ("admitted_on", "2012-02-29", date(2012, 2, 29)),
    ("admitted_on", date(2012, 2, 29), date(2012, 2, 29)),
    ("admitted_on", Plain("2030-12-31"), date(2030, 12, 31)),
    ("level", "nce", "nce"),
    ("level", Words("nce"), "nce"),
    ("level", Plain("nce"), "nce"),
    ("motto", " ", " "),
    ("motto", Words("upward"), "upward"),
    ("motto", Plain("12"), "12"),
    ("motto", "åæø 😀", "åæø 😀"),
    ("organisation_number", ORG, ORG),
    ("organisation_number", Plain(ORG), ORG),
]

REFUSED: list[tuple[str, object, str]] = [
    ("active", 1, "NIC503"),
    ("active", "true", "NIC503"),
    ("active", "unknown", "NIC503"),
    ("active", Plain("yes"), "NIC503"),
    ("active", Plain("True"), "NIC503"),
    ("active", Plain("1"), "NIC503"),
    ("active", JsonNumber("1"), "NIC503"),
    ("members", True, "NIC503"),
    ("members", "12", "NIC503"),
    ("members", 12.0, "NIC503"),
    ("members", float("nan"), "NIC503"),
    ("members", Decimal(12), "NIC503"),
    ("members", Fraction(12), "NIC503"),
    ("members", 12j, "NIC503"),
    ("members", b"12", "NIC503"),
    ("members", [12], "NIC503"),
    ("members", {"value": [12]}, "NIC503"),
    ("members", object(), "NIC503"),
    ("members", -1, "NIC505"),
    ("members", 501, "NIC505"),
    ("members", MANY, "NIC505"),
    ("members", -MANY, "NIC505"),
    ("members", JsonNumber("1e1"), "NIC504"),
    ("members", JsonNumber("12.5"), "NIC504"),
    ("members", JsonNumber("12.0"), "NIC504"),
    ("members", Plain("12.0"), "NIC504"),
    ("members", JsonNumber("NaN"), "NIC504"),
    ("members", Plain("012"), "NIC504"),
    ("members", Plain("1_000"), "NIC504"),
    ("members", Plain("0x10"), "NIC504"),
    ("members", Plain("+5"), "NIC504"),
    ("members", Plain(" 5"), "NIC504"),
    ("members", Plain("１２"), "NIC504"),
    ("share_general", True, "NIC503"),
    ("share_general", 33.5, "NIC503"),
    ("share_general", "33.333", "NIC504"),
    ("share_general", "33,5", "NIC504"),
    ("share_general", ".5", "NIC504"),
    ("share_general", "5.", "NIC504"),
    ("share_general", "1e1", "NIC504"),
    ("share_general", "5\n", "NIC504"),
    ("share_general", "", "NIC504"),
    ("share_general", "٣٣", "NIC504"),
    ("share_general", Decimal("33.333"), "NIC504"),
    ("share_general", Decimal("NaN"), "NIC504"),
    ("share_general", Decimal("sNaN"), "NIC504"),
    ("share_general", Decimal("-Infinity"), "NIC504"),
    ("share_general", Decimal("1E-999999"), "NIC504"),
    ("share_general", "100.01", "NIC505"),
    ("share_general", Decimal("1E+30"), "NIC505"),
    ("share_general", 10**400, "NIC505"),
    ("admitted_on", "2015-02-29", "NIC504"),
    ("admitted_on", "20150301", "NIC504"),
    ("admitted_on", "2015-3-1", "NIC504"),
    ("admitted_on", "2015-03-01\n", "NIC504"),
    ("admitted_on", "２０１５-03-01", "NIC504"),
    ("admitted_on", "0000-01-01", "NIC504"),
    ("admitted_on", "2001-12-31", "NIC505"),
    ("admitted_on", date.max, "NIC505"),
    ("admitted_on", datetime(2015, 3, 1), "NIC503"),  # noqa: DTZ001
    ("admitted_on", 20150301, "NIC503"),
    ("admitted_on", True, "NIC503"),
    ("level", "NCE", "NIC506"),
    ("level", "nce ", "NIC506"),
    ("level", "", "NIC506"),
    ("level", Plain("unknown"), "NIC506"),
    ("level", 1, "NIC503"),
    ("level", ["nce"], "NIC503"),
    ("motto", "", "NIC503"),
    ("motto", 12, "NIC503"),
    ("motto", True, "NIC503"),
    ("motto", JsonNumber("12"), "NIC503"),
    ("motto", "\ud800", "NIC503"),
    ("organisation_number", int(ORG), "NIC503"),
    ("organisation_number", "974760674", "NIC506"),
    ("organisation_number", "974 760 673", "NIC506"),
    ("organisation_number", "９７４７６０６７３", "NIC506"),
    ("organisation_number", "٩٧٤٧٦٠٦٧٣", "NIC506"),
    ("organisation_number", f"{ORG}\n", "NIC506"),
    ("organisation_number", ORG[:8], "NIC506"),
]


@pytest.mark.parametrize(("name", "value", "expected"), TAKEN)
def test_values_are_taken(name: str, value: object, expected: object) -> None:
    """A right value is read to one value of one type, whatever it was given as."""
    case = read(name, value)
    assert [] == case.problems
    found = case.values[name]
    assert (str(expected), type(expected)) == (str(found), type(found))


@pytest.mark.parametrize(("name", "value", "code"), REFUSED)
def test_values_are_refused(name: str, value: object, code: str) -> None:
    """A wrong value is one problem that names the fact and shows the value."""
    case = read(name, value)
    assert [code] == [wrong.code for wrong in case.problems]
    assert ({name}, {}) == (case.unread, case.values)
    wrong = case.problems[0]
    assert (name, True) == (wrong.fact, isinstance(wrong.value, str))
    str(wrong).encode("utf-8")


@pytest.mark.parametrize("value", [Decimal("1E+999999"), Decimal("9E+999999999")])
def test_huge_decimals_cost_nothing(value: Decimal) -> None:
    """A decimal of a huge exponent is refused without writing its digits."""
    wrong = read("share_general", value).problems[0]
    assert wrong.code in ("NIC504", "NIC505")
    assert len(str(wrong)) < 200


@pytest.mark.parametrize("value", [None, {"value": None}])
@pytest.mark.parametrize(
    "name", ["active", "members", "share_general", "admitted_on", "level", "motto"]
)
def test_nothing_is_unknown(name: str, value: object) -> None:
    """None is unknown, for each type of fact."""
    case = read(name, value)
    assert ({}, []) == (case.values, case.problems)


@pytest.mark.parametrize("given_", [None, [], "members", 5, [("members", 5)]])
def test_facts_are_an_object(given_: object) -> None:
    """What is no object from fact to value is one problem."""
    assert ["NIC501"] == [wrong.code for wrong in read_case(FACTS, given_).problems]


@pytest.mark.parametrize("name", [1, None, True, ("members",)])
def test_names_are_texts(name: object) -> None:
    """A name that is no text is a problem of its own."""
    assert ["NIC501"] == [wrong.code for wrong in read_case(FACTS, {name: 5}).problems]


def test_every_problem_comes_at_once() -> None:
    """Each wrong fact is told, and right ones beside them are read."""
    case = read_case(FACTS, {"member": 5, "members": "5", "level": "gc", "active": True})
    found = {wrong.fact: (wrong.code, wrong.hint) for wrong in case.problems}
    assert ("NIC502", "did you mean `members`?") == found["member"]
    assert ("NIC506", "did you mean `gce`?") == found["level"]
    assert "NIC503" == found["members"][0]
    assert {"active": True} == case.values
    assert {"member", "members", "level"} == case.unread


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({}, None),
        ({"evidence": "letter"}, {"evidence": "letter"}),
        ({"by": "me", "recorded_on": "2015-01-31"}, {"recorded_on": "2015-01-31", "by": "me"}),
        ({"recorded_on": date(2015, 1, 31)}, {"recorded_on": "2015-01-31"}),
        ({"evidence": None, "by": None}, None),
    ],
)
@pytest.mark.parametrize("value", [5, None])
def test_evidence_is_kept(
    value: object,
    evidence: dict[str, object],
    expected: dict[str, str] | None,
) -> None:
    """What was given of evidence is kept beside a value, and beside what is unknown."""
    case = read("members", {"value": value, **evidence})
    assert [] == case.problems
    assert expected == case.evidence.get("members")


@pytest.mark.parametrize(
    "evidence",
    [
        {"evidnce": "letter"},
        {"evidence": 5},
        {"evidence": ""},
        {"evidence": "\ud800"},
        {"by": ["me"]},
        {"recorded_on": "31.1.2015"},
        {"recorded_on": datetime(2015, 1, 31)},  # noqa: DTZ001
        {"recorded_on": 2015},
        {1: "letter"},
    ],
)
def test_evidence_is_written_rightly(evidence: dict[object, object]) -> None:
    """Another key, a text that is none and a day that is none are problems of the fact."""
    case = read("members", {"value": 5, **evidence})
    assert [("NIC507", "members")] == [(wrong.code, wrong.fact) for wrong in case.problems]


def test_evidence_has_its_value() -> None:
    """An object without `value` is a problem, not an unknown fact."""
    case = read("members", {"evidence": "letter"})
    assert ["NIC507"] == [wrong.code for wrong in case.problems]


NUMBERS = st.integers(0, 10_000)


@given(NUMBERS, st.integers(0, 3))
def test_numbers_are_exact_in_every_form(number: int, zeros: int) -> None:
    """A decimal comes out as it went in: as text, number of JSON, plain scalar or `Decimal`."""
    text = f"{number // 100}.{number % 100:02}"
    longer = text + "0" * zeros
    forms: list[Any] = [text, longer, JsonNumber(longer), Plain(longer), Decimal(longer)]
    with localcontext() as context:
        context.prec = 1  # what the caller's context rounds to does not matter
        values = [read("share_general", form).values["share_general"] for form in forms]
    assert [text] * 5 == [str(value) for value in values]
    assert [text] * 5 == [value_text(FACTS["share_general"], value) for value in values]


@given(st.integers(0, 500))
def test_whole_numbers_come_out_as_they_went_in(number: int) -> None:
    """A whole number is the same from Python, from JSON and from a cell."""
    forms: list[Any] = [number, JsonNumber(number), Plain(number)]
    values = [read("members", form).values["members"] for form in forms]
    assert [number] * 3 == values
    assert [number] * 3 == [value_text(FACTS["members"], value) for value in values]


@given(st.dates(date(2002, 1, 1), date(2030, 12, 31)))
def test_days_come_out_as_they_went_in(day: date) -> None:
    """A day is the same as a `date`, as text and as a cell."""
    forms: list[Any] = [day, day.isoformat(), Plain(day.isoformat())]
    values = [read("admitted_on", form).values["admitted_on"] for form in forms]
    assert [day] * 3 == values
    assert day.isoformat() == value_text(FACTS["admitted_on"], values[0])


@given(st.text(min_size=1))
def test_texts_come_out_as_they_went_in(text: str) -> None:
    """A text is carried as it is; one that UTF-8 cannot write is refused."""
    case = read("motto", text)
    if case.problems:
        assert text != text.encode("utf-8", "ignore").decode("utf-8")
    else:
        assert text == case.values["motto"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text()
    | st.binary() | st.dates() | st.datetimes() | st.fractions() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(("value", "evidence", "by", "x")), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from((*FACTS, "x")), ANYTHING, max_size=4))
def test_whatever_is_given_is_read_or_told(told: dict[str, object]) -> None:
    """Any data gives values, nothing, or problems that can be written; it never raises."""
    case = read_case(FACTS, told)
    assert case.values.keys() <= told.keys()
    assert case.unread == {wrong.fact for wrong in case.problems}
    for wrong in case.problems:
        assert wrong.fact in told
        str(wrong).encode("utf-8")


def test_organisation_numbers_check_as_the_registers_do() -> None:
    """Of nine digits, those are taken that python-stdnum takes."""
    fact = FACTS["organisation_number"]
    for number in range(800_000_000, 999_999_999, 12_347):
        text = str(number)
        try:
            taken = read_value(fact, text) == text
        except BadFact:
            taken = False
        assert taken == orgnr.is_valid(text), text
