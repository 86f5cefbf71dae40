"""Types, bounds and units of expressions, and every way in which they do not go together."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.language.infer import infer
from nic_rules.language.parse import ExpressionProblem, parse
from nic_rules.language.types import LARGEST, Choice, Day, Declared, Number, Text, Truth, Type
from nic_rules.language.walk import Walk
from tests.strategies import ACTORS, YEARS, Case, Environment, cases, environments, expressions

LARGEST_FACT = 2**53 - 1

NAMES: dict[str, Declared] = {
    "flag": Declared("fact", Truth()),
    "level": Declared("fact", Choice(("arena", "nce"))),
    "note": Declared("fact", Text()),
    "n": Declared("fact", Number(0, -2, 5)),
    "m": Declared("fact", Number(0, 1, 10)),
    "x": Declared("fact", Number(2, -150, 250)),
    "big": Declared("fact", Number(0, 0, LARGEST_FACT)),
    "fine": Declared("fact", Number(9, -LARGEST_FACT, LARGEST_FACT)),
    "age": Declared("fact", Number(0, 0, 9, YEARS)),
    "seats": Declared("fact", Number(0, 0, 9, ACTORS)),
    "day": Declared("fact", Day(date(2000, 1, 31), date(2016, 2, 29))),
    "open": Declared("fact", Day(date(2010, 6, 1), date(2012, 6, 1))),
    "least": Declared("parameter", Number(0, 3, 10), "level"),
    "opens": Declared("parameter", Day(date(2002, 1, 1), date(2014, 1, 1)), "level"),
    "both": Declared("parameter", Truth()),
    "crit": Declared("criterion", Truth()),
}


def inferred(text: str) -> tuple[Type | None, list[tuple[str, int]]]:
    """Give an expression's type, and the code and offset of each problem."""
    tree = parse(text)
    assert not isinstance(tree, ExpressionProblem), tree
    kind, problems = infer(tree, NAMES.get)
    return kind, [(problem.code, problem.at) for problem in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Number(0, 12, 12)),
        ("1.10", Number(2, 110, 110)),
        ("x", Number(2, -150, 250)),
        ("-n", Number(0, -5, 2)),
        ("n + m", Number(0, -1, 15)),
        ("n - m", Number(0, -12, 4)),
        ("n + x", Number(2, -350, 750)),
        ("n * m", Number(0, -20, 50)),
        ("n * n", Number(0, -10, 25)),
        ("x * x", Number(4, -37500, 62500)),
        ("0 * n", Number(0, 0, 0)),
        ("min(n, m)", Number(0, -2, 5)),
        ("max(n, m, x)", Number(2, 100, 1000)),
        ("least[level]", Number(0, 3, 10)),
        ("opens[level]", Day(date(2002, 1, 1), date(2014, 1, 1))),
        ("as_of", Day()),
        ("date('2014-06-01')", Day(date(2014, 6, 1), date(2014, 6, 1))),
        ("min(day, open)", Day(date(2000, 1, 31), date(2012, 6, 1))),
        ("max(day, open)", Day(date(2010, 6, 1), date(2016, 2, 29))),
        ("add_years(day, 1)", Day(date(2001, 1, 31), date(2017, 3, 1))),
        ("add_years(day, n)", Day(date(1998, 1, 31), date(2021, 3, 1))),
        ("add_years(day, big)", Day(date(2000, 1, 31), date.max)),
        ("add_years(day, 0 - big)", Day(date.min, date(2016, 2, 29))),
        ("year(day)", Number(0, 2000, 2016)),
        ("year(as_of)", Number(0, 1, 9999)),
        ("years_between(day, open)", Number(0, -5, 12)),
        ("months_between(day, open)", Number(0, -68, 148)),
        ("days_between(open, open)", Number(0, -731, 731)),
        ("days_between(as_of, as_of)", Number(0, -3652058, 3652058)),
        ("age + 1", Number(0, 1, 10, YEARS)),
        ("-age", Number(0, -9, 0, YEARS)),
        ("min(age, 3)", Number(0, 0, 3, YEARS)),
        ("age * seats", Number(0, 0, 81)),
        ("age * 2", Number(0, 0, 18)),
        ("years_between(day, open) + age", Number(0, -5, 21, YEARS)),
        ("big * 1000", Number(0, 0, LARGEST_FACT * 1000)),
        ("flag", Truth()),
        ("crit and both or not flag", Truth()),
        ("n < m <= x", Truth()),
        ("day < open <= as_of", Truth()),
        ("level == 'nce'", Truth()),
        ("level not in ('nce', 'arena')", Truth()),
        ("n in (1, -2)", Truth()),
        ("years_between(day, open) in (1)", Truth()),
        ("share(n, m) >= 0.5", Truth()),
        ("0.5 < share(x, m) <= 1", Truth()),
        ("0 < share(n, m) < x", Truth()),
        ("share(age, age) > n", Truth()),
        ("age < n < seats", Truth()),
        ("share(n, seats) > 0.5", Truth()),
    ],
)
def test_types_bounds_and_units(text: str, expected: Type) -> None:
    """Each form has the type, the bounds and the unit of the contract."""
    assert (expected, []) == inferred(text)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        # names
        ("least", [("NIC304", 0)]),
        ("least[flag]", [("NIC304", 0)]),
        ("n[level]", [("NIC304", 0)]),
        ("both[level]", [("NIC304", 0)]),
        ("note", [("NIC305", 0)]),
        ("note == 'x'", [("NIC305", 0)]),
        # truths
        ("n and flag", [("NIC305", 0)]),
        ("flag and n and day", [("NIC305", 9), ("NIC305", 15)]),
        ("not level", [("NIC305", 4)]),
        ("not 1", [("NIC305", 4)]),
        ("flag == both", [("NIC305", 0), ("NIC305", 8)]),
        ("(n < m) < x", [("NIC305", 1)]),
        # comparisons
        ("n < day", [("NIC305", 4)]),
        ("day < n < open", [("NIC305", 6), ("NIC305", 10)]),
        ("level < 'nce'", [("NIC305", 0)]),
        ("level == level", [("NIC305", 0), ("NIC305", 9)]),
        ("'nce' == level", [("NIC305", 0)]),
        ("level == 'nce' == 'nce'", [("NIC305", 0)]),
        ("level == 'gce'", [("NIC305", 9)]),
        ("n == 'nce'", [("NIC305", 0)]),
        ("'nce'", [("NIC305", 0)]),
        ("'a' < 'b'", [("NIC305", 0)]),
        # lists
        ("x in (1)", [("NIC305", 0)]),
        ("day in (1)", [("NIC305", 0)]),
        ("level in (1)", [("NIC305", 0)]),
        ("n in ('nce')", [("NIC305", 0)]),
        ("n in (1.0)", [("NIC305", 6)]),
        ("n in (1, 'nce')", [("NIC305", 9)]),
        ("level in ('nce', 'gce', 'x')", [("NIC305", 17), ("NIC305", 24)]),
        # numbers and dates
        ("n + day", [("NIC305", 4)]),
        ("-day", [("NIC305", 1)]),
        ("day - open", [("NIC305", 0), ("NIC305", 6)]),
        ("flag * 2", [("NIC305", 0)]),
        ("min(n, day)", [("NIC305", 0)]),
        ("min(flag, both)", [("NIC305", 4), ("NIC305", 10)]),
        ("min(n)", [("NIC301", 0)]),
        ("max()", [("NIC301", 0)]),
        ("year(n)", [("NIC305", 5)]),
        ("year(day, open)", [("NIC301", 0)]),
        ("years_between(day)", [("NIC301", 0)]),
        ("days_between(day, n)", [("NIC305", 18)]),
        ("add_years(day, x)", [("NIC305", 15)]),
        ("add_years(n, n)", [("NIC305", 10)]),
        # shares
        ("share(n, m)", [("NIC305", 0)]),
        ("share(n, m) + 1 > 2", [("NIC305", 0)]),
        ("min(share(n, m), 1) > 0", [("NIC305", 4)]),
        ("share(n, m) > share(m, m)", [("NIC305", 14)]),
        ("share(m, n) > 0.5", [("NIC305", 9)]),
        ("share(m, m - 2) > 0.5", [("NIC305", 9)]),
        ("share(n, m) > day", [("NIC305", 14)]),
        ("share(n, m) > flag", [("NIC305", 14)]),
        ("share(day, m) > 1", [("NIC305", 6)]),
        ("share(n, m) in (1)", [("NIC305", 0)]),
        # units
        ("age + seats", [("NIC306", 0)]),
        ("age - seats", [("NIC306", 0)]),
        ("age < seats", [("NIC306", 6)]),
        ("age == seats", [("NIC306", 7)]),
        ("max(age, n, seats)", [("NIC306", 0)]),
        ("share(age, seats) > 0.5", [("NIC306", 0)]),
        ("share(age, age) > seats", [("NIC306", 18)]),
        ("(age + 1) - (seats * 1) < seats", [("NIC306", 26)]),
        # the range of 64 bits
        ("9223372036854775808 > n", [("NIC307", 0)]),
        ("big * 1025 > n", [("NIC307", 0)]),
        ("big * big > n", [("NIC307", 0)]),
        ("fine + big > n", [("NIC307", 0)]),
        ("fine < big", [("NIC307", 7)]),
        ("max(fine, big) > n", [("NIC307", 0)]),
        ("big * 1024 + 1023 > n", []),
        ("big * 1024 + 1024 > n", [("NIC307", 0)]),
        ("n in (9223372036854775808)", [("NIC307", 6)]),
        ("share(n, big) > 10000.00", [("NIC307", 0)]),
    ],
)
def test_all_problems_at_their_places(text: str, problems: list[tuple[str, int]]) -> None:
    """Every problem of an expression is told, with its code and offset, and only those."""
    assert problems == inferred(text)[1]


def test_a_name_that_nothing_has_is_told_at_its_place() -> None:
    """What the lookup says against a name is told where the name stands."""
    tree = parse("flag and who < least[whom]")
    assert not isinstance(tree, ExpressionProblem)

    def lookup(name: str) -> Declared | ExpressionProblem | None:
        return NAMES.get(name) or ExpressionProblem("NIC303", 0, name)

    problems = infer(tree, lookup)[1]
    assert [("NIC303", 9, "who"), ("NIC303", 21, "whom")] == [
        (problem.code, problem.at, problem.message) for problem in problems
    ]


def test_what_was_told_elsewhere_is_not_told_again() -> None:
    """A name that is itself broken makes no problem where it is used."""
    assert (None, []) == inferred("flag and broken < m + lost[level]")


def test_the_largest_number_fits() -> None:
    """A subexpression may reach the last number of 64 bits, with either sign."""
    assert (Number(0, LARGEST, LARGEST), []) == inferred("9223372036854775807")
    assert (Number(0, -LARGEST, -LARGEST), []) == inferred("-9223372036854775807")


def within(kind: Type | None, value: Any) -> bool:
    """Tell whether a value of the walk lies within the bounds and decimals of a type."""
    if isinstance(kind, Number):
        scaled = Fraction(value) * 10**kind.decimals
        return scaled.denominator == 1 and kind.low <= scaled <= kind.high and kind.fits
    if isinstance(kind, Day):
        return bool(kind.low <= value <= kind.high)
    return isinstance(kind, Truth) and isinstance(value, bool)


@st.composite
def typed(draw: st.DrawFn) -> tuple[Environment, Case, type[Type], Any]:
    """Draw names, a case, and an expression of some type over them."""
    env = draw(environments())
    kind = draw(st.sampled_from((Number, Number, Day, Truth)))
    return env, draw(cases(env)), kind, draw(expressions(env.declared, kind))


@settings(max_examples=150)
@given(typed())
def test_values_lie_within_what_was_inferred(
    drawn: tuple[Environment, Case, type[Type], Any],
) -> None:
    """Whatever the facts are within their bounds, the walk's value is within the inferred ones."""
    env, case, kind, tree = drawn
    found, problems = infer(tree, env.declared.get)
    assert [] == problems
    assert isinstance(found, kind)
    walk = Walk(env.definitions(case.rules_on), case.values, case.as_of)
    value = walk.truth(tree).truth if kind is Truth else walk.value(tree).value
    assert value is None or within(found, value)


@settings(max_examples=150)
@given(st.data())
def test_every_value_on_the_way_fits_64_bits(data: st.DataObject) -> None:
    """Random expressions, not made to fit: those that the check takes stay within 64 bits."""
    numbers = {name: d for name, d in NAMES.items() if isinstance(d.type, Number) and not d.key}
    facts = {name: d.type for name, d in numbers.items()}
    leaves = st.sampled_from([*facts, "3", "0.5", "4294967296"])
    texts = st.recursive(
        leaves,
        lambda t: (
            st.builds("({} {} {})".format, t, st.sampled_from("+-*"), t)
            | st.builds("{}({}, {})".format, st.sampled_from(("min", "max")), t, t)
        ),
        max_leaves=5,
    )
    tree = parse(data.draw(texts))
    assert not isinstance(tree, ExpressionProblem)
    found, problems = infer(tree, numbers.get)
    if problems or not isinstance(found, Number):
        return
    corner = {n: data.draw(st.sampled_from((t.low, t.high))) for n, t in facts.items()
              if isinstance(t, Number)}  # fmt: skip
    values: Any = {n: Fraction(v, 10 ** facts[n].decimals) for n, v in corner.items()}  # type: ignore[union-attr]
    walk = Walk(
        Environment({}, {}, {}, {}, frozenset(), {}).definitions(date.min), values, date.min
    )
    value = walk.value(tree).value
    assert value is not None
    assert within(found, value)
