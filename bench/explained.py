"""One decision with all it rests on, against ZEN's with its own trace, in one process.

    python -m bench.explained [--write]

The book of 32 facts and 26 criteria (`twenty_six.py`), a tenth of the facts missing. Outcomes are
compared. ZEN runs from its static loader, which keeps a decision compiled. Measured are the
decision alone, with its record (every finding with what it lacks, needs, facts, rows), with the
whole worded trace, which the walk decides again and compares, and with that written out as data.

A trace shares with those before it what was told of equal facts, and tables keep what they answered
in equal situations. So three streams of cases are told apart:

- the same cases, again and again, as ZEN is usually measured;
- cases never met before, of few numbers: each criterion has met its facts' values in other cases;
- cases never met before, of any numbers, from the first on.

Each case of the last two is decided and explained once, and no two are alike. Told is the median of
one case.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import zen

import nic_rules
from bench.measured import table, tell
from bench.twenty_six import COUNTS, FLAGS, KINDS, random_facts, rule_file, zen_graph

DAY = date(2016, 1, 1)
CASES = 3_000
"""The cases of a stream; those of few numbers come after as many others."""

AGAIN = 300
"""The cases of the first stream, which come ten times."""

TURN = 100
"""Cases that one engine decides before it is the other's turn."""

FEW = (3, 40, 96)
"""The numbers that cases of few numbers have."""

Case = dict[str, Any]


NAMES = (
    "ZEN", "ZEN with its trace", "decide", "decide with its record", "decide with its whole trace",
    "the trace written as data",
)  # fmt: skip
ZEN_TRACED = 1


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


def few(seed: int) -> Iterator[Case]:
    """Draw cases whose numbers are some of a few."""
    rng = random.Random(seed)
    for case in random_facts(CASES, seed):
        yield {name: rng.choice(FEW) if name in COUNTS else case[name] for name in case}


def timed(theirs: Any, ours: nic_rules.Edition, cases: list[Case]) -> Iterator[list[float]]:
    """Give the seconds that each of some cases takes, by how much is asked for."""
    unknown = dict.fromkeys((*FLAGS, *COUNTS, *KINDS))
    clock = time.perf_counter
    by_zen, outcomes = [], []
    for case in cases:
        whole = {**unknown, **case}
        begin = clock()
        outcomes.append(theirs.evaluate("rules", whole)["result"]["outcome"])
        end = clock()
        theirs.evaluate("rules", whole, {"trace": True})
        by_zen.append([end - begin, clock() - end])
    by_us, traces = [], []
    for case, expected in zip(cases, outcomes, strict=True):
        begin = clock()
        decision = ours.decide("decide", case)
        decided = clock()
        _ = decision.rest
        recorded = clock()
        traces.append(decision.explain("en"))
        by_us.append([decided - begin, recorded - begin, clock() - begin])
        if decision.outcome != expected:
            sys.exit(f"different: {case}: ZEN {expected}, decided {decision.outcome}")
    for theirs_, ours_, trace in zip(by_zen, by_us, traces, strict=True):
        begin = clock()
        trace.as_data()
        yield [*theirs_, *ours_, ours_[-1] + clock() - begin]


def measured(theirs: Any, before: list[Case], cases: list[Case]) -> list[float]:
    """Give the median microseconds of each measure, after some cases were met."""
    ours = edition()
    once = {tuple(sorted(case.items())) for case in (*before, *cases)}
    assert len(once) in (len(before), len(before) + len(cases))  # all again, or none
    for case in before:
        ours.decide("decide", case).explain("en")
    turns = (cases[at : at + TURN] for at in range(0, len(cases), TURN))
    times = [took for turn in turns for took in timed(theirs, ours, turn)]
    return [statistics.median(one) * 1e6 for one in zip(*times, strict=True)]


def main() -> None:
    """Measure each stream, and tell the ratios to ZEN with its trace."""
    theirs, again = zen_engine(), list(random_facts(AGAIN, seed=1))
    streams = {
        "met before": measured(theirs, again, again * (CASES // AGAIN)),
        "new, few numbers": measured(theirs, [*few(seed=2)], [*few(seed=3)]),
        "new, any numbers": measured(theirs, [], [*random_facts(CASES, seed=5)]),
    }
    heads = (head for name in streams for head in (f"{name}, µs", "times ZEN's"))
    lines = table("one case", *heads)
    for at, name in enumerate(NAMES):
        told = (f"{took[at]:.1f} | {took[at] / took[ZEN_TRACED]:.2f}" for took in streams.values())
        lines.append(f"| {name} | {' | '.join(told)} |")
    tell("bench.explained", lines, "zen-engine", "durable-rules")


if __name__ == "__main__":
    main()
