"""The core forms: each one row, with its meaning for every evaluator that computes in integers.

The surface language is lowered to these (`lower.py`). Numbers are integers scaled by their
decimals, dates are packed integers, truths are true, false or unknown, enum values are texts. To
add an operator is to add a row here, and to say in `lower.py` which surface form means it.
Nothing else switches on operators' names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from nic_rules.language import columns, spans
from nic_rules.language.packed import A_MONTH, A_YEAR, AFTER_LEAP_DAY, LEAP_DAY
from nic_rules.language.spans import NOT_KNOWN, Span

Constant = bool | int | str | tuple[tuple[str, object], ...] | None


class Sides(NamedTuple):
    """A truth written in Python, as two conditions: that it is true, and that it is false."""

    true: str
    false: str


@dataclass(frozen=True, slots=True)
class Operator:
    """One core form.

    `python` is its meaning as a Python expression of its operands `{0}`, `{1}` and its constant
    `{c}`; or, of truths, what gives its sides by those of any number of operands. A `strict`
    operator is unknown as soon as one operand is, and an expression is only asked for known ones;
    one that is `partial` may be unknown all the same, where `unless` holds or by being None. What
    an unknown one lacks is what its unknown operands lack if it `joins` truths, else all unknown
    facts below it.

    `column` is its meaning as a polars expression, of its constant and those of its operands.
    `span` is its meaning over an interval of days: of its constant and the spans of its operands,
    of a strict one only of such as may be known. `over` is that for any operands.

    `solver` is its meaning as a formula: a function of what writes formulas, the operands, and the
    constant where it has one. Operands of a strict operator are values, known ones (`Forms` says
    more); a partial one gives a value and whether it is known, `and` and `or` take and give pairs.
    """

    name: str
    python: str | Callable[[Sequence[Sides]], Sides]
    span: Callable[..., Span]
    column: Callable[..., Any]
    strict: bool = True
    partial: bool = False
    unless: str = ""
    joins: bool = False
    solver: Callable[..., Any] = field(kw_only=True)

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


class Forms(Protocol):
    """What writes formulas, for a solver that this module knows nothing of.

    Numbers, dates and the codes of enum values are whole numbers, which `+ - * < <= == %` know. A
    truth that may be unknown is a pair: it is true, it is false.
    """

    def all_of(self, truths: Iterable[Any]) -> Any:
        """Say that all are true."""

    def any_of(self, truths: Iterable[Any]) -> Any:
        """Say that one is true."""

    def opposite(self, truth: Any) -> Any:
        """Say that one is not true."""

    def choose(self, condition: Any, then: Any, other: Any) -> Any:
        """Give one of two numbers, or of two truths."""

    def floor(self, number: Any, divisor: int) -> Any:
        """Divide by a number above 0, rounding down."""

    def code(self, value: str) -> int:
        """Give the number that stands for an enum value."""


def _python_and(truths: Sequence[Sides]) -> Sides:
    return Sides(_all_of(truth.true for truth in truths), _any_of(truth.false for truth in truths))


def _python_or(truths: Sequence[Sides]) -> Sides:
    return Sides(_any_of(truth.true for truth in truths), _all_of(truth.false for truth in truths))


def _python_not(truths: Sequence[Sides]) -> Sides:
    return Sides(truths[0].false, truths[0].true)


def _all_of(conditions: Iterable[str]) -> str:
    return " and ".join(f"({one})" if " or " in one else one for one in conditions)


def _any_of(conditions: Iterable[str]) -> str:
    return " or ".join(conditions)


def _solver_and(on: Forms, *truths: Any) -> Any:
    return on.all_of(true for true, _ in truths), on.any_of(false for _, false in truths)


def _solver_or(on: Forms, *truths: Any) -> Any:
    return on.any_of(true for true, _ in truths), on.all_of(false for _, false in truths)


def _solver_not(on: Forms, truth: Any) -> Any:
    return on.opposite(truth)


def _solver_unless_zero(on: Forms, whole: Any, truth: Any) -> Any:
    return truth, on.opposite(whole == 0)


def _solver_lt(_: Forms, left: Any, right: Any) -> Any:
    return left < right


def _solver_le(_: Forms, left: Any, right: Any) -> Any:
    return left <= right


def _solver_eq(_: Forms, left: Any, right: Any) -> Any:
    return left == right


def _solver_add(_: Forms, left: Any, right: Any) -> Any:
    return left + right


def _solver_sub(_: Forms, left: Any, right: Any) -> Any:
    return left - right


def _solver_mul(_: Forms, left: Any, right: Any) -> Any:
    return left * right


def _solver_min(on: Forms, left: Any, right: Any) -> Any:
    return on.choose(left < right, left, right)


def _solver_max(on: Forms, left: Any, right: Any) -> Any:
    return on.choose(left < right, right, left)


def _solver_periods(on: Forms, first: Any, second: Any, period: int) -> Any:
    later = on.floor(second - first, period)
    return on.choose(first <= second, later, -on.floor(first - second, period))


def _solver_days(on: Forms, first: Any, second: Any) -> Any:
    return _solver_day_number(on, second) - _solver_day_number(on, first)


def _solver_day_number(on: Forms, day: Any) -> Any:
    """Count days up to a date, by years that begin in March: a leap day is then the last."""
    month = on.floor(day % A_YEAR, A_MONTH)  # from 0
    year = on.floor(day, A_YEAR) - on.choose(month < 2, 1, 0)
    leap_days = on.floor(year, 4) - on.floor(year, 100) + on.floor(year, 400)
    before_the_month = on.floor(153 * ((month + 10) % 12) + 2, 5)
    return 365 * year + leap_days + before_the_month + day % A_MONTH


def _solver_add_years(on: Forms, start: Any, years: Any) -> Any:
    year, rest = on.floor(start, A_YEAR) + years, start % A_YEAR
    no_such_day = on.all_of((rest == LEAP_DAY, on.opposite(is_leap_year(on, year))))
    moved = year * A_YEAR + on.choose(no_such_day, AFTER_LEAP_DAY, rest)
    return moved, on.all_of((year >= 1, year <= 9999))


def is_leap_year(on: Forms, year: Any) -> Any:
    """Say that a year has a 29 February."""
    is_century = year % 100 == 0
    return on.any_of((on.all_of((year % 4 == 0, on.opposite(is_century))), year % 400 == 0))


def _solver_year(on: Forms, day: Any) -> Any:
    return on.floor(day, A_YEAR)


def _solver_pick(on: Forms, key: Any, table: tuple[tuple[str, Any], ...]) -> Any:
    found = [(key == on.code(name), value) for name, value in table]
    picked = found[-1][1] if found else 0
    for is_it, value in found[-2::-1]:
        picked = on.choose(is_it, value, picked)
    return picked, on.any_of(is_it for is_it, _ in found)


_ROWS = (
    # of truths, two or more
    Operator(
        "and",
        _python_and,
        spans.conjunction,
        columns.conjunction,
        strict=False,
        joins=True,
        solver=_solver_and,
    ),
    Operator(
        "or",
        _python_or,
        spans.disjunction,
        columns.disjunction,
        strict=False,
        joins=True,
        solver=_solver_or,
    ),
    Operator("not", _python_not, spans.negation, columns.negation, joins=True, solver=_solver_not),
    # a truth, unknown where a share's whole is zero
    Operator(
        "unless_zero",
        "{1}",
        spans.unless_zero,
        columns.unless_zero,
        partial=True,
        unless="{0} == 0",
        solver=_solver_unless_zero,
    ),
    # comparisons of numbers of one scale, of dates, of an enum fact with a value
    Operator("lt", "{0} < {1}", spans.less, columns.less, solver=_solver_lt),
    Operator("le", "{0} <= {1}", spans.at_most, columns.at_most, solver=_solver_le),
    Operator("eq", "{0} == {1}", spans.equal, columns.equal, solver=_solver_eq),
    # numbers of one scale
    Operator("add", "{0} + {1}", spans.add, columns.add, solver=_solver_add),
    Operator("sub", "{0} - {1}", spans.subtract, columns.subtract, solver=_solver_sub),
    Operator("mul", "{0} * {1}", spans.multiply, columns.multiply, solver=_solver_mul),
    # numbers of one scale, or dates
    Operator("min", "{0} if {0} < {1} else {1}", spans.least, columns.least, solver=_solver_min),
    Operator(
        "max", "{1} if {0} < {1} else {0}", spans.greatest, columns.greatest, solver=_solver_max
    ),
    # completed periods of `c` (a year or a month of packed dates) from one date to another
    Operator(
        "periods",
        "({1} - {0}) // {c} if {0} <= {1} else -(({0} - {1}) // {c})",
        spans.periods,
        columns.periods,
        solver=_solver_periods,
    ),
    Operator("days", "_days({0}, {1})", spans.day_count, columns.day_count, solver=_solver_days),
    Operator(
        "add_years",
        "_add_years({0}, {1})",
        spans.years_added,
        columns.years_added,
        partial=True,
        solver=_solver_add_years,
    ),
    Operator("year", "{0} // 384", spans.year, columns.year, solver=_solver_year),
    # a parameter's value by an enum fact's; `c` is the table, here with None for what it lacks
    Operator("pick", "{c}[{0}]", spans.pick, columns.pick, partial=True, solver=_solver_pick),
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
