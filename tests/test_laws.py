"""Laws that hold for all cases: of the shipped rule book, and of drawn ones.

The law of the shipped book itself stands in rulebook_nic/test_law.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from math import prod
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import Decision, Edition, FactError
from nic_rules.engine.durable import DurableRows
from nic_rules.engine.memory import RememberedRows
from nic_rules.engine.rows import PlainRows, TablePattern
from nic_rules.engine.tables import pattern_of
from nic_rules.language.types import Day
from nic_rules.language.values import Plain
from nic_rules.language.walk import Walk
from nic_rules.rulebook.given import read_case
from tests.strategies import Book, as_data, books, cases, in_words, values_of

NIC = nic_rules.load("nic")
BASES = ("an_eligible_arena", "a_running_nce", "a_running_gce")

# --- the shipped book


@st.composite
def nic_cases(draw: st.DrawFn) -> tuple[dict[str, object], dict[str, object], date, date]:
    """Facts, the same with some unknown ones told, and two days.

    Most facts are those of a complete scenario; some are others that they could be, their bounds
    and the days around known ones often among them; some are unknown at first.
    """
    scenario = NIC.book.scenarios[draw(st.sampled_from(BASES))]
    facts = {name: value for name, value in scenario.given.items() if value is not None}
    days = [date.fromisoformat(v) for n, v in facts.items() if _is_day(n) and isinstance(v, Plain)]
    around = st.builds(
        lambda day, years, more: day.replace(day=28, year=day.year + years) + timedelta(more),
        st.sampled_from([*days, scenario.as_of]), st.sampled_from((0, 0, 1, 3, 10)),
        st.integers(-3, 3),
    )  # fmt: skip

    def value(name: str) -> st.SearchStrategy[Any]:
        kind = NIC.book.facts[name].type
        return around if isinstance(kind, Day) else values_of(kind)

    names = sorted(facts.keys() - {"organisation_number"})
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=4)):
        facts[name] = as_data(draw(value(name)))
    unknown = draw(st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=6))
    before = {name: told for name, told in facts.items() if name not in unknown}
    telling = draw(st.lists(st.sampled_from(unknown), unique=True, min_size=1))
    after = dict(before)
    for name in telling:
        after[name] = facts[name] if draw(st.booleans()) else as_data(draw(value(name)))
    as_of = draw(st.sampled_from((scenario.as_of, date(2013, 12, 31), date(2024, 6, 18))) | around)
    rules_on = draw(
        st.sampled_from((date(2001, 1, 1), date(2005, 1, 1), date(2013, 12, 31))) | around
    )
    return before, after, as_of, rules_on


def _is_day(name: str) -> bool:
    return isinstance(NIC.book.facts[name].type, Day)


def decided(edition: Edition, facts: Mapping[str, object], as_of: date) -> dict[str, Decision]:
    """Decide a case by every table; nothing where its facts contradict each other."""
    try:
        return {t: edition.decide(t, dict(facts), as_of=as_of) for t in edition.tables}
    except FactError:
        return {}


@settings(max_examples=150)
@given(nic_cases())
def test_findings_of_the_shipped_book_are_the_walks(
    drawn: tuple[dict[str, object], dict[str, object], date, date],
) -> None:
    """Findings, and what they lack, are those of the walk; once known, they stay."""
    facts, more, as_of, rules_on = drawn
    edition = NIC.edition(rules_on)
    before, after = decided(edition, facts, as_of), decided(edition, more, as_of)
    for table, decision in before.items():
        case = read_case(edition.rules.facts, facts)
        walk = edition.walk(case, as_of)
        for name, found in decision.findings.items():
            slow = walk.finding(name)
            assert (str(slow.finding), sorted(slow.lacks)) == (found.finding, list(found.lacks))
            if after and found.finding != "unknown":
                later = after[table].findings[name].finding
                assert later == found.finding or (found.finding, later) == ("met", "not_applicable")


def shipped_tables() -> list[TablePattern]:
    """Give every table of the shipped book on every day, equal ones once."""
    found: dict[TablePattern, None] = {}
    for days in NIC.book.intervals:
        rules = NIC.edition(days.start or date.min).rules
        found |= {pattern_of(rules, table): None for table in rules.tables.values()}
    return list(found)


def situations(table: TablePattern, most: int = 20_000) -> list[tuple[str, ...]]:
    """Give all situations of a table; a fixed random sample where there are too many."""
    if prod(map(len, table.domains)) <= most:
        return list(product(*table.domains))
    random = Random(42)
    return [tuple(map(random.choice, table.domains)) for _ in range(most // 4)]


def test_every_shipped_table_is_among_them() -> None:
    """The tables that the next test goes through are all there are."""
    assert set(NIC.tables) == {table.name for table in shipped_tables()}


@pytest.mark.parametrize("table", shipped_tables(), ids=lambda table: table.name)
def test_durable_rules_is_the_plain_walk_on_every_shipped_table(table: TablePattern) -> None:
    """In every situation the same rows fit, asked directly and through the memory."""
    pytest.importorskip("durable_rules_engine", exc_type=ImportError)
    durable, plain = DurableRows(table), PlainRows(table)
    remembered = RememberedRows(table, DurableRows(table))
    every = situations(table)
    assert [] == [s for s in every if plain.fitting(s) != durable.fitting(s)]
    assert [] == [s for s in every if plain.fitting(s) != remembered.fitting(s)]
    assert len(every) == durable.sessions_opened


# --- drawn books


@settings(max_examples=70)
@given(st.data(), books())
def test_decisions_find_what_the_walk_finds(data: st.DataObject, book: Book) -> None:
    """Over drawn books, on the drawn trees themselves: findings, and what they lack."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    walk = Walk(book.names.definitions(case.rules_on), case.values, case.as_of)
    for facts in (case.data, case.values):
        for decision in decided(edition, facts, case.as_of).values():
            slow = {name: walk.finding(name) for name in decision.findings}
            assert {n: (str(f.finding), sorted(f.lacks)) for n, f in slow.items()} == {
                n: (f.finding, list(f.lacks)) for n, f in decision.findings.items()
            }


def shuffled(item: dict[str, Any], random: Random) -> dict[str, Any]:
    """Put the rows of a table in another order, unless the order decides."""
    if item.get("hit_policy") in (None, "first"):
        return item
    return item | {"rows": random.sample(item["rows"], len(item["rows"]))}


@settings(max_examples=40)
@given(st.data(), books(), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter_but_for_first(
    data: st.DataObject, book: Book, seed: int
) -> None:
    """Rows of unique, any and collecting tables give the same outcomes in any order."""
    other = replace(book, items=tuple(shuffled(item, Random(seed)) for item in book.items))
    case = data.draw(cases(book))
    one, two = (
        decided(drawn.load().edition(case.rules_on), case.data, case.as_of)
        for drawn in (book, other)
    )
    assert one.keys() == two.keys()
    for table, decision in one.items():
        assert set(decision.rows) == set(two[table].rows)
        assert decision.findings == two[table].findings
        assert decision.inner.keys() == two[table].inner.keys()
        if isinstance(decision.outcome, str):
            assert decision.outcome == two[table].outcome
            assert (decision.needs, decision.stuck) == (two[table].needs, two[table].stuck)
        else:
            assert set(decision.outcome) == set(two[table].outcome)


@settings(max_examples=40)
@given(st.data(), books(), st.booleans())
def test_a_fact_that_no_rule_names_changes_nothing_but_the_facts(
    data: st.DataObject, book: Book, value: bool
) -> None:
    """Told or not, the record is the same but for `facts` and its digest."""
    spare = {"fact": "spare", "name": in_words("spare"), "type": "boolean"}
    case = data.draw(cases(book))
    edition = replace(book, items=(*book.items, spare)).load().edition(case.rules_on)
    without = decided(edition, case.data, case.as_of)
    with_it = decided(edition, {**case.data, "spare": value}, case.as_of)
    assert without.keys() == with_it.keys()
    for table, decision in without.items():
        bare, told = (json.loads(d.to_json()) for d in (decision, with_it[table]))
        assert value is told["facts"].pop("spare")
        assert bare.pop("digest") != told.pop("digest")
        assert bare == told


@settings(max_examples=25)
@given(st.data(), books())
def test_the_order_of_items_does_not_matter(data: st.DataObject, book: Book) -> None:
    """A rule file read from back to front decides the same bytes."""
    case = data.draw(cases(book))
    turned = replace(book, items=book.items[::-1])
    one, two = (
        decided(drawn.load().edition(case.rules_on), case.data, case.as_of)
        for drawn in (book, turned)
    )
    assert {t: d.digest for t, d in one.items()} == {t: d.digest for t, d in two.items()}
