"""What measurements share: rounds in turn, what is told of them, and docs/performance.md."""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures of {} -->", "<!-- end -->"

Run = Callable[[], object]


class Ratio(NamedTuple):
    """How many times as long one thing takes as another, round by round."""

    median: float
    low: float
    high: float

    def told(self, decimals: int = 2) -> str:
        """Tell it as a cell: the median, and the least and most."""
        return f"{self.median:,.{decimals}f} | {self.low:,.{decimals}f}–{self.high:,.{decimals}f}"


def seconds(run: Run) -> float:
    """Give the seconds that something takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def in_turn(runs: Mapping[str, Run], rounds: int, passes: int = 1) -> dict[str, list[float]]:
    """Run all in turn, again and again, once unmeasured; give the seconds of each round.

    Where a round is several passes over all, each is warm: it runs once unmeasured just before.
    What counts of it is the fastest, since whatever else the machine does can only make it slower.
    """
    for run in runs.values():
        run()
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        every = [[_seconds(run, warm=passes > 1) for run in runs.values()] for _ in range(passes)]
        for name, times in zip(runs, zip(*every, strict=True), strict=True):
            took[name].append(min(times))
    return took


def _seconds(run: Run, *, warm: bool) -> float:
    if warm:
        run()
    return seconds(run)


def ratio(times: Sequence[float], base: Sequence[float]) -> Ratio:
    """Compare what was measured in the same rounds."""
    found = [one / other for one, other in zip(times, base, strict=True)]
    return Ratio(statistics.median(found), min(found), max(found))


def here(*packages: str) -> str:
    """Say when and where this was measured, and with which versions."""
    versions = [f"{package} {version(package)}" for package in packages]
    python = f"Python {platform.python_version()}"
    today = date.today().isoformat()  # noqa: DTZ011 - the machine's own day
    machine = f"{platform.machine()}, {cpu_count()} processors"
    return f"{today}, {machine}, {', '.join([python, *versions])}."


def tell(module: str, lines: Sequence[str], *packages: str) -> None:
    """Print figures; with `--write` also put them into the page, at the place of the module."""
    print("\n".join(lines), flush=True)
    if "--write" not in sys.argv:
        return
    begin = BEGIN.format(module)
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    if not found:
        sys.exit(f"{PAGE.name} has no place for the figures of {module}")
    after = rest.partition(END)[2]
    figures = "\n".join((begin, "", here(*packages), "", *lines, "", END))
    PAGE.write_text(f"{before}{figures}{after}", encoding="utf-8")


def table(*heads: str) -> list[str]:
    """Begin a table of a page."""
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
