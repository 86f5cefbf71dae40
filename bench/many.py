"""Many cases: the column engine against polars by hand, DuckDB, OpenFisca and ZEN's batch call.

    python -m bench.many [ROWS …] [--write]

Of two rule books: the table `continuation` of the shipped one, with the cases of `columns.py`, and
the one table of the book of 26 criteria. Answers are compared before any time is told. DuckDB and
OpenFisca run in an environment of their own (`make bench` sets it up), on the same cases, held in
memory before the clock starts, and take their turn in the same rounds. Of the 26 criteria nearly
every case is a situation of its own: situations are asked of durable-rules where they are few, and
walked in columns where they are many. ZEN decides one case after the other, so that 10,000 tell
enough.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

import nic_rules
from bench.columns import CASES, TABLE, drawn
from bench.explained import edition as edition_of_26
from bench.explained import zen_engine
from bench.hand_written_columns import DAY, decide
from bench.hand_written_columns import ROWS as HAND_ROWS
from bench.measured import Run, in_turn, ratio, table, tell
from bench.twenty_six_columns import OUTCOMES, by_hand, random_frame
from nic_rules.engine.columns.decided import ManyDecided

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


class Asked(NamedTuple):
    """Cases of one table, and its answers by hand."""

    edition: nic_rules.Edition
    table: str
    day: date
    frame: pl.DataFrame
    by_hand: Run
    answers: tuple[str, ...]
    """The answers, by the numbers that come out by hand."""
    column: str
    """The column of a batch that has these answers."""
    others: tuple[str, ...]
    """What decides the cases in the other environment."""

    @property
    def expected(self) -> pl.Series:
        """The answers by hand."""
        found = self.by_hand()
        assert isinstance(found, pl.Series)
        return found

    def named(self, numbers: pl.Series) -> pl.Series:
        """Name answers that came as numbers."""
        return numbers.replace_strict(dict(enumerate(self.answers)), return_dtype=pl.String)


def continuation(rows: int) -> Asked:
    """Ask the table of the shipped rule book; what is compared is the row that fits."""
    frame = pl.concat([drawn()] * (rows // CASES)).rechunk()
    return Asked(
        nic_rules.load("nic").edition(date(2016, 3, 1)),
        TABLE,
        DAY,
        frame,
        lambda: decide(frame, DAY),
        HAND_ROWS,
        f"{TABLE}.rows",
        ("duckdb_continuation", "openfisca_continuation"),
    )


def twenty_six(rows: int) -> Asked:
    """Ask the table of the book of 26 criteria; what is compared is the outcome."""
    frame, edition = random_frame(rows, seed=1), edition_of_26()
    return Asked(
        edition,
        "decide",
        edition.rules_on,
        frame,
        lambda: by_hand(frame),
        OUTCOMES,
        "decide",
        ("duckdb_26", "openfisca_26"),
    )


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


def ours(asked: Asked) -> dict[str, Run]:
    """Give our own runs, answers compared: codes of answers, and all that can be known."""

    def codes() -> ManyDecided:
        return asked.edition.decide_many(asked.table, asked.frame, as_of=asked.day)

    def everything() -> None:
        for _ in codes().masks(asked.table):
            pass

    same("decide_many", asked.named(asked.expected), codes().frame[asked.column])
    return {"outcomes": codes, "outcomes, needs and findings": everything}


def zen_batch(asked: Asked) -> Run:
    """Give ZEN's batch call."""
    engine, given = zen_engine(), asked.frame.to_dicts()
    requests = [{"key": "rules", "context": case} for case in given]
    answers = engine.evaluate_batch(requests)
    got = pl.Series([answer["data"]["result"]["outcome"] for answer in answers])
    same("ZEN", asked.named(asked.expected), got)
    return lambda: engine.evaluate_batch(requests)


def measured(asked: Asked) -> Iterator[str]:
    """Compare and time all engines."""
    rows = asked.frame.height
    runs: dict[str, Run] = {"polars by hand": asked.by_hand, **ours(asked)}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        cases = Path(folder) / "cases.parquet"
        asked.frame.write_parquet(cases)
        for engine in asked.others if OTHERS.exists() else ():
            name, run = stack.enter_context(other(engine, cases, asked.expected))
            runs[name] = run
        if rows <= ZEN_ROWS and asked.table == "decide":
            runs["ZEN, its batch call"] = zen_batch(asked)
        took = in_turn(runs, ROUNDS)
    for name, times in took.items():
        ms = statistics.median(times) * 1e3
        to_hand, to_us = ratio(times, took["polars by hand"]), ratio(times, took["outcomes"])
        yield f"| {rows:,} | {name} | {ms:,.0f} ms | {to_hand.told(1)} | {to_us.told(2)} |"


def main() -> None:
    """Measure both tables for each number of rows."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    heads = ("cases", "what", "median", "times by hand", "from–to", "times outcomes", "from–to")
    for figures, ask, packages in (
        ("bench.many, continuation", continuation, ("polars",)),
        ("bench.many", twenty_six, ("polars", "zen-engine")),
    ):
        lines = table(*heads)
        for rows in numbers or ROWS:
            lines += measured(ask(rows))
        tell(figures, lines, *packages)


if __name__ == "__main__":
    main()
