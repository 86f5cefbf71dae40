"""Small tables whose tokens lack facts, and the best way of asking by trying every way there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random
from typing import NamedTuple

from nic_rules.engine.needs import Needs, TableLogic
from nic_rules.explanation.left import functions_left
from nic_rules.explanation.soonest import Soonest
from tests.engine.test_needs import counting_by_trying

FINDINGS = ("met", "not_met", "unknown")
VALUES = ("one", "two", "three", "unknown")


class Small(NamedTuple):
    """A table, those below it, its tokens, and the numbers of the facts that each token lacks."""

    table: TableLogic
    below: Mapping[str, TableLogic]
    domains: Mapping[str, tuple[str, ...]]
    lacks: Mapping[str, frozenset[int]]

    def soonest(
        self,
        known: Mapping[str, str] | None = None,
        asked: frozenset[int] = frozenset(),
        late: int = 0,
        most_states: int = 3_000,
    ) -> Soonest:
        """Give what finds the order once some tokens are known and some facts asked for."""
        diagram, functions = functions_left(
            Needs(self.table, self.below, self.domains), known or {}
        )
        lacks = [sum(1 << fact for fact in self.lacks[n] - asked) for n in diagram.variables]
        return Soonest(diagram, functions, lacks, late, most_states)

    def counting(self, known: Mapping[str, str]) -> frozenset[str]:
        """Give the tokens that count, by trying everything."""
        tables = {self.table.name: self.table, **self.below}
        return counting_by_trying(self.table.name, tables, self.domains, known)

    def becoming_known(
        self, known: Mapping[str, str], asked: frozenset[int]
    ) -> Iterator[dict[str, str]]:
        """Give all that the tokens may turn out to be which lack nothing any more."""
        names = [n for n in self.domains if n not in known and self.lacks[n] <= asked]
        for found in product(*([t for t in self.domains[n] if t != "unknown"] for n in names)):
            yield {**known, **dict(zip(names, found, strict=True))}


def fewest_by_trying(small: Small) -> Fraction:
    """Give the fewest questions on average: each fact is tried as the next, after each answer."""

    @cache
    def fewest(known: tuple[tuple[str, str], ...], asked: frozenset[int]) -> Fraction:
        counting = small.counting(dict(known))
        if not counting:
            return Fraction(0)
        facts = frozenset[int]().union(*small.lacks.values()) - asked
        return min(1 + after(known, asked | {fact}) for fact in facts)

    def after(known: tuple[tuple[str, str], ...], asked: frozenset[int]) -> Fraction:
        ways = list(small.becoming_known(dict(known), asked))
        total = sum((fewest(tuple(sorted(way.items())), asked) for way in ways), Fraction(0))
        return total / len(ways)

    return fewest((), frozenset())


def by_following(small: Small, most_states: int = 3_000) -> Fraction:
    """Give the questions on average if the first one of the order is put, after each answer."""

    @cache
    def following(known: tuple[tuple[str, str], ...], asked: frozenset[int]) -> Fraction:
        soonest = small.soonest(dict(known), asked, most_states=most_states)
        order = soonest.order(in_file_order)
        assert bool(order) == bool(small.counting(dict(known)))
        if not order:
            return Fraction(0)
        assert asked.isdisjoint(order)
        asked |= {order[0]}
        ways = list(small.becoming_known(dict(known), asked))
        total = sum((following(tuple(sorted(way.items())), asked) for way in ways), Fraction(0))
        return 1 + total / len(ways)

    return following((), frozenset())


def in_file_order(token: int, facts: int) -> list[int]:  # noqa: ARG001 - no token is special
    """Order the facts of a token by their numbers."""
    return [fact for fact in range(facts.bit_length()) if facts >> fact & 1]


def random_small(
    rng: Random, tokens: int, facts: int, rows: int, cells: int = 3, *, tables: int = 1
) -> Small:
    """Draw a table, the last of several that look at each other; only that may collect."""
    domains = {
        f"t{i}": VALUES if rng.random() < 0.2 else FINDINGS for i in range(tokens)
    }  # fmt: skip
    seen: dict[str, tuple[str, ...]] = dict(domains)
    drawn: dict[str, TableLogic] = {}
    for number in range(tables):
        outcomes = ("a", "b", "c", "d")[: rng.randint(2, 4)]
        collects = number == tables - 1 and rng.random() < 0.3
        lines = [_row(rng, seen, cells, outcomes) for _ in range(rng.randint(1, rows))]
        name = f"table{number}"
        drawn[name] = TableLogic(name, collects, (*lines, ({}, outcomes[0])))
        seen[name] = outcomes
    lacks = {
        name: frozenset(rng.sample(range(facts), min(facts, rng.choice((1, 1, 1, 2, 3)))))
        for name in domains
    }
    top = drawn.pop(f"table{tables - 1}")
    return Small(top, drawn, domains, lacks)


def _row(
    rng: Random, seen: Mapping[str, tuple[str, ...]], cells: int, outcomes: tuple[str, ...]
) -> tuple[Mapping[str, frozenset[str]], str]:
    names = rng.sample(list(seen), min(len(seen), rng.randint(1, cells)))
    when = {
        name: frozenset(rng.sample(seen[name], rng.randint(1, len(seen[name]) - 1)))
        for name in names
    }
    return when, rng.choice(outcomes)
