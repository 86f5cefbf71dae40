"""The main job: a portfolio in, decisions and rejects out."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import nic_rules
from nic_rules.portfolio.review import review

ROOT = Path(__file__).parents[1]
CLUSTERS = ROOT / "fixtures" / "clusters"


def test_make_review_reviews_the_fixture_year(tmp_path: Path) -> None:
    """What `make review` runs decides or rejects each row of the fixture year."""
    done = subprocess.run(
        ["make", "-n", "review"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    (recipe,) = [line for line in done.stdout.splitlines() if "nic-rules review" in line]
    program, *arguments = recipe.split()
    assert "nic-rules" == Path(program).name
    arguments[arguments.index("--out") + 1] = str(tmp_path)
    subprocess.run(
        [sys.executable, "-m", "nic_rules", *arguments], cwd=ROOT, check=True, capture_output=True
    )
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert {
        "needs_information": 6,
        "completed": 5,
        "evaluation_due": 1,
        "notice": 5,
        "continue_with_follow_up": 4,
        "continue": 35,
    } == summary["outcomes"]["continuation"]
    assert 6 == summary["rejected"]


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_each_row_ends_in_one_place(year: int, tmp_path: Path) -> None:
    """Each row of a fixture year stands in the decisions or in the rejects, and in one of them."""
    cases = CLUSTERS / f"{year}.csv"
    book = nic_rules.load("nic")
    review(book, cases, tmp_path, as_of=date(year, 11, 15))
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
