"""Spans bound what the core forms are: held against the forms' own meaning, value by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, product
from typing import Any

import pytest

from nic_rules.language import packed
from nic_rules.language.operators import OPERATORS, Constant, Operator, Sides
from nic_rules.language.spans import NOT_KNOWN, Span, point

TRUTHS = (None, True, False)
NUMBERS = (None, -3, 0, 2, 5)
YEARS = (None, -2020, -1, 0, 3, 9999)
DAYS = (
    None,
    *map(packed.pack, (date.min, date(2016, 2, 29), date(2019, 2, 28), date(2019, 3, 1), date.max)),
)
TABLE = (("x", 7), ("y", None))

DOMAINS: dict[str, tuple[Sequence[object], ...]] = {
    "and": (TRUTHS, TRUTHS, TRUTHS),
    "or": (TRUTHS, TRUTHS, TRUTHS),
    "not": (TRUTHS,),
    "unless_zero": (NUMBERS, TRUTHS),
    **dict.fromkeys(("lt", "le", "add", "sub", "mul", "min", "max"), (NUMBERS, NUMBERS)),
    "eq": (NUMBERS, NUMBERS),
    **dict.fromkeys(("periods", "days"), (DAYS, DAYS)),
    "add_years": (DAYS, YEARS),
    "year": (DAYS,),
    "pick": ((None, "x", "y", "z"),),
}
"""What the operands of each core form are tried with: None is unknown."""

CONSTANTS: dict[str, tuple[Constant, ...]] = {
    "periods": (packed.A_YEAR, packed.A_MONTH),
    "pick": (TABLE,),
}

UNCHANGING = {"pick"}
"""Forms of facts alone, which no day changes: each operand has one value."""


def meaning(operator: Operator, constant: Constant) -> Callable[..., Any]:
    """Give a core form as the function of its operands that generated code has for it."""
    names = [f"v{at}" for at in range(len(DOMAINS[operator.name]))]
    if isinstance(operator.python, str):
        unknown = [f"{name} is None" for name in names]
        unknown += [operator.unless.format(*names)] if operator.unless else []
        body = f"None if {' or '.join(unknown)} else ({operator.python.format(*names, c='c')})"
    else:
        sides = operator.python([Sides(name, f"{name} is False") for name in names])
        body = f"True if {sides.true} else False if {sides.false} else None"
    scope: dict[str, Any] = {"_days": packed.days, "_add_years": packed.add_years, "c": constant}
    if isinstance(constant, tuple):
        scope["c"] = {**dict.fromkeys(DOMAINS[operator.name][0]), **dict(constant)}
    found: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {body}", scope)
    return found


def span_of(values: Sequence[Any]) -> Span:
    """Give the narrowest span of some values."""
    known = [value for value in values if value is not None]
    unknown = len(known) < len(values)
    return Span(min(known), max(known), unknown) if known else NOT_KNOWN


def some_of(domain: Sequence[object], name: str) -> Iterator[tuple[object, ...]]:
    """Give the values that an operand may have over some days: one to three."""
    for count in (1,) if name in UNCHANGING else (1, 2, 3):
        yield from combinations(domain, count)


def holds(span: Span, found: Span) -> bool:
    """Tell whether a span has all that another one has."""
    if found.unknown and not span.unknown:
        return False
    if found.low is None:
        return True
    return span.low is not None and bool(span.low <= found.low <= found.high <= span.high)


def too_narrow(operator: Operator) -> Iterator[str]:
    """Give each set of operands for which a form is something that its span leaves out."""
    for constant in CONSTANTS.get(operator.name, (None,)):
        form = meaning(operator, constant)
        for operands in product(*(some_of(d, operator.name) for d in DOMAINS[operator.name])):
            span = operator.over(constant, [span_of(values) for values in operands])
            found = span_of([form(*values) for values in product(*operands)])
            if not holds(span, found):
                yield f"{operator.name}{operands}: {span}, found {found}"


def test_every_operator_is_tried() -> None:
    """Each core form has operands here, and a meaning that is too narrow."""
    assert OPERATORS.keys() == DOMAINS.keys() == NARROW.keys()


@pytest.mark.parametrize("name", OPERATORS)
def test_spans_are_wide_enough(name: str) -> None:
    """Whatever a form is for some of its operands' values lies in its span."""
    assert [] == list(too_narrow(OPERATORS[name]))


@pytest.mark.parametrize("name", OPERATORS)
def test_spans_of_one_day_are_exact(name: str) -> None:
    """Where each operand has one value, the span is that of the form's one value."""
    operator = OPERATORS[name]
    for constant in CONSTANTS.get(name, (None,)):
        form = meaning(operator, constant)
        for values in product(*DOMAINS[name]):
            span = operator.over(constant, [point(value) for value in values])
            assert point(form(*values)) == span, values


WIDER = {
    "add_years": "a bound outside the calendar gives way to the calendar's own",
    "unless_zero": "that the truth is another one where the whole is zero is not told",
}


@pytest.mark.parametrize("name", sorted(OPERATORS.keys() - WIDER.keys()))
def test_spans_are_not_wider_than_they_must_be(name: str) -> None:
    """Both bounds of a span are met by some of the operands' values."""
    operator = OPERATORS[name]
    for constant in CONSTANTS.get(name, (None,)):
        form = meaning(operator, constant)
        for operands in product(*(some_of(d, name) for d in DOMAINS[name])):
            span = operator.over(constant, [span_of(values) for values in operands])
            found = span_of([form(*values) for values in product(*operands)])
            if name == "eq" and span == Span(False, True, span.unknown):
                continue  # equal ones may lie between those tried
            assert found == span, operands


def first_alone(name: str) -> Callable[..., Span]:
    """Plant a fault: each operand is what it is at least."""
    right = OPERATORS[name].span
    return lambda constant, *operands: right(constant, *(point(part.low) for part in operands))


def last_alone(name: str) -> Callable[..., Span]:
    """Plant a fault: each operand is what it is at most."""
    right = OPERATORS[name].span
    return lambda constant, *operands: right(constant, *(point(part.high) for part in operands))


NARROW: dict[str, Callable[..., Span]] = {
    **{name: first_alone(name) for name in OPERATORS},
    "and": last_alone("and"),
    "unless_zero": lambda _, whole, truth: truth,  # noqa: ARG005 - zero forgotten
    "mul": lambda _, a, b: Span(a.low * b.low, a.high * b.high),  # as if none were below zero
    "pick": lambda _, key: point(7),  # noqa: ARG005 - whatever the key
}


@pytest.mark.parametrize("name", OPERATORS)
def test_a_planted_fault_is_seen(name: str) -> None:
    """A span that is too narrow is noticed, whichever form it is of."""
    assert [] != list(too_narrow(replace(OPERATORS[name], span=NARROW[name])))
