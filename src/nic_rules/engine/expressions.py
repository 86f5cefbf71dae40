"""Core expressions written as Python, for one function.

An expression of strict operators is written as one, with the conditions under which it is unknown
beside it; a truth joined of several as two conditions, that it is true and that it is false. What
is used more than once, and what only its own value says to be unknown, gets a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from nic_rules.language.operators import CONSTANT, INPUT, OPERATORS, Constant, Core, Sides, given

_IS_SIMPLE = re.compile(r"-?\w+|'\w*'|\w+\[\w+\]").fullmatch


class Guard(NamedTuple):
    """A condition under which something is unknown, and its opposite."""

    unknown: str
    known: str


class Strict(NamedTuple):
    """An expression that is unknown exactly where one of its guards holds.

    Each guard may be asked only where those before it do not hold, the text only where none does.
    """

    text: str
    guards: tuple[Guard, ...] = ()

    @property
    def is_name(self) -> bool:
        """Whether it is None where it is unknown."""
        return self.guards == (is_none(self.text),)

    @property
    def sides(self) -> Sides:
        """Give a truth as two conditions."""
        if self.is_name:  # None is neither true nor `is False`
            return Sides(self.text, f"{self.text} is False")
        known = [guard.known for guard in self.guards]
        true = f"({self.text})" if known and " or " in self.text else self.text
        return Sides(" and ".join([*known, true]), " and ".join([*known, _opposite(self.text)]))


def is_none(name: str) -> Guard:
    """Guard a name that is None where it is unknown."""
    return Guard(f"{name} is None", f"{name} is not None")


@dataclass
class Expressions:
    """Writes core expressions; what gets a name is told to `line` first.

    `shared` are computed once, under a name, and so are, where `name_parts`, all operands of joined
    truths. Names of `written_out` stand for their expressions; of the others `known` has an entry.
    """

    line: Callable[[str, str], None]
    choices: Mapping[str, Iterable[str]]
    shared: frozenset[Core]
    written_out: Mapping[str, Core]
    name_parts: bool
    known: dict[Core, Strict] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)

    def variable(self, name: str, *, may_be_none: bool = True) -> None:
        """Tell that a name is known from here on: None where it is unknown."""
        self.known[given(name)] = Strict(name, (is_none(name),) if may_be_none else ())

    def define(self, name: str, core: Core) -> Strict:
        """Compute a derived fact or criterion; give what stands for it."""
        self.known[given(name)] = found = self.named(core, name)
        return found

    def named(self, core: Core, name: str | None = None) -> Strict:
        """Give a name or literal for an expression: what gets a name here, gets the one given."""
        core = self._meant(core)
        known = self._known(core)
        return self._put(core, self._expression(core), name) if known is None else known

    def written(self, core: Core) -> Strict | Sides:
        """Write an expression for use in another one."""
        core = self._meant(core)
        known = self._known(core)
        if known is not None:
            return known
        expression = self._expression(core)
        if core in self.shared or self._may_be_none(core):
            return self._put(core, expression, None)
        return expression

    def _meant(self, core: Core) -> Core:
        """Give what a name stands for that has no value of its own."""
        while core.operator == INPUT and core not in self.known:
            core = self.written_out[str(core.constant)]
        return core

    def _known(self, core: Core) -> Strict | None:
        if core.operator == CONSTANT:
            text = repr(core.constant)
            return Strict(text, (is_none(text),) if core.constant is None else ())
        return self.known.get(core)

    def truth(self, core: Core) -> Sides:
        """Write a truth as two conditions."""
        written = self.written(core)
        return written.sides if isinstance(written, Strict) else written

    def _put(self, core: Core, written: Strict | Sides, name: str | None) -> Strict:
        """Give a name to what was written."""
        name = name or f"_{len(self.known)}"
        if isinstance(written, Sides):
            self.line(
                f"{name} = ", f"True if {written.true} else False if {written.false} else None"
            )
        elif written.guards:
            unknown = " or ".join(guard.unknown for guard in written.guards)
            self.line(f"{name} = ", f"None if {unknown} else {written.text}")
        else:
            self.line(f"{name} = ", written.text)
        surely = isinstance(written, Strict) and not written.guards and not self._may_be_none(core)
        self.known[core] = Strict(name) if surely else Strict(name, (is_none(name),))
        return self.known[core]

    def _may_be_none(self, core: Core) -> bool:
        """Tell whether the text of an expression may be None where its operands are known."""
        operator = OPERATORS[core.operator]
        if isinstance(core.constant, tuple):
            return None in self._whole_table(core).values()
        return operator.partial and not operator.unless

    def _expression(self, core: Core) -> Strict | Sides:
        operator = OPERATORS[core.operator]
        if not isinstance(operator.python, str):
            return self._joined(operator.python, core.operands)
        texts, guards = [], dict[Guard, None]()
        for at, operand in enumerate(core.operands):
            strict = self._operand(operand, is_repeated=operator.python.count(f"{{{at}}}") > 1)
            guards |= dict.fromkeys(strict.guards)
            is_alone = operator.python == f"{{{at}}}" or _IS_SIMPLE(strict.text)
            texts.append(strict.text if is_alone else f"({strict.text})")
        if operator.unless:
            unless = operator.unless.format(*texts)
            guards[Guard(unless, f"not {unless}")] = None
        text = operator.python.format(*texts, c=self._constant(core))
        return Strict(text, tuple(guards))

    def _operand(self, core: Core, *, is_repeated: bool) -> Strict:
        written = self.written(core)
        if isinstance(written, Sides) or (is_repeated and not _IS_SIMPLE(written.text)):
            return self._put(self._meant(core), written, None)
        return written

    def _joined(
        self, join: Callable[[Sequence[Sides]], Sides], operands: Sequence[Core]
    ) -> Strict | Sides:
        """Join truths; those that are unknown under the same conditions are so together."""
        parts = [self.named(o) if self.name_parts else self.written(o) for o in operands]
        first = parts[0]
        if isinstance(first, Strict) and (len(parts) == 1 or not self.name_parts):
            alike = [p for p in parts if isinstance(p, Strict) and {*p.guards} == {*first.guards}]
            if len(alike) == len(parts) and not first.is_name:
                known = [Sides(part.text, _opposite(part.text)) for part in alike]
                return Strict(join(known).true, first.guards)
        return join([part.sides if isinstance(part, Strict) else part for part in parts])

    def _constant(self, core: Core) -> Constant:
        if not isinstance(core.constant, tuple):
            return core.constant
        name = f"_by_{len(self.constants)}"
        self.constants[name] = self._whole_table(core)
        return name

    def _whole_table(self, core: Core) -> dict[str, object]:
        """Give a table of values by an enum fact's, with None for those that it lacks."""
        assert isinstance(core.constant, tuple)
        (key,) = core.inputs
        return {**dict.fromkeys(self.choices[key]), **dict(core.constant)}


def _opposite(condition: str) -> str:
    return (
        f"not ({condition})" if " and " in condition or " or " in condition else f"not {condition}"
    )
