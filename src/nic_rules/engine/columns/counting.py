"""Which unknown tokens count, for many situations at once.

The decision diagram of `needs.py` is gone through from its ends, as it is for one case: with the
known tokens put in, each node is the function of one of its branches, or a function of its own that
asks for its token. Functions have numbers: those that are left of one situation have one number
exactly if they are equal. What is left of different situations is never compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

import polars as pl

from nic_rules.engine.columns.lacking import WORD, words_of
from nic_rules.engine.columns.lookup import Kind, repeated, same
from nic_rules.engine.needs import Needs

STUCK = "stuck"
"""The state of a token that stays unknown whatever is told: after all tokens of its domain."""


class _Left(NamedTuple):
    """What is left of a node in each situation: a function's number, and masks of its tokens."""

    function: pl.Series
    asks: tuple[pl.Series, ...]


class _Asking(NamedTuple):
    """A node that asks for its token in some situations, with its functions and its branches'."""

    where: pl.Series
    functions: list[pl.Series]
    function: pl.Series


class Counting:
    """Tells which tokens count in some situations, given by the places of tokens in domains."""

    def __init__(self, needs: Needs, states: pl.DataFrame, height: int) -> None:
        self._diagram, self._height = needs.diagram, height
        self._functions = needs.functions
        self._words = words_of(len(self._diagram.variables))
        self._states = states
        self._next = len(self._diagram.level)
        # small numbers are worked out in less time; a level adds no more than it has nodes
        self._numbers: Kind = pl.UInt16 if 2 * self._next < 1 << 16 else pl.UInt32
        self._masks: Kind = pl.UInt32 if len(self._diagram.variables) <= 32 else pl.Int64
        self._left: dict[int, _Left] = {}
        self._uses = Counter(self._functions)

    def masks(self) -> list[pl.Series]:
        """Give the masks of the tokens that count, in words: a bit a variable of the diagram."""
        nothing = repeated(0, self._height, self._masks)
        for level, nodes in self._levels():
            for node in nodes:
                if level == len(self._diagram.variables):
                    number = repeated(node, self._height, self._numbers)
                    self._left[node] = _Left(number, (nothing,) * len(self._words))
            if level < len(self._diagram.variables):
                self._go_through(level, nodes)
        roots = [self._left[function] for function in self._functions]
        return [reduce(or_, (root.asks[word] for root in roots), nothing) for word in self._words]

    def _levels(self) -> list[tuple[int, list[int]]]:
        """Give all nodes below the functions by their level, the ends first."""
        found: set[int] = set()
        open_ = list(self._functions)
        while open_:
            node = open_.pop()
            if node not in found:
                found.add(node)
                open_ += self._diagram.branches[node]
                self._uses.update(self._diagram.branches[node])
        levels: dict[int, list[int]] = {}
        for node in sorted(found):
            levels.setdefault(self._diagram.level[node], []).append(node)
        return sorted(levels.items(), reverse=True)

    def _go_through(self, level: int, nodes: Sequence[int]) -> None:
        """Work out what is left of the nodes of one level."""
        domain = self._diagram.domains[level]
        state = self._states[self._diagram.variables[level]]
        unknown = domain.index("unknown")
        is_free = state == unknown
        fixed = [state == at for at in range(len(domain))]
        fixed[unknown] = state == len(domain)  # what is stuck is unknown, for good
        asking: list[_Asking] = []
        for node in nodes:
            branches = [self._left[branch] for branch in self._diagram.branches[node]]
            functions = [branch.function for branch in branches]
            differs = is_free & _differ(functions)
            left = self._chosen(level, branches, fixed, differs)
            if differs.any():
                function = self._number(_Asking(differs, functions, left.function), asking)
                left = left._replace(function=function)
                asking.append(_Asking(differs, functions, function))
            self._left[node] = left
        for branch in (branch for node in nodes for branch in self._diagram.branches[node]):
            self._uses[branch] -= 1
            if not self._uses[branch]:
                del self._left[branch]  # else every node would stay in memory

    def _number(self, new: _Asking, asking: Sequence[_Asking]) -> pl.Series:
        """Number a node's functions: as those before of the same level that are equal, or anew."""
        function = same(self._next, self._numbers).zip_with(new.where, new.function)
        self._next += 1
        for other in asking:
            alike = new.where & other.where
            for mine, its in zip(new.functions, other.functions, strict=True):
                if mine is not its:
                    alike &= mine == its
            if alike.any():
                function = other.function.zip_with(alike, function)
        return function

    def _chosen(
        self, level: int, branches: Sequence[_Left], fixed: Sequence[pl.Series], asks: pl.Series
    ) -> _Left:
        """Take the branch of the token, the first where all are alike; add the token if it asks."""
        first = branches[0]
        function, masks = first.function, list(first.asks)
        for branch, takes in zip(branches[1:], fixed[1:], strict=True):
            if branch is not first:
                function = branch.function.zip_with(takes, function)
                masks = [b.zip_with(takes, m) for b, m in zip(branch.asks, masks, strict=True)]
        if not asks.any():
            return _Left(function, tuple(masks))
        for word in self._words:
            every = reduce(or_, (branch.asks[word] for branch in branches))
            if level // WORD == word:
                every |= same(1 << level % WORD, self._masks)
            masks[word] = every.zip_with(asks, masks[word])
        return _Left(function, tuple(masks))


def _differ(functions: Sequence[pl.Series]) -> pl.Series:
    """Tell where not all functions are one."""
    first = functions[0]
    return reduce(or_, (first != other for other in functions[1:] if other is not first))
