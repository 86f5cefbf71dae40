"""The generated functions read facts as the slow way does, or say no."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.engine.edition import Edition
from nic_rules.engine.finder import SURPRISES
from nic_rules.language.packed import pack
from nic_rules.language.values import JsonNumber, Plain
from nic_rules.rulebook.given import read_case
from tests.strategies import Book, books, values_of

TODAY = date(2016, 3, 1)

ODD: st.SearchStrategy[Any] = (
    st.booleans()
    | st.integers()
    | st.integers(-3, 130)
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.decimals(-200, 200, places=3)
    | st.sampled_from((Decimal("1E+3"), Decimal("1E+9999"), Decimal("-0"), Decimal("1.000")))
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=3)
    | st.sampled_from(("a", "arena", "true", "12", "2016-03-01", "", "\ud800", b"a", [], {}))
    | st.builds(Plain, st.sampled_from(("true", "1", "a", "2016-03-01")))
    | st.builds(JsonNumber, st.sampled_from(("1", "1.0", "1e3")))
    | st.builds(lambda value: {"value": value}, st.integers(0, 3))
)


def fast(edition: Edition, table: str, facts: dict[str, Any]) -> tuple[Any, ...] | None:
    """Ask the generated function; None where it says no, in whichever way."""
    try:
        return edition.running(table).find_tokens(pack(TODAY), **facts)
    except SURPRISES:
        return None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_fast_reader_takes_only_what_the_slow_one_takes(data: st.DataObject) -> None:
    """What the generated function takes is right, and read as it is: nothing is coerced."""
    book: Book = data.draw(books())
    edition = book.load().edition(TODAY)
    kinds = book.names.facts
    facts: dict[str, Any] = {}
    for name in data.draw(st.sets(st.sampled_from(sorted(kinds)))):
        facts[name] = data.draw(values_of(kinds[name]) | st.none() | ODD)
    if data.draw(st.integers(0, 9)) == 0:
        facts["stranger"] = True
    case = read_case(edition.rules.facts, facts)
    breaches = edition.breaches(case, edition.walk(case, TODAY))
    for table in edition.tables:
        found = fast(edition, table, facts)
        if found is not None:
            assert ([], []) == (case.problems, breaches)
            assert found == fast(edition, table, dict(case.values))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_fast_reader_takes_final_values(data: st.DataObject) -> None:
    """What the slow way has read, and no constraint refuses, the generated function takes."""
    book: Book = data.draw(books())
    edition = book.load().edition(TODAY)
    kinds = book.names.facts
    facts = {name: data.draw(st.none() | values_of(kinds[name])) for name in kinds}
    case = read_case(edition.rules.facts, facts)
    assert [] == case.problems
    if not edition.breaches(case, edition.walk(case, TODAY)):
        for table in edition.tables:
            assert fast(edition, table, case.values) is not None
