"""The core forms: each one row, with its meaning for every evaluator that computes in integers.

The surface language is lowered to these (`lower.py`). Numbers are integers scaled by their
decimals, dates are packed integers, truths are true, false or unknown, enum values are texts. To
add an operator is to add a row here, and to say in `lower.py` which surface form means it.
Nothing else switches on operators' names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from nic_rules.language import spans
from nic_rules.language.spans import NOT_KNOWN, Span

Constant = bool | int | str | tuple[tuple[str, object], ...] | None


@dataclass(frozen=True, slots=True)
class Operator:
    """One core form.

    `python` is its meaning as a Python expression of its operands `{0}`, `{1}` and its constant
    `{c}`; or what writes one for any number of operands. A `strict` operator is unknown as soon
    as one operand is, and `python` is only asked for known ones; one that is `partial` may be
    unknown all the same. What an unknown one lacks is what its unknown operands lack if it
    `joins` truths, else all unknown facts below it.

    `span` is its meaning over an interval of days: of its constant and the spans of its operands,
    of a strict one only of such as may be known. `over` is that for any operands.
    """

    name: str
    python: str | Callable[[Sequence[str]], str]
    span: Callable[..., Span]
    strict: bool = True
    partial: bool = False
    joins: bool = False

    def over(self, constant: Constant, operands: Sequence[Span]) -> Span:
        """Give its span over some days from those of its operands."""
        if not self.strict:
            return self.span(constant, *operands)
        unknown = False
        for operand in operands:
            if operand.low is None:
                return NOT_KNOWN
            unknown = unknown or operand.unknown
        found = self.span(constant, *operands)
        return Span(found.low, found.high, unknown=True) if unknown else found


def _python_and(truths: Sequence[str]) -> str:
    one_is_false = " or ".join(f"{truth} is False" for truth in truths)
    return f"True if {' and '.join(truths)} else False if {one_is_false} else None"


def _python_or(truths: Sequence[str]) -> str:
    all_are_false = " and ".join(f"{truth} is False" for truth in truths)
    return f"True if {' or '.join(truths)} else False if {all_are_false} else None"


_ROWS = (
    # of truths, two or more; unknown is None, which is neither true nor `is False`
    Operator("and", _python_and, spans.conjunction, strict=False, joins=True),
    Operator("or", _python_or, spans.disjunction, strict=False, joins=True),
    Operator("not", "not {0}", spans.negation, joins=True),
    # a truth, unknown where a share's whole is zero
    Operator("unless_zero", "None if {0} == 0 else {1}", spans.unless_zero, partial=True),
    # comparisons of numbers of one scale, of dates, of an enum fact with a value
    Operator("lt", "{0} < {1}", spans.less),
    Operator("le", "{0} <= {1}", spans.at_most),
    Operator("eq", "{0} == {1}", spans.equal),
    # numbers of one scale
    Operator("add", "{0} + {1}", spans.add),
    Operator("sub", "{0} - {1}", spans.subtract),
    Operator("mul", "{0} * {1}", spans.multiply),
    # numbers of one scale, or dates
    Operator("min", "{0} if {0} < {1} else {1}", spans.least),
    Operator("max", "{1} if {0} < {1} else {0}", spans.greatest),
    # completed periods of `c` (a year or a month of packed dates) from one date to another
    Operator(
        "periods", "({1} - {0}) // {c} if {0} <= {1} else -(({0} - {1}) // {c})", spans.periods
    ),
    Operator("days", "_days({0}, {1})", spans.day_count),
    Operator("add_years", "_add_years({0}, {1})", spans.years_added, partial=True),
    Operator("year", "{0} // 384", spans.year),
    # a parameter's value by an enum fact's; `c` is the table
    Operator("pick", "{c}.get({0})", spans.pick, partial=True),
)

OPERATORS = {operator.name: operator for operator in _ROWS}

CONSTANT, INPUT = "constant", "input"
"""What stands at the leaves of a core expression: no operators."""


@dataclass(frozen=True, slots=True)
class Core:
    """A core expression: an operator's name with operands, or a leaf with its constant or name.

    Two are equal if they are written alike: 0 and false, which Python takes for equal, are not.
    """

    operator: str
    operands: tuple[Core, ...] = ()
    constant: Constant = field(default=None, compare=False)
    written: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", repr(self.constant))

    @property
    def inputs(self) -> Iterator[str]:
        """Give the names of the inputs below, from left to right."""
        if self.operator == INPUT:
            yield str(self.constant)
        for operand in self.operands:
            yield from operand.inputs


def constant(value: Constant) -> Core:
    """Make a leaf that is the same for all cases."""
    return Core(CONSTANT, (), value)


def given(name: str) -> Core:
    """Make a leaf that is a fact, a derived fact, a criterion, or `as_of`."""
    return Core(INPUT, (), name)


UNKNOWN = constant(None)
