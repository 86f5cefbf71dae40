"""The walk of a trace, which is laid out once for an edition, says what the plain walk says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.decision import Names
from nic_rules.engine.edition import Edition
from nic_rules.explanation import steps, values
from nic_rules.explanation.trace import FoundNode, Leaf, Step, Trace
from nic_rules.explanation.tracing import TraceFault
from nic_rules.explanation.until import until
from nic_rules.language.parse import parse
from nic_rules.language.syntax import Expression
from nic_rules.language.walk import Walk
from tests.explanation.timed import BEGIN, CASE, criterion, table, timed
from tests.strategies import Book, books, cases

CAME = {True: "true", False: "false", None: "unknown"}


def tree_of(text: str) -> Expression:
    """Read an expression that a step shows as the rules write it."""
    tree = parse(text)
    assert isinstance(tree, Expression)
    return tree


def below(node: FoundNode | Step | Leaf) -> Iterator[FoundNode | Step | Leaf]:
    """Give everything below a node, itself first."""
    yield node
    if isinstance(node, Step):
        for part in node.parts:
            yield from below(part)
        return
    if isinstance(node, FoundNode) and node.applies is not None:
        yield from below(node.applies)
    if node.condition is not None:
        yield from below(node.condition)


def nodes(trace: Trace) -> Iterator[FoundNode | Step | Leaf]:
    """Give every node of a trace."""
    for one in trace.tables:
        for top in (*one.found, *one.notes):
            yield from below(top)
        for leaf in one.looked_at:
            yield from below(leaf)


def differences(trace: Trace, walk: Walk) -> list[str]:
    """Give what a trace says otherwise than the plain walk."""
    return [f"{node} is not {said}" for node, said in _both(trace, walk) if _says(node) != said]


def _says(node: FoundNode | Step | Leaf) -> object:
    match node:
        case FoundNode():
            return node.finding, node.lacks
        case Step("value"):
            return node.lacks
        case Step():
            return node.came, node.lacks
        case Leaf():
            return node.value


def _both(trace: Trace, walk: Walk) -> Iterator[tuple[FoundNode | Step | Leaf, object]]:
    for node in nodes(trace):
        match node:
            case FoundNode():
                found = walk.finding(node.name)
                yield node, (found.finding, tuple(sorted(found.lacks)))
            case Step("value"):
                yield node, tuple(sorted(walk.value(tree_of(node.text)).lacks))
            case Step():
                held = walk.truth(tree_of(node.text))
                yield node, (CAME[held.truth], tuple(sorted(held.lacks)))
            case Leaf(kind="derived"):
                got = walk.derived(node.name).value
                if isinstance(got, Fraction) and node.value is not None:
                    assert not isinstance(node.value, bool)
                    got = node.value if Fraction(node.value) == got else got  # type: ignore[assignment]
                yield node, got.isoformat() if isinstance(got, date) else got


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_it_says_what_the_plain_walk_says(data: st.DataObject) -> None:
    """Every finding, step and derived fact of random books and cases, and what each lacks."""
    drawn: Book = data.draw(books())
    case = data.draw(cases(drawn))
    edition = drawn.load().edition(case.rules_on)
    for name in edition.tables:
        try:
            decision = edition.decide(name, case.values, as_of=case.as_of)
        except nic_rules.FactError:
            return
        walk = Walk(edition.compiled.definitions, case.values, case.as_of)
        assert [] == differences(decision.explain("en"), walk)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_it_looks_ahead_as_the_command_does(data: st.DataObject) -> None:
    """Until when an outcome holds, be it looked for or known of all cases, is one answer."""
    drawn: Book = data.draw(books())
    case = data.draw(cases(drawn))
    book = drawn.load()
    days = st.sampled_from((case.rules_on, case.as_of))
    edition = book.edition(data.draw(days))
    for name in edition.tables:
        try:
            decision = edition.decide(name, case.values, as_of=case.as_of)
        except nic_rules.FactError:
            return
        ahead = decision.explain("en").lasting
        rules_on = None if edition.rules_on == case.as_of else edition.rules_on
        found = until(book, name, case.values, case.as_of, rules_on=rules_on)
        becomes = tuple(found.becomes) if isinstance(found.becomes, Names) else found.becomes
        day = None if found.until is None else found.until.isoformat()
        assert (day, becomes) == (ahead.until, ahead.becomes)


# --- planted faults: each is seen when a decision is explained

CONDITIONS = {
    "<": "a < 5",
    "<=": "a <= 5",
    ">": "a > 5",
    ">=": "a >= 5",
    "==": "a == 5",
    "!=": "a != 5",
    "+": "a + 2 > 6",
    "-": "a - 2 > 2",
    "*": "a * 2 > 9",
    "min": "min(a, 2) > 4",
    "max": "max(a, 9) > 5",
    "years_between": "years_between(d, date('2018-02-28')) == 1",
    "months_between": "months_between(d, date('2018-02-28')) == 23",
    "days_between": "days_between(d, date('2016-03-01')) == 1",
    "add_years": "add_years(d, 1) == date('2017-03-01')",
    "year": "year(d) == 2016",
}


def wrong(name: str) -> object:
    """Give a meaning that is another one for the case of these tests."""
    if name in steps._COMPARE:
        right = steps._COMPARE[name]
        return lambda a, b: not right(a, b)
    return {
        "+": lambda a, b: a - b, "-": lambda a, b: a - b - 2, "*": lambda a, b: a + b,
        "min": max, "max": min,
        "add_years": lambda day, _: day, "year": lambda day: day.year + 1,
    }.get(name, lambda *_: 99)  # fmt: skip


@pytest.fixture(scope="module")
def of_each_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the book with a table for each form."""
    folder = tmp_path_factory.mktemp("forms")
    items = [criterion(f"c_{at}", met_when) for at, met_when in enumerate(CONDITIONS.values())]
    timed(folder, *items, *(table(f"t_{at}", f"c_{at}: met") for at in range(len(CONDITIONS))))
    return folder


def test_each_form_has_its_condition() -> None:
    """No form of the walk is left out below."""
    assert {*CONDITIONS} == {*steps._COMPARE, *values._FUNCTIONS}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_planted_fault_is_seen(
    name: str, of_each_form: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that means something else in the walk is a fault, never an explanation."""

    def decided() -> Edition:
        return nic_rules.load(of_each_form).edition(BEGIN)

    asked = f"t_{list(CONDITIONS).index(name)}"
    decided().decide(asked, CASE).explain("en")
    forms = steps._COMPARE if name in steps._COMPARE else values._FUNCTIONS
    monkeypatch.setitem(forms, name, wrong(name))
    with pytest.raises(TraceFault, match=r"`c_[0-9]+`: the decision says"):
        decided().decide(asked, CASE).explain("en")
