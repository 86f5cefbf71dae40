"""The rules of one interval, compiled: what all its editions share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from nic_rules.decision import EditionRef
from nic_rules.engine.finder import PackedDays, Tokens
from nic_rules.engine.kept import Kept
from nic_rules.engine.tables import Answer, RunningTable, derived_in_order
from nic_rules.engine.written import WrittenValues
from nic_rules.language.definitions import Criterion, Definitions, Parameter
from nic_rules.language.types import Day
from nic_rules.rulebook.book import Fact, Rules, used_names


class Compiled:
    """What editions of one interval share."""

    def __init__(
        self,
        rules: Rules,
        known: EditionRef | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.rules = rules
        self._known = known
        self.beside: dict[str, Any] = {}
        """What rooms above keep with these rules, that is the same for all cases."""
        book = rules.book
        self.definitions = Definitions(
            {
                name: Parameter(book.parameters[name].by, values)
                for name, values in rules.parameters.items()
            },
            {name: derived.value for name, derived in rules.derived.items()},
            {
                name: Criterion(criterion.met_when, criterion.applies_when)
                for name, criterion in rules.criteria.items()
            },
        )
        uses = {
            name: [other for other in table.columns if other in rules.tables]
            for name, table in rules.tables.items()
        }
        self.tables: dict[str, RunningTable] = {}
        for name in TopologicalSorter(uses).static_order():
            table = rules.tables[name]
            self.tables[name] = RunningTable(rules, table, self.tables, kept or Kept())
        self.packed = PackedDays()
        self.ready = ReadyTables(rules, self.tables, self.packed)

    def __reduce__(self) -> tuple[type, tuple[Rules, EditionRef]]:
        # without what is kept: it is for this Python, and the pickle may be read by another
        return type(self), (self.rules, self.reference)

    @cached_property
    def reference(self) -> EditionRef:
        """What a decision tells of the edition."""
        if self._known is not None:
            return self._known
        from nic_rules.engine.digests import reference  # not where they were kept

        return reference(self.rules)

    @cached_property
    def written(self) -> WrittenValues:
        """What reads days and decimals that are given as texts."""
        return WrittenValues(self.written_otherwise)

    @cached_property
    def written_otherwise(self) -> dict[str, Fact]:
        """The facts whose values a record does not have as they are: dates, and decimals."""
        facts = self.rules.facts.values()
        return {f.name: f for f in facts if f.is_decimal or isinstance(f.type, Day)}

    @cached_property
    def derived_in_order(self) -> tuple[str, ...]:
        """Derived facts, used ones before those that use them."""
        return derived_in_order(self.rules)

    @cached_property
    def facts_of_constraints(self) -> dict[str, frozenset[str]]:
        """The facts that each constraint rests on, through derived facts."""
        facts: dict[str, frozenset[str]] = {}
        for name in self.derived_in_order:
            facts[name] = self._facts(used_names(self.rules.derived[name]), facts)
        return {
            name: self._facts(used_names(constraint), facts)
            for name, constraint in self.rules.constraints.items()
        }

    def _facts(self, names: Iterable[str], derived: Mapping[str, frozenset[str]]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for name in names:
            found |= derived.get(name, {name} if name in self.rules.facts else frozenset())
        return found


Ready = tuple[
    RunningTable,
    Callable[..., Tokens | None],
    Callable[[Tokens], Answer | None],
    Callable[[date], int | None],
    dict[str, str],
    dict[str, None],
]
"""A table; what finds its tokens; what remembers its answers, and days packed; then the facts'
names as Python keeps those that stand in a program, each by itself, and a case of which nothing is
known."""


class ReadyTables(dict[str, Ready]):
    """What one decision asks of a table, by name: of an instance, Python finds it more slowly."""

    def __init__(
        self, rules: Rules, tables: Mapping[str, RunningTable], packed: PackedDays
    ) -> None:
        super().__init__()
        self._tables, self._packed = tables, packed.get
        self._names = {name: name for name in map(sys.intern, rules.facts)}
        self._blank = dict.fromkeys(self._names)

    def __missing__(self, name: str) -> Ready:
        table = self._tables[name]
        ready = (
            table, table.find_tokens, table.answers.get, self._packed, self._names, self._blank,
        )  # fmt: skip
        self[name] = ready
        return ready
