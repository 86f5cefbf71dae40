"""One decision with all it rests on, against ZEN's with its own trace, in one process.

    python -m bench.explained

The book of 32 facts and 26 criteria (`twenty_six.py`), a tenth of the facts missing. Outcomes are
compared first. ZEN runs from its static loader, which keeps a decision compiled. Measured are the
decision alone, the decision with its record (every finding with what it lacks, needs, facts, rows)
with the whole worded trace, which the plain walk decides again and compares, and with that trace
written out as data.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import zen

import nic_rules
from bench.twenty_six import COUNTS, FLAGS, KINDS, random_facts, rule_file, zen_graph

DAY = date(2016, 1, 1)
ROUNDS = 15
CASES = 300
TRACED = 30

Case = dict[str, Any]


def edition() -> nic_rules.Edition:
    """Load the rule book."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "book.yaml").write_text(rule_file(), encoding="utf-8")
        return nic_rules.load(folder).edition(DAY)


def zen_engine() -> Any:
    """Load the same rules into ZEN."""
    graph = zen_graph()
    for node in graph["nodes"]:
        node["position"] = {"x": 0, "y": 0}
    return zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph}}})


def timed(run: Callable[[Case], object], cases: list[Case]) -> float:
    """Give the microseconds that one case takes."""
    start = time.perf_counter()
    for case in cases:
        run(case)
    return (time.perf_counter() - start) / len(cases) * 1e6


def main() -> None:
    """Compare, then time in turn, and tell the ratios to ZEN with its trace."""
    ours, theirs = edition(), zen_engine()
    cases = list(random_facts(CASES, seed=1))
    unknown = dict.fromkeys((*FLAGS, *COUNTS, *KINDS))
    whole = [{**unknown, **case} for case in cases]
    for case, filled in zip(cases, whole, strict=True):
        expected = theirs.evaluate("rules", filled)["result"]["outcome"]
        got = ours.decide("decide", case).outcome
        if got != expected:
            sys.exit(f"different: {case}: ZEN {expected}, decided {got}")
    runs: dict[str, tuple[Callable[[Case], object], list[Case]]] = {
        "ZEN": (lambda case: theirs.evaluate("rules", case), whole),
        "ZEN with its trace": (lambda case: theirs.evaluate("rules", case, {"trace": True}), whole),
        "decide": (lambda case: ours.decide("decide", case), cases),
        "decide with its record": (lambda case: ours.decide("decide", case).rest, cases),
        "decide with its whole trace": (
            lambda case: ours.decide("decide", case).explain("en"), cases[:TRACED],
        ),
        "the trace written as data": (
            lambda case: ours.decide("decide", case).explain("en").as_data(), cases[:TRACED],
        ),
    }  # fmt: skip
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, (run, given) in runs.items():
            took[name].append(timed(run, given))
    base = took["ZEN with its trace"]
    for name, times in took.items():
        ratio = statistics.median(t / b for t, b in zip(times, base, strict=True))
        print(f"{name:28s}{statistics.median(times):9.1f} µs{ratio:8.2f}")


if __name__ == "__main__":
    main()
