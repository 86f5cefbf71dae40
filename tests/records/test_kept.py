"""What earlier versions decided, this one decides again: records are kept in fixtures/records."""

from __future__ import annotations

import tarfile
from datetime import date
from pathlib import Path

import pytest

import nic_rules
from nic_rules.decision import Decision
from nic_rules.engine.book import RuleBook
from nic_rules.records.archive import archive_name, read_archive
from nic_rules.records.recorded import read_records
from nic_rules.records.replay import replay

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "fixtures" / "records"
VERSIONS = sorted(path.parent.name for path in RECORDS.glob("*/archives.tar.xz"))


def test_this_version_has_kept_its_decisions() -> None:
    """There are records of the version at hand; `fixtures/records/keep.py` makes them."""
    assert nic_rules.__version__ in VERSIONS


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Give each version that kept its decisions."""
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture(scope="module")
def archives(version: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack a version's archives."""
    folder = tmp_path_factory.mktemp("archives")
    with tarfile.open(RECORDS / version / "archives.tar.xz") as packed:
        packed.extractall(folder, filter="data")
    return folder


def decisions(version: str) -> list[Decision]:
    """Give all decisions that a version kept."""
    found = [recorded.decision for recorded in read_records(RECORDS / version)]
    return [decision for decision in found if decision is not None]


def test_all_that_was_kept_comes_out_again(version: str, archives: Path) -> None:
    """Every decision, with its reasons where they were kept, is equal."""
    replayed = list(replay(RECORDS / version, archives))
    others = [(one.recorded, one.difference, one.wrong) for one in replayed if one.state != "equal"]
    assert [] == others
    assert len(replayed) > 250
    assert {"nb", "en"} == {
        one.recorded.reasons["language"] for one in replayed if one.recorded.reasons
    }


def test_what_was_kept_is_a_fair_choice(version: str, archives: Path) -> None:
    """All editions are there, each table by each of them, all outcomes, and every finding."""
    kept = decisions(version)
    editions = {decision.edition for decision in kept}
    assert {path.name for path in archives.iterdir()} == {archive_name(e) for e in editions}
    tables, outcomes = set(), set()
    for edition in editions:
        book = RuleBook(read_archive(archives / archive_name(edition), edition))
        days = next(d for d in book.book.intervals if d.start == edition.start)
        rules = book.edition(days.start or date(1999, 1, 1)).rules
        tables |= {(edition, name) for name in rules.tables}
        outcomes |= {
            (name, told) for name, table in rules.tables.items() for told in table.outcomes
        }
    assert tables == {(decision.edition, decision.table) for decision in kept}
    assert outcomes == {(decision.table, told) for decision in kept for told in told_by(decision)}
    assert {True, False} == {decision.subject is None for decision in kept}
    assert {True, False} == {decision.as_of == decision.rules_on for decision in kept}
    assert {True, False} == {bool(decision.evidence) for decision in kept}
    assert {"met", "not_met", "not_applicable", "unknown"} == {
        found.finding for decision in kept for found in decision.findings.values()
    }


def told_by(decision: Decision) -> tuple[str, ...]:
    """Give the outcomes of a decision: of a table that collects, perhaps several or none."""
    outcome = decision.outcome
    return (outcome,) if isinstance(outcome, str) else tuple(outcome)
