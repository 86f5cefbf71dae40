"""One case: a warm `decide("continuation")` against hand-written Python, in one run.

    python -m bench.one_case

First 10,000 random cases are decided both ways and compared; only then is anything timed. Both
are given a dict of final types. Prints the median of interleaved rounds, and the ratio; and how
long durable-rules takes by its own Python, a session a case, for the table alone.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from durable.engine import Host

import nic_rules
from bench.cases import random_cases
from bench.hand_written import continuation
from nic_rules.engine.durable import SENTINEL, rule_definition
from nic_rules.engine.tables import pattern_of
from nic_rules.language.packed import pack

ROUNDS = 15
CASES = 10_000
TIMED = 500

Case = tuple[dict[str, Any], date]


def compare(edition: nic_rules.Edition, cases: list[Case]) -> Counter[str]:
    """Decide all cases both ways; stop at the first difference."""
    rows: Counter[str] = Counter()
    for facts, as_of in cases:
        decision = edition.decide("continuation", facts, as_of=as_of)
        expected = continuation(facts, as_of)
        got = (decision.outcome, decision.rows[0])
        if got != expected:
            sys.exit(f"different: {facts} on {as_of}: by hand {expected}, decided {got}")
        rows[decision.rows[0]] += 1
    return rows


def raw_durable_rules(edition: nic_rules.Edition) -> Callable[[dict[str, Any], date], object]:
    """Give what asks durable-rules by its own Python, a session a case, as its manual has it."""
    table = edition.running("continuation")
    pattern = pattern_of(edition.rules, table.table)
    rules = rule_definition(pattern, range(len(pattern.rows)))
    fired: list[str] = []
    for name, rule in rules.items():
        rule["run"] = lambda _, name=name: fired.append(name)
    host = Host({"continuation": rules})
    numbers = count(1)

    def ask(facts: dict[str, Any], as_of: date) -> object:
        tokens = table.named(table.find_tokens(pack(as_of), **facts) or ())
        session = str(next(numbers))
        told = {f"c{at}": tokens[name] for at, name in enumerate(table.columns)}
        host.assert_fact("continuation", {"sid": session, SENTINEL: "yes", **told})
        host.delete_state("continuation", session)
        return fired

    return ask


def timed(run: Callable[[dict[str, Any], date], object], cases: list[Case]) -> float:
    """Give the microseconds that one case takes."""
    start = time.perf_counter()
    for facts, as_of in cases:
        run(facts, as_of)
    return (time.perf_counter() - start) / len(cases) * 1e6


def main() -> None:
    """Compare, then time."""
    cases = list(random_cases(CASES, seed=1))
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    rows = compare(edition, cases)
    print(f"{len(cases):,} random cases decided alike; rows hit: {len(rows)} of 13")
    some = cases[:TIMED]

    def decide(facts: dict[str, Any], as_of: date) -> object:
        return edition.decide("continuation", facts, as_of=as_of)

    ask = raw_durable_rules(edition)

    by_hand, decided, by_rules = [], [], []
    for _ in range(ROUNDS):
        by_hand.append(timed(continuation, some))
        decided.append(timed(decide, some))
        by_rules.append(timed(ask, some))
    ratios = [slow / fast for slow, fast in zip(decided, by_hand, strict=True)]
    print(f"by hand      {statistics.median(by_hand):8.2f} µs a case")
    print(f"decide       {statistics.median(decided):8.2f} µs a case")
    low, high = min(ratios), max(ratios)
    print(f"ratio        {statistics.median(ratios):8.1f} (from {low:.1f} to {high:.1f})")
    print(f"rules asked  {statistics.median(by_rules):8.2f} µs a case by durable-rules itself")
    slower = statistics.median(slow / fast for slow, fast in zip(by_rules, by_hand, strict=True))
    print(f"ratio        {slower:8.0f} to by hand")


if __name__ == "__main__":
    main()
