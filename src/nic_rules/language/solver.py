"""Core expressions as formulas for z3: the solver's carrier.

What is the same for all cases, or known of the one case asked about, stays a Python value and is
worked out at once; only what is free becomes a formula. This module imports z3, which is an extra:
import it only where a formula is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import z3

from nic_rules.language.operators import CONSTANT, INPUT, OPERATORS, Core, Forms, is_leap_year
from nic_rules.language.packed import A_MONTH, A_YEAR, pack


class Truth(NamedTuple):
    """A truth: it is true, it is false; neither, where it is unknown."""

    true: Any
    false: Any

    @property
    def known(self) -> Any:
        """Say that it is known."""
        return FORMULAS.any_of(self)

    @property
    def value(self) -> Any:
        """Give the truth of a known one."""
        return self.true


class Whole(NamedTuple):
    """A number, a date or an enum value as a whole number, and whether it is known."""

    value: Any
    known: Any


Term = Truth | Whole

UNKNOWN = Truth(False, False)
"""What is unknown whatever the case, of any type."""


class Formulas(Forms):
    """Writes formulas; what it can work out, it does."""

    def __init__(self, codes: Mapping[str, int]) -> None:
        self.codes = codes

    def all_of(self, truths: Iterable[Any]) -> Any:
        """Say that all are true."""
        open_ = [truth for truth in truths if truth is not True]
        if any(truth is False for truth in open_):
            return False
        return z3.And(open_) if len(open_) > 1 else open_[0] if open_ else True

    def any_of(self, truths: Iterable[Any]) -> Any:
        """Say that one is true."""
        open_ = [truth for truth in truths if truth is not False]
        if any(truth is True for truth in open_):
            return True
        return z3.Or(open_) if len(open_) > 1 else open_[0] if open_ else False

    def opposite(self, truth: Any) -> Any:
        """Say that one is not true."""
        return not truth if isinstance(truth, bool) else z3.Not(truth)

    def choose(self, condition: Any, then: Any, other: Any) -> Any:
        """Give one of two numbers, or of two truths."""
        if isinstance(condition, bool):
            return then if condition else other
        return z3.If(condition, then, other)

    def floor(self, number: Any, divisor: int) -> Any:
        """Divide by a number above 0, rounding down, as z3's whole numbers do."""
        return number // divisor if isinstance(number, int) else number / divisor

    def code(self, value: str) -> int:
        """Give the number that stands for an enum value."""
        return self.codes[value]

    def leaf(self, value: bool | int | str | None) -> Term:
        """Give a value that is no formula: known, or None for unknown."""
        match value:
            case None:
                return UNKNOWN
            case bool():
                return Truth(value, not value)
            case str():
                return Whole(self.code(value), True)
        return Whole(value, True)

    def term(self, core: Core, inputs: Mapping[str, Term], done: dict[Core, Term]) -> Term:
        """Write a core expression; what stands twice is written once, and kept in `done`."""
        if core.operator == CONSTANT:
            assert not isinstance(core.constant, tuple)
            return self.leaf(core.constant)
        if core.operator == INPUT:
            return inputs[str(core.constant)]
        if core not in done:
            operands = [self.term(operand, inputs, done) for operand in core.operands]
            done[core] = self._applied(core, operands)
        return done[core]

    def _applied(self, core: Core, operands: list[Term]) -> Term:
        operator = OPERATORS[core.operator]
        if not operator.strict:
            return Truth(*operator.solver(self, *operands))
        known = self.all_of(operand.known for operand in operands)
        if known is False:
            return UNKNOWN
        constants = () if core.constant is None else (core.constant,)
        value = operator.solver(self, *(operand.value for operand in operands), *constants)
        if operator.partial:
            value, is_there = value
            known = self.all_of((known, is_there))
        if known is False:
            return UNKNOWN
        if isinstance(value, bool | z3.BoolRef):
            return Truth(self.all_of((known, value)), self.all_of((known, self.opposite(value))))
        return Whole(value, known)


FORMULAS = Formulas({})
"""What writes formulas without enum values."""


def is_a_day(day: Any, low: date, high: date) -> Any:
    """Say that a whole number is a packed date between two."""
    year, month, of_month = day / A_YEAR, day % A_YEAR / A_MONTH, day % A_MONTH
    is_leap = is_leap_year(FORMULAS, year)
    days = z3.If(month == 1, z3.If(is_leap, 29, 28), 31)
    for short in (3, 5, 8, 10):  # counted from 0
        days = z3.If(month == short, 30, days)
    return z3.And(pack(low) <= day, day <= pack(high), of_month < days)
