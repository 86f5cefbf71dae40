"""What each part of a trace rests on: by that it is kept, and cases that agree in it share it.

INVARIANT whole-key: whatever a part can show of a case, or rest on, is in its key: the facts below
it, those that its texts name, what was told as evidence of them, and the day if any of it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from operator import itemgetter

from nic_rules.decision import FrozenMap
from nic_rules.explanation.telling import Telling
from nic_rules.language.syntax import AsOf, Expression, parts
from nic_rules.rulebook.book import Criterion, Rule, Rules, used_names
from nic_rules.rulebook.texts import named_in

Slots = list[Hashable]
"""A case laid out so that each key is some of it: its day, its facts, then names of parts."""

Key = Callable[[Slots], Hashable]
"""Takes what a part rests on from a case."""

_DAY = "as_of"
"""Stands for the day among what a part uses; no name may be this."""


class Keys:
    """The keys of all that names stand for in an edition, told in one language."""

    def __init__(self, telling: Telling) -> None:
        self._telling, self._rules = telling, telling.rules
        self._facts = tuple(self._rules.facts)
        self._names = (*self._facts, *self._rules.parameters, *_in_order(self._rules))
        below = {_DAY: {0}} | {name: {at} for at, name in enumerate(self._facts, 1)}
        self.of: dict[str, Key] = {}
        for own, name in enumerate(self._names, 1 + len(self._facts)):
            if name not in below:
                below[name] = set[int]().union(*[below[used] for used in self._uses(name)])
            self.of[name] = itemgetter(own, *sorted(below[name]))

    def slots(
        self,
        as_of: date,
        given: FrozenMap[str | bool | int],
        evidence: Mapping[str, Mapping[str, str]],
        is_sure: bool,
    ) -> Slots:
        """Lay out a case; `is_sure`: the facts are of the types that they should be."""
        facts: Slots = [*given.taken(self._facts)]
        if not is_sure:  # to Python, 1 is True
            facts = [(type(value), value) for value in facts]
        if evidence:
            for at, name in enumerate(self._facts):
                if name in evidence:  # in the order told: a trace shows it so
                    facts[at] = facts[at], tuple(evidence[name].items())
        return [as_of, *facts, *self._names]

    def _uses(self, name: str) -> set[str]:
        """Give what a part is told by: the names below it, those of its texts, and the day."""
        if name in self._rules.parameters:
            by = self._rules.book.parameters[name].by
            return set() if by is None else {by}
        item: Rule = self._rules.derived.get(name) or self._rules.criteria[name]
        used = set(used_names(item))
        if isinstance(item, Criterion):
            used.update(*map(named_in, self._telling.said(item).values()))
        if any(map(_asks_for_the_day, item.expressions.values())):
            used.add(_DAY)
        return used


def _in_order(rules: Rules) -> Iterator[str]:
    """Give derived facts and criteria, used ones before those that use them."""
    for items in (rules.derived, rules.criteria):  # texts of criteria may name any derived fact
        uses = {name: [n for n in used_names(i) if n in items] for name, i in items.items()}
        yield from TopologicalSorter(uses).static_order()


def _asks_for_the_day(node: Expression) -> bool:
    return isinstance(node, AsOf) or any(map(_asks_for_the_day, parts(node)))
