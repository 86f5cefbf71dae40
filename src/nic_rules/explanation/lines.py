"""The values of a fact on a line, so that some are nearer to what it is now than others.

Numbers lie on it by their last decimal, dates by days, false before true, and enum values in the
order in which the fact has them. A position is a place on the line. This module imports z3.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import z3

from nic_rules.engine.solver import Lowered, in_core_form
from nic_rules.language.definitions import Value
from nic_rules.language.packed import pack, unpack
from nic_rules.language.types import Choice, Day, Number, Truth
from nic_rules.language.values import as_decimal
from nic_rules.rulebook.book import Fact


class Line:
    """A fact that a case can change: what it may become, and how far from what it is."""

    def __init__(self, lowered: Lowered, name: str, value: Value, on: z3.Context) -> None:
        self.fact = lowered.rules.facts[name]
        self.name = name
        self.position = position_of(self.fact, value)
        self.first, self.last = reach(self.fact, self.position)
        self.free = lowered.free(name, on)
        self._variable = self.free.variable
        self._code = lowered.formulas.code

    @staticmethod
    def can_move(fact: Fact, value: Value) -> bool:
        """Tell whether the case can give the fact any other value."""
        position = position_of(fact, value)
        return reach(fact, position) != (position, position)

    @property
    def moved(self) -> Any:
        """Say that the fact changes."""
        return z3.Not(self.is_at(self.position))

    @property
    def allowed(self) -> Any:
        """Say that the fact is what the case can make it, within its bounds."""
        if isinstance(self.fact.type, Truth):
            return True  # that it can move says that it may be either
        return z3.And(self.free.within, self._between(self.first, self.last))

    def within(self, distance: int) -> Any:
        """Say that the fact has moved no further than a distance."""
        low, high = self.position - distance, self.position + distance
        return self._between(max(low, self.first), min(high, self.last))

    def is_at(self, position: int) -> Any:
        """Say that the fact has the value at a position."""
        if isinstance(self.fact.type, Truth):
            return self._variable if position else z3.Not(self._variable)
        return self._variable == self._core(position)

    def value(self, position: int) -> Value:
        """Give the value at a position."""
        match self.fact.type:
            case Truth():
                return bool(position)
            case Choice(values):
                return values[position]
            case Day():
                return date.fromordinal(position)
            case Number(decimals) if self.fact.is_decimal:
                return as_decimal(position, decimals)
        return position

    def distance(self, model: Any) -> int:
        """Give how far the fact has moved in what the solver has found."""
        found = model.eval(self._variable, model_completion=True)
        if isinstance(self.fact.type, Truth):
            position = int(z3.is_true(found))
        elif isinstance(self.fact.type, Choice):
            position = [*map(self._code, self.fact.type.values)].index(found.as_long())
        elif isinstance(self.fact.type, Day):
            position = unpack(found.as_long()).toordinal()
        else:
            position = found.as_long()
        return abs(position - self.position)

    def _core(self, position: int) -> int:
        """Give the value at a position as formulas have it."""
        value = self.value(position)
        if isinstance(value, str):
            return self._code(value)
        return pack(value) if isinstance(value, date) else position

    def _between(self, first: int, last: int) -> Any:
        if isinstance(self.fact.type, Truth | Choice):
            return z3.Or([self.is_at(position) for position in range(first, last + 1)])
        return z3.And(self._core(first) <= self._variable, self._variable <= self._core(last))


def position_of(fact: Fact, value: Value) -> int:
    """Give the position of a value on the line of its fact."""
    match fact.type, value:
        case Choice(values), str():
            return values.index(value)
        case Day(), date():
            return value.toordinal()
    position = in_core_form(fact, value)
    assert isinstance(position, int)
    return int(position)


def reach(fact: Fact, position: int) -> tuple[int, int]:
    """Give the first and the last position that a case can give the fact, from where it is."""
    match fact.type:
        case Truth():
            first, last = 0, 1
        case Choice(values):
            first, last = 0, len(values) - 1
        case Day(low, high):
            first, last = low.toordinal(), high.toordinal()
        case Number(_, first, last):
            pass
        case _:
            first, last = position, position
    match fact.item.written.changeable:
        case "up":
            return position, last
        case "down":
            return first, position
        case "never":
            return position, position
    return first, last
