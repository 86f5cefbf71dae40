"""Expressions step by step: each form in plain words, with its values, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import FoundNode, Leaf, Step
from nic_rules.language.syntax import (
    Among,
    Call,
    Compare,
    Expression,
    Junction,
    Keyed,
    Name,
    Not,
    ValueLiteral,
)
from nic_rules.language.walk import Held, Walk
from nic_rules.rulebook.people import told, told_unit

Part = FoundNode | Leaf

_TRUTHS = {True: "true", False: "false", None: "unknown"}


class Steps:
    """Makes steps of the expressions of one case; `part` gives what stands under a name."""

    def __init__(self, telling: Telling, walk: Walk, part: Callable[[str], Part]) -> None:
        self.telling, self.walk, self.part = telling, walk, part
        self.rules, self.language, self.words = telling.rules, telling.language, telling.words

    def truth(self, node: Expression) -> Step:
        """Make the step of an expression that is true, false or unknown."""
        match node:
            case Junction(word, parts):
                said = self.words["all_of" if word == "and" else "one_of"]
                return self._step(word, node, said, tuple(self._inner(part) for part in parts))
            case Not(part):
                return self._step("not", node, self.words["none_of"], (self._inner(part),))
            case Compare(signs) if len(signs) > 1:
                links = tuple(self.truth(link) for link in self.telling.links(node))
                return self._step("and", node, self.words["all_of"], links)
            case Compare() | Among():
                return self._step("is", node, self._said(node), tuple(self._named(node)))
            case _:
                return self._step("is", node, self._value(node), tuple(self._named(node)))

    def value(self, node: Expression) -> Step:
        """Make the step of a number or a date."""
        got = self.walk.value(node)
        shown = self._value(node)
        return Step(
            "value", self.telling.written(node), shown, shown, tuple(sorted(got.lacks)),
            tuple(self._named(node)),
        )  # fmt: skip

    def _step(
        self, form: str, node: Expression, said: str, below: tuple[Step | FoundNode | Leaf, ...]
    ) -> Step:
        held: Held = self.walk.truth(node)
        came = _TRUTHS[held.truth]
        return Step(form, self.telling.written(node), said, came, tuple(sorted(held.lacks)), below)  # type: ignore[arg-type]

    def _inner(self, node: Expression) -> Step | FoundNode | Leaf:
        """Give a name as what it stands for, anything else as a step of its own."""
        return self.part(node.name) if isinstance(node, Name) else self.truth(node)

    def _named(self, node: Expression) -> Iterator[Part]:
        """Give what stands under the names of an expression, each once."""
        for name in self.telling.names(node):
            yield self.part(name)

    # --- in words

    def _said(self, node: Compare | Among) -> str:
        """Say a comparison with its values."""
        if isinstance(node, Among):
            members = ", ".join(self._member(node.part, m) for m in node.members)
            word = self.words["is_none_of" if node.negated else "is_one_of"]
            return f"{self._value(node.part)} {word} {members}"
        left, right = node.operands
        kind = "date" if self._is_date(left) or self._is_date(right) else "number"
        if isinstance(right, ValueLiteral):
            word = self.words[f"value {node.signs[0]}"]
            return f"{self._value(left)} {word} {self._member(left, right)}"
        return f"{self._value(left)} {self.words[f'{kind} {node.signs[0]}']} {self._value(right)}"

    def _is_date(self, node: Expression) -> bool:
        return isinstance(self.walk.value(node).value, date) if not _is_share(node) else False

    def _member(self, of: Expression, member: Expression) -> str:
        """Name a value of an enum fact as people know it; or write a number."""
        if isinstance(member, ValueLiteral) and isinstance(of, Name):
            return self.rules.facts[of.name].choices[member.value][self.language]
        return self._value(member)

    def _value(self, node: Expression) -> str:
        """Write the value that an expression has for the case, with its unit."""
        if isinstance(node, Call) and node.function == "share":
            part, whole = (self._value(argument) for argument in node.arguments)
            return self.words["share_of"].format(part=part, whole=whole)
        if isinstance(node, Name | Keyed):
            name = node.name if isinstance(node, Name) else node.parameter
            found = self.part(name)
            return found.shown if isinstance(found, Leaf) else found.title
        measure = self.telling.measured(node)
        got = self.walk.value(node).value
        if got is None:
            return self.words["not_known"]
        shown = told(got, self.language, measure.decimals if measure.unit else 0)
        return shown + told_unit(measure.unit, self.language)


def _is_share(node: Expression) -> bool:
    return isinstance(node, Call) and node.function == "share"
