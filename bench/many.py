"""Many cases: the column engine against polars by hand, DuckDB, OpenFisca and ZEN's batch call.

    python -m bench.many [ROWS …] [--write]

The book of 26 criteria. Answers are compared before any time is told. DuckDB and OpenFisca run in
an environment of their own (`make bench` sets it up), on the same cases, held in memory before the
clock starts, and take their turn in the same rounds. Nearly every case is a situation of its own
here: situations are asked of durable-rules where they are few, and walked in columns where they are
many. ZEN decides one case after the other, so that 10,000 tell enough.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import polars as pl

import nic_rules
from bench.explained import edition as edition_of_26
from bench.explained import zen_engine
from bench.measured import Run, in_turn, ratio, table, tell
from bench.twenty_six_columns import OUTCOMES, by_hand, random_frame

ROOT = Path(__file__).parents[1]
OTHERS = ROOT / ".venv-others" / "bin" / "python"
ROUNDS = 5
ROWS = (10_000, 1_000_000)
ZEN_ROWS = 10_000


def same(what: str, expected: pl.Series, got: pl.Series) -> None:
    """Stop where two engines answer otherwise."""
    differs = (expected.cast(pl.String) != got.cast(pl.String)).fill_null(value=True).sum()
    if differs or expected.len() != got.len():
        sys.exit(f"{what}: {differs} answers of {expected.len()} differ")


def named(numbers: pl.Series) -> pl.Series:
    """Name the outcomes that came as numbers."""
    return numbers.replace_strict(dict(enumerate(OUTCOMES)), return_dtype=pl.String)


@contextmanager
def other(engine: str, cases: Path, expected: pl.Series) -> Iterator[tuple[str, Run]]:
    """Start an engine of another environment; give its name, and what makes it take its turn."""
    answers = cases.with_name(f"{engine}.parquet")
    command = [
        str(OTHERS),
        "-W",
        "ignore",
        "-m",
        f"bench.others.{engine}",
        str(cases),
        str(answers),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        same(engine, expected, pl.read_parquet(answers)["outcome"])
        asked, answered = process.stdin, process.stdout

        def run() -> None:
            asked.write("\n")
            asked.flush()
            answered.readline()

        yield f"{told['engine']} {told['version']}", run
        asked.close()


def ours(edition: nic_rules.Edition, frame: pl.DataFrame, expected: pl.Series) -> dict[str, Run]:
    """Give our own runs, answers compared: numbers of outcomes, and all that can be known."""

    def codes() -> Any:
        return edition.decide_many("decide", frame)

    def everything() -> None:
        for _ in edition.decide_many("decide", frame).masks("decide"):
            pass

    same("decide_many", named(expected), codes().frame["decide"])
    return {"outcomes": codes, "outcomes, needs and findings": everything}


def zen_batch(frame: pl.DataFrame, expected: pl.Series) -> Run:
    """Give ZEN's batch call."""
    engine, given = zen_engine(), frame.to_dicts()
    requests = [{"key": "rules", "context": case} for case in given]
    answers = engine.evaluate_batch(requests)
    got = pl.Series([answer["data"]["result"]["outcome"] for answer in answers])
    same("ZEN", named(expected), got)
    return lambda: engine.evaluate_batch(requests)


def book_of_26(rows: int) -> list[str]:
    """Compare and time all engines on the book of 26 criteria."""
    frame = random_frame(rows, seed=1)
    expected = by_hand(frame)
    runs: dict[str, Run] = {"polars by hand": lambda: by_hand(frame)}
    runs |= ours(edition_of_26(), frame, expected)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        cases = Path(folder) / "cases.parquet"
        frame.write_parquet(cases)
        for engine in ("duckdb_26", "openfisca_26") if OTHERS.exists() else ():
            name, run = stack.enter_context(other(engine, cases, expected))
            runs[name] = run
        if rows <= ZEN_ROWS:
            runs["ZEN, its batch call"] = zen_batch(frame, expected)
        took = in_turn(runs, ROUNDS)
    lines = []
    for name, times in took.items():
        ms = statistics.median(times) * 1e3
        to_hand, to_us = ratio(times, took["polars by hand"]), ratio(times, took["outcomes"])
        lines.append(f"| {rows:,} | {name} | {ms:,.0f} ms | {to_hand.told(1)} | {to_us.told(2)} |")
    return lines


def main() -> None:
    """Measure for each number of rows."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    heads = ("cases", "what", "median", "times by hand", "from–to", "times outcomes", "from–to")
    lines = table(*heads)
    for rows in numbers or ROWS:
        lines += book_of_26(rows)
    tell("bench.many", lines, "polars", "zen-engine")


if __name__ == "__main__":
    main()
