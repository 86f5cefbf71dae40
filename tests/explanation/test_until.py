"""Until when an outcome holds, by the shipped books and by drawn ones."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.decision import Names
from nic_rules.engine.over_days import CaseOverDays
from nic_rules.explanation.until import until
from nic_rules.language.values import LAST_DAY
from nic_rules.rulebook.given import read_case
from tests.explanation.day_by_day import changes, decided, walked
from tests.fixture_years import NIC, YEARS, day_of, facts_of, reviewed
from tests.rulebook_nic.nic import SCENARIOS
from tests.strategies import Book, books, cases

HALLS = nic_rules.load("halls")


# --- the shipped books

END = date(2030, 12, 31)


@pytest.mark.parametrize("year", YEARS)
def test_fixture_years(year: int) -> None:
    """Clusters of each fixture year, by every table: what deciding each day to 2030 finds."""
    subjects = sorted({subject for subject, _ in reviewed(year).decisions})[year % 8 :: 8]
    for subject, table in product(subjects, NIC.tables):
        facts = facts_of(year, subject)
        found = until(NIC, table, facts, day_of(year), horizon=END)
        assert NIC.edition(day_of(year)).decide(table, facts).outcome == found.outcome
        expected = next(changes(NIC, table, facts, day_of(year), END))
        assert expected == (found.until, found.becomes), (subject, table)


def test_from_2000_to_2030_by_the_walk() -> None:
    """All changes of a case in its time, one after another: what the walk finds day by day."""
    facts, begin = SCENARIOS["a_running_gce"].given, date(2000, 1, 1)
    expected = list(changes(NIC, "services", facts, begin, END, walked))
    found = [until(NIC, "services", facts, begin, horizon=END)]
    while (day := found[-1].until) is not None:
        found.append(until(NIC, "services", facts, day, horizon=END))
    assert expected == [(one.until, one.becomes) for one in found]
    assert [2014, 2016, 2017, 2024] == [day.year for day, _ in expected[:-1] if day is not None]


def test_rules_that_change_by_year_and_end() -> None:
    """A book whose rules change by year and end one day: what deciding each day finds."""
    horizon, days = date(2026, 1, 1), set()
    for scenario in list(HALLS.book.scenarios.values())[::6]:
        for table in HALLS.edition(scenario.as_of).tables:
            case = read_case(HALLS.book.facts, scenario.given)
            if case.problems or decided(HALLS, table, case, scenario.as_of) is None:
                continue
            expected = next(changes(HALLS, table, scenario.given, scenario.as_of, horizon))
            found = until(HALLS, table, scenario.given, scenario.as_of, horizon=horizon)
            assert expected == (found.until, found.becomes), (scenario.name, table)
            days.add(expected[0])
    assert {date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)} == days


# --- cases that the programme's page settles


def known(scenario: str, **told: object) -> dict[str, object]:
    """Give a scenario's facts, some of them told otherwise."""
    return {**SCENARIOS[scenario].given, **told}


def test_the_tenth_anniversary_of_a_gce() -> None:
    """A GCE cluster of 18 June 2014 for ten years has completed its period on that day of 2024."""
    facts = known("a_running_gce", evaluated_on="2024-02-10")
    found = until(NIC, "continuation", facts, date(2024, 2, 10))
    assert ("continue", date(2024, 6, 18), "completed") == (
        found.outcome, found.until, found.becomes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("admitted", "years", "over"),
    [
        ("2016-02-29", 3, date(2019, 3, 1)),
        ("2016-02-29", 4, date(2020, 2, 29)),
        ("2016-02-28", 3, date(2019, 2, 28)),
        ("2016-03-01", 4, date(2020, 3, 1)),
    ],
)
def test_leap_days(admitted: str, years: int, over: date) -> None:
    """A period from a leap day ends on 1 March where there is none, else on 29 February."""
    begin = date(over.year, 1, 15)
    facts = known(
        "an_eligible_arena", level_admitted_on=admitted, first_admitted_on=admitted,
        agreed_years=years, evaluated_on=begin.isoformat(),
    )  # fmt: skip
    found = until(NIC, "continuation", facts, begin)
    assert ("continue", over, "completed") == (found.outcome, found.until, found.becomes)


@pytest.mark.parametrize("day", [date(2016, 2, 10), date(2016, 11, 15), date(2016, 12, 31)])
def test_year_ends(day: date) -> None:
    """On 1 January a new evaluation is due, and the effort is to be split anew."""
    facts = known("a_running_gce")
    evaluation = until(NIC, "continuation", facts, day)
    split = until(NIC, "allocation", facts, day)
    assert [(date(2017, 1, 1), "evaluation_due"), (date(2017, 1, 1), "awaiting_split")] == [
        (found.until, found.becomes) for found in (evaluation, split)
    ]


def test_a_deadline_and_what_follows_it() -> None:
    """The last day of a deadline is within it; the participation ends on the day after."""
    facts = known("a_running_gce", active_leadership=False, notice_stands=True,
                  remedy_deadline="2016-09-30")  # fmt: skip
    found = until(NIC, "continuation", facts, date(2016, 3, 1))
    assert ("notice", date(2016, 10, 1), "discontinue") == (
        found.outcome, found.until, found.becomes,
    )  # fmt: skip


def test_what_is_collected() -> None:
    """Of a table that collects, the outcomes are lists, and one that goes is a change."""
    found = until(NIC, "services", known("a_running_gce"), date(2016, 3, 1))
    without = Names(["competence", "advisory", "networking", "profiling"])
    assert (Names(["financing", *without]), without) == (found.outcome, found.becomes)
    assert date(2017, 1, 1) == found.until


# --- drawn books


@settings(max_examples=60, deadline=None)
@given(st.data(), books())
def test_drawn_books(data: st.DataObject, book: Book) -> None:
    """On drawn books and cases, by every table: what deciding each day finds."""
    case, loaded = data.draw(cases(book)), book.load()
    horizon = case.as_of + timedelta(days=data.draw(st.sampled_from((0, 1, 700, 2000))))
    for table in loaded.tables:
        try:
            found = until(loaded, table, case.data, case.as_of, horizon=horizon)
        except (nic_rules.FactError, nic_rules.RequestError):
            assert (
                decided(loaded, table, read_case(loaded.book.facts, case.data), case.as_of) is None
            )
            continue
        expected = next(changes(loaded, table, case.data, case.as_of, horizon))
        assert expected == (found.until, found.becomes)


# --- horizons


@pytest.mark.parametrize(
    ("as_of", "horizon", "day"),
    [
        (date(2016, 11, 15), date(2017, 1, 1), date(2017, 1, 1)),
        (date(2016, 11, 15), date(2016, 12, 31), None),
        (date(2016, 12, 31), date(2017, 1, 1), date(2017, 1, 1)),
        (date(2016, 12, 31), date(2016, 12, 31), None),
        (date(2016, 12, 31), date(2010, 1, 1), None),
        (LAST_DAY, LAST_DAY, None),
        (date(2500, 1, 1), LAST_DAY, None),
        (date.max, date.max, None),
    ],
)
def test_the_horizon_is_the_last_day_looked_at(
    as_of: date, horizon: date, day: date | None
) -> None:
    """A change on the horizon is found, one after it is not; nothing lies before as_of."""
    found = until(NIC, "allocation", known("a_running_gce"), as_of, horizon=horizon)
    assert (day, horizon) == (found.until, found.horizon)


# --- what is given, and what is asked for


def test_as_json() -> None:
    """The JSON has the keys that are promised, and null where nothing changes."""
    facts = known("a_running_gce", evaluated_on="2024-02-10")
    found = until(NIC, "continuation", facts, date(2024, 2, 10))
    assert {
        "schema": "nic-rules/until/1",
        "table": "continuation",
        "outcome": "continue",
        "until": "2024-06-18",
        "becomes": "completed",
        "horizon": "2199-12-31",
    } == json.loads(found.to_json())
    nothing = json.loads(until(NIC, "shortfalls", facts, date(2024, 2, 10)).to_json())
    assert ([], None, None) == (nothing["outcome"], nothing["until"], nothing["becomes"])


REFUSED: list[tuple[str, object, object, type[Exception], str]] = [
    ("continuations", {}, date(2016, 1, 1), nic_rules.RequestError, "did you mean"),
    ("continuation", {"levle": "gce"}, date(2016, 1, 1), nic_rules.FactError, "NIC502"),
    ("continuation", {"agreed_years": "ten"}, date(2016, 1, 1), nic_rules.FactError, "NIC503"),
    ("continuation", [], date(2016, 1, 1), nic_rules.FactError, "NIC501"),
    ("continuation", {}, datetime(2016, 1, 1), nic_rules.RequestError, "NIC702"),  # noqa: DTZ001 - no zone
    ("continuation", {}, "2016-01-01", nic_rules.RequestError, "NIC702"),
]


@pytest.mark.parametrize(("table", "facts", "as_of", "error", "told"), REFUSED)
def test_what_cannot_be_decided(
    table: str, facts: object, as_of: object, error: type[Exception], told: str
) -> None:
    """What cannot be decided as of the day itself is refused as a decision refuses it."""
    with pytest.raises(error, match=told):
        until(NIC, table, facts, as_of)  # type: ignore[arg-type]  # on purpose


def test_a_table_not_yet_in_force() -> None:
    """A table that is not in force on the day itself is refused, though it will be."""
    with pytest.raises(nic_rules.RequestError, match="not in force on 2020-01-01"):
        until(HALLS, "admissibility", {}, date(2020, 1, 1))


def test_evidence_and_written_values_make_no_difference() -> None:
    """Facts may come with evidence, and as JSON or Python has them; they are left as they are."""
    plain = known("a_running_gce", evaluated_on=date(2016, 2, 10))
    told = {**plain, "agreed_years": {"value": 10, "by": "me"}, "evaluated_on": "2016-02-10"}
    before = dict(told)
    day = date(2016, 3, 1)
    assert until(NIC, "continuation", plain, day) == until(NIC, "continuation", told, day)
    assert before == told


def test_few_questions_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One change in 180 years is found by asking about a hundred intervals or fewer."""
    asked = []
    always = CaseOverDays.always

    def counted(case: CaseOverDays, outcome: str | Names, first: date, last: date) -> bool:
        asked.append((first, last))
        return always(case, outcome, first, last)

    monkeypatch.setattr(CaseOverDays, "always", counted)
    for name in NIC.tables:
        asked.clear()
        until(NIC, name, known("a_running_gce"), date(2016, 3, 1))
        assert 1 <= len(asked) <= 100, name
