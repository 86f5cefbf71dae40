"""A case printed as a scenario passes as one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.authoring.pasted import decided_scenario, refused_scenario
from nic_rules.authoring.scenarios import run_scenarios
from nic_rules.cases.many import open_cases
from nic_rules.engine.book import RuleBook
from nic_rules.rulebook.check import scenarios_of
from nic_rules.rulebook.given import read_case
from tests.cli.running import run
from tests.strategies import Book, books, cases

ROOT = Path(__file__).parents[2]
NOTICE = ROOT / "fixtures" / "cases" / "notice.json"


def assert_passes(book: RuleBook, scenarios: list[str], folder: Path) -> None:
    """Read scenarios as a rule author would paste them, and run them."""
    path = folder / "pasted.yaml"
    path.write_text("\n".join(scenarios), encoding="utf-8")
    results = list(run_scenarios(RuleBook(scenarios_of(book.book, [path]))))
    assert [] == [(r.scenario.name, r.differences) for r in results if not r.passed]
    assert len(scenarios) == len(results)


def scenarios(book: RuleBook, facts: dict[str, object], subject: str, day: date) -> list[str]:
    """Print a case as a scenario of each table, or as one that constraints refuse."""
    edition = book.edition(day)
    found = []
    for table in edition.tables:
        try:
            decision = edition.decide(table, facts, subject=subject)
        except nic_rules.FactError as error:
            case = read_case(edition.rules.facts, facts)
            breaks = [str(wrong.value) for wrong in error.diagnostics if wrong.code == "NIC508"]
            if breaks and len(breaks) == len(error.diagnostics):
                found.append(refused_scenario(edition, table, subject, day, case, breaks))
        else:
            found.append(decided_scenario(edition, decision))
    return found


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_every_fixture_case_passes_as_a_scenario(year: int, tmp_path: Path) -> None:
    """All rows of a fixture year that can be read, by every table."""
    book = nic_rules.load("nic")
    rows = open_cases(ROOT / "fixtures" / "clusters" / f"{year}.csv", book.book.facts).rows()
    printed = []
    for row in rows:
        if row.subject is not None and not row.problems:
            printed += scenarios(book, row.given, row.subject, date(year, 11, 15))
    assert len(printed) > 200
    assert_passes(book, printed, tmp_path)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_case_passes_as_a_scenario(data: st.DataObject) -> None:
    """Drawn books and cases, whoever the subject is."""
    drawn: Book = data.draw(books())
    case = data.draw(cases(drawn))
    subject = data.draw(st.text(st.characters(codec="utf-8"), max_size=80))
    book = drawn.load()
    printed = scenarios(book, dict(case.data), subject, case.rules_on)
    with TemporaryDirectory() as folder:
        assert_passes(book, printed, Path(folder))


def test_the_command_prints_it(tmp_path: Path) -> None:
    """`decide --scenario` prints the scenario, which `test` then runs; no text stands in it."""
    ran = run("decide", "continuation", NOTICE, "--as-of", "2016-11-15", "--scenario")
    assert 0 == ran.code
    assert "organisation_number" not in ran.out
    path = tmp_path / "pasted.yaml"
    path.write_text(ran.out, encoding="utf-8")
    count = len(nic_rules.load("nic").book.scenarios) + 1
    assert f"{count} passed, 0 failed\n" == run("test", path).out


def test_the_command_prints_a_case_that_contradicts_itself(tmp_path: Path) -> None:
    """A contradiction is a scenario too; any other problem is told as ever."""
    case = tmp_path / "case.json"
    case.write_text('{"key_actors": 2, "participating_key_actors": 3}', encoding="utf-8")
    ran = run("decide", "eligibility", case, "--as-of", "2016-11-15", "--scenario")
    assert 0 == ran.code
    assert "breaks: [participation_within_key_actors]" in ran.out
    case.write_text('{"key_actors": "2"}', encoding="utf-8")
    ran = run("decide", "eligibility", case, "--as-of", "2016-11-15", "--scenario")
    assert (2, "") == (ran.code, ran.out)
