"""`nic-rules replay`: what it prints, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nic_rules
from tests.cli.running import run
from tests.fixture_years import YEARS, day_of, reviewed
from tests.records.dated import FACTS, MIDDLE, NOW, archived, dated_book, forged

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a rule book, its archives, and three records: two that hold, one forged."""
    rules = dated_book(tmp_path)
    archived(rules, tmp_path / "archive", MIDDLE)
    book = nic_rules.load(rules)
    fine = book.edition(MIDDLE).decide("open", FACTS, subject="sør")
    (tmp_path / "fine.json").write_text(fine.to_json(), encoding="utf-8")
    other = forged(fine, lambda told: told.update(outcome="ask"))
    lines = f"{fine.to_json()}\n{other}\n"
    (tmp_path / "two.jsonl").write_text(lines, encoding="utf-8")
    later = book.edition(NOW).decide("open", FACTS)
    (tmp_path / "later.json").write_text(later.to_json(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("home")
def test_all_equal() -> None:
    """Where all is equal, one line says so, and the exit code is 0."""
    ran = run("replay", "fine.json", "--archive", "archive")
    assert (0, "1 equal, 0 differ\n", "") == (ran.code, ran.out, ran.err)


@pytest.mark.usefixtures("home")
def test_a_difference_is_told() -> None:
    """Each record that differs is one line with its place and first difference; the code is 1."""
    ran = run("replay", "two.jsonl", "--archive", "archive")
    assert (1, "") == (ran.code, ran.err)
    assert [
        'two.jsonl:2: `open` of `sør`: outcome: expected "ask", got "yes_open"',
        "1 equal, 1 differ",
    ] == ran.out.splitlines()


@pytest.mark.usefixtures("home")
def test_json_tells_the_same() -> None:
    """As JSON: the counts, and each difference as data."""
    ran = run("replay", "two.jsonl", "--archive", "archive", "--format", "json")
    assert (1, "") == (ran.code, ran.err)
    assert {
        "schema": "nic-rules/replay/1",
        "equal": 1,
        "differ": 1,
        "not_replayed": 0,
        "differences": [
            {
                "file": "two.jsonl", "line": 2, "subject": "sør", "table": "open",
                "kind": "decision", "key": "outcome", "expected": "ask", "got": "yes_open",
            }
        ],
    } == json.loads(ran.out)  # fmt: skip


def test_what_cannot_be_replayed_is_named_and_counted(home: Path) -> None:
    """A missing archive and an altered record are a line each; the others are decided; code 2."""
    (home / "records").mkdir()
    for name in ("fine.json", "later.json", "two.jsonl"):
        (home / name).rename(home / "records" / name)
    altered = (
        (home / "records" / "fine.json").read_text(encoding="utf-8").replace("yes_open", "ask")
    )
    (home / "records" / "altered.json").write_text(altered, encoding="utf-8")
    ran = run("replay", "records", "--archive", "archive")
    assert (2, 2) == (ran.code, len(ran.problems))
    first, second = ran.problems
    changed = "the digest of this record does not hold: it was changed"
    assert f"records/altered.json: NIC703 error: {changed}" == first
    assert second.startswith("records/later.json: NIC706 error: the archive of its rules, `dated-")
    assert "2 equal, 1 differ, 2 not replayed" == ran.out.splitlines()[-1]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.json", "--archive", "archive"], "none.json: NIC703 error: this file cannot be"),
        (["fine.json", "--archive", "none"], "NIC706 error: the archives in `none` cannot be read"),
        (["archive", "--archive", "archive"], "archive: NIC703 error: there are no records here"),
        (["fine.json"], "missing option '--archive'"),
    ],
)
def test_where_nothing_can_be_replayed(arguments: list[str], said: str) -> None:
    """Nothing is printed but one line that says why, with the code 2."""
    ran = run("replay", *arguments)
    assert (2, "") == (ran.code, ran.out)
    assert said in ran.problems[-1]


def test_a_long_value_is_cut(home: Path) -> None:
    """A line of text shows the beginning of a long value; JSON holds the whole of it."""
    book = nic_rules.load(home / "dated")
    fine = book.edition(MIDDLE).decide("open", FACTS)
    record = forged(fine, lambda told: told.update(outcome="x" * 500))
    (home / "long.json").write_text(record, encoding="utf-8")
    ran = run("replay", "long.json", "--archive", "archive")
    assert 'expected "' + "x" * 99 + "…, got" in ran.out
    whole = run("replay", "long.json", "--archive", "archive", "--format", "json")
    assert "x" * 500 == json.loads(whole.out)["differences"][0]["expected"]


@pytest.mark.parametrize("year", YEARS)
def test_what_a_review_writes_is_replayed(tmp_path: Path, year: int) -> None:
    """The folder of a review of a fixture year comes out again, whole."""
    cases, day = ROOT / "fixtures" / "clusters" / f"{year}.csv", day_of(year)
    out, archives = tmp_path / "out", tmp_path / "archive"
    assert 0 == run("review", cases, "--as-of", day, "--out", out).code
    assert 0 == run("archive", "--as-of", day, "--out", archives).code
    replayed = run("replay", out, "--archive", archives)
    assert (0, "") == (replayed.code, replayed.err)
    assert f"{len(reviewed(year).decisions)} equal, 0 differ\n" == replayed.out


def test_all_fixture_years_are_as_many_decisions_as_the_page_says() -> None:
    """docs/records.md tells how many decisions are replayed."""
    page = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    assert (
        f"all {sum(len(reviewed(year).decisions) for year in YEARS)} decisions of the four" in page
    )
