"""The type of an expression, and all that is wrong with it (contract, section 2).

Bounds are carried along exactly, at each subexpression's decimals: an expression whose numbers
could leave the range of 64 bits for values that the facts' bounds allow is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product

from nic_rules.diagnostics import nearest
from nic_rules.language import calendar
from nic_rules.language.parse import ExpressionProblem
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
from nic_rules.language.types import Choice, Day, Declared, Number, Text, Truth, Type, Unit, told
from nic_rules.language.words import FUNCTIONS

Lookup = Callable[[str], Declared | ExpressionProblem | None]
"""Gives what a name stands for, why it may not stand here (`at` is filled in), or None if what is
wrong with it has been told where it is declared."""


def infer(expression: Expression, lookup: Lookup) -> tuple[Type | None, list[ExpressionProblem]]:
    """Find an expression's type (None if something in it is wrong) and every problem in it."""
    inference = _Inference(lookup)
    return inference.type(expression), inference.problems


class _Inference:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.problems: list[ExpressionProblem] = []

    def wrong(self, code: str, node: Expression, message: str, hint: str | None = None) -> None:
        self.problems.append(ExpressionProblem(code, node.at, message, hint))

    def type(self, node: Expression) -> Type | None:
        match node:
            case Name(name):
                return self.name(node, name)
            case Keyed():
                return self.keyed(node)
            case NumberLiteral(scaled, decimals):
                return self.fitting(node, Number(decimals, scaled, scaled))
            case DateLiteral(day):
                return Day(day, day)
            case AsOf():
                return Day()
            case ValueLiteral(value):
                self.wrong("NIC305", node, f"`'{value}'` can only be compared with an enum fact")
                return None
            case Junction(_, parts):
                true = [self.is_true(part) for part in parts]  # every part, for its problems
                return Truth() if all(true) else None
            case Not(part):
                return Truth() if self.is_true(part) else None
            case Compare():
                return self.comparison(node)
            case Among():
                return self.among(node)
            case Calculate():
                return self.calculation(node)
            case Minus(part):
                number = self.number(part)
                return number and Number(number.decimals, -number.high, -number.low, number.unit)
            case Call():
                return self.call(node)

    # --- names

    def declared(self, name: str, at: int) -> Declared | None:
        found = self.lookup(name)
        if found is None or isinstance(found, Declared):
            return found
        self.problems.append(ExpressionProblem(found.code, at, found.message, found.hint))
        return None

    def name(self, node: Expression, name: str) -> Type | None:
        found = self.declared(name, node.at)
        if found is None:
            return None
        if found.key is not None:
            self.wrong(
                "NIC304", node, f"parameter `{name}` has a value for each `{found.key}`",
                f"write `{name}[{found.key}]`",
            )  # fmt: skip
            return None
        if isinstance(found.type, Text):
            self.wrong("NIC305", node, f"`{name}` is text, which is never computed with")
            return None
        return self.fitting(node, found.type) if isinstance(found.type, Number) else found.type

    def keyed(self, node: Keyed) -> Type | None:
        parameter = self.declared(node.parameter, node.at)
        fact = self.declared(node.fact, node.fact_at)
        if parameter is None or fact is None:
            return None
        if parameter.kind != "parameter" or parameter.key is None:
            message = f"`{node.parameter}` has no values by an enum fact"
            self.wrong("NIC304", node, message, f"write `{node.parameter}`")
            return None
        if node.fact != parameter.key:
            message = f"parameter `{node.parameter}` has its values by `{parameter.key}`"
            self.wrong("NIC304", node, message, f"write `{node.parameter}[{parameter.key}]`")
            return None
        if isinstance(parameter.type, Number):
            return self.fitting(node, parameter.type)
        return parameter.type

    # --- truths

    def is_true(self, node: Expression) -> bool:
        found = self.type(node)
        if found is not None and not isinstance(found, Truth):
            self.wrong("NIC305", node, f"this is {told(found)}, not true or false")
        return isinstance(found, Truth)

    def comparison(self, node: Compare) -> Truth | None:
        if any(isinstance(operand, ValueLiteral) for operand in node.operands):
            return self.choice_comparison(node)
        fine = True
        shares = [_is_share(operand) for operand in node.operands]
        kinds = [
            None if share else self.comparable(operand)
            for operand, share in zip(node.operands, shares, strict=True)
        ]
        for index, (left, _, right) in enumerate(node.links):
            if shares[index] and shares[index + 1]:
                self.wrong("NIC305", right, "a share is compared with a number, not a share")
                fine = False
            elif shares[index]:
                fine &= self.share(left, right, kinds[index + 1])
            elif shares[index + 1]:
                fine &= self.share(right, left, kinds[index])
            else:
                fine &= self.sides(right, kinds[index], kinds[index + 1])
        return Truth() if fine else None

    def comparable(self, node: Expression) -> Type | None:
        found = self.type(node)
        if isinstance(found, Truth):
            self.wrong(
                "NIC305", node, "true or false is not compared", "write it alone, or after `not`"
            )
            return None
        if isinstance(found, Choice):
            self.wrong("NIC305", node, "an enum fact is compared with its values, in quotes")
            return None
        return found

    def sides(self, node: Expression, left: Type | None, right: Type | None) -> bool:
        if left is None or right is None:
            return False
        if isinstance(left, Number) and isinstance(right, Number):
            decimals = max(left.decimals, right.decimals)
            self.unit(node, left, right)
            return all(self.fitting(node, side.at(decimals)) for side in (left, right))
        if isinstance(left, Day) and isinstance(right, Day):
            return True
        self.wrong("NIC305", node, f"{told(left)} is compared with {told(right)}")
        return False

    def choice_comparison(self, node: Compare) -> Truth | None:
        fact, literal = node.operands[0], node.operands[-1]
        if (
            len(node.signs) != 1
            or node.signs[0] not in ("==", "!=")
            or not isinstance(literal, ValueLiteral)
        ):
            self.wrong(
                "NIC305", node, "a value in quotes stands alone to the right of `==` or `!=`",
                "write `fact == 'value'`",
            )  # fmt: skip
            return None
        return self.choices(node, fact, (literal,))

    def choices(
        self, node: Expression, fact: Expression, values: tuple[ValueLiteral, ...]
    ) -> Truth | None:
        found = self.type(fact)
        if found is None:
            return None
        if not isinstance(found, Choice):
            message = f"a value in quotes is compared with {told(found)}, not with an enum fact"
            self.wrong("NIC305", node, message)
            return None
        strangers = [literal for literal in values if literal.value not in found.values]
        for literal in strangers:
            hint = nearest(literal.value, found.values) or f"it has {_listed(found.values)}"
            self.wrong("NIC305", literal, f"the enum fact has no value `{literal.value}`", hint)
        return None if strangers else Truth()

    def among(self, node: Among) -> Truth | None:
        words = tuple(m for m in node.members if isinstance(m, ValueLiteral))
        if len(words) == len(node.members):
            return self.choices(node, node.part, words)
        if words:
            self.wrong("NIC305", words[0], "values in quotes and numbers stand in one list")
            return None
        found = self.type(node.part)
        if found is None:
            return None
        if not (isinstance(found, Number) and found.decimals == 0):
            self.wrong("NIC305", node, f"{told(found)} is looked for among whole numbers")
            return None
        members = [m for m in node.members if isinstance(m, NumberLiteral)]
        fine = True
        for member in members:
            if member.decimals:
                self.wrong("NIC305", member, "after `in` stand whole numbers only")
                fine = False
            elif not self.fitting(member, Number(0, member.scaled, member.scaled)):
                fine = False
        return Truth() if fine else None

    def share(self, node: Expression, other: Expression, limit: Type | None) -> bool:
        """Check `share(part, whole) >= x`, which means `part >= x * whole`."""
        assert isinstance(node, Call)
        part, whole = self.number(node.arguments[0]), self.number(node.arguments[1])
        if limit is not None and not isinstance(limit, Number):
            self.wrong("NIC305", other, f"a share is compared with {told(limit)}, not a number")
            return False
        if part is None or whole is None or limit is None:
            return False
        if whole.low < 0:
            self.wrong(
                "NIC305", node.arguments[1], "the whole of a share could be below zero",
                "give its facts bounds of 0 or above",
            )  # fmt: skip
            return False
        self.unit(node, part, whole)
        if limit.unit is not None:
            self.wrong("NIC306", other, f"a share has no unit, but this is in {_shown(limit.unit)}")
        scaled = self.fitting(node, _times(limit, whole))
        if scaled is None:
            return False
        decimals = max(part.decimals, scaled.decimals)
        return all(self.fitting(node, side.at(decimals)) for side in (part, scaled))

    # --- numbers and dates

    def number(self, node: Expression) -> Number | None:
        found = self.type(node)
        if found is not None and not isinstance(found, Number):
            self.wrong("NIC305", node, f"this is {told(found)}, not a number")
        return found if isinstance(found, Number) else None

    def date(self, node: Expression) -> Day | None:
        found = self.type(node)
        if found is not None and not isinstance(found, Day):
            self.wrong("NIC305", node, f"this is {told(found)}, not a date")
        return found if isinstance(found, Day) else None

    def fitting(self, node: Expression, number: Number) -> Number | None:
        if number.fits:
            return number
        self.wrong(
            "NIC307", node, "this number could leave the range of 64 bits",
            "narrow the bounds of its facts, or use fewer decimals",
        )  # fmt: skip
        return None

    def unit(self, node: Expression, *numbers: Number) -> Unit | None:
        """Give the one unit of operands, or tell that there are two."""
        units = list(dict.fromkeys(n.unit for n in numbers if n.unit is not None))
        if len(units) > 1:
            message = f"a number in {_shown(units[0])} does not go with one in {_shown(units[1])}"
            self.wrong("NIC306", node, message, "give both one unit, or one of them none")
        return units[0] if units else None

    def calculation(self, node: Calculate) -> Number | None:
        left, right = self.number(node.left), self.number(node.right)
        if left is None or right is None:
            return None
        if node.sign == "*":
            return self.fitting(node, _times(left, right))
        unit = self.unit(node, left, right)
        decimals = max(left.decimals, right.decimals)
        a, b = left.at(decimals), right.at(decimals)
        if not (self.fitting(node, a) and self.fitting(node, b)):
            return None
        if node.sign == "-":
            b = Number(decimals, -b.high, -b.low)
        return self.fitting(node, Number(decimals, a.low + b.low, a.high + b.high, unit))

    def call(self, node: Call) -> Type | None:
        if node.function == "share" and not self.takes(node, 2):
            return None
        if node.function == "share":
            for argument in node.arguments:
                self.type(argument)
            self.wrong(
                "NIC305", node, "a share stands alone on one side of a comparison",
                "write `share(part, whole) >= x`",
            )  # fmt: skip
            return None
        if node.function in ("min", "max"):
            return self.extreme(node)
        if not self.takes(node, 1 if node.function == "year" else 2):
            return None
        first = self.date(node.arguments[0])
        if node.function == "add_years":
            return self.added_years(node, first)
        if node.function == "year":
            return first and Number(0, first.low.year, first.high.year)
        second = self.date(node.arguments[1])
        if first is None or second is None:
            return None
        between = calendar.BETWEEN[node.function]
        return Number(0, between(first.high, second.low), between(first.low, second.high))

    def takes(self, node: Call, count: int) -> bool:
        if len(node.arguments) == count:
            return True
        for argument in node.arguments:
            self.type(argument)
        message = f"`{node.function}` takes {count} argument{'s'[: count > 1]}"
        self.wrong("NIC301", node, message, f"write `{FUNCTIONS[node.function]}`")
        return False

    def added_years(self, node: Call, start: Day | None) -> Day | None:
        years = self.number(node.arguments[1])
        if start is None or years is None:
            return None
        if years.decimals:
            self.wrong("NIC305", node.arguments[1], "years to add are a whole number")
            return None
        low = calendar.add_years(start.low, years.low) or date.min
        high = calendar.add_years(start.high, years.high) or date.max
        return Day(low, high)

    def extreme(self, node: Call) -> Number | Day | None:
        if len(node.arguments) < 2:
            for argument in node.arguments:
                self.type(argument)
            self.wrong("NIC301", node, f"`{node.function}` takes two or more arguments")
            return None
        found = [self.comparable(argument) for argument in node.arguments]
        if any(kind is None for kind in found):
            return None
        pick = min if node.function == "min" else max
        days = [kind for kind in found if isinstance(kind, Day)]
        if len(days) == len(found):
            return Day(pick(d.low for d in days), pick(d.high for d in days))
        numbers = [kind for kind in found if isinstance(kind, Number)]
        if len(numbers) != len(found):
            self.wrong("NIC305", node, f"`{node.function}` takes numbers only, or dates only")
            return None
        unit = self.unit(node, *numbers)
        decimals = max(n.decimals for n in numbers)
        sides = [n.at(decimals) for n in numbers]
        if any(self.fitting(node, side) is None for side in sides):
            return None
        return Number(decimals, pick(s.low for s in sides), pick(s.high for s in sides), unit)


def _is_share(node: Expression) -> bool:
    return isinstance(node, Call) and node.function == "share" and len(node.arguments) == 2


def _times(left: Number, right: Number) -> Number:
    corners = [a * b for a, b in product((left.low, left.high), (right.low, right.high))]
    return Number(left.decimals + right.decimals, min(corners), max(corners))


def _shown(unit: Unit) -> str:
    return f"`{unit[0][1]}`"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
