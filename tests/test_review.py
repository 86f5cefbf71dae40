"""The main job: a portfolio in, decisions and rejects out; and what the fixture years come to."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import nic_rules
from nic_rules.portfolio.review import review
from tests.fixture_years import (
    CLUSTERS,
    NIC,
    ROOT,
    YEARS,
    day_of,
    facts_of,
    names_in,
    reviewed,
    rows_of,
    section,
)

PAGE = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
COUNTS = list(rows_of(section(PAGE, "### What they came to")))
TOLD = [
    (int(heading), row)
    for heading in map(str, YEARS)
    for row in rows_of(section(PAGE, f"### {heading}"))
]


def counts_told(year: int) -> dict[str, dict[str, int]]:
    """Give the counts of a year as the page has them: by table, or `rows`, then by outcome."""
    told: dict[str, dict[str, int]] = {}
    table = ""
    for row in COUNTS:
        table = row["table"].strip("`") or table
        told.setdefault(table, {})[row["outcome"].strip("`")] = int(row[str(year)])
    return told


# --- the command, and what it writes


def test_make_review_reviews_the_fixture_year(tmp_path: Path) -> None:
    """What `make review` runs decides or rejects each row, to the counts that the page has.

    Each year but the first is compared with the one before.
    """
    done = subprocess.run(
        ["make", "-n", "review"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    recipes = [line for line in done.stdout.splitlines() if "nic-rules review" in line]
    years: list[int] = []
    for recipe in recipes:
        program, *arguments = recipe.split()
        assert "nic-rules" == Path(program).name
        for option in ("--out", "--previous"):
            if option in arguments:
                place = arguments.index(option) + 1
                arguments[place] = str(tmp_path / Path(arguments[place]).name)
        run = [sys.executable, "-m", "nic_rules", *arguments]
        subprocess.run(run, cwd=ROOT, check=True, capture_output=True)
        out = Path(arguments[arguments.index("--out") + 1])
        assert ("--previous" in arguments) == bool(years)
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        years.append(date.fromisoformat(summary["as_of"]).year)
        told = counts_told(years[-1])
        assert told["rows"] == {kind: summary[kind] for kind in ("decided", "rejected")}
        for table, outcomes in summary["outcomes"].items():
            assert {outcome: n for outcome, n in told[table].items() if n} == outcomes
        assert (out / "report.html").stat().st_size > 0
    assert list(YEARS) == years


@pytest.mark.parametrize("year", YEARS)
def test_each_row_ends_in_one_place(year: int, tmp_path: Path) -> None:
    """Each row of a fixture year stands in the decisions or in the rejects, and in one of them."""
    cases = CLUSTERS / f"{year}.csv"
    book = nic_rules.load("nic")
    review(book, cases, tmp_path, as_of=day_of(year))
    with cases.open(encoding="utf-8", newline="") as file:
        rows = len(list(csv.reader(file))) - 1
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        rejected = {line["row"] for line in csv.DictReader(file)}
    with (tmp_path / "decisions.csv").open(encoding="utf-8", newline="") as file:
        decided = [line["subject"] for line in csv.DictReader(file)]
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert rows == summary["rows"] == summary["decided"] + summary["rejected"]
    assert len(rejected) == summary["rejected"]
    assert len(decided) == len(set(decided)) == summary["decided"]
    lines = (tmp_path / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(decided) * len(book.review) == len(lines)
    for line in lines:
        assert line == nic_rules.Decision.from_json(line).to_json()


# --- what the page tells of the four years


@pytest.mark.parametrize("year", YEARS)
def test_the_page_has_the_counts_of_each_year(year: int) -> None:
    """Rows, and outcomes of each table in the table's order, are those that the review finds."""
    summary = reviewed(year).summary
    found = {
        "rows": {"decided": summary.decided, "rejected": summary.rejected},
        **{
            table.name: {
                outcome: summary.outcomes[table.name][outcome] for outcome in table.outcomes
            }
            for name in NIC.review
            for table in NIC.book.tables
            if table.name == name
        },
    }
    told = counts_told(year)
    assert found == told
    assert {table: list(outcomes) for table, outcomes in found.items()} == {
        table: list(outcomes) for table, outcomes in told.items()
    }


@pytest.mark.parametrize(
    ("year", "row"), TOLD, ids=[f"{year}-{row['cluster']}" for year, row in TOLD]
)
def test_notable_cases_came_out_as_the_page_says(year: int, row: dict[str, str]) -> None:
    """Outcome, deciding row and what is needed stand on the page as they were decided."""
    decision = reviewed(year).decisions[row["cluster"], row["table"].strip("`")]
    assert row["outcome"].strip("`") == decision.outcome
    assert names_in(row["row"]) == list(decision.rows)
    assert names_in(row["needs"]) == list(decision.needs)


@pytest.mark.parametrize("year", YEARS)
def test_each_section_tells_of_each_row_that_decided_otherwise_than_well(year: int) -> None:
    """No deciding row of a year but `all_well` goes without an example in its section."""
    told = {(row["table"].strip("`"), *names_in(row["row"])) for of, row in TOLD if of == year}
    decided = {
        (table, *decision.rows)
        for (_, table), decision in reviewed(year).decisions.items()
        if table in ("continuation", "allocation") and decision.rows != ["all_well"]
    }
    assert set() == decided - told


# --- laws of the review


def test_every_outcome_and_every_row_of_the_review_occurs() -> None:
    """The four years together show all that the review tables can answer."""
    outcomes: Counter[tuple[str, str]] = Counter()
    rows: Counter[tuple[str, str]] = Counter()
    for year in YEARS:
        for (_, table), decision in reviewed(year).decisions.items():
            given = decision.outcome
            outcomes.update((table, o) for o in ([given] if isinstance(given, str) else given))
            rows.update((table, row) for row in decision.rows)
    tables = [table for table in NIC.book.tables if table.name in NIC.review]
    assert {(t.name, outcome) for t in tables for outcome in t.outcomes} == set(outcomes)
    assert {(t.name, row.name) for t in tables for row in t.rows} == set(rows)


@pytest.mark.parametrize("year", YEARS)
def test_services_follow_from_taking_part_and_from_the_split(year: int) -> None:
    """Four services go to whoever takes part; money asks for a split to build on as well."""
    taking_part = {"continue", "continue_with_follow_up", "notice", "evaluation_due"}
    four = ["competence", "advisory", "networking", "profiling"]
    found = reviewed(year)
    for (subject, table), decision in found.decisions.items():
        if table == "services":
            part = found.outcome(subject, "continuation") in taking_part
            money = part and found.outcome(subject, "allocation") == "basis_for_support"
            assert ["financing"] * money + four * part == list(decision.outcome)


@pytest.mark.parametrize("year", YEARS)
def test_a_notice_and_an_ending_name_what_is_not_fulfilled(year: int) -> None:
    """Whoever gets a notice or is discontinued has a shortfall; whoever continues has none."""
    found = reviewed(year)
    for (subject, table), decision in found.decisions.items():
        if table == "shortfalls":
            outcome = found.outcome(subject, "continuation")
            if outcome in ("notice", "discontinue"):
                assert [] != decision.outcome
            if outcome in ("continue", "continue_with_follow_up"):
                assert [] == decision.outcome


# --- histories


def decide(year: int, subject: str, as_of: date, **told: object) -> nic_rules.Decision:
    """Decide whether a cluster continues, by its facts of a year, some of them told otherwise."""
    facts = facts_of(year, subject) | told
    return NIC.edition(as_of).decide("continuation", facts, subject=subject, as_of=as_of)


def test_an_extension_counts_from_the_day_it_is_decided() -> None:
    """kl-041: three years are over in June 2017; prolonged four months later, it continues."""
    before = facts_of(2016, "kl-041")
    assert (3, 5) == (before["agreed_years"], facts_of(2017, "kl-041")["agreed_years"])
    recorded = reviewed(2017).decisions["kl-041", "continuation"].evidence["agreed_years"]
    assert "2017-10-16" == recorded["recorded_on"]
    assert "continue" == decide(2016, "kl-041", date(2016, 11, 15)).outcome
    told = {"evaluated_on": "2017-05-30"}
    assert "continue" == decide(2016, "kl-041", date(2017, 6, 17), **told).outcome
    for as_of in (date(2017, 6, 18), date(2017, 8, 1), date(2017, 10, 15)):
        assert "completed" == decide(2016, "kl-041", as_of, **told).outcome
    for as_of in (date(2017, 10, 16), date(2017, 11, 15)):
        assert "continue" == decide(2016, "kl-041", as_of, **told, agreed_years=5).outcome
    assert "continue" == decide(2017, "kl-041", date(2017, 11, 15)).outcome


def test_ten_years_end_on_their_anniversary() -> None:
    """kl-005 ends on the day of the review itself, kl-010 on the day after it."""
    assert ["period_over"] == reviewed(2016).decisions["kl-005", "continuation"].rows
    assert "continue" == decide(2016, "kl-005", date(2016, 11, 14)).outcome
    assert ["all_well"] == reviewed(2017).decisions["kl-010", "continuation"].rows
    assert "completed" == decide(2017, "kl-010", date(2017, 11, 16)).outcome


def test_a_deadline_holds_to_the_end_of_its_day() -> None:
    """kl-049: on the deadline itself it is still a notice, on the day after an ending."""
    assert "2017-11-15" == facts_of(2017, "kl-049")["remedy_deadline"]
    assert "notice" == reviewed(2017).outcome("kl-049", "continuation")
    assert "discontinue" == decide(2017, "kl-049", date(2017, 11, 16)).outcome


def test_a_notice_that_was_heeded_ends_nothing() -> None:
    """kl-011, kl-112 and kl-114 put things right in time; the notice stands, and they continue."""
    for year, subject in ((2016, "kl-011"), (2016, "kl-112"), (2015, "kl-114")):
        facts = facts_of(year, subject)
        assert facts["notice_stands"] is True
        assert str(facts["remedy_deadline"]) < day_of(year).isoformat()
        assert "notice" == reviewed(year - 1).outcome(subject, "continuation")
        assert "continue" == reviewed(year).outcome(subject, "continuation")


def test_a_new_failing_is_a_new_notice() -> None:
    """kl-114 fails on another requirement after the first notice: notice again, no ending."""
    first, second = (reviewed(year).decisions["kl-114", "shortfalls"] for year in (2014, 2016))
    assert ["engaged_actors"] == first.outcome
    assert ["cooperation_basis"] == second.outcome
    assert ["fails_requirements"] == reviewed(2016).decisions["kl-114", "continuation"].rows


def test_each_level_has_years_of_its_own() -> None:
    """kl-001 was first admitted in 2006, and its ten years as GCE run from 2014 all the same."""
    facts = facts_of(2017, "kl-001")
    assert ("2006-06-01", "2014-06-18") == (facts["first_admitted_on"], facts["level_admitted_on"])
    for year in YEARS:
        assert "continue" == reviewed(year).outcome("kl-001", "continuation")
    told = {"evaluated_on": "2024-05-30"}
    assert "continue" == decide(2017, "kl-001", date(2024, 6, 17), **told).outcome
    assert "completed" == decide(2017, "kl-001", date(2024, 6, 18), **told).outcome


def test_an_upgrade_leaves_the_shorter_stay_without_a_verdict() -> None:
    """kl-053 goes from Arena to NCE after a year: neither completed nor ended in any year."""
    levels = [facts_of(year, "kl-053")["level"] for year in (2015, 2016, 2017)]
    assert ["arena", "nce", "nce"] == levels
    outcomes = {reviewed(year).outcome("kl-053", "continuation") for year in YEARS}
    assert set() == outcomes & {"completed", "discontinue", "notice"}


def test_a_period_that_is_over_asks_for_nothing_more() -> None:
    """kl-107 and kl-101 are completed though they were not evaluated in their last year."""
    for year, subject in ((2014, "kl-107"), (2017, "kl-101")):
        decision = reviewed(year).decisions[subject, "continuation"]
        assert "met" != decision.findings["evaluated_this_year"].finding
        assert ("completed", 0) == (decision.outcome, len(decision.needs))


def test_a_share_of_no_seats_cannot_be_asked_for() -> None:
    """kl-050 has no steering body: nothing is missing, and nothing told would settle it."""
    decision = reviewed(2015).decisions["kl-050", "continuation"]
    assert "needs_information" == decision.outcome
    assert [] == decision.needs
    assert ["meets_requirements"] == decision.stuck


def test_one_synergy_is_enough_and_one_question_is_left() -> None:
    """kl-112: one outside is enough (2016); where that one is unknown, it alone is asked for."""
    facts = facts_of(2016, "kl-112")
    assert (False, True) == tuple(
        facts[f"clear_synergy_{where}"] for where in ("within_cluster", "with_external")
    )
    assert "continue" == reviewed(2016).outcome("kl-112", "continuation")
    assert ["clear_synergy_with_external"] == (
        reviewed(2017).decisions["kl-112", "continuation"].needs
    )


def test_one_no_is_an_answer() -> None:
    """kl-113 is off its strategy, so nobody asks whether it follows its goals (2017)."""
    decision = reviewed(2017).decisions["kl-113", "continuation"]
    assert "develops_per_goals" not in decision.facts
    assert ("continue_with_follow_up", 0) == (decision.outcome, len(decision.needs))


def test_a_name_may_change_and_the_cluster_stays() -> None:
    """kl-027 has another name from 2016 on; subject and organisation number stay."""
    names, numbers = (
        [facts_of(year, "kl-027")[fact] for year in YEARS]
        for fact in ("cluster_name", "organisation_number")
    )
    assert (2, 1) == (len(set(names)), len(set(numbers)))
    assert names[:2] == names[:1] * 2
    assert names[2:] == names[2:3] * 2
