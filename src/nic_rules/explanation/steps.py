"""Expressions step by step, laid out once for an edition and a language.

An expression becomes a function of a case: it walks the expression, and tells each form in plain
words, with its values, and what came of it.

INVARIANT known-lacks-nothing: a known truth or value comes with no lacks.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from nic_rules.explanation.shown import Shown, is_share
from nic_rules.explanation.trace import FoundNode, Leaf, Step
from nic_rules.explanation.values import NOTHING, Lacks, Walked, literal, times, value_of
from nic_rules.explanation.words import words
from nic_rules.language.syntax import (
    Among,
    Call,
    Compare,
    Expression,
    Junction,
    Name,
    Not,
    ValueLiteral,
    names,
    to_text,
)
from nic_rules.rulebook.book import Rules

if TYPE_CHECKING:
    from nic_rules.explanation.parts import Case

Below = Step | FoundNode | Leaf
Part = Callable[["Case"], tuple[bool | None, Lacks, Below]]
"""Gives a truth, None for unknown, the facts that it lacks, and what stands there in the trace."""

Came = tuple[bool | None, Lacks, Step]
Truth = Callable[["Case"], Came]
"""As a part does, but always with a step of its own."""

_COMPARE: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

_CAME = {True: "true", False: "false", None: "unknown"}


class Steps:
    """Lays out the expressions of an edition, to be told in one language."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.words = words(language)
        self.shown = Shown(rules, language)

    def truth(self, node: Expression) -> Truth:
        """Lay out an expression that is true, false or unknown."""
        match node:
            case Junction(word, inner):
                return self._junction(word, node, [self._part(part) for part in inner])
            case Not(part):
                return self._not(node, self._part(part))
            case Compare(signs) if len(signs) > 1:
                links = (Compare((sign,), (a, b), node.at) for a, sign, b in node.links)
                return self._junction("and", node, [self.truth(link) for link in links])
            case Compare(_, operands) if any(map(is_share, operands)):
                return self._share(node)
            case Compare():
                return self._comparison(node)
            case Among():
                return self._among(node)
            case _:
                return self._itself(node)

    def value(self, node: Expression) -> Callable[[Case], tuple[Walked, Lacks, Step]]:
        """Lay out a number or a date."""
        value, shown, text, below = value_of(node), self.shown.of(node), to_text(node), named(node)

        def stepped(case: Case) -> tuple[Walked, Lacks, Step]:
            got, lacks = value(case)
            said = shown(case, got)
            step = Step("value", text, said, said, tuple(sorted(lacks)), case.below(below))
            return got, lacks, step

        return stepped

    # --- true, false or unknown

    def _part(self, node: Expression) -> Part:
        """Give a name as what it stands for, anything else as a step of its own."""
        if not isinstance(node, Name):
            return self.truth(node)
        name = node.name

        def part(case: Case) -> tuple[bool | None, Lacks, Below]:
            known = case.part(name)
            return _truth(known.value), known.lacks, known.part

        return part

    def _junction(
        self, word: Literal["and", "or"], node: Expression, inner: Sequence[Part]
    ) -> Truth:
        """Kleene's `and` and `or`: one part can settle it; else an unknown one keeps it unknown."""
        settles = word == "or"
        text, said = to_text(node), self.words["one_of" if settles else "all_of"]

        def stepped(case: Case) -> Came:
            came = [part(case) for part in inner]
            truths = [one[0] for one in came]
            truth: bool | None = not settles
            lacks = NOTHING
            if settles in truths:
                truth = settles
            elif None in truths:
                truth, lacks = None, NOTHING.union(*[one[1] for one in came])
            return _came(word, text, said, truth, lacks, tuple([one[2] for one in came]))

        return stepped

    def _not(self, node: Not, part: Part) -> Truth:
        text, said = to_text(node), self.words["none_of"]

        def stepped(case: Case) -> Came:
            truth, lacks, below = part(case)
            return _came("not", text, said, None if truth is None else not truth, lacks, (below,))

        return stepped

    def _itself(self, node: Expression) -> Truth:
        """Lay out what is true or false by itself: a criterion, a boolean fact or parameter."""
        value, shown, text, below = value_of(node), self.shown.of(node), to_text(node), named(node)

        def stepped(case: Case) -> Came:
            got, lacks = value(case)
            return _came("is", text, shown(case, got), _truth(got), lacks, case.below(below))

        return stepped

    def _comparison(self, node: Compare) -> Truth:
        (sign,), (left, right) = node.signs, node.operands
        a, b = value_of(left), value_of(right)
        say_a, say_b = self.shown.of(left), self.shown.of(right)
        number, day = self.words[f"number {sign}"], self.words[f"date {sign}"]
        if isinstance(right, ValueLiteral):
            member = self.shown.member(left, right)
            number, say_b = self.words[f"value {sign}"], lambda *_: member
        holds, text, below = _COMPARE[sign], to_text(node), named(node)

        def stepped(case: Case) -> Came:
            (x, lacks), (y, lacks_too) = a(case), b(case)
            truth = None if x is None or y is None else holds(x, y)
            word = day if isinstance(x, date) or isinstance(y, date) else number
            said = f"{say_a(case, x)} {word} {say_b(case, y)}"
            return _came("is", text, said, truth, lacks | lacks_too, case.below(below))

        return stepped

    def _share(self, node: Compare) -> Truth:
        """`share(part, whole) >= x` means `part >= x * whole`, unknown where the whole is 0."""
        (sign,), (left, right) = node.signs, node.operands
        share, other = (left, right) if is_share(left) else (right, left)
        assert isinstance(share, Call)
        part, whole, limit = (value_of(one) for one in (*share.arguments, other))
        holds, first, text, below = _COMPARE[sign], share is left, to_text(node), named(node)
        word, say_a, say_b = self.words[f"number {sign}"], self.shown.of(left), self.shown.of(right)

        def stepped(case: Case) -> Came:
            got: Any = part(case), whole(case), limit(case)
            x, y, z = (one[0] for one in got)
            truth = None
            if x is not None and y is not None and z is not None and y != 0:
                truth = holds(x, times(z, y)) if first else holds(times(z, y), x)
            said = f"{say_a(case, z)} {word} {say_b(case, z)}"
            lacks = NOTHING.union(*[one[1] for one in got])
            return _came("is", text, said, truth, lacks, case.below(below))

        return stepped

    def _among(self, node: Among) -> Truth:
        value, shown, negated = value_of(node.part), self.shown.of(node.part), node.negated
        text, below = to_text(node), named(node)
        word = self.words["is_none_of" if negated else "is_one_of"]
        members = [literal(member) for member in node.members]
        listed = ", ".join([self.shown.member(node.part, member) for member in node.members])

        def stepped(case: Case) -> Came:
            got, lacks = value(case)
            truth = None if got is None else (got in members) != negated
            said = f"{shown(case, got)} {word} {listed}"
            return _came("is", text, said, truth, lacks, case.below(below))

        return stepped


def _came(
    form: Literal["and", "or", "not", "is"],
    text: str,
    said: str,
    truth: bool | None,
    lacks: Lacks,
    below: tuple[Below, ...],
) -> Came:
    return truth, lacks, Step(form, text, said, _CAME[truth], tuple(sorted(lacks)), below)


def _truth(value: Walked) -> bool | None:
    assert value is None or isinstance(value, bool)
    return value


def named(node: Expression) -> tuple[str, ...]:
    """Give the names of an expression, each once."""
    return tuple(dict.fromkeys(name for name, _ in names(node)))
