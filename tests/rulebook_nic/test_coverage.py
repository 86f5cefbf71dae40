"""Every row fires and every finding occurs in some scenario that says so; what lacks is named."""

from __future__ import annotations

from collections.abc import Iterator

from nic_rules.authoring.scenarios import run_scenarios
from nic_rules.rulebook.book import Scenario
from tests.rulebook_nic.nic import BOOK


def watched() -> Iterator[Scenario]:
    """Give the scenarios that come out as they say."""
    return (result.scenario for result in run_scenarios(BOOK) if result.passed)


def test_every_row_of_every_table_fires() -> None:
    """For each row there is a scenario that expects it."""
    rows = {f"{table.name}/{row.name}" for table in BOOK.book.tables for row in table.rows}
    fired = {
        f"{scenario.table}/{row}"
        for scenario in watched()
        for row in scenario.item.written.expect.rows or ()
    }
    assert [] == sorted(rows - fired)


def test_every_outcome_is_given() -> None:
    """For each outcome there is a scenario that expects it."""
    outcomes = {f"{table.name}/{name}" for table in BOOK.book.tables for name in table.outcomes}
    given = set()
    for scenario in watched():
        outcome = scenario.item.written.expect.outcome or []
        listed = [outcome] if isinstance(outcome, str) else outcome
        given |= {f"{scenario.table}/{name}" for name in listed}
    assert [] == sorted(outcomes - given)


def test_every_finding_of_every_criterion_occurs() -> None:
    """Each criterion is expected met, not met, unknown, and not applicable where it can be."""
    findings = set()
    for criterion in BOOK.book.criteria:
        findings |= {f"{criterion.name}: {found}" for found in ("met", "not_met", "unknown")}
        if criterion.applies_when is not None:
            findings.add(f"{criterion.name}: not_applicable")
    occurring = {
        f"{name}: {found}"
        for scenario in watched()
        for name, found in (scenario.item.written.expect.findings or {}).items()
    }
    assert [] == sorted(findings - occurring)


def test_every_constraint_is_broken_and_held() -> None:
    """Each constraint refuses the case of some scenario."""
    broken: set[str] = set()
    for scenario in watched():
        broken |= set(scenario.item.written.expect.breaks or ())
    assert [] == sorted({constraint.name for constraint in BOOK.book.constraints} - broken)


def test_every_fact_is_missed_by_some_scenario() -> None:
    """Each fact that can be asked for is asked for somewhere: `needs` of a scenario names it."""
    asked: set[str] = set()
    for scenario in watched():
        asked |= set(scenario.item.written.expect.needs or ())
    noted = {"aims_at_radical_innovation", "explores_cross_sector"}  # never worth asking for
    carried = {"organisation_number", "cluster_name", "goals_and_strategy_agreed"}
    uncounted = {"first_admitted_on"}  # by the reading chosen
    assert [] == sorted(BOOK.book.facts.keys() - asked - noted - carried - uncounted)
