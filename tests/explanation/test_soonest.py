"""The order that settles a case soonest, against trying every way of asking."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.engine.needs import TableLogic
from nic_rules.explanation.soonest import Soonest
from tests.explanation.small_tables import (
    FINDINGS,
    Small,
    by_following,
    fewest_by_trying,
    in_file_order,
    random_small,
)


@st.composite
def smalls(draw: st.DrawFn) -> Small:
    """Up to four tokens that lack up to four facts, by one or two tables."""
    rng = Random(draw(st.integers(0, 2**32)))
    tokens, facts = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return random_small(rng, tokens, facts, rows=4, tables=draw(st.integers(1, 2)))


def fewest(soonest: Soonest) -> Fraction:
    """Give the fewest questions on average, as it says."""
    assert soonest.is_exact
    return Fraction(soonest.average(), soonest.ways)


@settings(max_examples=400)
@given(smalls())
def test_no_way_of_asking_has_fewer_questions(small: Small) -> None:
    """What it says is fewest is what trying every fact after every answer finds."""
    assert fewest_by_trying(small) == fewest(small.soonest())


@settings(max_examples=150)
@given(smalls())
def test_following_the_order_takes_the_fewest_questions(small: Small) -> None:
    """Whoever puts the first question, and asks for the order anew, needs as many and no more."""
    assert fewest(small.soonest()) == by_following(small)


@settings(max_examples=150)
@given(smalls())
def test_looking_ahead_settles_every_case_and_never_takes_fewer(small: Small) -> None:
    """Where too much would have to be tried, the outcome stands in the end as well."""
    assert not small.counting({}) or not small.soonest(most_states=0).is_exact
    assert by_following(small, most_states=0) >= fewest(small.soonest())


@settings(max_examples=200)
@given(smalls())
def test_all_that_counting_tokens_lack_is_in_the_order(small: Small) -> None:
    """The order has every fact worth asking for, each once, and no other."""
    needs = sorted(fact for token in small.counting({}) for fact in small.lacks[token])
    for most_states in (3_000, 0):
        order = small.soonest(most_states=most_states).order(in_file_order)
        assert sorted(set(needs)) == sorted(order)


@settings(max_examples=200)
@given(smalls(), st.integers(0, 15))
def test_late_facts_come_last(small: Small, late: int) -> None:
    """A fact that is to come last does, whatever it may settle."""
    for most_states in (3_000, 0):
        order = small.soonest(late=late, most_states=most_states).order(in_file_order)
        lateness = [late >> fact & 1 for fact in order]
        assert sorted(lateness) == lateness


def table(*rows: tuple[dict[str, str], str], collects: bool = False) -> TableLogic:
    """Write a table; a cell may have several tokens."""
    cells = [({n: frozenset(t.split("|")) for n, t in when.items()}, then) for when, then in rows]
    return TableLogic("t", collects, tuple(cells))


def small(logic: TableLogic, lacks: dict[str, set[int]]) -> Small:
    """Write a table whose tokens are criteria."""
    return Small(
        logic, {}, dict.fromkeys(lacks, FINDINGS), {n: frozenset(f) for n, f in lacks.items()}
    )


ANY_OF_TWO = table(({"a": "not_met"}, "no"), ({"b": "not_met"}, "no"), ({}, "yes"))


@pytest.mark.parametrize(
    ("drawn", "average", "order"),
    [
        # what lacks fewer facts may spare the others
        (small(ANY_OF_TWO, {"a": {0, 1}, "b": {2}}), Fraction(2), [2, 0, 1]),
        # a fact that two tokens lack is asked for once
        (small(ANY_OF_TWO, {"a": {0, 1}, "b": {1}}), Fraction(3, 2), [1, 0]),
        # all as good: the order of the rule files
        (small(ANY_OF_TWO, {"a": {0}, "b": {1}}), Fraction(3, 2), [0, 1]),
        # a token that every answer leaves open has to be asked for anyhow, so it comes first
        (small(table(({"a": "met", "b": "met"}, "x"), ({"a": "not_met", "b": "met|not_met"}, "y"),
                     ({"b": "unknown"}, "z"), ({"c": "met"}, "x"), ({}, "y")),
               {"a": {0}, "b": {1, 2}, "c": {3}}), Fraction(13, 4), [1, 2, 0, 3]),
        # nothing changes the outcome
        (small(table(({"a": "met"}, "x"), ({}, "x")), {"a": {0}}), Fraction(0), []),
        # collecting: all outcomes have to stand
        (small(table(({"a": "met"}, "x"), ({"b": "met"}, "y"), collects=True),
               {"a": {0}, "b": {1}}), Fraction(2), [0, 1]),
    ],
)  # fmt: skip
def test_orders(drawn: Small, average: Fraction, order: list[int]) -> None:
    """Orders that can be worked out by hand."""
    soonest = drawn.soonest()
    assert average == fewest(soonest)
    assert order == soonest.order(in_file_order)


def test_a_wrong_idea_of_what_is_needed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were every token taken for one that has to be asked for, the tests above would fail."""
    monkeypatch.setattr("nic_rules.explanation.left.Left.needed", lambda *_: -1)
    rng = Random(7)
    drawn = [random_small(rng, 3, 3, rows=4) for _ in range(60)]
    assert any(fewest_by_trying(one) != fewest(one.soonest()) for one in drawn)


def test_near_the_fewest_where_not_all_is_tried() -> None:
    """Over random tables of six tokens, looking ahead takes at most a hundredth more."""
    rng = Random(11)
    exact = near = Fraction(0)
    for _ in range(60):
        one = random_small(rng, 6, 8, rows=8)
        exact += fewest(one.soonest())
        near += by_following(one, most_states=0)
    assert near <= exact * Fraction(101, 100)
