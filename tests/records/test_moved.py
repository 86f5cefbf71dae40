"""What moved an outcome: the smallest sets of changes that restore it, all of them, no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import FactError
from nic_rules.decision import Names
from nic_rules.records.moved import Moved, Situation, moved
from nic_rules.rulebook.given import read_case
from tests.records.small import DAY, SOUND, UNSOUND, book
from tests.strategies import Book, Case, books, cases

Facts = dict[str, Any]


def situation(facts: Mapping[str, object], as_of: date, edition: nic_rules.Edition) -> Situation:
    """Read facts into what an outcome follows from."""
    case = read_case(edition.rules.facts, facts)
    assert [] == case.problems
    return Situation(case.values, as_of, edition)


def small(facts: Facts, as_of: date = DAY, rules_on: date = DAY) -> Situation:
    """Give a situation by the small rule book."""
    return situation(facts, as_of, book().edition(rules_on))


# --- against the definition, tried out in full


def outcome(edition: nic_rules.Edition, table: str, facts: Facts, as_of: date) -> object:
    """Decide as programs do; None for facts that contradict each other."""
    try:
        return edition.decide(table, facts, as_of=as_of).outcome
    except FactError:
        return None


def restoring(
    table: str, before: tuple[Case, nic_rules.Edition], after: tuple[Case, nic_rules.Edition]
) -> Iterator[tuple[str, ...]]:
    """Give every set of changes, used or not, that restores the outcome."""
    (one, one_edition), (two, two_edition) = before, after
    names = one.values.keys() | two.values.keys()
    changes = sorted(name for name in names if one.data.get(name) != two.data.get(name))
    changes += ["as_of"] * (one.as_of != two.as_of)
    changes += ["rules_on"] * (one_edition.reference.logic != two_edition.reference.logic)
    assume(len(changes) <= 8)
    wanted = outcome(one_edition, table, one.data, one.as_of)
    for size in range(1, len(changes) + 1):
        for taken_back in combinations(changes, size):
            facts = two.data
            for name in set(taken_back) - {"as_of", "rules_on"}:
                facts[name] = one.data.get(name)
            as_of = one.as_of if "as_of" in taken_back else two.as_of
            edition = one_edition if "rules_on" in taken_back else two_edition
            if wanted == outcome(edition, table, facts, as_of):
                yield taken_back


@st.composite
def changed_cases(draw: st.DrawFn) -> tuple[Book, Case, Case]:
    """A book, a case, and the same with a few facts and perhaps its days put differently."""
    drawn = draw(books())
    one, other = draw(cases(drawn)), draw(cases(drawn))
    names = sorted({*one.values, *other.values})
    taken = draw(st.lists(st.sampled_from(names), unique=True, max_size=6)) if names else []
    values = {n: (other if n in taken else one).values.get(n) for n in names}
    known = {name: value for name, value in values.items() if value is not None}
    days = draw(st.sampled_from(((one, one), (other, one), (one, other))))
    return drawn, one, Case(known, days[0].as_of, days[1].rules_on)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(changed_cases())
def test_the_sets_are_those_of_the_definition(drawn: tuple[Book, Case, Case]) -> None:
    """Over random rule books: the smallest sets that restore the outcome, in order, and all."""
    loaded = drawn[0].load()
    one, two = ((case, loaded.edition(case.rules_on)) for case in drawn[1:])
    for table in loaded.tables:
        outcomes = [outcome(edition, table, case.data, case.as_of) for case, edition in (one, two)]
        if None in outcomes or outcomes[0] == outcomes[1]:
            continue
        sets = list(restoring(table, one, two))
        found = moved(table, *(situation(c.data, c.as_of, edition) for c, edition in (one, two)))  # type: ignore[arg-type] # two of them
        assert found.is_complete
        assert [s for s in sets if len(s) == len(sets[0])] == [*map(tuple, found.sets)]


# --- examples


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (SOUND, SOUND | {"years": 2}, [("years",)]),
        (SOUND | {"years": 2}, SOUND, [("years",)]),
        (SOUND, {k: v for k, v in SOUND.items() if k != "years"}, [("years",)]),
        (UNSOUND, SOUND, [("years",)]),
        (SOUND, UNSOUND, [("firm_seats", "years"), ("seats", "years")]),
        (SOUND | {"label": "A"}, SOUND | {"label": "B", "years": 2}, [("years",)]),
    ],
)
def test_examples(before: Facts, after: Facts, expected: list[tuple[str, ...]]) -> None:
    """One fact, each of two, both of two; what no rule of the table uses is never among them."""
    found = moved("support", small(before), small(after))
    assert expected == [*map(tuple, found.sets)]
    assert found.is_complete


def test_facts_that_contradict_each_other_restore_nothing() -> None:
    """More seats of firms than seats are no case, so the seats must be taken back with them."""
    before = SOUND | {"seats": 9, "firm_seats": 9}
    after = SOUND | {"seats": 5, "firm_seats": 2}
    found = moved("support", small(before), small(after))
    assert [("firm_seats", "seats")] == [*map(tuple, found.sets)]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (3, Moved((), 3, is_complete=False)),
        (5, Moved((Names(["firm_seats", "years"]),), 5, is_complete=False)),
        (6, Moved((Names(["firm_seats", "years"]), Names(["seats", "years"])), 6, True)),
    ],
)
def test_the_search_stops_where_it_is_told_to(most: int, expected: Moved) -> None:
    """It tells the sets found so far, and whether larger or later ones were left untried."""
    assert expected == moved("support", small(SOUND), small(UNSOUND), most_tried=most)


def test_the_day_is_a_change_like_others() -> None:
    """Where an outcome changes by time alone, the day of the facts moved it."""
    dated = book((("years >= least_years[level]", "years >= year(as_of) - 2010"),)).edition(DAY)
    facts = SOUND | {"years": 5}
    days = (date(2015, 3, 1), DAY)
    found = moved("support", *(situation(facts, day, dated) for day in days))  # type: ignore[arg-type] # two of them
    assert [("as_of",)] == [*map(tuple, found.sets)]


def test_the_rules_are_a_change_like_others() -> None:
    """Where only the rules are others, they moved the outcome."""
    later = (
        "value: {arena: 3}}",
        "value: {arena: 3}}\n    - {from: 2016-06-01, value: {arena: 5}}",
    )
    changed = book((later,))
    editions = (changed.edition(date(2016, 3, 1)), changed.edition(DAY))
    found = moved("support", *(situation(SOUND, DAY, edition) for edition in editions))  # type: ignore[arg-type] # two of them
    assert [("rules_on",)] == [*map(tuple, found.sets)]
