"""What a measurement of another engine prints: one JSON object, and outcomes in a file beside."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

OUTCOMES = ("refused", "accepted", "unclear")


def measure(
    engine: str, version: str, run: Callable[[], list[int]], rounds: int, answers: Path
) -> None:
    """Time some rounds, keep the numbers of the outcomes, and tell."""
    seconds = []
    outcomes: list[int] = []
    for _ in range(rounds):
        start = time.perf_counter()
        outcomes = run()
        seconds.append(time.perf_counter() - start)
    pl.DataFrame({"outcome": pl.Series(outcomes, dtype=pl.UInt8)}).write_parquet(answers)
    print(json.dumps({"engine": engine, "version": version, "seconds": seconds}))
