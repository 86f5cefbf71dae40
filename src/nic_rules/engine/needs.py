"""Which unknown tokens still count: two of a token's values lead to different outcomes.

A table and those below it are one function from their tokens to an outcome. It is built once, as
a decision diagram: what a token does not change is no node of it. With a case's known tokens put
in, a token counts exactly if the diagram that is left asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from nic_rules.rulebook.book import Table

Outcome = str | tuple[str, ...] | bool | None


class TableLogic(NamedTuple):
    """A table as far as its outcome goes: rows in order, each with its cells and outcome."""

    name: str
    collects: bool
    rows: tuple[tuple[Mapping[str, frozenset[str]], str], ...]


def logic_of(table: Table) -> TableLogic:
    """Give a table as far as its outcome goes."""
    rows = tuple(
        ({name: frozenset(tokens) for name, tokens in row.when.items()}, row.written.then)
        for row in table.rows
    )
    return TableLogic(table.name, table.collects, rows)


class Diagram:
    """Functions of tokens, each as one node: equal functions are the same node.

    INVARIANT reduced: no node has all its branches alike, and no two nodes are alike; so a
    function depends on a variable exactly if the variable stands in its diagram.
    """

    def __init__(self, domains: Mapping[str, Sequence[str]]) -> None:
        self.variables = list(domains)
        self.domains = [list(tokens) for tokens in domains.values()]
        self.index = {name: position for position, name in enumerate(domains)}
        self._places = [{token: at for at, token in enumerate(one)} for one in self.domains]
        self.level: list[int] = []
        self.branches: list[tuple[int, ...]] = []
        self.ends: dict[int, Outcome] = {}
        self._end_of: dict[Outcome, int] = {}
        self._node_of: dict[tuple[int, tuple[int, ...]], int] = {}
        self.false, self.true = self.end(False), self.end(True)

    def end(self, outcome: Outcome) -> int:
        """Give the constant function."""
        node = self._end_of.get(outcome)
        if node is None:
            node = self._end_of[outcome] = self._add(len(self.variables), ())
            self.ends[node] = outcome
        return node

    def _add(self, level: int, branches: tuple[int, ...]) -> int:
        self.level.append(level)
        self.branches.append(branches)
        return len(self.level) - 1

    def node(self, level: int, branches: tuple[int, ...]) -> int:
        """Give the function that asks for a variable first."""
        if branches.count(branches[0]) == len(branches):
            return branches[0]
        key = (level, branches)
        node = self._node_of.get(key)
        if node is None:
            node = self._node_of[key] = self._add(level, branches)
        return node

    def cell(self, name: str, tokens: Iterable[str]) -> int:
        """Give the truth of a token being one of some."""
        level, taken = self.index[name], set(tokens)
        branches = (self.true if t in taken else self.false for t in self.domains[level])
        return self.node(level, tuple(branches))

    def choose(self, condition: int, then: int, other: int) -> int:
        """Give `then` where a condition is true, and `other` where it is false."""
        memory: dict[tuple[int, int, int], int] = {}

        def chosen(f: int, g: int, h: int) -> int:
            if f == self.true or g == h:
                return g
            if f == self.false:
                return h
            key = (f, g, h)
            known = memory.get(key)
            if known is None:
                level = min(self.level[f], self.level[g], self.level[h])
                sides = [
                    self.branches[n] if self.level[n] == level else (n,) * len(self.domains[level])
                    for n in key
                ]
                known = self.node(level, tuple(chosen(*side) for side in zip(*sides, strict=True)))
                memory[key] = known
            return known

        return chosen(condition, then, other)

    def mapped(self, node: int, change: Callable[[Outcome], Outcome]) -> int:
        """Give a function with each of its outcomes changed."""
        memory: dict[int, int] = {}

        def changed(n: int) -> int:
            if n not in memory:
                if n in self.ends:
                    memory[n] = self.end(change(self.ends[n]))
                else:
                    branches = tuple(changed(branch) for branch in self.branches[n])
                    memory[n] = self.node(self.level[n], branches)
            return memory[n]

        return changed(node)

    def asked_for(self, node: int, known: Mapping[str, str]) -> frozenset[str]:
        """Give the variables that a function depends on once some tokens are known."""
        fixed: list[int | None] = [None] * (len(self.variables) + 1)  # ends ask for nothing
        for name, token in known.items():
            level = self.index[name]
            fixed[level] = self._places[level][token]
        asked = self._left(node, fixed)
        return frozenset([name for level, name in enumerate(self.variables) if asked >> level & 1])

    def _left(self, node: int, fixed: Sequence[int | None]) -> int:
        """Give a mask of the levels that are asked for with some tokens put in."""
        levels, branches = self.level, self.branches
        numbers: dict[int, int] = {}
        alike: dict[tuple[int, tuple[int, ...]], int] = {}
        asked: dict[int, int] = {}

        def left(n: int) -> int:
            """Give a number of the function left of a node: the same for equal functions."""
            while (branch := fixed[levels[n]]) is not None:
                n = branches[n][branch]
            number = numbers.get(n)
            if number is not None:
                return number
            number = n
            if branches[n]:
                below = tuple([left(branch) for branch in branches[n]])
                number = below[0]
                if below.count(number) < len(below):
                    number = alike.setdefault((levels[n], below), len(levels) + len(alike))
                    asked[number] = 1 << levels[n]
                    for one in below:
                        asked[number] |= asked.get(one, 0)
            numbers[n] = number
            return number

        return asked.get(left(node), 0)


class Needs:
    """Tells which tokens count, for one table and those below it."""

    def __init__(
        self,
        table: TableLogic,
        below: Mapping[str, TableLogic],
        domains: Mapping[str, Sequence[str]],
    ) -> None:
        self._table = table
        self.diagram = Diagram(domains)
        self._inner: dict[str, int] = {}
        for name, inner in below.items():  # the lowest first: chains may be long
            self._inner[name] = self._single(inner)
        self.functions = self._build()

    def counting(self, known: Mapping[str, str]) -> frozenset[str]:
        """Give the unknown tokens that count; all but the unknown ones are known."""
        counts = (self.diagram.asked_for(function, known) for function in self.functions)
        return frozenset().union(*counts)

    def _build(self) -> tuple[int, ...]:
        if not self._table.collects:
            return (self._single(self._table),)
        return tuple(self._collected(names) for names in _entangled(self._table))

    def _single(self, table: TableLogic) -> int:
        function = self.diagram.end(None)
        for cells, outcome in reversed(table.rows):
            condition = self._fits(cells)
            function = self.diagram.choose(condition, self.diagram.end(outcome), function)
        return function

    def _collected(self, names: tuple[str, ...]) -> int:
        """Give which of some outcomes are collected, and in what order."""
        function = self.diagram.end(())
        for cells, outcome in reversed(self._table.rows):
            if outcome in names:
                more = self.diagram.mapped(function, _first(outcome))
                function = self.diagram.choose(self._fits(cells), more, function)
        return function

    def _fits(self, cells: Mapping[str, frozenset[str]]) -> int:
        condition = self.diagram.true
        # the last variable first: each step then puts one node above what is there
        for name in sorted(cells, key=lambda n: self.diagram.index.get(n, -1), reverse=True):
            cell = self._cell(name, cells[name])
            condition = self.diagram.choose(cell, condition, self.diagram.false)
        return condition

    def _cell(self, name: str, tokens: frozenset[str]) -> int:
        if name not in self._inner:
            return self.diagram.cell(name, tokens)
        return self.diagram.mapped(self._inner[name], lambda outcome: outcome in tokens)


def _first(outcome: str) -> Callable[[Outcome], Outcome]:
    def changed(collected: Outcome) -> Outcome:
        assert isinstance(collected, tuple)
        return (outcome, *(name for name in collected if name != outcome))

    return changed


def _entangled(table: TableLogic) -> list[tuple[str, ...]]:
    """Give each outcome, and each pair whose order depends on which of their rows fit.

    What is collected changes exactly if one outcome comes or goes, or two change their order.
    """
    positions: dict[str, list[int]] = {}
    for position, (_, outcome) in enumerate(table.rows):
        positions.setdefault(outcome, []).append(position)
    entangled: list[tuple[str, ...]] = [(name,) for name in positions]
    entangled += [
        (one, other)
        for one, other in combinations(positions, 2)
        if positions[one][0] < positions[other][-1] and positions[other][0] < positions[one][-1]
    ]
    return entangled
