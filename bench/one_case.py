"""One case: a warm `decide("continuation")` against hand-written Python and ZEN, in one run.

    python -m bench.one_case [--write]

First 10,000 random cases are decided by hand, by us and by ZEN, and compared; only then is anything
timed. By hand and by us a dict of final types is taken; ZEN is given its own kind of dict, made
beforehand. Told are the medians of rounds in turn, and ratios of the same round. The table alone is
asked of durable-rules by its own Python too, a session a case.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

from durable.engine import Host

import nic_rules
from bench import continuation_zen
from bench.cases import random_cases
from bench.continuation_zen import GRAPH, ONE_NODE
from bench.hand_written import continuation
from bench.measured import Run, in_turn, ratio, table, tell
from nic_rules.engine.durable import SENTINEL, rule_definition
from nic_rules.engine.tables import pattern_of
from nic_rules.language.packed import pack

ROUNDS = 25
CASES = 10_000
TIMED = 500
PASSES = 8

TRACE = {"trace": True}

Case = tuple[dict[str, Any], date]
Context = dict[str, Any]


def compare(edition: nic_rules.Edition, zen: Any, cases: list[Case]) -> Counter[str]:
    """Decide all cases all ways; stop at the first difference."""
    rows: Counter[str] = Counter()
    for facts, as_of in cases:
        decision = edition.decide("continuation", facts, as_of=as_of)
        expected = continuation(facts, as_of)
        got = (decision.outcome, decision.rows[0])
        if got != expected:
            sys.exit(f"different: {facts} on {as_of}: by hand {expected}, decided {got}")
        context = continuation_zen.context(facts, as_of)
        for which in (ONE_NODE, GRAPH):
            row = zen.evaluate(which, context)["result"]["row"]
            if row != expected[1]:
                sys.exit(f"different: {facts} on {as_of}: by hand {expected}, ZEN's {which} {row}")
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


def ways(edition: nic_rules.Edition, zen: Any, cases: list[Case]) -> dict[str, Run]:
    """Give all ways to decide the cases, each as one would write it."""
    contexts = [continuation_zen.context(facts, as_of) for facts, as_of in cases]
    decide, evaluate, ask = edition.decide, zen.evaluate, raw_durable_rules(edition)

    def by_hand() -> None:
        for facts, as_of in cases:
            continuation(facts, as_of)

    def decided() -> None:
        for facts, as_of in cases:
            decide("continuation", facts, as_of=as_of)

    def by_zen(which: str) -> None:
        for context in contexts:
            evaluate(which, context)

    def traced(which: str) -> None:
        for context in contexts:
            evaluate(which, context, TRACE)

    def by_rules() -> None:
        for facts, as_of in cases:
            ask(facts, as_of)

    return {
        "by hand": by_hand,
        "decide": decided,
        "ZEN, one node": lambda: by_zen(ONE_NODE),
        "ZEN, one node, with its trace": lambda: traced(ONE_NODE),
        "ZEN, table graph": lambda: by_zen(GRAPH),
        "ZEN, table graph, with its trace": lambda: traced(GRAPH),
        "durable-rules, the table alone": by_rules,
    }


def main() -> None:
    """Compare, then time."""
    cases = list(random_cases(CASES, seed=1))
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    zen = continuation_zen.engine()
    rows = compare(edition, zen, cases)
    print(f"{len(cases):,} random cases decided alike; rows hit: {len(rows)} of 13")
    took = in_turn(ways(edition, zen, cases[:TIMED]), ROUNDS, PASSES)
    lines = table("one case", "median", "times by hand", "from–to", "times `decide`", "from–to")
    for name, times in took.items():
        micro = statistics.median(times) / TIMED * 1e6
        to_hand, to_decide = ratio(times, took["by hand"]), ratio(times, took["decide"])
        lines.append(f"| {name} | {micro:.2f} µs | {to_hand.told(1)} | {to_decide.told(1)} |")
    tell("bench.one_case", lines, "zen-engine", "durable-rules")


if __name__ == "__main__":
    main()
