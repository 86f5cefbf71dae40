"""Many cases in columns are what each is alone: on drawn books and over small domains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import Edition
from nic_rules.engine.columns import decided as column_decided
from nic_rules.engine.columns import many as column_many
from nic_rules.engine.columns import needing, situations, walking
from nic_rules.engine.columns import tables as column_tables
from nic_rules.language.columns import chosen
from nic_rules.language.operators import OPERATORS
from tests import test_carriers
from tests.columns_of import as_cells, at_once, one_by_one, typed, written
from tests.strategies import Book, books, cases
from tests.test_carriers import CONDITIONS, all_cases, compiled_anew

folder = test_carriers.folder
DAY = date(2010, 1, 1)

ODD = (
    "", " ", "x", "0", "-0", "1.50", "1.505", "007", "+1", "1e3", "12,5", "true", "False", "arena",
    "2015-02-30", "2015-03-01", "2015-3-1", "0000-01-01", "9" * 30, "9007199254740992", "-1",
    "\u0661", "1.0", "1.", ".5", "a\0b", "123456785", "nce ", "2199-12-31", "2200-01-01",
)  # fmt: skip
"""Cells that some facts take and most do not."""


@settings(max_examples=60, deadline=None)
@given(st.data(), books())
def test_drawn_books_answer_columns_as_single_cases(data: st.DataObject, book: Book) -> None:
    """Typed columns: outcomes, rows, findings, lacks, needs, stuck, digests, contradictions."""
    drawn = data.draw(st.lists(cases(book), min_size=1, max_size=6))
    edition = book.load().edition(drawn[0].rules_on)
    facts, days = edition.rules.facts, [case.as_of for case in drawn]
    frame = typed(facts, [case.values for case in drawn])
    frame = frame.with_columns(as_of=pl.Series(days, dtype=pl.Date))
    many = edition.decide_many(edition.tables, frame)
    for table in edition.tables:
        values = [case.values for case in drawn]
        assert one_by_one(edition, table, values, days) == at_once(many, table)


@settings(max_examples=60, deadline=None)
@given(st.data(), books())
def test_cells_are_read_as_those_of_one_case(data: st.DataObject, book: Book) -> None:
    """Columns of text take and refuse what the reader of cells does, and in the same words."""
    drawn = data.draw(st.lists(cases(book), min_size=1, max_size=6))
    edition = book.load().edition(drawn[0].rules_on)
    facts, days = edition.rules.facts, [case.as_of for case in drawn]
    frame = written(facts, [case.values for case in drawn])
    for _ in range(data.draw(st.integers(0, 3))):
        name = data.draw(st.sampled_from(sorted(facts)))
        row = data.draw(st.integers(0, len(drawn) - 1))
        put = frame[name].scatter(row, data.draw(st.sampled_from(ODD[:-5] + ODD[-4:])))
        frame = frame.with_columns(put)
    table = edition.tables[0]
    expected = one_by_one(edition, table, as_cells(frame), days)
    with_days = frame.with_columns(as_of=pl.Series(days, dtype=pl.Date))
    assert expected == at_once(edition.decide_many(table, with_days), table)


def small(edition: Edition, every: list[dict[str, object]]) -> pl.DataFrame:
    """Put cases of the small book into columns."""
    return typed(edition.rules.facts, every)


EVERY = list(all_cases())


def different(edition: Edition) -> set[str]:
    """Give the criteria of the small book on which columns and the walk differ for some case."""
    many = edition.decide_many("t", small(edition, EVERY))
    found = many.findings("t")
    expected = EXPECTED[0]
    return {
        name
        for name in (f"c_{operator}" for operator in CONDITIONS)
        if list(zip(found[name], found[f"{name}.lacks"], strict=True))
        != [case[name] for case in expected]
    }


EXPECTED: list[list[dict[str, tuple[str, str]]]] = []


@pytest.fixture(scope="module", autouse=True)
def _expected(folder: Path) -> None:
    """Walk every case of the small book once: what columns are held to."""
    edition = nic_rules.load(folder).edition(DAY)
    walked = []
    for case in EVERY:
        known: Any = {name: value for name, value in case.items() if value is not None}
        walk = edition.walk(nic_rules.rulebook.given.Case(values=known), DAY)
        found = {f"c_{operator}": walk.finding(f"c_{operator}") for operator in CONDITIONS}
        walked.append({n: (str(f.finding), ";".join(sorted(f.lacks))) for n, f in found.items()})
    EXPECTED[:] = [walked]


def test_operators_mean_in_columns_what_the_walk_says(folder: Path) -> None:
    """Over small domains with unknowns, each operator's findings and lacks are the walk's."""
    assert set() == different(compiled_anew(folder))


WRONG: dict[str, Any] = {
    "and": lambda _, *truths: pl.min_horizontal(truths),  # skips nulls
    "or": lambda _, *truths: pl.max_horizontal(truths),  # skips nulls
    "not": lambda _, part: part,
    "unless_zero": lambda _, __, truth: truth,
    "lt": lambda _, a, b: a <= b,
    "le": lambda _, a, b: a < b,
    "eq": lambda _, a, b: a <= b,
    "add": lambda _, a, b: a - b,
    "sub": lambda _, a, b: b - a,
    "mul": lambda _, a, b: a + b,
    "min": lambda _, a, b: pl.min_horizontal(a, b),  # skips nulls
    "max": lambda _, a, b: pl.when(a < b).then(b).otherwise(a),  # null takes the otherwise
    "periods": lambda c, a, b: (b - a) // c,
    "days": lambda _, a, b: b - a,
    "add_years": lambda _, a, n: a + 384 * n,
    "year": lambda _, a: a // 32,
    "pick": lambda _, key: chosen((key >= 0, 0)),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_a_fault_planted_in_columns_is_seen(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator of a wrong meaning in columns differs from the walk in its own criterion."""
    monkeypatch.setitem(OPERATORS, name, replace(OPERATORS[name], column=WRONG[name]))
    assert f"c_{name}" in different(compiled_anew(folder))


def test_every_operator_has_a_wrong_meaning_here() -> None:
    """No core form is left out of the planted faults."""
    assert OPERATORS.keys() == WRONG.keys()


@settings(max_examples=30, deadline=None)
@given(st.data(), books())
def test_many_situations_answer_as_few(data: st.DataObject, book: Book) -> None:
    """With no dense lists at all, outcomes and needs of drawn books are those of single cases,
    whether situations are taken for such as repeat or not, and whether what was read is kept.
    """
    drawn = data.draw(st.lists(cases(book), min_size=1, max_size=6))
    edition = book.load().edition(drawn[0].rules_on)
    values, days = [case.values for case in drawn], [case.as_of for case in drawn]
    frame = typed(edition.rules.facts, values).with_columns(as_of=pl.Series(days, dtype=pl.Date))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(situations, "DENSE", 0)
        patch.setattr(needing, "DENSE", 0)
        patch.setattr(needing, "SOME", data.draw(st.sampled_from((0, 99))))
        few = data.draw(st.sampled_from((0, 99)))
        patch.setattr(column_many, "FEW", few)
        patch.setattr(column_decided, "FEW", few)
        patch.setattr(column_tables, "MOST_SITUATIONS", data.draw(st.sampled_from((0, 2, 99))))
        for table in edition.tables:
            many = edition.decide_many(table, frame)
            assert one_by_one(edition, table, values, days) == at_once(many, table)


@pytest.mark.parametrize("dense", [1 << 18, 0])
@pytest.mark.parametrize("most", [20_000, 0])
def test_tables_answer_alike_however_they_are_asked(
    dense: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dense list, a join over distinct situations and a walk in columns give the same rows."""
    monkeypatch.setattr(situations, "DENSE", dense)
    monkeypatch.setattr(column_tables, "MOST_SITUATIONS", most)
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    every = [
        {
            "level": level,
            "agreed_years": years,
            "develops_per_goals": goals,
            "notice_stands": stands,
        }
        for level in (None, "arena", "nce")
        for years in (None, 3, 6)
        for goals in (None, True, False)
        for stands in (None, True)
    ]
    many = edition.decide_many(edition.tables, pl.DataFrame(every))
    for table in edition.tables:
        days = [edition.rules_on] * len(every)
        assert one_by_one(edition, table, every, days) == at_once(many, table)
    assert (set() if most else set(edition.tables)) == many.walked.keys()


def test_a_fault_planted_in_walked_rows_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample of the situations of a walked table is asked too: a difference is our fault."""
    monkeypatch.setattr(situations, "DENSE", 0)
    monkeypatch.setattr(column_tables, "MOST_SITUATIONS", 0)
    right = walking.Walk.fits
    monkeypatch.setattr(walking.Walk, "fits", lambda self: (~fits for fits in right(self)))
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    frame = pl.DataFrame({"agreed_years": [3, 6, None], "level": ["arena", "arena", None]})
    with pytest.raises(column_tables.ColumnFault, match="its memory differs"):
        edition.decide_many("eligibility", frame)


def test_what_applies_may_rest_on_a_criterion_that_the_whole_does_not(tmp_path: Path) -> None:
    """`(not p) or true` is true, whatever p rests on; whether it applies is told all the same."""
    (tmp_path / "book.yaml").write_text(
        """
- {rulebook: one, title: {en: "One"}, languages: [en]}
- {fact: flag, name: {en: "Flag"}, type: boolean}
- parameter: always
  name: {en: "Always"}
  type: boolean
  values: [{from: 2000-01-01, value: true}]
  basis: interpretation
  why: {en: "Chosen."}
  cites: []
- {criterion: first, name: {en: "First"}, met_when: flag, kind: requirement,
   basis: interpretation, why: {en: "Chosen."}, cites: []}
- {criterion: second, name: {en: "Second"}, met_when: always, applies_when: first,
   kind: requirement, basis: interpretation, why: {en: "Chosen."}, cites: []}
- table: t
  name: {en: "T"}
  hit_policy: first
  outcomes: [{outcome: good, name: {en: "Good"}}]
  rows:
    - {row: all, when: {second: [met, not_met, unknown]}, then: good, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
""",
        encoding="utf-8",
    )
    edition = nic_rules.load(tmp_path).edition(DAY)
    every = [{"flag": flag} for flag in (True, False, None)]
    many = edition.decide_many("t", pl.DataFrame(every))
    assert ["met", "not_applicable", "met"] == many.findings("t")["second"].to_list()
    assert one_by_one(edition, "t", every, [DAY] * 3) == at_once(many, "t")
