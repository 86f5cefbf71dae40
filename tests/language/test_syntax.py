"""Printing: one canonical text for each tree, which reads as the same tree again."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nic_rules.language.parse import ExpressionProblem, parse
from nic_rules.language.syntax import (
    Among,
    Arithmetic,
    AsOf,
    Calculate,
    Call,
    Compare,
    Comparison,
    DateLiteral,
    Expression,
    Junction,
    Keyed,
    Minus,
    Name,
    Not,
    NumberLiteral,
    ValueLiteral,
    names,
    parts,
    to_text,
)
from tests.strategies import Environment, environments, expressions

_words = st.sampled_from(("a", "level", "x_1"))
_numbers = st.builds(NumberLiteral, st.integers(0, 1050), st.integers(0, 3))
_values = st.builds(ValueLiteral, _words)
_leaves: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Name, _words),
    st.builds(Keyed, _words, _words),
    st.builds(DateLiteral, st.dates()),
    st.just(AsOf()),
    _numbers,
    _values,
)
_members = st.lists(
    _values | st.builds(NumberLiteral, st.integers(-9, 9), st.integers(0, 2)), min_size=1
)


def _wider(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    signs = st.sampled_from(get_args(Comparison))
    chains = several.flatmap(
        lambda o: st.builds(Compare, st.tuples(*[signs] * (len(o) - 1)), st.just(o))
    )
    return st.one_of(
        st.builds(Junction, st.sampled_from(("and", "or")), several),
        st.builds(Not, inner),
        st.builds(Minus, inner),
        chains,
        st.builds(Among, inner, _members.map(tuple), st.booleans()),
        st.builds(Calculate, st.sampled_from(get_args(Arithmetic)), inner, inner),
        st.builds(Call, st.sampled_from(("min", "share", "year")), several),
    )


trees = st.recursive(_leaves, _wider, max_leaves=12)
"""Trees of any shape, well-typed or not."""


def read_again(tree: Expression) -> Expression:
    """Print a tree and parse what was printed."""
    text = to_text(tree)
    parsed = parse(text)
    assume(not (isinstance(parsed, ExpressionProblem) and parsed.code == "NIC302"))
    assert not isinstance(parsed, ExpressionProblem), f"{text}: {parsed}"
    return parsed


@given(trees)
def test_print_then_parse_is_the_identity(tree: Expression) -> None:
    """Every tree comes back as it was, whatever stands in whatever."""
    assert tree == read_again(tree)


@given(st.data(), environments())
def test_well_typed_expressions_come_back(data: st.DataObject, env: Environment) -> None:
    """So do the expressions that the other tests draw."""
    tree: Any = data.draw(expressions(env.declared))
    assert tree == read_again(tree)


@given(trees)
def test_printing_is_canonical(tree: Expression) -> None:
    """What was printed, read and printed again is the same text."""
    assert to_text(tree) == to_text(read_again(tree))


@given(trees)
def test_names_stand_where_they_say(tree: Expression) -> None:
    """The offset of each name used is the place where it is written."""
    text = to_text(tree)
    found = list(names(read_again(tree)))
    assert [n for n, _ in found] == [text[at : at + len(n)] for n, at in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("((a))", "a"),
        ("(a and b) and c", "(a and b) and c"),
        ("a and (b and c)", "a and (b and c)"),
        ("(a or b) and c", "(a or b) and c"),
        ("(a and b) or c", "a and b or c"),
        ("not (a and b)", "not (a and b)"),
        ("not (not a)", "not not a"),
        ("not (a < b)", "not a < b"),
        ("(not a) and b", "not a and b"),
        ("(a + b) + c", "a + b + c"),
        ("a + (b + c)", "a + (b + c)"),
        ("a - (b + c)", "a - (b + c)"),
        ("(a + b) * c", "(a + b) * c"),
        ("a * (b * c)", "a * (b * c)"),
        ("-(a * b)", "-(a * b)"),
        ("(-a) * b", "-a * b"),
        ("a - (-b)", "a - -b"),
        ("-(-a)", "--a"),
        ("(a + b) < (c)", "a + b < c"),
        ("a  in  [ 1,-2 ]", "a in (1, -2)"),
        ('a not in ("x",)', "a not in ('x')"),
        ('date("2014-06-01") < as_of', "date('2014-06-01') < as_of"),
        ("min( a,b )", "min(a, b)"),
        ("p[ level ]", "p[level]"),
        ("1.10", "1.10"),
        ("00.5", "0.5"),
    ],
)
def test_brackets_stand_only_where_they_are_wanted(text: str, expected: str) -> None:
    """The canonical text has the brackets that its shape wants, and no others."""
    parsed = parse(text)
    assert not isinstance(parsed, ExpressionProblem)
    assert expected == to_text(parsed)


def test_a_value_holds_no_quotes() -> None:
    """What is quoted holds no quotes itself, so that it can be printed between quotes again."""
    for text in ('level == "it\'s"', "level == 'so \"called\"'"):
        assert isinstance(parse(text), ExpressionProblem)


def test_parts_are_in_the_order_written() -> None:
    """A form's direct parts come as they were written."""
    parsed = parse("min(a, b) <= share(c, d) + 1")
    assert isinstance(parsed, Compare)
    assert parsed.operands == parts(parsed)
    assert "min(a, b)" == to_text(parts(parsed)[0])
    assert () == parts(Name("a"))
