"""What is left of a table while its unknown tokens become known, one after the other.

A table is one or several functions of its tokens (`engine/needs.py`). Each token that becomes
known leaves smaller ones; when all are constant the outcome stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nic_rules.engine.needs import Diagram, Needs, Outcome

UNKNOWN = "unknown"

Functions = tuple[int, ...]
"""INVARIANT left: sorted, each once, none of them constant; empty where the outcome stands."""


def functions_left(needs: Needs, known: Mapping[str, str]) -> tuple[Diagram, tuple[int, ...]]:
    """Give what is left of a table once some tokens are known: functions of the others.

    They stand on a diagram of their own, so that whoever works on with it adds nothing to the one
    that all cases share.
    """
    source = needs.diagram
    fixed = {
        source.index[name]: source.domains[source.index[name]].index(token)
        for name, token in known.items()
    }
    left = Diagram({n: source.domains[at] for n, at in source.index.items() if at not in fixed})
    memory: dict[int, int] = {}

    def copied(n: int) -> int:
        if n not in memory:
            level = source.level[n]
            if n in source.ends:
                memory[n] = left.end(source.ends[n])
            elif level in fixed:
                memory[n] = copied(source.branches[n][fixed[level]])
            else:
                branches = tuple(copied(branch) for branch in source.branches[n])
                memory[n] = left.node(left.index[source.variables[level]], branches)
        return memory[n]

    return left, tuple(copied(function) for function in needs.functions)


class Left:
    """Functions on one diagram, and what is left of them when a token becomes known.

    A token is called by its number among the diagram's variables; several are a mask of bits.
    """

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self.known = [
            [at for at, value in enumerate(values) if value != UNKNOWN]
            for values in diagram.domains
        ]
        """The known values of each token, by their numbers."""
        self._restricted: dict[tuple[int, int, int], int] = {}
        self._looked_at: dict[int, int] = {}
        self._left: dict[tuple[Functions, int], list[Functions]] = {}
        self._needed: dict[int, int] = {}
        self._meeting: dict[tuple[int, ...], bool] = {}

    def of(self, functions: Iterable[int]) -> Functions:
        """Take functions of the diagram; which outcomes they tell apart counts, not their names."""
        return self._normal(self._diagram.mapped(one, _Numbers()) for one in functions)

    def _normal(self, functions: Iterable[int]) -> Functions:
        return tuple(sorted({one for one in functions if one not in self._diagram.ends}))

    def looked_at(self, functions: Functions) -> int:
        """Give the tokens that count: those that some function depends on."""
        looked_at = 0
        for one in functions:
            looked_at |= self._by_one(one)
        return looked_at

    def _by_one(self, function: int) -> int:
        found = self._looked_at.get(function)
        if found is None:
            found = 0
            if function not in self._diagram.ends:
                found = 1 << self._diagram.level[function]
                for branch in self._diagram.branches[function]:
                    found |= self._by_one(branch)
            self._looked_at[function] = found
        return found

    def after(self, functions: Functions, token: int) -> list[Functions]:
        """Give what is left for each known value of a token."""
        key = (functions, token)
        left = self._left.get(key)
        if left is None:
            left = self._left[key] = [
                self._normal(self._restrict(one, token, value) for one in functions)
                for value in self.known[token]
            ]
        return left

    def _restrict(self, function: int, token: int, value: int) -> int:
        diagram = self._diagram
        place = diagram.level[function]
        if place == token:
            return diagram.branches[function][value]
        if not self._by_one(function) >> token & 1:
            return function
        key = (function, token, value)
        found = self._restricted.get(key)
        if found is None:
            branches = [self._restrict(b, token, value) for b in diagram.branches[function]]
            found = self._restricted[key] = diagram.node(place, tuple(branches))
        return found

    def needed(self, functions: Functions) -> int:
        """Give tokens without which the outcome never stands, whatever the others turn out to be.

        They have to be settled in any order of asking, so nothing is lost by settling them first.
        """
        needed = 0
        for one in functions:
            needed |= self._needed_by(one)
        return needed

    def _needed_by(self, function: int) -> int:
        if function in self._diagram.ends:
            return 0
        found = self._needed.get(function)
        if found is None:
            token = self._diagram.level[function]
            branches = self._diagram.branches[function]
            found = self._needed_by(branches[self.known[token][0]])
            for value in self.known[token][1:]:
                found &= self._needed_by(branches[value])
            if not self._can_meet(branches):
                found |= 1 << token
            self._needed[function] = found
        return found

    def _can_meet(self, functions: tuple[int, ...]) -> bool:
        """Tell whether some known values of the other tokens make all of some functions equal."""
        functions = tuple(sorted(set(functions)))
        if len(functions) == 1:
            return True
        found = self._meeting.get(functions)
        if found is None:
            diagram = self._diagram
            first = min(diagram.level[one] for one in functions)
            found = False
            if first < len(diagram.variables):
                for value in self.known[first]:
                    sides = [
                        diagram.branches[one][value] if diagram.level[one] == first else one
                        for one in functions
                    ]
                    found = found or self._can_meet(tuple(sides))
            self._meeting[functions] = found
        return found

    def first(self, function: int) -> tuple[int, list[int]] | None:
        """Give the token that a function asks for first, and what is left for each known value.

        None where it asks for nothing more.
        """
        if function in self._diagram.ends:
            return None
        token, branches = self._diagram.level[function], self._diagram.branches[function]
        return token, [branches[value] for value in self.known[token]]


class _Numbers(dict[Outcome, str]):
    """Numbers outcomes in the order in which they come."""

    def __call__(self, outcome: Outcome) -> Outcome:
        return self.setdefault(outcome, str(len(self)))
