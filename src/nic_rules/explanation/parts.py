"""The parts of a trace that stand under names, each told once for all cases that agree in it."""

from __future__ import annotations

from collections.abc import Iterable

from nic_rules.decision import Decision
from nic_rules.explanation.keys import Key, Keys
from nic_rules.explanation.known import Known, Make, Makers
from nic_rules.explanation.memory import Memory
from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import FoundNode, Leaf


class Case:
    """The facts of one decision, and what has been told of names so far."""

    def __init__(self, parts: Parts, decision: Decision) -> None:
        self._parts = parts
        self.known: dict[str, Known] = {}
        self.as_of = decision.as_of
        rest = decision.rest
        self.given, self.evidence = rest.facts, rest.evidence
        self.slots = parts.keys.slots(self.as_of, self.given, self.evidence, decision.was_decided)

    def part(self, name: str) -> Known:
        """Give what is known of a name."""
        known = self.known.get(name)
        if known is None:
            known = self.known[name] = self._parts.known(name, self)
        return known

    def walk(self, order: Iterable[tuple[str, Key]]) -> list[Known]:
        """Give what is known of names in order, used ones before those that use them."""
        slots, kept, known = self.slots, self._parts.memory.recent.get, self._parts.known
        return [kept(key(slots)) or known(name, self) for name, key in order]

    def below(self, names: Iterable[str]) -> tuple[FoundNode | Leaf, ...]:
        """Give what stands under some names."""
        return tuple([self.part(name).part for name in names])


class Parts:
    """Lays out what names stand for in an edition, told in one language, and remembers it."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.keys = Keys(telling)
        self._makers = Makers(telling)
        self._make: dict[str, Make] = {}
        self._facts = telling.rules.facts
        self.memory: Memory[Known] = Memory(8_192)
        self._values: Memory[Known] = Memory(4_096)

    def known(self, name: str, case: Case) -> Known:
        """Give what is known of a name, out of memory if it can be."""
        key = self.keys.of[name](case.slots)
        memory = self._values if name in self._facts else self.memory
        known = memory.get(key)
        if known is None:
            make = self._make.get(name)
            if make is None:
                make = self._make[name] = self._makers.of(name)
            known = case.known[name] = make(case)
            memory.keep(key, known)
        return known

    def order(self, names: Iterable[str]) -> tuple[tuple[str, Key], ...]:
        """Give names with their keys."""
        return tuple([(name, self.keys.of[name]) for name in dict.fromkeys(names)])
