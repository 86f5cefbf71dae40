"""The surface language as a tree, just as it was written, and its way back to text.

`at` is the offset of a node in the expression's text; it does not count in comparisons, so that
printing and parsing again gives an equal tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from nic_rules.language.values import as_text

Comparison = Literal["<", "<=", ">", ">=", "==", "!="]
Arithmetic = Literal["+", "-", "*"]


@dataclass(frozen=True)
class Name:
    """A fact, parameter, derived fact or criterion."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Keyed:
    """A parameter's value for this case's value of an enum fact: `limit[kind]`."""

    parameter: str
    fact: str
    at: int = field(default=0, compare=False)
    fact_at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class NumberLiteral:
    """An exact number: `scaled` divided by ten to the power of `decimals`, as written."""

    scaled: int
    decimals: int
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class DateLiteral:
    """A day: `date('2014-06-01')`."""

    day: date
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class ValueLiteral:
    """The value of an enum fact, in quotes."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class AsOf:
    """The day as of which the case is decided."""

    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Junction:
    """`a and b and c`, or `a or b or c`."""

    word: Literal["and", "or"]
    parts: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Not:
    """`not a`."""

    part: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Compare:
    """A comparison or a chain of them: `a <= b < c` has two signs and three operands."""

    signs: tuple[Comparison, ...]
    operands: tuple[Expression, ...]
    at: int = field(default=0, compare=False)

    @property
    def links(self) -> Iterator[tuple[Expression, Comparison, Expression]]:
        """The chain's comparisons; the chain is their `and`."""
        return zip(self.operands, self.signs, self.operands[1:], strict=False)


@dataclass(frozen=True)
class Among:
    """`kind in ('a', 'b')`, `n not in [1, 2]`."""

    part: Expression
    members: tuple[ValueLiteral | NumberLiteral, ...]
    negated: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Calculate:
    """`a + b`, `a - b`, `a * b`."""

    sign: Arithmetic
    left: Expression
    right: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Minus:
    """`-a`."""

    part: Expression
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """One of the language's functions, but for `date`, which is a literal."""

    function: str
    arguments: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


Expression = (
    Name
    | Keyed
    | NumberLiteral
    | DateLiteral
    | ValueLiteral
    | AsOf
    | Junction
    | Not
    | Compare
    | Among
    | Calculate
    | Minus
    | Call
)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """Give the direct sub-expressions, in the order written."""
    match expression:
        case Junction(_, inner) | Compare(_, inner) | Call(_, inner):
            return inner
        case Not(part) | Minus(part):
            return (part,)
        case Among(part, members):
            return (part, *members)
        case Calculate(_, left, right):
            return (left, right)
        case _:
            return ()


def names(expression: Expression) -> Iterator[tuple[str, int]]:
    """Give every name used, with its offset: facts that key parameters among them."""
    match expression:
        case Name(name, at):
            yield name, at
        case Keyed(parameter, fact, at, fact_at):
            yield parameter, at
            yield fact, fact_at
        case _:
            for part in parts(expression):
                yield from names(part)


# How tightly each form binds, as in Python; an operand that binds less tightly wants brackets.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _MINUS, _ATOM = range(8)


def _binding(expression: Expression) -> int:
    match expression:
        case Junction("or"):
            return _OR
        case Junction("and"):
            return _AND
        case Not():
            return _NOT
        case Compare() | Among():
            return _COMPARE
        case Calculate("+" | "-"):
            return _SUM
        case Calculate("*"):
            return _PRODUCT
        case Minus():
            return _MINUS
        case _:
            return _ATOM


def to_text(expression: Expression) -> str:
    """Print an expression in the one canonical way; parsing it gives an equal tree."""
    return _PRINTERS[type(expression)](expression)


def _within(part: Expression, at_least: int) -> str:
    text = to_text(part)
    return text if _binding(part) >= at_least else f"({text})"


def _print_junction(node: Junction) -> str:
    # a junction inside one of the same word was written in brackets: it stays so
    inner = (_OR if node.word == "or" else _AND) + 1
    return f" {node.word} ".join(_within(part, inner) for part in node.parts)


def _print_compare(node: Compare) -> str:
    first, *rest = (_within(operand, _SUM) for operand in node.operands)
    return first + "".join(f" {s} {o}" for s, o in zip(node.signs, rest, strict=True))


def _print_among(node: Among) -> str:
    members = ", ".join(to_text(member) for member in node.members)
    word = "not in" if node.negated else "in"
    return f"{_within(node.part, _SUM)} {word} ({members})"


def _print_calculate(node: Calculate) -> str:
    binding = _binding(node)
    return f"{_within(node.left, binding)} {node.sign} {_within(node.right, binding + 1)}"


_PRINTERS: dict[type, Callable[..., str]] = {
    Name: lambda n: n.name,
    Keyed: lambda n: f"{n.parameter}[{n.fact}]",
    NumberLiteral: lambda n: as_text(n.scaled, n.decimals),
    DateLiteral: lambda n: f"date('{n.day.isoformat()}')",
    ValueLiteral: lambda n: f"'{n.value}'",
    AsOf: lambda _: "as_of",
    Junction: _print_junction,
    Not: lambda n: f"not {_within(n.part, _NOT)}",
    Compare: _print_compare,
    Among: _print_among,
    Calculate: _print_calculate,
    Minus: lambda n: f"-{_within(n.part, _MINUS)}",
    Call: lambda n: f"{n.function}({', '.join(to_text(a) for a in n.arguments)})",
}
