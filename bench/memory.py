"""Peak memory of a batch in columns, ours and by hand in polars, each in a process of its own.

    python -m bench.memory [ROWS …] [--write]

The table `continuation` of the shipped book, the cases of `columns.py`. A process makes its
columns, forgets its peak (Linux can), decides once and tells the peak since. Told beside it is what
the process had in memory just before, columns included.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

import nic_rules
from bench.columns import CASES, TABLE, drawn
from bench.hand_written_columns import DAY, decide
from bench.measured import table, tell

ROOT = Path(__file__).parents[1]
ROWS = (10_000, 1_000_000, 10_000_000)

WAYS = ("polars by hand", "codes", "codes, needs, findings")


def in_memory(which: str) -> float:
    """Give the MB that Linux tells of this process: `VmRSS` now, `VmHWM` at most."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"{which}:\s+(\d+) kB", told)
    assert found is not None
    return int(found[1]) / 1000


def way(name: str, frame: pl.DataFrame) -> Callable[[], object]:
    """Give what decides the cases."""
    if name == "polars by hand":
        return lambda: decide(frame, DAY)
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))

    def whole() -> None:
        for _ in edition.decide_many(TABLE, frame, as_of=DAY).masks(TABLE):
            pass

    edition.decide_many(TABLE, frame.head(1), as_of=DAY)
    return whole if "needs" in name else lambda: edition.decide_many(TABLE, frame, as_of=DAY)


def measured(name: str, rows: int) -> None:
    """Decide once, in this process, and print what it took."""
    frame = pl.concat([drawn()] * (rows // CASES)).rechunk()
    run = way(name, frame)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = in_memory("VmRSS")
    kept = run()
    print(json.dumps({"before": before, "peak": in_memory("VmHWM")}))
    del kept


def main() -> None:
    """Start a process for each, and tell."""
    numbers = [int(given) for given in sys.argv[1:] if given.isdigit()]
    if "--one" in sys.argv:
        measured(sys.argv[-1], numbers[0])
        return
    lines = table("cases", "what", "before", "peak", "more")
    for rows in numbers or ROWS:
        for name in WAYS:
            command = [sys.executable, "-m", "bench.memory", str(rows), "--one", name]
            ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
            mb = json.loads(ran.stdout)
            before, peak = mb["before"], mb["peak"]
            more = f"{peak - before:,.0f} MB"
            lines.append(f"| {rows:,} | {name} | {before:,.0f} MB | {peak:,.0f} MB | {more} |")
    tell("bench.memory", lines, "polars")


if __name__ == "__main__":
    main()
