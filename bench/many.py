"""Many cases: the column engine against polars by hand, DuckDB, OpenFisca and ZEN's batch call.

    python -m bench.many [ROWS …]

The book of 26 criteria. Answers are compared before any time is printed. DuckDB and OpenFisca run
in an environment of their own (`make bench` sets it up), on the same file of cases, held in memory
before the clock starts. Nearly every case is a situation of its own here: they are asked of
durable-rules where they are few, and walked in columns where they are many.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from bench.explained import edition as edition_of_26
from bench.explained import zen_engine
from bench.twenty_six_columns import OUTCOMES, by_hand, random_frame

ROOT = Path(__file__).parents[1]
OTHERS = ROOT / ".venv-others" / "bin" / "python"
ROUNDS = 5
ZEN_ROWS = 10_000

Run = Callable[[], Any]


def seconds(run: Run) -> float:
    """Give the seconds of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def interleaved(runs: dict[str, Run], rounds: int = ROUNDS) -> dict[str, float]:
    """Run all in turn; give the median seconds of each."""
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            took[name].append(seconds(run))
    return {name: statistics.median(times) for name, times in took.items()}


def same(what: str, expected: pl.Series, got: pl.Series) -> None:
    """Stop where two engines answer otherwise."""
    differs = (expected.cast(pl.String) != got.cast(pl.String)).fill_null(value=True).sum()
    if differs or expected.len() != got.len():
        sys.exit(f"{what}: {differs} answers of {expected.len()} differ")


def named(numbers: pl.Series) -> pl.Series:
    """Name the outcomes that came as numbers."""
    return numbers.replace_strict(dict(enumerate(OUTCOMES)), return_dtype=pl.String)


def other(engine: str, cases: Path, expected: pl.Series) -> float | None:
    """Give the median seconds of an engine that has an environment of its own."""
    if not OTHERS.exists():
        return None
    answers = cases.with_name(f"{engine}.parquet")
    command = [str(OTHERS), "-W", "ignore", "-m", f"bench.others.{engine}"]
    ran = subprocess.run(
        [*command, str(cases), str(ROUNDS), str(answers)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    same(engine, expected, pl.read_parquet(answers)["outcome"])
    told: dict[str, list[float]] = json.loads(ran.stdout)
    return statistics.median(told["seconds"])


def book_of_26(rows: int) -> None:
    """Compare and time all engines on the book of 26 criteria."""
    ours, frame = edition_of_26(), random_frame(rows, seed=1)
    expected = by_hand(frame)

    def codes() -> pl.Series:
        many = ours.decide_many(["decide"], frame)
        answers: pl.DataFrame = many.frame
        return answers["decide"]

    def everything() -> None:
        many = ours.decide_many(["decide"], frame)
        many.needs("decide")
        many.findings("decide")

    same("decide_many", named(expected), codes())
    took = interleaved(
        {
            "polars by hand": lambda: by_hand(frame),
            "nic-rules, outcomes": codes,
            "nic-rules, needs and findings too": everything,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        cases = Path(folder) / "cases.parquet"
        frame.write_parquet(cases)
        for engine, name in (("duckdb_26", "DuckDB"), ("openfisca_26", "OpenFisca")):
            spent = other(engine, cases, expected)
            if spent is not None:
                took[name] = spent
    took["ZEN, its batch call"] = zen_batch(frame, expected) * rows / min(rows, ZEN_ROWS)
    tell(f"26 criteria, {rows:,} cases", took)


def zen_batch(frame: pl.DataFrame, expected: pl.Series) -> float:
    """Give the seconds of ZEN's batch call for so many cases at most: they grow in proportion."""
    engine, given = zen_engine(), frame.head(ZEN_ROWS).to_dicts()
    requests = [{"key": "rules", "context": case} for case in given]
    answers = engine.evaluate_batch(requests)
    got = pl.Series([answer["data"]["result"]["outcome"] for answer in answers])
    same("ZEN", named(expected.head(ZEN_ROWS)), got)
    return seconds(lambda: engine.evaluate_batch(requests))


def tell(what: str, took: dict[str, float]) -> None:
    """Print times, and each as a multiple of polars by hand."""
    print(what)
    least = took["polars by hand"]
    for name, spent in took.items():
        print(f"  {name:34} {spent * 1e3:10,.0f} ms   {spent / least:8.2f}")


def main() -> None:
    """Measure for each number of rows."""
    for rows in map(int, sys.argv[1:] or ("1000000",)):
        book_of_26(rows)


if __name__ == "__main__":
    main()
