"""The second rule book: grants for community halls, by an invented regulation of three years."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import Decision, Edition, FactError, RuleBook
from nic_rules.authoring.scenarios import run_scenarios
from nic_rules.engine.durable import DurableRows
from nic_rules.engine.rows import PlainRows
from nic_rules.engine.tables import pattern_of
from nic_rules.language.syntax import Name
from nic_rules.language.types import Day, Number
from nic_rules.portfolio.review import review
from nic_rules.rulebook.book import Criterion, Days, Derived, Parameter
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import measure_of
from tests.cli.running import run
from tests.strategies import as_data, values_of

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures" / "halls"
HALLS = nic_rules.load("halls")
SCENARIOS = HALLS.book.scenarios
CONSISTENT = [n for n, s in SCENARIOS.items() if s.item.written.expect.breaks is None]
YEARS = (2022, 2023, 2024)
COLLECTING = "grant_terms"
CHANGED = {
    "kind_may_apply",
    "points_in_all",
    "reaches_first_threshold",
    "reaches_second_threshold",
}

Changing = TypeVar("Changing", Criterion, Derived)


def edition_of(year: int) -> Edition:
    """Give the rules of a year's deadline for applications."""
    return HALLS.edition(date(year, 2, 15))


def decisions_of_scenarios() -> Iterator[Decision]:
    """Decide every scenario but those that contradict themselves."""
    for scenario in map(SCENARIOS.__getitem__, CONSISTENT):
        edition = HALLS.edition(scenario.rules_on)
        yield edition.decide(scenario.table, scenario.given, as_of=scenario.as_of)


# --- the book stands beside the first one, and is in order


def test_it_is_found_by_its_name_and_has_nothing_to_complain_of() -> None:
    """A strict check is silent, and every scenario passes."""
    checked = run("check", "halls", "--strict")
    assert (0, "") == (checked.code, checked.err)
    assert checked.out.startswith("ok: ")
    assert [] == [r.scenario.name for r in run_scenarios(HALLS) if not r.passed]


def test_files_are_short() -> None:
    """Every rule file can be read at one sitting."""
    files = sorted((ROOT / "rules" / "halls").rglob("*.yaml"))
    lengths = {path.name: path.read_text(encoding="utf-8").count("\n") for path in files}
    assert {} == {name: length for name, length in lengths.items() if length >= 150}


@pytest.mark.parametrize("day", [date(2021, 12, 31), date(2025, 1, 1)])
def test_there_are_no_tables_outside_the_three_years(day: date) -> None:
    """The regulation is in force from 2022 to 2024, and its tables are."""
    assert [] == list(HALLS.edition(day).tables)
    first_or_last = day + timedelta(1) if day.year < 2022 else day - timedelta(1)
    assert sorted(HALLS.tables) == sorted(HALLS.edition(first_or_last).tables)


# --- its scenarios fire every row and meet both sides of each bound


def test_scenarios_fire_every_row() -> None:
    """Each row of each table, inner ones too, decides some scenario."""
    fired = {
        (table, row)
        for decision in decisions_of_scenarios()
        for table, rows in [
            (decision.table, decision.rows),
            *((name, inner.rows) for name, inner in decision.inner.items()),
        ]
        for row in rows
    }
    written = {(table.name, row.name) for table in HALLS.book.tables for row in table.rows}
    assert written == fired


def test_scenarios_find_every_criterion_met_and_not_met() -> None:
    """Each criterion is met in some scenario that says so, and not met in another."""
    found = {
        (name, finding)
        for scenario in SCENARIOS.values()
        for name, finding in (scenario.item.written.expect.findings or {}).items()
    }
    names = {criterion.name for criterion in HALLS.book.criteria}
    assert set() == set(product(names, ("met", "not_met"))) - found


def other_by_a_step(parameter: Parameter, value: Any, sign: int) -> Any:
    """Give the next value up or down: a day, or one in the last decimal."""
    if isinstance(parameter.type, Day):
        return value + timedelta(sign)
    assert isinstance(parameter.type, Number)
    step = Decimal(1).scaleb(-parameter.type.decimals)
    return value + sign * (step if parameter.type.decimals else 1)


def moved_parameters() -> Iterator[tuple[str, RuleBook]]:
    """Give the book with one value of one parameter moved by a step, in every way."""
    for parameter in HALLS.book.parameters.values():
        for place, (start, values) in enumerate(parameter.entries):
            for key, sign in product(values, (1, -1)):
                moved = {**values, key: other_by_a_step(parameter, values[key], sign)}
                entries = list(parameter.entries)
                entries[place] = (start, moved)
                what = f"{parameter.name}[{key}] from {start}: {moved[key]}"
                yield what, with_parameter(parameter._replace(entries=tuple(entries)))


def with_parameter(parameter: Parameter) -> RuleBook:
    """Give the book with another parameter in its place."""
    parameters = {**HALLS.book.parameters, parameter.name: parameter}
    return RuleBook(replace(HALLS.book, parameters=parameters))


def some_scenario_fails(book: RuleBook) -> bool:
    """Tell whether the scenarios notice that a book is not the one they were written for."""
    return any(not result.passed for result in run_scenarios(book))


def test_scenarios_meet_both_sides_of_every_bound() -> None:
    """Whichever number or day of the regulation is one step off, up or down, a scenario notices."""
    assert not some_scenario_fails(RuleBook(replace(HALLS.book)))
    assert [] == [what for what, book in moved_parameters() if not some_scenario_fails(book)]


def forgotten_changes() -> Iterator[tuple[str, RuleBook]]:
    """Give the book without one of its changes: what was in force before goes on."""
    for parameter in HALLS.book.parameters.values():
        for place in range(1, len(parameter.entries)):
            entries = parameter.entries[:place] + parameter.entries[place + 1 :]
            what = f"{parameter.name} from {parameter.entries[place][0]}"
            yield what, with_parameter(parameter._replace(entries=entries))
    for name in CHANGED:
        criteria = tuple(unchanged(name, HALLS.book.criteria))
        derived = tuple(unchanged(name, HALLS.book.derived))
        yield name, RuleBook(replace(HALLS.book, criteria=criteria, derived=derived))


def unchanged(name: str, items: tuple[Changing, ...]) -> Iterator[Changing]:
    """Give items with the first one of a name for all days."""
    for item in items:
        if item.name != name:
            yield item
        elif item.days.start is None:
            yield item._replace(days=Days())


def test_scenarios_notice_every_change_of_the_regulation() -> None:
    """Whichever change of 2023 or 2024 is forgotten, a scenario fails."""
    changes = dict(forgotten_changes())
    assert {*CHANGED, "least_hall_area from 2023-01-01"} <= changes.keys()
    assert [] == [what for what, book in changes.items() if not some_scenario_fails(book)]


# --- the law of the book


def known_values() -> dict[str, list[object]]:
    """Give the values that scenarios give for each fact, those at the bounds among them."""
    found: dict[str, list[object]] = {name: [] for name in HALLS.book.facts}
    for scenario in SCENARIOS.values():
        for name, value in scenario.given.items():
            if value is not None and value not in found[name]:
                found[name].append(value)
    return found


KNOWN = known_values()


def value_of(name: str) -> st.SearchStrategy[object]:
    """Draw a value of a fact: mostly one that some scenario is about."""
    written = [st.sampled_from(KNOWN[name])] * 3 if KNOWN[name] else []
    return st.one_of(*written, values_of(HALLS.book.facts[name].type).map(as_data))


@st.composite
def told_later(draw: st.DrawFn) -> tuple[dict[str, object], dict[str, object], date, date]:
    """Facts, the same with some unknown ones told, and two days."""
    scenario = SCENARIOS[draw(st.sampled_from(CONSISTENT))]
    texts = {"organisation_number", "applicant_name"}
    facts = {n: v for n, v in scenario.given.items() if v is not None and n not in texts}
    names = sorted(HALLS.book.facts.keys() - texts)
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=2)):
        facts[name] = draw(value_of(name))
    hidden = draw(st.lists(st.sampled_from(sorted(facts)), unique=True, max_size=2))
    before = {name: value for name, value in facts.items() if name not in hidden}
    after = dict(before)
    tellable = [name for name in names if name not in before]  # some were never told
    for name in draw(st.lists(st.sampled_from(tellable), unique=True, min_size=1, max_size=6)):
        known = [st.just(facts[name])] if name in facts else []
        after[name] = draw(st.one_of(*known, value_of(name)))
    as_of = draw(st.sampled_from((*[scenario.as_of] * 4, date(2026, 6, 1))))
    deadlines = [date(year, 3, 1) for year in YEARS]
    rules_on = draw(st.sampled_from((*[scenario.rules_on] * 9, *deadlines)))
    return before, after, as_of, rules_on


def decided(edition: Edition, facts: Mapping[str, object], as_of: date) -> dict[str, Decision]:
    """Decide a case by every table; nothing where its facts contradict each other."""
    try:
        return {t: edition.decide(t, dict(facts), as_of=as_of) for t in edition.tables}
    except FactError:
        return {}


@settings(max_examples=300)
@given(told_later())
def test_no_outcome_but_needs_information_changes_when_a_fact_becomes_known(
    drawn: tuple[dict[str, object], dict[str, object], date, date],
) -> None:
    """The law of the book; of the terms of a grant, none is taken away."""
    facts, more, as_of, rules_on = drawn
    edition = HALLS.edition(rules_on)
    before, after = decided(edition, facts, as_of), decided(edition, more, as_of)
    for table in before.keys() & after.keys():
        first, later = before[table].outcome, after[table].outcome
        if table == COLLECTING:
            assert set(first) <= set(later)
        elif first != "needs_information":
            assert first == later
        if not before[table].needs:
            assert first == later


@settings(max_examples=150)
@given(told_later())
def test_findings_are_the_walks(
    drawn: tuple[dict[str, object], dict[str, object], date, date],
) -> None:
    """Shares, products, least and greatest: generated code finds what the walk finds."""
    facts, _, as_of, rules_on = drawn
    edition = HALLS.edition(rules_on)
    for decision in decided(edition, facts, as_of).values():
        walk = edition.walk(read_case(edition.rules.facts, facts), as_of)
        slow = {name: walk.finding(name) for name in decision.findings}
        assert {name: (str(f.finding), sorted(f.lacks)) for name, f in slow.items()} == {
            name: (f.finding, list(f.lacks)) for name, f in decision.findings.items()
        }


def test_every_table_is_the_same_by_durable_rules() -> None:
    """In every situation of every table of every year, durable-rules fires the rows that fit."""
    pytest.importorskip("durable_rules_engine", exc_type=ImportError)
    patterns = {
        pattern_of(rules, table): None
        for rules in (edition_of(year).rules for year in YEARS)
        for table in rules.tables.values()
    }
    for pattern in patterns:
        durable, plain = DurableRows(pattern), PlainRows(pattern)
        every = list(product(*pattern.domains))
        assert [] == [s for s in every if plain.fitting(s) != durable.fitting(s)]


# --- the arithmetic, worked out again by hand

PERCENT = {
    2022: {"universal_access": 60, "fire_safety": 40, "renovation": 40},
    2023: {"universal_access": 60, "fire_safety": 50, "renovation": 40},
    2024: {"universal_access": 60, "fire_safety": 50, "renovation": 40, "energy_saving": 30},
}
PER_SQUARE_METRE = {2022: 12_000, 2023: 12_500, 2024: 13_500}
CEILING = {2022: 400_000, 2023: 450_000, 2024: 500_000}
HOUR = {2022: 200, 2023: 210, 2024: 225}
OWN = {2022: 20, 2023: 20, 2024: 15}


def kroner(most: int) -> st.SearchStrategy[Decimal]:
    """Draw an amount, to the øre."""
    return st.integers(0, most * 100).map(lambda oere: Decimal(oere) / 100)


@settings(max_examples=150)
@given(
    st.data(),
    st.sampled_from(YEARS),
    st.integers(0, 1_200_000),
    kroner(600_000),
    kroner(300_000),
)
def test_amounts_are_those_worked_out_by_hand(
    data: st.DataObject, year: int, costs: int, sought: Decimal, own: Decimal
) -> None:
    """The own contribution, the least and the most that can be granted, to the øre."""
    purpose = data.draw(st.sampled_from(sorted(PERCENT[year])))
    area = data.draw(st.integers(50, 120))
    hours = data.draw(st.integers(0, 5_000)) / Decimal(10)
    approved = Decimal(min(costs, area * PER_SQUARE_METRE[year]))
    highest = min(Decimal(CEILING[year]), approved * PERCENT[year][purpose] / 100)
    if data.draw(st.booleans()):  # to the øre, on either side
        sought = max(highest + data.draw(st.integers(-1, 1)) / Decimal(100), Decimal(0))
    facts = {
        "works_purpose": purpose, "premises_area": area, "stated_costs": costs,
        "voluntary_hours": hours, "own_funds": own, "amount_sought": sought,
    }  # fmt: skip
    found = edition_of(year).decide("grant_decision", facts).findings
    contribution = own + min(hours * HOUR[year], Decimal(60_000))
    expected = {
        "amount_can_be_granted": sought <= highest,
        "worth_a_grant": min(sought, highest) >= 10_000,
        "own_contribution_suffices": contribution * 100 >= approved * OWN[year],
    }
    if approved > 0:
        assert {n: "met" if holds else "not_met" for n, holds in expected.items()} == {
            name: found[name].finding for name in expected
        }


@pytest.mark.parametrize("year", YEARS)
def test_no_amount_is_a_fraction_of_an_oere(year: int) -> None:
    """Whatever is worked out in kroner has two decimals at most, so that it can be paid."""
    rules = edition_of(year).rules
    measures = {name: measure_of(Name(name), rules) for name in rules.derived}
    amounts = {
        name: measure.decimals
        for name, measure in measures.items()
        if measure.unit and measure.unit["en"] == "kroner"
    }
    assert {"possible_grant", "grant_for_final_costs", "own_contribution"} <= amounts.keys()
    assert {} == {name: decimals for name, decimals in amounts.items() if decimals > 2}


# --- the texts


@pytest.mark.parametrize("language", ["nb", "en"])
def test_criteria_are_named_as_things(language: str) -> None:
    """A name stands before `not met` as well as after `The following is not met`: no sentence."""
    names = {criterion.item.written.name[language] for criterion in HALLS.book.criteria}
    verbs = {"nb": r"\b(er|har|kom|ble|sto|må)\b", "en": r"\b(is|are|was|were|has|have|must)\b"}
    assert set() == {name for name in names if re.search(verbs[language], name)}


def test_units_follow_numbers_that_have_them() -> None:
    """An amount is told with its unit wherever it stands in a text."""
    measured = {
        name: unit
        for items in (HALLS.book.facts, HALLS.book.parameters)
        for name, item in items.items()
        if (unit := getattr(item.item.written, "unit", None))
    } | {d.name: d.item.written.unit for d in HALLS.book.derived if d.item.written.unit}
    missing = [
        (text, name)
        for path in sorted((ROOT / "rules" / "halls").glob("*.yaml"))
        for text in path.read_text(encoding="utf-8").splitlines()
        for name, after in re.findall(r"\{(\w+)\}(\W*\w*)", text)
        if name in measured and after.strip() not in {u.split()[0] for u in measured[name].values()}
    ]
    assert [] == missing


# --- the portfolio


def test_the_portfolio_is_made_by_its_maker(tmp_path: Path) -> None:
    """`make.py` writes the same bytes each time."""
    maker = tmp_path / "make.py"
    maker.write_bytes((FIXTURES / "make.py").read_bytes())
    subprocess.run([sys.executable, str(maker)], check=True)
    assert (FIXTURES / "2024.csv").read_bytes() == (tmp_path / "2024.csv").read_bytes()


def test_the_portfolio_is_reviewed(tmp_path: Path) -> None:
    """Each application ends where its story leads, appeals by the rules of their own year."""
    review(HALLS, FIXTURES / "2024.csv", tmp_path, as_of=date(2024, 4, 17), language="en")
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert {
        "admissibility": {"dismissed": 3, "admitted": 24, "needs_information": 1},
        "grant_decision": {
            "dismissed": 3,
            "grant_refused": 8,
            "granted_in_part": 3,
            "granted_in_full": 10,
            "needs_information": 4,
        },
        "grant_terms": {
            "sign_on_hall": 13,
            "hear_disability_council": 6,
            "heritage_approval": 1,
            "audited_accounts": 3,
            "new_financing_plan": 3,
        },
    } == summary["outcomes"]
    assert (35, 28, 7) == tuple(summary[key] for key in ("rows", "decided", "rejected"))
    assert ["2023-01-01", "2024-01-01"] == sorted(e["from"] for e in summary["editions"])
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        codes = Counter(line["code"] for line in csv.DictReader(file))
    assert {"NIC504": 1, "NIC506": 2, "NIC508": 2, "NIC604": 2} == codes
