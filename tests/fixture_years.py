"""The fixture years reviewed once for all tests, and the tables of pages that tell of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nic_rules
from nic_rules import Decision
from nic_rules.portfolio.review import review
from nic_rules.portfolio.summary import Summary

ROOT = Path(__file__).parents[1]
CLUSTERS = ROOT / "fixtures" / "clusters"
YEARS = (2014, 2015, 2016, 2017)
NIC = nic_rules.load(ROOT / "rules" / "nic")


@dataclass(frozen=True)
class Review:
    """What a review came to: its summary, the decisions by subject and table, the rejects."""

    summary: Summary
    decisions: dict[tuple[str, str], Decision]
    rejects: list[dict[str, str]]

    def outcome(self, subject: str, table: str) -> str:
        """Give a cluster's outcome as pages write it; of collected ones, all."""
        if (subject, table) in self.decisions:
            outcome = self.decisions[subject, table].outcome
            return outcome if isinstance(outcome, str) else ", ".join(outcome)
        return "rejected" if subject in {line["subject"] for line in self.rejects} else "–"


def day_of(year: int) -> date:
    """Give the day of a year's review."""
    return date(year, 11, 15)


@cache
def reviewed(year: int) -> Review:
    """Review a fixture year by the review tables, and read what was written."""
    with TemporaryDirectory() as out:
        cases = CLUSTERS / f"{year}.csv"
        summary = review(NIC, cases, Path(out), as_of=day_of(year))
        lines = Path(out, "decisions.jsonl").read_text(encoding="utf-8").splitlines()
        with Path(out, "rejects.csv").open(encoding="utf-8", newline="") as file:
            rejects = list(csv.DictReader(file))
    decisions = [Decision.from_json(line) for line in lines]
    return Review(summary, {(d.subject or "", d.table): d for d in decisions}, rejects)


def facts_of(year: int, subject: str) -> dict[str, object]:
    """Give the facts that a cluster was decided by."""
    return dict(reviewed(year).decisions[subject, "continuation"].facts)


# --- pages

_NAME = re.compile(r"`([^`]+)`")


def section(page: str, heading: str) -> str:
    """Give what stands under a heading of a page, down to the next one as high."""
    marks = heading.split(" ")[0]
    found = re.search(
        rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(marks)}}} |\Z)", page, re.M | re.S
    )
    assert found is not None, heading
    return found[1]


def rows_of(text: str) -> Iterator[dict[str, str]]:
    """Give the rows of all tables in a text, each from its heading to its cell."""
    columns: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not columns:
            columns = cells
        elif not line.startswith("|--"):
            yield dict(zip(columns, cells, strict=True))


def names_in(cell: str) -> list[str]:
    """Give what stands in backticks in a cell."""
    return _NAME.findall(cell)
