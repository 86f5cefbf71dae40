"""The walk over values, laid out once for an edition: what each expression comes to for a case.

An expression of the surface language becomes a function of a case, so that nothing has to be found
out about it again. It shares nothing with what decided; a property holds it to the plain walk,
which says what the language means. Numbers are integers, or decimals where they have any.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import TYPE_CHECKING

from nic_rules.language import calendar
from nic_rules.language.syntax import (
    AsOf,
    Calculate,
    Call,
    DateLiteral,
    Expression,
    Keyed,
    Minus,
    Name,
    NumberLiteral,
    ValueLiteral,
)
from nic_rules.language.values import as_decimal

if TYPE_CHECKING:
    from nic_rules.explanation.parts import Case

Lacks = frozenset[str]
NOTHING: Lacks = frozenset()

Walked = int | Decimal | date | str | bool | None
"""A value as the walk has it, None for unknown."""

Got = tuple[Walked, Lacks]
Value = Callable[["Case"], Got]
"""Gives the value of an expression for a case, and the facts that it lacks."""

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Reckons without rounding, whatever the caller's context: numbers have far fewer digits."""

_Number = int | Decimal


def _reckoned(
    whole: Callable[[int, int], int], other: Callable[[_Number, _Number], Decimal]
) -> Callable[..., _Number]:
    """Reckon with integers as Python does, and exactly with decimals."""

    def reckoned(a: _Number, b: _Number) -> _Number:
        return whole(a, b) if type(a) is int and type(b) is int else other(a, b)

    return reckoned


_FUNCTIONS: dict[str, Callable[..., Walked]] = {
    "+": _reckoned(operator.add, _EXACT.add),
    "-": _reckoned(operator.sub, _EXACT.subtract),
    "*": _reckoned(operator.mul, _EXACT.multiply),
    "min": min,
    "max": max,
    "years_between": calendar.years_between,
    "months_between": calendar.months_between,
    "days_between": calendar.days_between,
    "add_years": lambda day, years: calendar.add_years(day, int(years)),
    "year": lambda day: day.year,
}


def value_of(node: Expression) -> Value:
    """Lay out a number, a date, or an enum fact."""
    match node:
        case NumberLiteral() | DateLiteral() | ValueLiteral():
            got = literal(node), NOTHING
            return lambda _: got
        case AsOf():
            return lambda case: (case.as_of, NOTHING)
        case Name(name) | Keyed(name):
            return lambda case: case.part(name)[:2]
        case Minus(part):
            return _strictly(lambda number: _FUNCTIONS["-"](0, number), part)
        case Calculate(sign, left, right):
            return _strictly(_FUNCTIONS[sign], left, right)
        case Call(function, arguments):
            return _strictly(_FUNCTIONS[function], *arguments)
    raise TypeError(f"{node} is no value")  # the check lets none through


def literal(node: NumberLiteral | DateLiteral | ValueLiteral) -> Walked:
    """Give the value that is written."""
    match node:
        case NumberLiteral(scaled, decimals):
            return as_decimal(scaled, decimals) if decimals else scaled
        case DateLiteral(day):
            return day
        case ValueLiteral(word):
            return word


def times(a: Walked, b: Walked) -> Walked:
    """Multiply two numbers."""
    return _FUNCTIONS["*"](a, b)


def _strictly(function: Callable[..., Walked], *arguments: Expression) -> Value:
    """Apply a function to known values; unknown as soon as one argument is."""
    values = [value_of(argument) for argument in arguments]

    def got(case: Case) -> Got:
        parts = [value(case) for value in values]
        known = [part[0] for part in parts]
        if None in known:
            return None, NOTHING.union(*[part[1] for part in parts])
        return function(*known), NOTHING

    return got
