"""The schema of facts and the reader of facts take the same, but for what docs/cli.md lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from nic_rules.cases.one import read_one
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.facts_schema import facts_schema
from nic_rules.rulebook.given import read_case
from tests.fixture_years import NIC
from tests.records.small import book
from tests.strategies import books, cases

DAYS = ("2016-02-29", "2015-02-30", "1899-12-31", "2016-3-1", "2016-03-01T00:00", "in March")
NUMBERS = (0, 1, -1, 12, 20, 21, 10**18, 0.5, 33.33, -100.0, 1e3)
TEXTS = ("", "12", "-0", "33.33", "33.330", "33.333", "007", "1e3", "arena", "Arena", "true", *DAYS)
ODD: tuple[object, ...] = (None, True, False, [], ["arena"], {}, {"values": 1})

BESIDE: dict[str, tuple[object, ...]] = {
    "evidence": ("a letter", "", None, 12),
    "recorded_on": (*DAYS, None, 20160301),
    "by": ("the register", "", None, True),
    "source": ("a letter",),
}
"""What may stand beside a value, and what may not."""

SEEN = {"NIC502", "NIC503", "NIC507"}
"""Codes of what a schema can see: another fact, another type, another key beside a value."""


def refused(facts: Book, case: dict[str, Any]) -> set[str]:
    """Give the codes for which the reader refuses a case, read from JSON."""
    read = read_one("case.json", json.dumps(case).encode())
    return {problem.code for problem in read_case(facts.facts, read.facts).problems}


def validator_of(facts: Book) -> Draft202012Validator:
    """Give a validator of others for the schema of all facts of a book."""
    schema = facts_schema(facts.facts.values(), "en")
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def agree(facts: Book, validator: Draft202012Validator, case: dict[str, Any]) -> None:
    """Hold the schema against the reader: it takes what that takes, and sees what it can see."""
    codes = refused(facts, case)
    if not codes:
        assert validator.is_valid(case), case
    if codes & SEEN:
        assert not validator.is_valid(case), case


@pytest.mark.parametrize("facts", [book().book, NIC.book], ids=lambda facts: facts.name)
def test_odd_values_of_every_fact(facts: Book) -> None:
    """Values of every type and form, bare and as `value`, for each fact and for a name of none."""
    validator = validator_of(facts)
    for name in (*facts.facts, "not_a_fact"):
        for value in (*NUMBERS, *TEXTS, *ODD):
            agree(facts, validator, {name: value})
            agree(facts, validator, {name: {"value": value}})


@pytest.mark.parametrize("key", BESIDE)
def test_odd_values_beside_one(key: str) -> None:
    """What is told beside a value, of every type and form, and a key that is none."""
    facts = book().book
    for told in BESIDE[key]:
        agree(facts, validator_of(facts), {"years": {"value": 3, key: told}})
        agree(facts, validator_of(facts), {"years": {key: told}})


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whole_cases_of_random_books(data: st.DataObject) -> None:
    """Whatever bounds and decimals a fact has, values within them are taken, bare or beside."""
    drawn = data.draw(books())
    case = data.draw(cases(drawn)).data
    facts = drawn.load().book
    assert set() == refused(facts, case)
    validator = validator_of(facts)
    agree(facts, validator, case)
    agree(facts, validator, {n: {"value": value, "by": "someone"} for n, value in case.items()})


ONLY_READ = [{"part": "100.01"}, {"part": "-101"}, {"years": 12.0}, {"told_on": "1899-12-31"}]


@pytest.mark.parametrize("case", ONLY_READ)
def test_what_only_the_reader_refuses(case: dict[str, Any]) -> None:
    """What docs/cli.md says that no schema can see is refused all the same."""
    codes = refused(book().book, case)
    assert codes
    assert codes <= {"NIC504", "NIC505"}
    assert validator_of(book().book).is_valid(case)


def test_the_facts_of_a_table_are_those_it_asks_for() -> None:
    """A fact of the rule book that the table does not ask for is refused, for a form's sake."""
    loaded = book()
    asked = [loaded.book.facts[fact.name] for fact in loaded.facts("support")]
    left = set(loaded.book.facts) - {fact.name for fact in asked}
    validator = Draft202012Validator(facts_schema(asked, "en"))
    assert left
    assert all(validator.is_valid({fact.name: None}) for fact in asked)
    assert not any(validator.is_valid({name: None}) for name in left)
