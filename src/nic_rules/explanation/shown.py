"""How expressions are written with the values of a case, laid out once for an edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nic_rules.explanation.values import Walked, literal, value_of
from nic_rules.explanation.words import words
from nic_rules.language.syntax import (
    Call,
    DateLiteral,
    Expression,
    Keyed,
    Name,
    NumberLiteral,
    ValueLiteral,
    parts,
)
from nic_rules.rulebook.book import Rules
from nic_rules.rulebook.people import measure_of, told, told_unit

if TYPE_CHECKING:
    from nic_rules.explanation.parts import Case

Written = Callable[["Case", Walked], str]
"""Writes the value that an expression has for a case, with its unit."""


class Shown:
    """Lays out how values of expressions are written in one language."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.rules, self.language, self.words = rules, language, words(language)

    def of(self, node: Expression) -> Written:
        """Lay out how the value of an expression is written, with its unit."""
        if isinstance(node, Call) and is_share(node):
            return self._shown_share(node)
        if isinstance(node, Name | Keyed):
            name = node.name if isinstance(node, Name) else node.parameter
            return lambda case, _: case.part(name).shown
        if isinstance(node, NumberLiteral | DateLiteral | ValueLiteral):
            written = told(literal(node), self.language)
            return lambda *_: written
        measure, not_known = measure_of(node, self.rules), self.words["not_known"]
        decimals = measure.decimals if measure.unit else 0
        unit, language = told_unit(measure.unit, self.language), self.language

        def shown(_: Case, value: Walked) -> str:
            return not_known if value is None else told(value, language, decimals) + unit

        return shown

    def _shown_share(self, node: Call) -> Written:
        part, whole = (value_of(argument) for argument in node.arguments)
        say_part, say_whole = (self.of(argument) for argument in node.arguments)
        share_of = self.words["share_of"]

        def shown(case: Case, _: Walked) -> str:
            said_part = say_part(case, part(case)[0])
            return share_of.format(part=said_part, whole=say_whole(case, whole(case)[0]))

        return shown

    def member(self, of: Expression, member: ValueLiteral | NumberLiteral) -> str:
        """Name a value of an enum fact as people know it; or write a number."""
        if isinstance(member, ValueLiteral) and isinstance(of, Name):
            return self.rules.facts[of.name].choices[member.value][self.language]
        return told(literal(member), self.language)


def is_share(node: Expression) -> bool:
    """Tell whether an expression is a share, which has no value by itself."""
    return isinstance(node, Call) and node.function == "share"


def shares(expression: Expression) -> Iterator[Call]:
    """Give the shares that stand in an expression."""
    if isinstance(expression, Call) and is_share(expression):
        yield expression
    for part in parts(expression):
        yield from shares(part)
