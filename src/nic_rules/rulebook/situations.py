"""Whether rows cover all situations, meet, or can be reached: all situations, none listed.

A row is a box: for each column the tokens that it takes. Questions about boxes are answered column
by column, with the set of rows still alive as the state, so that thirty columns cost no more than
a few thousand steps and the number of situations does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

Box = Mapping[str, frozenset[str]]
"""The tokens that fit, by column; a column that is not in it takes any."""

Situation = Mapping[str, str]
"""A token for each column that matters."""

MOST_SITUATIONS = 100_000


@dataclass(frozen=True)
class Space:
    """The columns of a table, each with all its tokens."""

    domains: Mapping[str, Sequence[str]]

    @property
    def size(self) -> int:
        """Count the situations."""
        return prod(len(tokens) for tokens in self.domains.values())

    def uncovered(self, boxes: Sequence[Box], inside: Box | None = None) -> Situation | None:
        """Find a situation (inside a box) that none of the boxes takes; None: there is none."""
        inside = inside or {}
        columns = list(self.domains)
        last = {i: _last(columns, box) for i, box in enumerate(boxes)}
        covered: set[tuple[int, frozenset[int]]] = set()

        def search(column: int, alive: frozenset[int]) -> dict[str, str] | None:
            if any(last[index] < column for index in alive):
                return None  # some row takes whatever comes
            if not alive:
                return {name: self._first(name, inside) for name in columns[column:]}
            if (column, alive) in covered:
                return None
            name = columns[column]
            for token in self.domains[name]:
                if name in inside and token not in inside[name]:
                    continue
                left = frozenset(i for i in alive if token in boxes[i].get(name, (token,)))
                found = search(column + 1, left)
                if found is not None:
                    return {name: token, **found}
            covered.add((column, alive))
            return None

        return search(0, frozenset(range(len(boxes))))

    def _first(self, name: str, inside: Box) -> str:
        return next(t for t in self.domains[name] if name not in inside or t in inside[name])

    def shared(self, one: Box, other: Box) -> Situation | None:
        """Find a situation that two boxes both take; columns that neither limits are left out."""
        situation = {}
        for name, tokens in self.domains.items():
            if name not in one and name not in other:
                continue
            both = [t for t in tokens if t in one.get(name, (t,)) and t in other.get(name, (t,))]
            if not both:
                return None
            situation[name] = both[0]
        return situation

    def asks_in_vain(
        self, boxes: Sequence[Box], outcomes: Sequence[str]
    ) -> tuple[Situation, str, str] | None:
        """Find a situation with unknowns whose every answer leads to one outcome, but another.

        Gives the situation, its outcome, and the one that every answer leads to.
        """
        columns = list(self.domains)
        takes = [
            {
                token: sum(
                    1 << i for i, box in enumerate(boxes) if token in box.get(name, (token,))
                )
                for token in tokens
            }
            for name, tokens in self.domains.items()
        ]
        # rows that take whatever the columns from one on hold
        settled = [
            _rows(_last(columns, box) < column for box in boxes)
            for column in range(len(columns) + 1)
        ]
        seen: set[tuple[int, bool, int, frozenset[int]]] = set()

        def narrowed(alive: int, column: int, token: str) -> int:
            """Give the rows still alive, without those that come after one that fits anyway."""
            alive &= takes[column][token]
            fits = alive & settled[column + 1]
            return alive & ((fits & -fits) * 2 - 1) if fits else alive

        def outcome(alive: int) -> str | None:
            return outcomes[(alive & -alive).bit_length() - 1] if alive else None

        def search(
            column: int, asked: bool, alive: int, answers: frozenset[int]
        ) -> tuple[dict[str, str], str, str] | None:
            if column == len(columns):
                ends = {outcome(answer) for answer in answers}
                mine = outcome(alive)
                if asked and len(ends) == 1 and mine not in ends:
                    return {}, str(mine), str(ends.pop())
                return None
            state = (column, asked, alive, answers)
            if state in seen:
                return None
            seen.add(state)
            name = columns[column]
            known = [token for token in self.domains[name] if token != "unknown"]
            for token in self.domains[name]:
                told = known if token == "unknown" else [token]
                found = search(
                    column + 1,
                    asked or token == "unknown",
                    narrowed(alive, column, token),
                    frozenset(narrowed(answer, column, t) for answer in answers for t in told),
                )
                if found is not None:
                    return {name: token, **found[0]}, found[1], found[2]
            return None

        everything = (1 << len(boxes)) - 1
        return search(0, False, everything, frozenset({everything}))


def spelled(situation: Situation) -> str:
    """Spell a situation out, as the rows would have to be written."""
    return ", ".join(f"{name}: {token}" for name, token in situation.items()) or "whatever comes"


def _rows(which: Iterable[bool]) -> int:
    """Give a set of rows as bits, the first row's the lowest."""
    return sum(1 << index for index, is_one in enumerate(which) if is_one)


def _last(columns: list[str], box: Box) -> int:
    return max((columns.index(name) for name in box if name in columns), default=-1)
