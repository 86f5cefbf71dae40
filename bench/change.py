"""What would change decisions: how often something can, and how long it takes to find out.

    python -m bench.change

Each cluster of the fixture years that can be decided as of its year's review, and that a table
refuses a wanted outcome, is asked about. Decisions that still lack information that matters are
told what is missing, and counted apart; times are of the others, for which the solver is asked,
after one round to warm up: by the clock, and of the processor, which other work does not lengthen.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import nic_rules
from bench.until import cases
from nic_rules.explanation.change import Changes, change

Case = tuple[Mapping[str, object], date]


class Taken(NamedTuple):
    """Milliseconds that an answer took."""

    clock: float
    processor: float


def main() -> None:
    """Print figures for each table that has a wanted outcome, then for all of them."""
    book = nic_rules.load("nic")
    told = list(cases(book))
    answers: list[Changes] = []
    times: list[Taken] = []
    first: list[Taken] = []
    for table in book.tables:
        outcomes = book.edition(told[0][1]).rules.tables[table].item.written.outcomes
        if not any(one.wanted for one in outcomes):
            continue
        warm = [(case, *asked(book, table, case)) for case in told]
        refused = [case for case, answer, _ in warm if not answer.has_it]
        first.append(next(taken for _, answer, taken in warm if is_settled(answer)))
        gc.collect()
        found = [asked(book, table, case) for case in refused]
        taken = [taken for answer, taken in found if is_settled(answer)]
        report(table, len(told), [answer for answer, _ in found], taken)
        answers += [answer for answer, _ in found]
        times += taken
    report("all", 0, answers, times)
    print(f"the first of each table: {', '.join(f'{taken.clock:.0f} ms' for taken in first)}")


def asked(book: nic_rules.RuleBook, table: str, case: Case) -> tuple[Changes, Taken]:
    """Ask about one case by one table; give the answer, and the milliseconds that it took."""
    facts, day = case
    edition = book.edition(day)
    start = time.perf_counter(), time.process_time()
    answer = change(edition, table, facts, as_of=day)
    clock, processor = time.perf_counter() - start[0], time.process_time() - start[1]
    return answer, Taken(clock * 1e3, processor * 1e3)


def is_settled(answer: Changes) -> bool:
    """Tell whether the solver was asked for changes: the case lacks the outcome, for good."""
    return not answer.has_it and not answer.decision.needs


def report(name: str, told: int, answers: list[Changes], times: list[Taken]) -> None:
    """Print what the answers for one table come to."""
    of = f" of {told}" if told else ""
    print(f"{name}: {len(answers)} decisions{of} without a wanted outcome")
    open_ = sum(not is_settled(answer) for answer in answers)
    before = sum(bool(answer.missing and not answer.decision.needs) for answer in answers)
    sizes = Counter(len(answer.changes[0].facts) for answer in answers if answer.changes)
    nothing = len(answers) - open_ - before - sum(sizes.values())
    print(f"  not settled, so told what is missing: {open_}")
    print(f"  settled: {len(answers) - open_}, of which")
    listed = ", ".join(
        f"{count} of {size} fact{'s' * (size > 1)}" for size, count in sorted(sizes.items())
    )
    print(f"    with a change within the cluster's power: {sizes.total()} ({listed})")
    print(f"    with something to tell first, for the wanted outcome: {before}")
    print(f"    with nothing within the cluster's power: {nothing}")
    ways = Counter(len(answer.changes) for answer in answers if answer.changes)
    print(f"  ways told: {', '.join(f'{n} to {count}' for n, count in sorted(ways.items()))}")
    for kind, taken in zip(Taken._fields, zip(*times, strict=True), strict=True):
        print(f"  {kind}: median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms")


if __name__ == "__main__":
    main()
