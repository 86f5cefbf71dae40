"""Which texts are expressions, and where exactly the others go wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.language.parse import ExpressionProblem, parse
from nic_rules.language.syntax import (
    Among,
    AsOf,
    Calculate,
    Call,
    Compare,
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
)

A, B, C = Name("a"), Name("b"), Name("c")
NCE, GCE = ValueLiteral("nce"), ValueLiteral("gce")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("  a\n", A),
        ("(a)", A),
        ("as_of", AsOf()),
        ("12", NumberLiteral(12, 0)),
        ("0.25", NumberLiteral(25, 2)),
        ("1.10", NumberLiteral(110, 2)),
        ("date('2014-06-01')", DateLiteral(date(2014, 6, 1))),
        ('date("2014-06-01")', DateLiteral(date(2014, 6, 1))),
        ("a and b and c", Junction("and", (A, B, C))),
        ("a or b and c", Junction("or", (A, Junction("and", (B, C))))),
        ("(a and b) and c", Junction("and", (Junction("and", (A, B)), C))),
        ("not a or b", Junction("or", (Not(A), B))),
        ("not a < b", Not(Compare(("<",), (A, B)))),
        ("a <= b < c", Compare(("<=", "<"), (A, B, C))),
        ("a == b != c", Compare(("==", "!="), (A, B, C))),
        ("a > b >= c", Compare((">", ">="), (A, B, C))),
        ("a == 'nce'", Compare(("==",), (A, NCE))),
        ("a in ('nce', 'gce')", Among(A, (NCE, GCE), False)),
        ("a not in ['nce']", Among(A, (NCE,), True)),
        ("a in ('nce')", Among(A, (NCE,), False)),
        ("a in ('nce',)", Among(A, (NCE,), False)),
        ("a in (1, -2)", Among(A, (NumberLiteral(1, 0), NumberLiteral(-2, 0)), False)),
        ("a - b - c", Calculate("-", Calculate("-", A, B), C)),
        ("a - (b - c)", Calculate("-", A, Calculate("-", B, C))),
        ("a + b * c", Calculate("+", A, Calculate("*", B, C))),
        ("-a * b", Calculate("*", Minus(A), B)),
        ("--a", Minus(Minus(A))),
        ("-12", Minus(NumberLiteral(12, 0))),
        ("min(a, b, c)", Call("min", (A, B, C))),
        ("share(a, b) >= c", Compare((">=",), (Call("share", (A, B)), C))),
        ("a\n  and\tb\r\n", Junction("and", (A, B))),
        ("p[level]", Keyed("p", "level")),
        ("a <b", Compare(("<",), (A, B))),
        ("a<-b", Compare(("<",), (A, Minus(B)))),
    ],
)
def test_expressions_are_read(text: str, expected: Expression) -> None:
    """Each form becomes the tree that Python's precedence gives it."""
    assert expected == parse(text)


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "NIC301", 0),
        (" \n ", "NIC301", 0),
        # other signs and words of Python
        ("a / b", "NIC301", 2),
        ("a // b", "NIC301", 2),
        ("a % b", "NIC301", 2),
        ("a ** b", "NIC301", 0),
        ("a @ b", "NIC301", 2),
        ("a & b", "NIC301", 2),
        ("a | b", "NIC301", 2),
        ("a ^ b", "NIC301", 2),
        ("~a", "NIC301", 0),
        ("!a", "NIC301", 0),
        ("c and +a", "NIC301", 6),
        ("a << b", "NIC301", 0),
        ("a <> b", "NIC301", 2),
        ("a = b", "NIC301", 2),
        ("(a := b)", "NIC301", 3),
        ("a; b", "NIC301", 1),
        ("a # note", "NIC301", 2),
        ("a.b", "NIC301", 1),
        ("a is b", "NIC301", 0),
        ("c or a is not b", "NIC301", 5),
        ("a if b else c", "NIC301", 0),
        ("c or (lambda: a)", "NIC301", 12),
        ("[a for a in b]", "NIC301", 0),
        ("min(a for a in b)", "NIC301", 3),
        ("{a}", "NIC301", 0),
        ("c and (a, b)", "NIC301", 6),
        ("c and [a]", "NIC301", 6),
        ("c and ()", "NIC301", 6),
        ("...", "NIC301", 0),
        ("c or True", "NIC301", 5),
        ("None", "NIC301", 0),
        ("a, b", "NIC301", 0),
        ("a b", "NIC301", 2),
        # numbers and texts
        ("a > 1e3", "NIC301", 4),
        ("a > 1_000", "NIC301", 4),
        ("a > 0x10", "NIC301", 4),
        ("a > 1.", "NIC301", 4),
        ("a > .5", "NIC301", 4),
        ("a > 1.2.3", "NIC301", 4),
        ("a > 5j", "NIC301", 4),
        ("a > 1and b", "NIC301", 4),
        ("a > １", "NIC301", 4),
        ("é > 1", "NIC301", 0),
        ("a\u00a0> 1", "NIC301", 1),
        ("a\f> 1", "NIC301", 1),
        ("a == 'x", "NIC301", 5),
        ("a == 'x\\n'", "NIC301", 5),
        ("a == 'x' 'y'", "NIC301", 9),
        ("a == '''x'''", "NIC301", 7),
        ("a == b'x'", "NIC301", 5),
        ("a == f'x'", "NIC301", 5),
        # calls and keys
        ("c and size(a)", "NIC301", 6),
        ("c and a(b)(c)", "NIC301", 6),
        ("as_of()", "NIC301", 0),
        ("min(a, *b)", "NIC301", 7),
        ("min(a, b=c)", "NIC301", 8),
        ("p[a, b]", "NIC301", 0),
        ("p['nce']", "NIC301", 0),
        ("p[a][b]", "NIC301", 0),
        ("p[a:b]", "NIC301", 3),
        ("c < date(a)", "NIC301", 4),
        ("date()", "NIC301", 0),
        ("date(2014)", "NIC301", 0),
        ("date('2014-06-01', '2014-06-01')", "NIC301", 0),
        ("c < date('2014-6-1')", "NIC301", 9),
        ("c < date('2014-02-29')", "NIC301", 9),
        # lists
        ("a in ()", "NIC301", 5),
        ("a in b", "NIC301", 5),
        ("a in (b, 'x')", "NIC301", 6),
        ("a in ('x', +1)", "NIC301", 11),
        ("a in ('x', --1)", "NIC301", 11),
        ("a in (-'x')", "NIC301", 6),
        ("a in (1 + 1)", "NIC301", 6),
        ("c and a in (1) in (2)", "NIC301", 6),
        ("a < b in (2)", "NIC301", 0),
        ("a in ((1, 2), 3)", "NIC301", 6),
    ],
)
def test_all_else_is_refused_at_its_place(text: str, code: str, at: int) -> None:
    """Whatever is not of the language is told with its code and offset."""
    problem = parse(text)
    assert isinstance(problem, ExpressionProblem)
    assert (code, at) == (problem.code, problem.at)


@pytest.mark.parametrize(
    "text", ["a and", "(a", "a)", "a or or b", "min(a,,b)", "a not b", "not", "1 a"]
)
def test_broken_expressions_are_refused(text: str) -> None:
    """What Python cannot read is refused somewhere within the text."""
    problem = parse(text)
    assert isinstance(problem, ExpressionProblem)
    assert "NIC301" == problem.code
    assert 0 <= problem.at <= len(text)


def problem_of(text: str) -> tuple[str, int] | None:
    """Give the code and offset of what is wrong, None if nothing is."""
    parsed = parse(text)
    return (parsed.code, parsed.at) if isinstance(parsed, ExpressionProblem) else None


def test_two_thousand_characters_are_enough() -> None:
    """An expression may have 2,000 characters, spaces among them."""
    assert problem_of("a" + " " * 1999) is None
    assert ("NIC302", 0) == problem_of("a" + " " * 2000)


@pytest.mark.parametrize(
    ("most", "one_more", "at"),
    [
        # 100 names and 99 words make 199, `not` one more
        (" and ".join(["not a", *["a"] * 99]), " and ".join(["not a", "not a", *["a"] * 98]), None),
        ("n in (" + ", ".join(["1"] * 198) + ")", "n in (" + ", ".join(["1"] * 199) + ")", 600),
        ("n in (" + ", ".join(["-1"] * 99) + ")", "n in (" + ", ".join(["-1"] * 100) + ")", None),
        ("min(" + ", ".join(["a"] * 199) + ")", "min(" + ", ".join(["a"] * 200) + ")", 601),
        (
            "min(a, " + ", ".join(["p[k]"] * 99) + ")",
            "min(" + ", ".join(["p[k]"] * 100) + ")",
            None,
        ),
        ("-a " + "< a " * 99, "--a " + "< a " * 99, None),
    ],
)
def test_two_hundred_parts_are_enough(most: str, one_more: str, at: int | None) -> None:
    """Names, literals, signs, words and calls are counted, 200 at most."""
    assert problem_of(most) is None
    problem = parse(one_more)
    assert isinstance(problem, ExpressionProblem)
    assert "NIC302" == problem.code
    assert at in (None, problem.at)


def nested(depth: int, form: str) -> str:
    """Nest a form so deep: `{}` is where the next one goes."""
    text = "a"
    for _ in range(depth):
        text = form.format(text)
    return text


@pytest.mark.parametrize(
    "form",
    [
        *("not {}", "not ({})", "-{}", "- ({})", "a and ({})", "({}) or a", "a + ({})", "{} - a"),
        *("max({}, a)", "({}) < a", "({}) in (1)", "year({})"),
    ],
)
def test_thirty_deep_is_enough(form: str) -> None:
    """Operators and calls may be nested 30 deep."""
    assert problem_of(nested(30, form)) is None
    problem = parse(nested(31, form))
    assert isinstance(problem, ExpressionProblem)
    assert "NIC302" == problem.code


@pytest.mark.parametrize(
    "text", ["not " * 499 + "a", "-" * 1999 + "a", "(" * 999 + "a" + ")" * 999]
)
def test_whatever_is_nested_far_too_deep_is_refused(text: str) -> None:
    """However deep an expression is nested, it is a problem and no crash."""
    problem = parse(text)
    assert isinstance(problem, ExpressionProblem)
    assert "NIC302" == problem.code


def test_brackets_alone_are_no_depth() -> None:
    """Only operators and calls count: brackets around brackets do not."""
    assert problem_of("(" * 100 + "a" + ")" * 100) is None


def test_a_list_of_one_wants_brackets() -> None:
    """`in ('nce')` is of the language, `in 'nce'` is none of its forms."""
    assert ("NIC301", 5) == problem_of("a in 'nce'")


def test_offsets_hold_in_text_of_several_lines() -> None:
    """Every name stands where its offset says, over lines and tabs."""
    text = "\n a and\r\n\tp[level] <= b\n or c in (1)"
    parsed = parse(text)
    assert not isinstance(parsed, ExpressionProblem)
    found = [(name, text[at : at + len(name)]) for name, at in names(parsed)]
    assert ["a", "p", "level", "b", "c"] == [name for name, _ in found]
    assert [] == [name for name, there in found if name != there]


@given(
    st.text(st.sampled_from("ab01.'\"()[],+-*<>=! \nnotandrin_é{:#\\/"), max_size=30) | st.text()
)
def test_any_text_is_an_expression_or_a_problem(text: str) -> None:
    """No text whatever makes the reader fail, and a problem lies within its text."""
    parsed = parse(text)
    if isinstance(parsed, ExpressionProblem):
        assert parsed.code in ("NIC301", "NIC302")
        assert 0 <= parsed.at <= len(text)
        assert "\n" not in parsed.message
