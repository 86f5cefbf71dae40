"""How numbers and days were calculated, said in words; made of a trace when it is written out.

The words of two different calculations differ: a part that could be read in two ways stands in
brackets. A trace holds the expression as it was written, and the titles of the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nic_rules.explanation.shown import is_share
from nic_rules.explanation.trace import Leaf, Step
from nic_rules.explanation.values import literal
from nic_rules.explanation.words import words
from nic_rules.language.syntax import (
    Among,
    AsOf,
    Calculate,
    Call,
    Compare,
    DateLiteral,
    Expression,
    Keyed,
    Minus,
    Name,
    NumberLiteral,
    ValueLiteral,
    parts,
)
from nic_rules.rulebook.people import told

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Calculations:
    """Says calculations in a language."""

    def __init__(self, language: str) -> None:
        self.language, self.words = language, words(language)

    def of(self, leaf: Leaf) -> str:
        """Say how a derived fact was calculated; nothing of another value."""
        if leaf.condition is None:
            return ""
        is_day = leaf.known and _is_day_text(leaf.value)
        return self._saying(leaf.condition).whole(_tree(leaf.condition.text), is_day=is_day)

    def kind(self, leaf: Leaf) -> str:
        """Say that a value was laid down, or calculated and how."""
        kind, how = self.words[leaf.kind], self.of(leaf)
        return self._as(kind, how) if how else kind

    def beside(self, step: Step) -> Iterator[str]:
        """Say of each side of a comparison that is a calculation what it is."""
        if step.form != "is":
            return
        tree, saying = _tree(step.text), self._saying(step)
        match tree:
            case Compare(_, sides):
                is_day = any(map(saying.is_day, sides))
            case Among(part):
                sides, is_day = (part,), False
            case _:
                return
        for side, value in zip(sides, self._values(step, tree), strict=False):
            if not _tells_itself(side):
                yield self._as(value, saying.whole(side, is_day=is_day))

    def _as(self, what: str, how: str) -> str:
        return self.words["calculated_as"].format(what=what, how=how)

    def _saying(self, step: Step) -> _Saying:
        leaves = {part.name: part for part in step.parts if isinstance(part, Leaf)}
        return _Saying(self.language, self.words, leaves)

    def _values(self, step: Step, tree: Compare | Among) -> tuple[str, ...]:
        """Give the values of the sides as the step says them; by their order where that is unclear.

        So it is where one is unknown, or both are alike.
        """
        order = self.words["first_value"], self.words["second_value"]
        if isinstance(tree, Among):
            signs = ["is_none_of" if tree.negated else "is_one_of"]
        else:
            signs = [f"{kind} {tree.signs[0]}" for kind in ("number", "date")]
        said = [step.said.split(f" {self.words[sign]} ") for sign in signs]
        values = next((sides for sides in said if len(sides) == 2), order)
        if values[0] == values[1]:
            return order
        unclear = self.words["not_known"]
        return tuple(o if v == unclear else v for v, o in zip(values, order, strict=True))


class _Saying:
    """Says one expression, with the titles of the names in it."""

    def __init__(self, language: str, word: dict[str, str], leaves: dict[str, Leaf]) -> None:
        self.language, self.word, self.leaves = language, word, leaves

    def whole(self, node: Expression, *, is_day: bool = False, at_end: bool = True) -> str:
        """Say an expression; `at_end`: no word follows that could be taken for a part of it."""
        match node:
            case Calculate(sign, left, right):
                a, b = self.operand(left, node, at_end=False), self.operand(right, node, at_end)
                return self.word[f"calculated {sign}"].format(a=a, b=b)
            case Call("min" | "max" as function, arguments):
                is_day = is_day or self.is_day(node)
                return self.one_of(function, arguments, is_day)
            case Call("add_years", (day, years)):
                return self.years_on(day, years)
            case Call("year", (AsOf(),)):
                return self.word["year_as_of"]
            case Call("year", (day,)):
                return self.word["calculated year"].format(a=self.argument(day, is_day=True))
            case Call("share", (part, whole)):
                a, b = self.argument(part), self.argument(whole)
                return self.word["calculated share"].format(a=a, b=b)
            case Call(function, (begin, end)):
                a, b = (self.argument(day, is_day=True) for day in (begin, end))
                return self.word[f"calculated {function}"].format(a=a, b=b)
            case Minus(part) if not isinstance(part, NumberLiteral):
                return self.word["calculated minus"].format(a=self.argument(part))
        return self.single(node)

    def single(self, node: Expression) -> str:
        """Say what is no calculation."""
        match node:
            case Name(name):
                return self.title(name)
            case Keyed(parameter, fact):
                named = self.title(parameter), self.title(fact)
                return self.word["calculated keyed"].format(a=named[0], b=named[1])
            case AsOf():
                return self.word["calculated as_of"]
            case Minus(NumberLiteral(scaled, decimals)):
                return self.single(NumberLiteral(-scaled, decimals))
            case NumberLiteral() | DateLiteral() | ValueLiteral():
                return told(literal(node), self.language)
        raise TypeError(f"{node} is no value")  # the check lets none through

    def title(self, name: str) -> str:
        return self.word["quoted"].format(text=self.leaves[name].title)

    # --- parts of a calculation, in brackets where they want them

    def operand(self, node: Expression, of: Calculate, at_end: bool) -> str:
        """Say what is added, subtracted or multiplied.

        A chain is said from left to right, and what names its parts in a row may stand last.
        """
        is_chained = (
            isinstance(node, Calculate)
            and node is of.left
            and (node.sign == "*") == (of.sign == "*")
        )
        is_bare = is_chained or _is_year(node) or (at_end and isinstance(node, Call))
        return self.whole(node, at_end=at_end) if is_bare else self.argument(node)

    def argument(self, node: Expression, *, is_day: bool = False) -> str:
        """Say a part as one thing."""
        said = self.whole(node, is_day=is_day)
        return said if _is_single(node) else self.bracketed(said)

    def bracketed(self, said: str) -> str:
        return self.word["bracketed"].format(text=said)

    def one_of(self, function: str, arguments: tuple[Expression, ...], is_day: bool) -> str:
        """Say the least or the greatest of some."""
        kind, many = "day" if is_day else "number", "two" if len(arguments) == 2 else "many"
        *most, last = (self.argument(one, is_day=is_day) for one in arguments)
        listed = self.word["and"].join((", ".join(most), last))
        return self.word[f"calculated {function} {kind} {many}"].format(these=listed)

    def years_on(self, day: Expression, years: Expression) -> str:
        """Say a day some years on."""
        said = self.argument(day, is_day=True)
        if isinstance(day, AsOf):
            said = self.bracketed(said)
        number = years.scaled if isinstance(years, NumberLiteral) else None
        kind = "calculated" if number is None else "one" if number == 1 else "many"
        return self.word[f"calculated add_years {kind}"].format(a=said, b=self.argument(years))

    def is_day(self, node: Expression) -> bool:
        """Tell whether an expression is known to be a day."""
        match node:
            case DateLiteral() | AsOf() | Call("add_years"):
                return True
            case Name(name) | Keyed(name):
                return _is_day_text(self.leaves[name].value)
            case Call("min" | "max", arguments):
                return any(map(self.is_day, arguments))
        return False


def _is_day_text(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _is_year(node: Expression) -> bool:
    return isinstance(node, Call) and node.function == "year"


def _is_single(node: Expression) -> bool:
    """Tell whether an expression is a name or a literal."""
    if isinstance(node, Minus):
        return isinstance(node.part, NumberLiteral)
    return not isinstance(node, Calculate | Call)


def _tells_itself(node: Expression) -> bool:
    """Tell whether a side of a comparison is clear by its value, and the values below it."""
    if is_share(node):
        return all(map(_is_single, parts(node)))
    return _is_single(node) and not isinstance(node, AsOf)


@lru_cache(1_024)
def _tree(text: str) -> Expression:
    """Read an expression as a trace has it: written out from one that was checked."""
    from nic_rules.language.parse import parse  # not where nothing was calculated

    tree = parse(text)
    assert isinstance(tree, Expression), f"`{text}`: {tree}"
    return tree
