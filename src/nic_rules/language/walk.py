"""The walk: what the language means, said as plainly as possible.

A slow evaluator of the surface language, just as it was written. It is the oracle that every
faster evaluator is held against, so it shares nothing with them: numbers are fractions, dates are
dates, and each form is evaluated by itself.

An unknown comes with what it *lacks*: the facts which, once known, could make it known. What is
known lacks nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from nic_rules.language import calendar
from nic_rules.language.definitions import Criterion, Definitions, Value
from nic_rules.language.syntax import (
    Among,
    AsOf,
    Calculate,
    Call,
    Compare,
    DateLiteral,
    Expression,
    Junction,
    Keyed,
    Minus,
    Name,
    Not,
    NumberLiteral,
    ValueLiteral,
)
from nic_rules.language.words import FindingWord

Lacks = frozenset[str]
NOTHING: Lacks = frozenset()


class Held(NamedTuple):
    """A truth, None for unknown, and what it lacks."""

    truth: bool | None
    lacks: Lacks = NOTHING


class Got(NamedTuple):
    """A value (numbers as fractions), None for unknown, and what it lacks."""

    value: Fraction | date | str | bool | None
    lacks: Lacks = NOTHING


class Found(NamedTuple):
    """The finding of one criterion for one case."""

    finding: FindingWord
    lacks: Lacks = NOTHING

    @property
    def token(self) -> str:
        """Give what a table sees: what does not apply is met."""
        return "met" if self.finding == "not_applicable" else self.finding


_COMPARE: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_CALCULATE: dict[str, Callable[..., Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class Walk:
    """Evaluates the definitions of one day for the facts of one case."""

    def __init__(self, names: Definitions, facts: Mapping[str, Value], as_of: date) -> None:
        self.names = names
        self.facts = facts
        self.as_of = as_of
        self._derived: dict[str, Got] = {}
        self._found: dict[str, Found] = {}

    def finding(self, name: str) -> Found:
        """Find a criterion: met, not met, not applicable or unknown."""
        if name not in self._found:
            self._found[name] = self._find(self.names.criteria[name])
        return self._found[name]

    def _find(self, criterion: Criterion) -> Found:
        met = self.truth(criterion.met_when)
        if criterion.applies_when is None:
            return _found(met)
        applies = self.truth(criterion.applies_when)
        if applies.truth is False:
            return Found("not_applicable")
        return _found(_either((_opposite(applies), met)))

    def derived(self, name: str) -> Got:
        """Compute a derived fact."""
        if name not in self._derived:
            self._derived[name] = self.value(self.names.derived[name])
        return self._derived[name]

    # --- what is true, false or unknown

    def truth(self, node: Expression) -> Held:
        """Evaluate a criterion, a boolean, a comparison, or `and`, `or`, `not` of such."""
        match node:
            case Junction("and", parts):
                return _opposite(_either(_opposite(self.truth(part)) for part in parts))
            case Junction("or", parts):
                return _either(self.truth(part) for part in parts)
            case Not(part):
                return _opposite(self.truth(part))
            case Compare():
                links = (self._link(*link) for link in node.links)
                return _opposite(_either(_opposite(link) for link in links))
            case Among():
                return self._among(node)
            case Name(name) if name in self.names.criteria:
                found = self.finding(name)
                return Held(_TRUTHS[found.token], found.lacks)
            case _:
                got = self.value(node)
                assert got.value is None or isinstance(got.value, bool)
                return Held(got.value, got.lacks)

    def _link(self, left: Expression, sign: str, right: Expression) -> Held:
        if isinstance(left, Call) and left.function == "share":
            return self._share(left, self.value(right), lambda part, x: _COMPARE[sign](part, x))
        if isinstance(right, Call) and right.function == "share":
            return self._share(right, self.value(left), lambda part, x: _COMPARE[sign](x, part))
        a, b = self.value(left), self.value(right)
        if a.value is None or b.value is None:
            return Held(None, a.lacks | b.lacks)
        return Held(_COMPARE[sign](a.value, b.value))

    def _share(self, share: Call, limit: Got, holds: Callable[..., bool]) -> Held:
        """`share(part, whole) >= x` means `part >= x * whole`, unknown where the whole is 0."""
        part, whole = (self.value(argument) for argument in share.arguments)
        if part.value is None or whole.value is None or limit.value is None:
            return Held(None, part.lacks | whole.lacks | limit.lacks)
        assert isinstance(whole.value, Fraction)
        assert isinstance(limit.value, Fraction)
        if whole.value == 0:
            return Held(None)
        return Held(holds(part.value, limit.value * whole.value))

    def _among(self, node: Among) -> Held:
        got = self.value(node.part)
        if got.value is None:
            return Held(None, got.lacks)
        return Held((got.value in [self.value(m).value for m in node.members]) != node.negated)

    # --- numbers, dates, and enum facts

    def value(self, node: Expression) -> Got:
        """Evaluate a number, a date, or an enum fact; unknown as soon as anything in it is."""
        match node:
            case NumberLiteral(scaled, decimals):
                return Got(Fraction(scaled, 10**decimals))
            case DateLiteral(day):
                return Got(day)
            case ValueLiteral(word):
                return Got(word)
            case AsOf():
                return Got(self.as_of)
            case Name(name):
                return self._named(name)
            case Keyed(parameter, fact):
                key = self.facts.get(fact)
                if key is None:
                    return Got(None, frozenset({fact}))
                return _got(self.names.parameters[parameter].values.get(str(key)))
            case Minus(part):
                return _strictly(operator.neg, [self.value(part)])
            case Calculate(sign, left, right):
                return _strictly(_CALCULATE[sign], [self.value(left), self.value(right)])
            case Call(function, arguments):
                return _strictly(_FUNCTIONS[function], [self.value(a) for a in arguments])
        raise TypeError(f"{node} is no value")  # the check lets none through

    def _named(self, name: str) -> Got:
        if name in self.names.derived:
            return self.derived(name)
        if name in self.names.parameters:
            return _got(self.names.parameters[name].values.get(None))
        value = self.facts.get(name)
        return Got(None, frozenset({name})) if value is None else _got(value)


_TRUTHS = {"met": True, "not_met": False, "unknown": None}

_FUNCTIONS: dict[str, Callable[..., Fraction | date | None]] = {
    "min": min,
    "max": max,
    "years_between": lambda a, b: Fraction(calendar.years_between(a, b)),
    "months_between": lambda a, b: Fraction(calendar.months_between(a, b)),
    "days_between": lambda a, b: Fraction(calendar.days_between(a, b)),
    "add_years": lambda d, n: calendar.add_years(d, int(n)),
    "year": lambda d: Fraction(d.year),
}


def _got(value: Value | None) -> Got:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Got(value)
    return Got(Fraction(value))


def _found(held: Held) -> Found:
    words: dict[bool | None, FindingWord] = {True: "met", False: "not_met", None: "unknown"}
    return Found(words[held.truth], held.lacks)


def _opposite(held: Held) -> Held:
    return held if held.truth is None else Held(not held.truth)


def _either(parts: Iterable[Held]) -> Held:
    """Kleene's `or`: a true part makes it true; else an unknown one keeps it unknown."""
    held = list(parts)
    if any(part.truth is True for part in held):
        return Held(True)
    if all(part.truth is False for part in held):
        return Held(False)
    return Held(None, reduce(frozenset.union, (part.lacks for part in held), NOTHING))


def _strictly(function: Callable[..., Fraction | date | None], arguments: list[Got]) -> Got:
    """Apply a function to known values; unknown as soon as one argument is."""
    if any(argument.value is None for argument in arguments):
        return Got(None, reduce(frozenset.union, (a.lacks for a in arguments), NOTHING))
    return Got(function(*(argument.value for argument in arguments)))
