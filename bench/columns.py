"""A batch in columns against the same table written by hand in polars, in turn, in one run.

    python -m bench.columns [ROWS] [--write]

10,000 random cases are decided both ways and one by one, and compared; only then is anything timed.
The batch repeats them. Measured are outcome codes alone, and codes with needs and all findings (as
masks). `--write` puts the figures into docs/performance.md.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

import nic_rules
from bench.cases import random_cases
from bench.hand_written_columns import ROWS as HAND_ROWS
from bench.hand_written_columns import decide

CASES = 10_000
ROUNDS = 5
TABLE = "continuation"
DAY = date(2018, 6, 1)
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures of bench.columns -->", "<!-- end -->"


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


def seconds(run: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measured(edition: nic_rules.Edition, frame: pl.DataFrame) -> list[list[float]]:
    """Time all three in turn."""

    def whole() -> None:
        for _ in edition.decide_many(TABLE, frame, as_of=DAY).masks(TABLE):
            pass

    runs: list[Callable[[], object]] = [
        lambda: decide(frame, DAY),
        lambda: edition.decide_many(TABLE, frame, as_of=DAY),
        whole,
    ]
    for run in runs:
        run()
    return [[seconds(run) for run in runs] for _ in range(ROUNDS)]


def told(rows: int, rounds: list[list[float]]) -> list[str]:
    """Tell medians, and the ratios of speed to the one by hand."""
    lines = []
    for at, name in enumerate(("polars by hand", "codes", "codes, needs, findings")):
        ms = statistics.median(one[at] for one in rounds) * 1e3
        ratios = sorted(one[0] / one[at] for one in rounds)
        middle = statistics.median(ratios)
        lines.append(
            f"| {rows:,} | {name} | {ms:.0f} ms | {middle:.2f} | {ratios[0]:.2f}–{ratios[-1]:.2f} |"
        )
    return lines


def main() -> None:
    """Compare, then time batches of 10 thousand and of as many as asked."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    frame = drawn()
    compare(edition, frame)
    print(f"{CASES:,} random cases decided alike in columns, by hand and one by one")
    lines = []
    for rows in (CASES, *(numbers or [1_000_000])):
        batch = pl.concat([frame] * (rows // CASES)).rechunk()
        lines += told(rows, measured(edition, batch))
    print("\n".join(lines))
    if "--write" in sys.argv:
        machine = f"{platform.machine()}, {pl.thread_pool_size()} threads"
        versions = f"Python {platform.python_version()}, polars {pl.__version__}"
        head = f"{date.today().isoformat()}, {machine}, {versions}.\n\n"  # noqa: DTZ011 - the machine's own day
        head += "| cases | what | median | speed to by hand | from–to |\n|---|---|---|---|---|\n"
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        figures = f"{BEGIN}\n\n{head}" + "\n".join(lines) + f"\n\n{END}"
        PAGE.write_text(before + figures + after, encoding="utf-8")


if __name__ == "__main__":
    main()
