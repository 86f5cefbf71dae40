"""Columns of texts are read alike, whatever texts were read before them."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest import mock

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nic_rules
from nic_rules.engine.columns import remembered
from nic_rules.engine.columns.finding import codes_of
from nic_rules.engine.columns.reading import Read, Reader
from nic_rules.engine.columns.values import taken
from nic_rules.language.types import Day, Number

RULES = nic_rules.load("nic").edition(date(2016, 3, 1)).rules
DAY = date(2016, 3, 1)
FACTS = {n: fact for n, fact in RULES.facts.items() if isinstance(fact.type, Number | Day)}
CELLS = (
    None, "", "0", "-0", "1", "3", "6", "12.5", "12.50", "12.505", "33.33", "100", "101", "-1",
    "007", "x", "2015-03-01", "2015-3-1", "2015-02-30", "2016-02-29", "1899-12-31", "2200-01-01",
)  # fmt: skip


def reader() -> Reader:
    """Give a reader that has read nothing yet."""
    return Reader(RULES.facts, codes_of(RULES))


def said(read: Read) -> list[Any]:
    """Say all that was read: values, bad rows, and what is wrong with them."""
    bad = None if read.bad is None else read.bad.to_list()
    problems = [row for frame in read.problems for row in frame.rows()]
    return [read.core.to_dict(as_series=False), bad, problems]


@given(st.data(), st.sampled_from((0, 3, 1 << 12)), st.sampled_from((0, 1 << 12)))
def test_what_was_read_before_changes_nothing(data: st.DataObject, most: int, planned: int) -> None:
    """Chunks of right, odd and wrong cells come out as from a reader that remembers nothing."""
    names = data.draw(st.lists(st.sampled_from(sorted(FACTS)), min_size=1, max_size=3, unique=True))
    column = st.lists(st.sampled_from(CELLS), min_size=4, max_size=4)
    chunks = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, column)), max_size=4))
    same = reader()
    for chunk in chunks:
        frame = pl.DataFrame(chunk, schema=dict.fromkeys(names, pl.String))
        with mock.patch.multiple(remembered, OFTEN=0, MOST=most, PLANNED=planned):
            found = said(same.read(frame, 1, DAY))
        with mock.patch.object(remembered, "OFTEN", 5):
            assert said(reader().read(frame, 1, DAY)) == found


def test_texts_that_repeat_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second chunk of the same texts reads none of them; a new one among them is read alone."""
    read: list[list[str]] = []

    def counted(fact: Any, column: pl.Series, codes: Any) -> pl.Expr:
        read.append(column.drop_nulls().sort().to_list())
        return taken(fact, column, codes)

    monkeypatch.setattr(remembered, "taken", counted)
    same = reader()
    for years in (["3", "5"], ["5", "3"], ["5", "4"]):
        frame = pl.DataFrame({"agreed_years": [*years * 8, None]})
        expected = [int(year) for year in years * 8]
        assert [*expected, None] == same.read(frame, 1, DAY).core["agreed_years"].to_list()
    assert [["3", "5"], ["4"]] == read
