"""What a generated function computes: core expressions by name, and which of them it needs.

All findings are computed each under its own name, so that each can say what it lacks. For tokens
alone, what only one other expression uses is written out there, which is a third faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nic_rules.language.lower import Lowering
from nic_rules.language.operators import INPUT, OPERATORS, Core, given
from nic_rules.rulebook.book import Rules

MOST_NESTED = 12
"""How deep a criterion or derived fact is at most that is written out where it is used."""


@dataclass(frozen=True)
class Plan:
    """What one function computes.

    `used` are the names of all inputs; `derived` and `criteria` have a name of their own, used ones
    first; `written_out` stand for their expressions; `shared` are used more than once.
    """

    used: frozenset[str]
    derived: tuple[str, ...]
    criteria: tuple[str, ...]
    written_out: Mapping[str, Core]
    shared: frozenset[Core]


class Cores:
    """Core expressions of an edition: of derived facts, of criteria, and of constraints."""

    def __init__(self, rules: Rules, derived: Sequence[str], criteria: Sequence[str]) -> None:
        decimals = rules.decimals
        lowering = Lowering(decimals, rules.parameters)
        self.derived: dict[str, Core] = {}
        for name in derived:
            scaled = lowering.value(rules.derived[name].value)
            decimals[name] = scaled.decimals
            self.derived[name] = scaled.core
        self.constraints = {n: lowering.truth(c.holds_when) for n, c in rules.constraints.items()}
        self.criteria: dict[str, Core] = {}
        self.applies: dict[str, Core] = {}
        """When those criteria apply that say so."""
        for name in criteria:
            criterion = rules.criteria[name]
            if criterion.applies_when is None:
                self.criteria[name] = lowering.truth(criterion.met_when)
            else:
                self.criteria[name] = lowering.applied(criterion.applies_when, criterion.met_when)
                self.applies[name] = lowering.truth(criterion.applies_when)
        self._named = {**self.derived, **self.criteria}

    def all_named(self) -> Plan:
        """Plan to compute all findings."""
        cores = [*self._named.values(), *self.constraints.values(), *self.applies.values()]
        used = frozenset(name for core in cores for name in core.inputs)
        return Plan(used, tuple(self.derived), tuple(self.criteria), {}, frozenset())

    def below(self, tokens: Sequence[str]) -> Plan:
        """Plan to compute what some tokens and the constraints rest on."""
        uses = self._uses(tokens)
        written_out: dict[str, Core] = {}
        depths: dict[str, int] = {}

        def depth(core: Core) -> int:
            if core.operator == INPUT:
                return depths.get(str(core.constant), 0)
            return 1 + max(map(depth, core.operands), default=-1)

        for name, core in self._named.items():
            if uses[given(name)] == 1 and name not in tokens and depth(core) <= MOST_NESTED:
                depths[name] = depth(core)
                written_out[name] = core
        shared = (core for core, times in uses.items() if times > 1 and core.operator in OPERATORS)
        needed = [n for n in self._named if uses[given(n)] and n not in written_out]
        return Plan(
            frozenset(str(core.constant) for core in uses if core.operator == INPUT),
            tuple(name for name in needed if name in self.derived),
            tuple(name for name in needed if name in self.criteria),
            written_out,
            frozenset(shared),
        )

    def _uses(self, tokens: Sequence[str]) -> Counter[Core]:
        """Count by how many expressions each one is used that some tokens and constraints need."""
        open_ = [*map(given, tokens), *self.constraints.values()]
        uses = Counter(open_)
        seen: set[Core] = set()
        while open_:
            core = open_.pop()
            if core in seen:
                continue
            seen.add(core)
            below = core.operands
            if core.operator == INPUT and str(core.constant) in self._named:
                below = (self._named[str(core.constant)],)
            uses.update(below)
            open_ += below
        return uses
