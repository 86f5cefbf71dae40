"""Records written in columns against records of cases decided one by one, in turn, in one run.

    python -m bench.records [ROWS]

Random cases with a subject and some evidence are decided by every table of the shipped book. All
records of 2,000 of them are compared first, byte by byte; only then is anything timed: `decide` and
`to_json` of each of those, the same by way of `decisions()`, and `record_frames` over ROWS cases
that repeat them.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

import nic_rules
from bench.cases import random_cases

ALONE = 2_000
ROUNDS = 5
DAY = date(2018, 6, 1)

Case = tuple[str, dict[str, Any]]


def drawn() -> list[Case]:
    """Draw cases: of each a subject, and facts with evidence beside a few."""
    found = []
    for number, (facts, _) in enumerate(random_cases(ALONE, seed=1)):
        if number % 3 == 0:
            told = {"evidence": f'letter "{number}"', "by": "assessor-06"}
            facts["evaluated_on"] = {"value": facts.get("evaluated_on"), **told}
        found.append((f"kl-{number:04}", facts))
    return found


def in_columns(cases: list[Case], rows: int) -> pl.DataFrame:
    """Put so many cases into columns, each with a subject of its own."""
    frame = pl.from_dicts([_cells(facts) for _, facts in cases], infer_schema_length=None)
    frame = frame.with_columns(subject=pl.Series([subject for subject, _ in cases]))
    again = [
        frame.with_columns(pl.col("subject") + (f"-{turn}" if turn else ""))
        for turn in range(rows // len(cases))
    ]
    return pl.concat(again).rechunk()


def _cells(facts: dict[str, Any]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, given in facts.items():
        for key, value in (given if isinstance(given, dict) else {"value": given}).items():
            cells[name if key == "value" else f"{name}.{key}"] = value
    return cells


def one_by_one(edition: nic_rules.Edition, cases: list[Case]) -> list[str]:
    """Give the records of all cases, each decided alone: case by case, table by table."""
    return [
        edition.decide(table, facts, subject=subject, as_of=DAY).to_json()
        for subject, facts in cases
        for table in edition.tables
    ]


def by_decisions(edition: nic_rules.Edition, frame: pl.DataFrame) -> list[str]:
    """Give the same by way of the decisions of a batch."""
    many = edition.decide_many(edition.tables, frame, as_of=DAY)
    return [decision.to_json() for decision in many.decisions()]


def written(edition: nic_rules.Edition, frame: pl.DataFrame) -> int:
    """Write records in columns, and let each chunk go; give how many there are."""
    many = edition.decide_many(edition.tables, frame, as_of=DAY)
    return sum(records.height * records.width for records in many.record_frames())


def compare(edition: nic_rules.Edition, cases: list[Case]) -> None:
    """Stop where two records differ."""
    frame = in_columns(cases, len(cases))
    many = edition.decide_many(edition.tables, frame, as_of=DAY)
    found = [record for records in many.record_frames() for row in records.rows() for record in row]
    for alone, batch, decided in zip(
        one_by_one(edition, cases), found, by_decisions(edition, frame), strict=True
    ):
        if not alone == batch == decided:
            sys.exit(f"different:\n{alone}\n{batch}\n{decided}")


def microseconds(run: Callable[[], object], records: int) -> float:
    """Give the microseconds that a record takes."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) / records * 1e6


def main() -> None:
    """Compare, then time in turn."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    edition, cases = nic_rules.load("nic").edition(date(2016, 3, 1)), drawn()
    compare(edition, cases)
    few, batch, tables = in_columns(cases, ALONE), in_columns(cases, rows), len(edition.tables)
    print(f"{ALONE * tables:,} records are the same, byte by byte")
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "decide, to_json": (lambda: one_by_one(edition, cases), ALONE * tables),
        "decisions(), to_json": (lambda: by_decisions(edition, few), ALONE * tables),
        f"record_frames(), {rows:,} cases": (
            lambda: written(edition, batch),
            batch.height * tables,
        ),
    }
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            took[name].append(microseconds(*run))
    medians = {name: statistics.median(spent) for name, spent in took.items()}
    least = min(medians.values())
    for name, median in medians.items():
        print(f"  {name:34} {median:8.1f} µs a record   {median / least:6.1f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  {most / 1024:,.0f} MB at most")


if __name__ == "__main__":
    main()
