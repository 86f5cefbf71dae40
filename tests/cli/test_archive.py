"""`nic-rules archive`: what it writes, what it says, and that it overwrites nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.records.dated import dated_book


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Give the folder of the dated rule book."""
    return dated_book(tmp_path)


def test_an_edition_is_archived(rules: Path, tmp_path: Path) -> None:
    """It says what was archived, its digests, and the file that holds it."""
    ran = run("archive", "--rules", rules, "--as-of", "2025-01-01", "--out", tmp_path / "out")
    (path,) = (tmp_path / "out").iterdir()
    edition = json.loads(path.read_text(encoding="utf-8"))["edition"]
    assert (0, "") == (ran.code, ran.err)
    assert [
        "dated from 2020-01-01: 1 tables with 4 rows, 2 criteria",
        f"logic {edition['logic']}",
        f"text {edition['text']}",
        f"written: {path}",
    ] == ran.out.splitlines()


def test_again_it_is_there_already(rules: Path, tmp_path: Path) -> None:
    """The same edition, on another of its days, is there already; that is fine."""
    for day, done in (("2015-01-01", "written"), ("2012-02-03", "there already")):
        ran = run("archive", "--rules", rules, "--as-of", day, "--out", tmp_path / "out")
        assert (0, f"{done}: ") == (ran.code, ran.out.splitlines()[-1][: len(done) + 2])
    assert 1 == len([*(tmp_path / "out").iterdir()])


def test_without_a_day_it_is_today(rules: Path, tmp_path: Path) -> None:
    """The day is today, and that is said."""
    ran = run("archive", "--rules", rules, "--out", tmp_path / "out")
    assert 0 == ran.code
    assert "which is today (choose with --as-of)" in ran.err


def test_what_is_wrong_is_one_line(rules: Path, tmp_path: Path) -> None:
    """A folder that cannot be one, another file of the name, a book that is not there, no --out."""
    blocked = tmp_path / "file"
    blocked.write_text("mine")
    day = ("--rules", rules, "--as-of", "2015-01-01")
    run("archive", *day, "--out", tmp_path / "out")
    (kept,) = (tmp_path / "out").iterdir()
    kept.write_text("mine")
    for arguments, said in (
        ((*day, "--out", blocked), f"{blocked}: NIC706 error: the archive cannot be written: "),
        ((*day, "--out", tmp_path / "out"), f"{kept}: NIC706 error: something else is there"),
        (("--rules", "nicc", "--out", blocked), "NIC702 error: there is no rule book `nicc`"),
        (day, "missing option '--out'"),
    ):
        ran = run("archive", *arguments)
        assert (2, "") == (ran.code, ran.out)
        assert said in ran.problems[-1]
    assert ("mine", "mine") == (blocked.read_text(), kept.read_text())
