"""How a measurement of another engine talks: it answers once, then runs as often as it is told to.

The numbers of the outcomes go into a file. Then one JSON object is printed, and for each line that
comes in the engine runs once and a line is printed: so it takes its turn among others.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl


def take_turns(engine: str, version: str, run: Callable[[], list[int]], answers: Path) -> None:
    """Answer, then run once for each line."""
    pl.DataFrame({"outcome": pl.Series(run(), dtype=pl.UInt8)}).write_parquet(answers)
    print(json.dumps({"engine": engine, "version": version}), flush=True)
    for _ in sys.stdin:
        run()
        print(flush=True)
