"""The law of the book: no outcome but `needs_information` changes when a fact becomes known.

Of `services` and `shortfalls`, which collect, nothing is taken away. The law is tried on cases
drawn near the bounds and told fact by fact, and on every scenario with each fact told last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from nic_rules import Decision, Edition, FactError, RuleBook
from nic_rules.language.types import Choice, Day, Number, Truth
from nic_rules.rulebook.book import Scenario
from tests.rulebook_nic.nic import BOOK, SCENARIOS, read_otherwise
from tests.strategies import as_data

COLLECTING = ("services", "shortfalls")
Answers = Mapping[str, Decision]


def decided(edition: Edition, facts: Mapping[str, object], as_of: date) -> Answers | None:
    """Decide a case by every table; nothing where its facts contradict each other."""
    try:
        return {t: edition.decide(t, dict(facts), as_of=as_of) for t in edition.tables}
    except FactError:
        return None


def broken(before: Answers, after: Answers) -> list[str]:
    """Name the tables whose answer was overturned by what became known."""
    return [
        f"{table}: {one.outcome}, then {after[table].outcome}"
        for table, one in before.items()
        if one.outcome != "needs_information"
        and not (
            set(one.outcome) <= set(after[table].outcome)
            if table in COLLECTING
            else one.outcome == after[table].outcome
        )
    ]


# --- drawn cases, told fact by fact


@dataclass(frozen=True)
class Told:
    """What is known at first, what becomes known in which order, and the two days."""

    known: Mapping[str, object]
    told: Sequence[tuple[str, object]]
    as_of: date
    rules_on: date


def near(name: str, day: st.SearchStrategy[date]) -> st.SearchStrategy[Any]:
    """Values that a fact can have, near where some rule turns."""
    match BOOK.book.facts[name].type:
        case Truth():
            return st.booleans()
        case Choice(values):
            return st.sampled_from(values)
        case Day():
            return day
        case Number(decimals):
            if decimals:
                return st.sampled_from(("0", "0.01", "24.99", "25", "25.01", "33.33", "50", "100"))
            if name == "allocation_year":
                return day.map(lambda around: around.year)
            return st.integers(0, 12)
    return st.just("Eksempelklyngen Delta")


@st.composite
def cases(draw: st.DrawFn) -> Told:
    """A scenario's case with a few facts near the bounds; what is held back is told one by one."""
    scenario = SCENARIOS[draw(st.sampled_from(sorted(SCENARIOS)))]
    base = SCENARIOS[draw(st.sampled_from(("an_eligible_arena", "a_running_nce", "a_running_gce")))]
    facts = {**base.given, **{n: v for n, v in scenario.given.items() if v is not None}}
    written = [
        str(facts[name]) for name in ("level_admitted_on", "evaluated_on", "remedy_deadline")
    ]
    days = [scenario.as_of, date(2014, 1, 1), *map(date.fromisoformat, written)]
    around = st.builds(
        lambda day, years, more: day.replace(day=28, year=day.year + years) + timedelta(more),
        st.sampled_from(days), st.sampled_from((0, 0, 1, 3, 10)), st.integers(-30, 3),
    )  # fmt: skip
    names = sorted(facts.keys() - {"organisation_number", "cluster_name"})
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=8)):
        facts[name] = as_data(draw(near(name, around)))
    if draw(st.booleans()):  # a whole, or nearly one
        others = sum(Decimal(str(facts[f"share_{area}"])) for area in ("general", "knowledge"))
        rest = Decimal(100) - others + draw(st.sampled_from((Decimal(0), Decimal("0.01"))))
        facts |= {"share_innovation": f"{max(rest, Decimal(0)):f}", "share_cluster_to_cluster": "0"}
    held = draw(st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=14))
    known = {name: value for name, value in facts.items() if name not in held}
    as_of = draw(st.just(scenario.as_of) | around)
    rules_on = draw(st.just(as_of) | st.sampled_from((date(2001, 1, 1), date(2013, 12, 31))))
    return Told(known, [(name, facts[name]) for name in held], as_of, rules_on)


@settings(max_examples=400)
@given(cases())
def test_no_answer_is_overturned_by_what_becomes_known(case: Told) -> None:
    """Fact by fact, in any order and on any day, what was answered stays answered."""
    edition = BOOK.edition(case.rules_on)
    facts = dict(case.known)
    before = decided(edition, facts, case.as_of)
    for name, value in case.told:
        facts[name] = value
        after = decided(edition, facts, case.as_of)
        if before is None or after is None:  # contradictory: nothing is decided from here on
            return
        assert [] == broken(before, after), name
        for table, decision in after.items():
            if decision.outcome != before[table].outcome:
                event(f"{table} settled")
        before = after


@settings(max_examples=200)
@given(cases())
def test_where_nothing_is_needed_nothing_changes(case: Told) -> None:
    """What needs no answer comes out the same when all that was held back is told."""
    edition = BOOK.edition(case.rules_on)
    before = decided(edition, case.known, case.as_of)
    after = decided(edition, {**case.known, **dict(case.told)}, case.as_of)
    if before is None or after is None:
        return
    for table, decision in before.items():
        if not decision.needs:
            assert decision.outcome == after[table].outcome


# --- every scenario, each fact held back


def overturned(book: RuleBook, scenarios: Iterable[Scenario]) -> list[str]:
    """Give what a single fact overturns in any of some scenarios, when it is told last."""
    found = []
    for scenario in scenarios:
        edition = book.edition(scenario.rules_on)
        facts = {name: value for name, value in scenario.given.items() if value is not None}
        full = decided(edition, facts, scenario.as_of)
        if full is None:
            continue
        for held in facts:
            fewer = {name: value for name, value in facts.items() if name != held}
            before = decided(edition, fewer, scenario.as_of)
            assert before is not None
            found += [f"{scenario.name}, {held}: {table}" for table in broken(before, full)]
    return found


def test_no_scenario_is_overturned_by_the_fact_told_last() -> None:
    """In every scenario, whichever fact is told last overturns nothing."""
    assert [] == overturned(BOOK, SCENARIOS.values())


def test_a_book_that_breaks_the_law_is_noticed(tmp_path: Path) -> None:
    """A notice given before the requirements are known would be overturned, and that is seen."""
    other = read_otherwise(
        tmp_path, "tables/continuation.yaml",
        "      when: {meets_requirements: not_met}\n",
        "      when: {meets_requirements: [not_met, unknown]}\n",
    )  # fmt: skip
    found = overturned(other, [SCENARIOS["a_running_nce"]])
    assert "a_running_nce, key_actors: continuation: notice, then continue" in found
