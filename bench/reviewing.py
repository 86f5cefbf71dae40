"""A review of many cases against polars reading and writing the same columns, file to file.

    python -m bench.reviewing 1000000 10000000

Cases of the shipped rule book are drawn near its scenarios. What the review says of some is
compared with one decision after the other; then Parquet, with columns in types of their own, and
CSV are reviewed by the four tables of the review: without records and report, and with all files.
Polars reads the columns of the cases and writes them. Each run is a process of its own, whose
peak of memory is told; the seconds are those within it, without its start.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

import nic_rules
from nic_rules.authoring.generated import Wanted, generate
from nic_rules.cases.many import open_cases
from nic_rules.language.types import Choice, Day, Number, Truth
from nic_rules.portfolio.review import review
from nic_rules.rulebook.book import Fact

DAY = date(2016, 11, 15)
COMPARED = 5_000
ROUNDS = 3
ALL_FILES = 200_000
"""Rows up to which all files are written: records have ten kilobytes a case."""

BOOK = nic_rules.load("nic")


class Took(NamedTuple):
    """What a run took: seconds, and megabytes at the most."""

    seconds: float
    memory: float


# --- what runs in a process of its own


def run(what: str, cases: Path, out: Path) -> None:
    """Do one thing, and print its seconds."""
    start = time.perf_counter()
    match what, cases.suffix:
        case "polars", ".csv":
            pl.read_csv(cases, infer_schema=False).write_csv(out)
        case "polars", _:
            pl.read_parquet(cases).write_parquet(out)
        case "brief", ".csv":
            review(BOOK, cases, out, as_of=DAY, without=("records", "report"))
        case "brief", _:
            left_out = ("records", "table", "report")
            review(BOOK, cases, out, as_of=DAY, without=left_out, also=("parquet",))
        case _:
            review(BOOK, cases, out, as_of=DAY)
    seconds = time.perf_counter() - start
    # the most that this process held: what the system tells of a child counts its parent too
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert held is not None
    print(seconds, int(held[1]) / 1024)


def in_a_process(what: str, cases: Path, out: Path) -> Took:
    """Run one thing in a process of its own."""
    command = [sys.executable, "-m", "bench.reviewing", what, str(cases), str(out)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if out.is_dir():
        shutil.rmtree(out)
    else:
        out.unlink()
    return Took(*map(float, found.split()))


# --- cases


def write(rows: int, folder: Path) -> dict[str, Path]:
    """Write cases as Parquet and as CSV."""
    parts = [folder / f"part-{n}.parquet" for n in range(-(-rows // 200_000))]
    paths = {"Parquet": folder / "cases.parquet", "CSV": folder / "cases.csv"}
    for part, frame in zip(parts, generate(BOOK, Wanted(rows, 1, DAY)), strict=True):
        frame.with_columns(_typed(f, n) for n, f in BOOK.book.facts.items()).write_parquet(part)
    pl.scan_parquet(parts).sink_parquet(paths["Parquet"])
    texts = pl.scan_parquet(parts).with_columns(pl.col(pl.Boolean).cast(pl.String))
    texts.sink_csv(paths["CSV"])
    for part in parts:
        part.unlink()
    return paths


def _typed(fact: Fact, name: str) -> pl.Expr:
    """Give a column of texts in the type of its own."""
    text = pl.col(name)
    match fact.type:
        case Truth():
            return text == "true"
        case Number(decimals):
            return text.cast(pl.Decimal(18, decimals) if fact.is_decimal else pl.Int64)
        case Day():
            return text.str.to_date("%Y-%m-%d")
        case Choice(values):
            return text.cast(pl.Enum(values))
        case _:
            return text


def compare(cases: Path, out: Path) -> None:
    """Stop at the first case of which the review says otherwise than one decision alone."""
    review(BOOK, cases, out, as_of=DAY, without=("records", "report"))
    edition = BOOK.edition(DAY)
    told = pl.read_csv(out / "decisions.csv", infer_schema=False).fill_null("")
    with open_cases(cases, BOOK.book.facts) as given:
        for row, got in zip(given.rows(), told.iter_rows(named=True), strict=True):
            for decision in edition.decide_all(BOOK.review, row.given, as_of=DAY):
                outcome = decision.outcome
                alone = outcome if isinstance(outcome, str) else ";".join(outcome)
                if (row.subject, alone) != (got["subject"], got[decision.table]):
                    sys.exit(f"different: {row.subject}: alone {alone}, the review {got}")
    shutil.rmtree(out)


def told(rows: int, paths: dict[str, Path], out: Path) -> Iterator[str]:
    """Measure in turn, and tell medians, and the ratio to polars."""
    names = {"polars": "polars, read and written", "brief": "reviewed", "whole": "with all files"}
    for kind, cases in paths.items():
        runs = [what for what in names if what != "whole" or rows <= ALL_FILES]
        rounds = [{what: in_a_process(what, cases, out) for what in runs} for _ in range(ROUNDS)]
        for what in runs:
            seconds = statistics.median(one[what].seconds for one in rounds)
            ratio = statistics.median(one[what].seconds / one["polars"].seconds for one in rounds)
            memory = max(one[what].memory for one in rounds)
            name = f"{kind}, {names[what]}"
            yield f"| {rows:,} | {name} | {seconds:.2f} s | {ratio:.1f} | {memory:.0f} MB |"


def main() -> None:
    """Compare, then measure as many cases as asked."""
    if len(sys.argv) > 3:
        run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        for cases in write(COMPARED, folder).values():
            compare(cases, folder / "compared")
        print(f"{COMPARED:,} cases decided alike in a review and one by one")
        for rows in [int(given) for given in sys.argv[1:]] or [1_000_000]:
            for line in told(rows, write(rows, folder), folder / "out"):
                print(line, flush=True)


if __name__ == "__main__":
    main()
