"""Which changes moved an outcome: the smallest sets of them that, taken back, restore it.

docs/decisions/0010-what-moved-an-outcome.md says what that means, and what else it could mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, combinations
from typing import NamedTuple

from nic_rules.canonical import Json
from nic_rules.decision import Names
from nic_rules.engine.book import facts_below
from nic_rules.engine.edition import Edition
from nic_rules.language.definitions import Value
from nic_rules.language.packed import pack

AS_OF, RULES_ON = "as_of", "rules_on"
"""The changes that are none of facts; no fact can be called so."""

MOST_TRIED = 20_000
"""Sets of changes that are tried, at most."""


class Situation(NamedTuple):
    """All that an outcome follows from: facts, None where unknown, their day, and the rules."""

    values: Mapping[str, Value | None]
    as_of: date
    edition: Edition


@dataclass(frozen=True)
class Moved:
    """What moved an outcome.

    `sets`: each smallest set of changes that, taken back, gives the earlier outcome again: names
    of facts in order, then `as_of` and `rules_on`. `tried`: how many sets were tried.
    `is_complete`: whether those are all, or there were more to try than we do.
    """

    sets: tuple[Names, ...]
    tried: int
    is_complete: bool

    def as_data(self) -> dict[str, Json]:
        """Give it as JSON has it."""
        sets: list[Json] = [[*names] for names in self.sets]
        return {"sets": sets, "tried": self.tried, "complete": self.is_complete}


def moved(table: str, before: Situation, after: Situation, most_tried: int = MOST_TRIED) -> Moved:
    """Find what moved the outcome of a table from one situation to another."""
    wanted = outcome_in(table, before)
    found: list[Names] = []
    tried = 0
    for taken_back in _sets(_changes(table, before, after)):
        if found and len(taken_back) > len(found[0]):
            break
        if tried == most_tried:
            return Moved(tuple(found), tried, is_complete=False)
        tried += 1
        if outcome_in(table, _mixed(before, after, frozenset(taken_back))) == wanted:
            found.append(Names(taken_back))
    return Moved(tuple(found), tried, is_complete=True)


def _sets(changes: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give all sets of changes, smaller ones first, those of one size in order."""
    return chain.from_iterable(combinations(changes, size) for size in range(1, len(changes) + 1))


def _changes(table: str, before: Situation, after: Situation) -> list[str]:
    """Give the changes that can matter: no outcome rests on a fact that nothing uses."""
    used = _used(table, before.edition) | _used(table, after.edition)
    changes = [n for n in sorted(used) if before.values.get(n) != after.values.get(n)]
    if before.as_of != after.as_of:
        changes.append(AS_OF)
    if before.edition.reference.logic != after.edition.reference.logic:
        changes.append(RULES_ON)
    return changes


def _used(table: str, edition: Edition) -> frozenset[str]:
    """Give the facts that a table or a constraint rests on."""
    of_constraints = edition.compiled.facts_of_constraints.values()
    return frozenset(facts_below(edition.rules, table)).union(*of_constraints)


def _mixed(before: Situation, after: Situation, taken_back: frozenset[str]) -> Situation:
    """Give the later situation with some changes taken back."""
    facts = {n: before.values.get(n) for n in taken_back - {AS_OF, RULES_ON}}
    return Situation(
        {**after.values, **facts},
        before.as_of if AS_OF in taken_back else after.as_of,
        before.edition if RULES_ON in taken_back else after.edition,
    )


def outcome_in(table: str, situation: Situation) -> str | Names | None:
    """Decide; None where the facts contradict each other, which is no case."""
    running = situation.edition.running(table)
    tokens = running.find_tokens(pack(situation.as_of), **situation.values)
    return None if tokens is None else running.answer(tokens).outcome
