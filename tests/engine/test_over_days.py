"""A table over an interval of days says yes only where every single day says the same."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import Edition
from nic_rules.decision import Names
from nic_rules.rulebook.given import read_case
from tests.cli.small import GOOD, small_book
from tests.strategies import TURN, Book, books, cases

BOOKS = {name: nic_rules.load(name) for name in ("nic", "halls")}
EDITIONS = [
    pytest.param(book.edition(day), table, id=f"{table}-{day.year}")
    for book, day in (
        (BOOKS["nic"], date(2003, 1, 1)),
        (BOOKS["nic"], date(2016, 1, 1)),
        (BOOKS["halls"], date(2024, 3, 1)),
    )
    for table in book.edition(day).tables
]


def of_days(
    edition: Edition, table: str, facts: dict[str, object], first: date, days: int
) -> list[str | Names | None]:
    """Decide a case on some days; None where its facts contradict each other."""
    outcomes: list[str | Names | None] = []
    for day in (first + timedelta(days=number) for number in range(days)):
        try:
            outcomes.append(edition.decide(table, facts, as_of=day).outcome)
        except nic_rules.FactError:
            outcomes.append(None)
    return outcomes


@settings(max_examples=60, deadline=None)
@given(st.data(), books(), st.sampled_from((1, 2, 30, 400)))
def test_yes_is_true_of_each_day(data: st.DataObject, book: Book, days: int) -> None:
    """On drawn books: what is surely the outcome is that of all days; of one day it is known."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    values = read_case(edition.rules.facts, case.data).values
    last = case.as_of + timedelta(days=days - 1)
    for table in edition.tables:
        outcomes = of_days(edition, table, dict(case.values), case.as_of, days)
        over = edition.running(table).over_days.of(values)
        for outcome in {*outcomes, *map(str, edition.rules.tables[table].outcomes), Names()}:
            if outcome is None:
                continue
            surely = over.always(outcome, case.as_of, last)
            same = {outcome} == set(outcomes)
            assert same or not surely
            assert surely or not same or days > 1


def test_days_on_which_facts_contradict_each_other(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Where a constraint may be broken, nothing is sure."""
    book = nic_rules.load(small_book(tmp_path_factory.mktemp("small")))
    over = book.edition(TURN).running("support").over_days
    given_seats = [read_case(book.book.facts, {**GOOD, "firm_seats": seats}) for seats in (5, 6)]
    last = date(2199, 12, 31)
    always = [over.of(case.values).always("support", TURN, last) for case in given_seats]
    assert [True, False] == always


@pytest.mark.parametrize(("edition", "table"), EDITIONS)
def test_rows_over_sets_of_tokens(edition: Edition, table: str) -> None:
    """Whatever tokens names have, the outcome is among those possible; of one each, it is alone."""
    running = edition.running(table)
    over = running.over_days
    random = Random(table)
    found: set[str | Names | None]
    for _ in range(150):
        drawn: dict[str, set[str]] = {}
        for name in random.sample(running.tokens, len(running.tokens)):
            domain = edition.rules.domain(name)
            several = len([tokens for tokens in drawn.values() if len(tokens) > 1]) < 3
            drawn[name] = set(random.sample(domain, random.choice((1, 1, 2)) if several else 1))
        tokens = dict(drawn)
        for below in over.below:
            tokens[below.name] = set(below.possible(tokens))
        situations = [dict(zip(drawn, one, strict=True)) for one in product(*drawn.values())]
        outcomes = {answer_of(edition, table, situation) for situation in situations}
        if over.rows.collects:
            found = {over.rows.collected(tokens)}
            assert found in ({None}, outcomes)
        else:
            found = set(over.rows.possible(tokens))
            assert outcomes <= found
        assert outcomes == found or len(situations) > 1


def answer_of(edition: Edition, table: str, tokens: dict[str, str]) -> str | Names:
    """Run a table, and those below it, on one token for each name."""
    running = edition.running(table)
    for name, below in running.below.items():
        outcome, _ = below.run(tokens)
        assert isinstance(outcome, str)
        tokens[name] = outcome
    return running.run(tokens)[0]
