"""A batch in columns against the same table written by hand in polars, in turn, in one run.

    python -m bench.columns [ROWS] [--write]

10,000 random cases are decided both ways and one by one, and compared; only then is anything timed.
The batch repeats them. Measured are outcome codes alone, and codes with needs and all findings (as
masks). `--write` puts the figures into docs/performance.md.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from datetime import date

import polars as pl

import nic_rules
from bench.cases import random_cases
from bench.hand_written_columns import DAY, decide
from bench.hand_written_columns import ROWS as HAND_ROWS
from bench.measured import Run, in_turn, ratio, table, tell

CASES = 10_000
ROUNDS = 5
TABLE = "continuation"


def drawn() -> pl.DataFrame:
    """Draw cases into columns of their own types."""
    rows = [facts for facts, _ in random_cases(CASES, seed=1)]
    frame = pl.from_dicts(rows, infer_schema_length=None)
    return frame.with_columns(pl.col("level").cast(pl.Enum(["arena", "nce", "gce"])))


def compare(edition: nic_rules.Edition, frame: pl.DataFrame) -> None:
    """Decide all cases three ways; stop at the first difference."""
    by_hand = [HAND_ROWS[row] for row in decide(frame, DAY)]
    in_columns = edition.decide_many(TABLE, frame, as_of=DAY).frame[f"{TABLE}.rows"]
    for index, facts in enumerate(frame.iter_rows(named=True)):
        (row,) = edition.decide(TABLE, facts, as_of=DAY).rows
        if not row == by_hand[index] == in_columns[index]:
            sys.exit(f"different: {facts}: {row}, {by_hand[index]}, {in_columns[index]}")


def measured(edition: nic_rules.Edition, frame: pl.DataFrame) -> dict[str, list[float]]:
    """Time all three in turn."""

    def whole() -> None:
        for _ in edition.decide_many(TABLE, frame, as_of=DAY).masks(TABLE):
            pass

    runs: dict[str, Run] = {
        "polars by hand": lambda: decide(frame, DAY),
        "codes": lambda: edition.decide_many(TABLE, frame, as_of=DAY),
        "codes, needs, findings": whole,
    }
    return in_turn(runs, ROUNDS)


def told(rows: int, took: dict[str, list[float]]) -> Iterator[str]:
    """Tell medians, and the ratios of speed to the one by hand."""
    for name, times in took.items():
        ms = statistics.median(times) * 1e3
        speed = ratio(took["polars by hand"], times)
        yield f"| {rows:,} | {name} | {ms:,.0f} ms | {speed.told()} |"


def main() -> None:
    """Compare, then time batches of 10 thousand and of as many as asked."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    frame = drawn()
    compare(edition, frame)
    print(f"{CASES:,} random cases decided alike in columns, by hand and one by one")
    lines = table("cases", "what", "median", "speed to by hand", "from–to")
    for rows in (CASES, *(numbers or [1_000_000])):
        batch = pl.concat([frame] * (rows // CASES)).rechunk()
        lines += told(rows, measured(edition, batch))
    tell("bench.columns", lines, "polars")


if __name__ == "__main__":
    main()
