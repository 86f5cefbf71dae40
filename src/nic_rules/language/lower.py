"""From the surface language to the core forms of `operators.py`.

A chain is an `and` of its links, `in` an `or` of equals, `applies_when` an `(not p) or q`, a share
a product; decimals become scaled integers and dates packed ones. Expressions have been checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce

from nic_rules.language.operators import UNKNOWN, Constant, Core, constant, given
from nic_rules.language.packed import A_MONTH, A_YEAR, pack
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
from nic_rules.language.values import of_decimal

AS_OF = "as_of"


def in_core_form(value: object, decimals: int) -> bool | int | str | None:
    """Give a fact's or parameter's final value as the core forms have it."""
    match value:
        case bool() | str():
            return value
        case date():
            return pack(value)
        case int() | Decimal():
            return of_decimal(Decimal(value), decimals)
    return None


@dataclass(frozen=True, slots=True)
class Scaled:
    """A core expression and, if it is a number, the decimals that it is scaled by."""

    core: Core
    decimals: int = 0

    def at(self, decimals: int) -> Core:
        """Give the number at more decimals."""
        if decimals == self.decimals:
            return self.core
        factor = 10 ** (decimals - self.decimals)
        if self.core.operator == "constant" and isinstance(self.core.constant, int):
            return constant(self.core.constant * factor)
        return Core("mul", (self.core, constant(factor)))


@dataclass(frozen=True, slots=True)
class Lowering:
    """What lowering must know of names: decimals of numbers, and parameters' values on the day."""

    decimals: Mapping[str, int]
    parameters: Mapping[str, Mapping[str | None, object]]

    def value(self, node: Expression) -> Scaled:
        """Lower any expression."""
        match node:
            case NumberLiteral(scaled, decimals):
                return Scaled(constant(scaled), decimals)
            case DateLiteral(day):
                return Scaled(constant(pack(day)))
            case ValueLiteral(value):
                return Scaled(constant(value))
            case AsOf():
                return Scaled(given(AS_OF))
            case Name(name):
                return self._name(name)
            case Keyed(parameter, fact):
                decimals = self.decimals.get(parameter, 0)
                table = tuple(
                    (str(key), in_core_form(value, decimals))
                    for key, value in sorted(self.parameters[parameter].items(), key=str)
                )
                return Scaled(Core("pick", (given(fact),), table), decimals)
            case Minus(part):
                inner = self.value(part)
                return Scaled(Core("sub", (constant(0), inner.core)), inner.decimals)
            case Calculate():
                return self._calculate(node)
            case Call():
                return self._call(node)
            case _:
                return Scaled(self.truth(node))

    def truth(self, node: Expression) -> Core:
        """Lower an expression that is true, false or unknown."""
        match node:
            case Junction(word, parts):
                return _joined(word, [self.truth(part) for part in parts])
            case Not(part):
                return _opposite(self.truth(part))
            case Compare():
                return _joined("and", [self._link(*link) for link in node.links])
            case Among(part, members, negated):
                left = self.value(part)
                equals = [Core("eq", (left.core, self.value(m).core)) for m in members]
                found = _joined("or", equals)
                return _opposite(found) if negated else found
            case _:
                return self.value(node).core

    def applied(self, applies_when: Expression, met_when: Expression) -> Core:
        """Lower a criterion with both expressions: `(not p) or q`."""
        return _joined("or", [_opposite(self.truth(applies_when)), self.truth(met_when)])

    def _name(self, name: str) -> Scaled:
        decimals = self.decimals.get(name, 0)
        if name in self.parameters:
            value = in_core_form(self.parameters[name].get(None), decimals)
            return Scaled(UNKNOWN if value is None else constant(value), decimals)
        return Scaled(given(name), decimals)

    def _link(self, left: Expression, sign: str, right: Expression) -> Core:
        if isinstance(left, Call) and left.function == "share":
            return self._share(left, right, lambda part, limit: _compare(sign, part, limit))
        if isinstance(right, Call) and right.function == "share":
            return self._share(right, left, lambda part, limit: _compare(sign, limit, part))
        return _compare(sign, *_same_scale(self.value(left), self.value(right)))

    def _share(self, share: Call, limit: Expression, compare: Callable[[Core, Core], Core]) -> Core:
        part, whole = (self.value(argument) for argument in share.arguments)
        factor = self.value(limit)
        product = Core("mul", (factor.core, whole.core))
        sides = _same_scale(part, Scaled(product, factor.decimals + whole.decimals))
        return Core("unless_zero", (whole.core, compare(*sides)))

    def _calculate(self, node: Calculate) -> Scaled:
        left, right = self.value(node.left), self.value(node.right)
        if node.sign == "*":
            product = Core("mul", (left.core, right.core))
            return Scaled(product, left.decimals + right.decimals)
        operator = {"+": "add", "-": "sub"}[node.sign]
        decimals = max(left.decimals, right.decimals)
        return Scaled(Core(operator, _same_scale(left, right)), decimals)

    def _call(self, node: Call) -> Scaled:
        arguments = [self.value(argument) for argument in node.arguments]
        if node.function in ("min", "max"):
            decimals = max(argument.decimals for argument in arguments)
            sides = [argument.at(decimals) for argument in arguments]
            core = reduce(lambda left, right: Core(node.function, (left, right)), sides)
            return Scaled(core, decimals)
        operator, with_ = _CALLS[node.function]
        return Scaled(Core(operator, tuple(a.core for a in arguments), with_))


_CALLS: dict[str, tuple[str, Constant]] = {
    "years_between": ("periods", A_YEAR),
    "months_between": ("periods", A_MONTH),
    "days_between": ("days", None),
    "add_years": ("add_years", None),
    "year": ("year", None),
}


def _joined(word: str, cores: list[Core]) -> Core:
    """Join truths by `and` or `or`, leaving out what the rules themselves make true or false."""
    settles, changes_nothing = constant(word == "or"), constant(word == "and")
    if settles in cores:
        return settles
    left = [core for core in cores if core != changes_nothing]
    if len(left) < 2:
        return left[0] if left else changes_nothing
    return Core(word, tuple(left))


def _opposite(core: Core) -> Core:
    for truth in (True, False):
        if core == constant(truth):
            return constant(not truth)
    return Core("not", (core,))


def _same_scale(left: Scaled, right: Scaled) -> tuple[Core, Core]:
    decimals = max(left.decimals, right.decimals)
    return left.at(decimals), right.at(decimals)


def _compare(sign: str, left: Core, right: Core) -> Core:
    match sign:
        case "<":
            return Core("lt", (left, right))
        case "<=":
            return Core("le", (left, right))
        case ">":
            return Core("lt", (right, left))
        case ">=":
            return Core("le", (right, left))
        case "==":
            return Core("eq", (left, right))
        case _:
            return Core("not", (Core("eq", (left, right)),))
