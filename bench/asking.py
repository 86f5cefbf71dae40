"""How many questions settle a case: in the order of `ask`, and in the order of the rule files.

    python -m bench.asking

Each cluster of the fixture years that can be decided as of its year's review is asked about by
every table, from nothing known. What its row tells is the answer; what it leaves open nobody knows.
Asking stops as soon as no answer left to give would change the outcome. The order of the rule files
is taken in two ways: of the facts that still matter the first, and all facts one after the other.

Then what the plan promises, that every known value is equally likely; what looking ahead takes more
than trying all, over random tables that are small enough to try all; and how long a plan takes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from random import Random

from tests.explanation.small_tables import in_file_order, random_small

import nic_rules
from bench.until import Case, cases
from nic_rules.explanation.asking import Plan, Planner, ask
from nic_rules.explanation.soonest import Soonest, State, bits

DAY = date(2016, 11, 15)

Next = Callable[[Plan, set[str]], str]
"""Chooses the fact to ask for next: from a plan, and from those asked for already."""

RANDOM = ((8, 10, 10, 1), (10, 14, 10, 2), (20, 24, 12, 1), (30, 60, 12, 1))
"""Random tables: tokens, facts, rows, and tables that look at each other."""


def planned(plan: Plan, asked: set[str]) -> str:  # noqa: ARG001 - the plan knows
    """Choose the question that the plan has first."""
    return plan.questions[0].fact.name


def questions(
    edition: nic_rules.Edition, table: str, case: Case, choose: Next, times: list[float]
) -> tuple[int, str | tuple[str, ...]]:
    """Ask until nothing is left to ask; give how many questions it took, and the outcome."""
    answers, day = case
    facts: dict[str, object] = {}
    asked: set[str] = set()
    while True:
        start = time.perf_counter()
        plan = ask(edition, table, facts, as_of=day, not_known=asked - facts.keys())
        times.append((time.perf_counter() - start) * 1e3)
        if not plan.questions:
            return len(asked), plan.decision.outcome
        name = choose(plan, asked)
        asked.add(name)
        if answers.get(name) is not None:
            facts[name] = answers[name]


def over_the_years(book: nic_rules.RuleBook) -> None:
    """Print the questions on average, table by table, over the fixture years."""
    told = list(cases(book))
    times: list[float] = []
    print(f"{'':14} {'cases':>6} {'planned':>8} {'matter':>8} {'all':>8}   questions on average")
    sums = [0, 0, 0]
    for table in book.tables:
        order = [fact.name for fact in book.facts(table)]
        orders: tuple[Next, ...] = (planned, *in_order_of_files(order))
        counts: list[list[int]] = [[], [], []]
        for case in told:
            edition = book.edition(case[1])
            found = [
                questions(edition, table, case, one, times if one is planned else [])
                for one in orders
            ]
            outcomes = {outcome for _, outcome in found}
            assert not outcomes - {found[0][1]}, case
            for count, (number, _) in zip(counts, found, strict=True):
                count.append(number)
        sums = [total + sum(count) for total, count in zip(sums, counts, strict=True)]
        print(_line(table, len(told), [statistics.mean(count) for count in counts]), flush=True)
    all_ = len(told) * len(book.tables)
    print(_line("all", all_, [total / all_ for total in sums]))
    print(f"a plan: median {statistics.median(times):.2f} ms, worst {max(times):.1f} ms")


def in_order_of_files(order: list[str]) -> Iterator[Next]:
    """Choose the first fact of an order that matters; or the first one, matter or not."""
    yield lambda plan, asked: min((q.fact.name for q in plan.questions), key=order.index)  # noqa: ARG005 - the plan knows
    yield lambda plan, asked: next(n for n in order if n not in asked)  # noqa: ARG005 - it does not matter


def _line(name: str, count: int, averages: list[float]) -> str:
    return f"{name:14} {count:6,}" + "".join(f" {average:8.2f}" for average in averages)


# --- each known value equally likely


def by_files(soonest: Soonest) -> Fraction:
    """Give the questions on average if, of the facts that matter, the first of the files is put."""

    @cache
    def following(state: State) -> Fraction:
        functions, asked = state
        if not functions:
            return Fraction(0)
        looked_at = soonest.left.looked_at(functions)
        open_ = soonest.facts(looked_at) & ~asked
        known = (t for t in bits(looked_at) if soonest.lacks[t] & ~asked == 0)
        token = next(known, None)
        if token is None:
            return 1 + following((functions, asked | (open_ & -open_)))
        after = soonest.after(state, token)
        return sum(map(following, after), Fraction(0)) / len(after)

    return following(soonest.start)


def as_promised(book: nic_rules.RuleBook) -> None:
    """Print the same from nothing known, if each known value is equally likely."""
    print(f"\n{'':14} {'planned':>8} {'matter':>8}   if each value is equally likely")
    edition = book.edition(DAY)
    for table in edition.tables:
        soonest = Planner(edition, edition.decide(table, {})).soonest
        assert soonest.is_exact
        average = soonest.average() / soonest.ways
        print(f"{table:14} {average:8.2f} {float(by_files(soonest)):8.2f}")


# --- near, where not all is tried


def near(soonest: Soonest) -> Fraction:
    """Give the questions on average if always two tokens are looked ahead."""

    @cache
    def following(state: State) -> Fraction:
        if not state[0]:
            return Fraction(0)
        token = soonest.ahead(state)[1]
        after = soonest.after(state, token)
        cost = soonest.cost(soonest.lacks[token] & ~state[1])
        return cost + sum(map(following, after), Fraction(0)) / len(after)

    return following(soonest.start)


def against_trying_all() -> None:
    """Print how much more looking ahead takes than trying all, where all can be tried."""
    print("\nrandom tables   tried all   looking ahead takes more: on average, at worst   worst ms")
    for tokens, facts, rows, tables in RANDOM:
        rng = Random(5)
        more: list[float] = []
        times: list[float] = []
        drawn = [random_small(rng, tokens, facts, rows, tables=tables) for _ in range(100)]
        for one in drawn:
            start = time.perf_counter()
            soonest = one.soonest()
            soonest.order(in_file_order)
            times.append((time.perf_counter() - start) * 1e3)
            if soonest.is_exact:
                fewest = Fraction(soonest.average(), soonest.ways)
                more.append(float(near(one.soonest()) / fewest - 1) if fewest else 0.0)
        print(
            f"{tokens:2} tokens, {facts:2} facts {len(more):4} of {len(drawn)}"
            f" {statistics.mean(more):22.1%} {max(more):12.1%} {max(times):20.0f}",
            flush=True,
        )


def main() -> None:
    """Print all of it."""
    book = nic_rules.load("nic")
    over_the_years(book)
    as_promised(book)
    against_trying_all()


if __name__ == "__main__":
    main()
