"""Rows decided in columns are decided as each is alone: outcomes, records, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.cases.many import Cases, open_cases
from nic_rules.diagnostics import CasesError
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio import in_columns
from nic_rules.portfolio.decided import (
    NUMBER,
    Wanted,
    fact_column,
    later_column,
    not_met_column,
    row_of,
)
from nic_rules.portfolio.deciding import Decider
from nic_rules.portfolio.in_columns import ChunkDecider
from tests.cases.test_kinds import ROWS
from tests.cases.written import KINDS, Row
from tests.fixture_years import CLUSTERS, NIC, day_of
from tests.portfolio.test_nothing_lost import csv_files

DAY = date(2016, 11, 15)


@dataclass
class Compared:
    """How many rows were decided in columns, and how many in all."""

    in_columns: int = 0
    rows: int = 0


def compare(
    book: RuleBook, cases: Cases, size: int, wanted: Wanted, rules_on: date | None = None
) -> Compared:
    """Hold chunks against their rows, each decided alone."""
    tables = book.review
    decider = Decider(book, tables, DAY, rules_on, None)
    found = Compared()
    for chunk in cases.chunks(size):
        with patch.object(in_columns, "FEW", 0):
            made = ChunkDecider(book, tables, decider, wanted).decide(chunk)
        found.rows += len(chunk)
        records = dict(made.records)
        rows = {row[NUMBER]: row for row in made.rows.to_dicts()}
        rejects = {row.number: problems for row, problems in made.rejects}
        assert list(rows) == sorted(rows) == list(records)
        for place in range(len(chunk)):
            row = chunk.row(place)
            decisions, problems = decider.decide(row)
            if problems:
                assert rejects.pop(row.number) == problems
                continue
            found.in_columns += place not in chunk.odd
            assert records.pop(row.number) == "".join(f"{one.to_json()}\n" for one in decisions)
            assert list(made.decisions(row.number)) == decisions
            later = {t: rows[row.number][later_column(t)] for t in wanted.later}
            expected = row_of(row.number, row.subject, decisions, wanted, later)
            same_row(expected, rows.pop(row.number))
        assert not records
        assert not rows
        assert not rejects
    return found


def same_row(expected: dict[str, object], row: dict[str, object]) -> None:
    """Hold one row against another; a criterion that has no column there has none here."""
    for column, value in expected.items():
        assert row[column] == value, column


SMALL = Wanted(("level", "years", "part", "told_on", "active", "label"), (), not_met=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Give the small rule book."""
    from nic_rules.library import load
    from tests.cli.small import small_book

    return load(small_book(tmp_path_factory.mktemp("small")))


@settings(max_examples=200, deadline=None)
@given(raw=csv_files(), size=st.integers(1, 4), rules_on=st.none() | st.just(date(2012, 1, 1)))
def test_any_csv(book: RuleBook, raw: bytes, size: int, rules_on: date | None) -> None:
    """Whatever cells hold, and whatever days rows have, columns say what rows say."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(raw)
        try:
            cases = open_cases(path, book.book.facts)
        except CasesError:
            return
        with cases:
            compare(book, cases, size, SMALL, rules_on)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, kind=st.sampled_from(list(KINDS)), size=st.integers(1, 4))
def test_any_kind_of_file(book: RuleBook, rows: list[Row], kind: str, size: int) -> None:
    """Cells of types of their own are decided as they are row by row."""
    name, write, reading = KINDS[kind]
    with TemporaryDirectory() as folder:
        write(Path(folder) / name, rows)
        with open_cases(Path(folder) / name, book.book.facts, reading) as cases:
            compare(book, cases, size, SMALL)


CELLS: list[Callable[[], pl.Series]] = [
    lambda: pl.Series([1, 2, None], dtype=pl.Int8),
    lambda: pl.Series([1.0, 2.5, float("nan")], dtype=pl.Float64),
    lambda: pl.Series([1.0, 2.5, None], dtype=pl.Float32),
    lambda: pl.Series([True, None, False]),
    lambda: pl.Series(["arena", None, "x\0"], dtype=pl.String),
    lambda: pl.Series(["arena", "nce", "nope"], dtype=pl.Categorical),
    lambda: pl.Series([date(2016, 1, 1), None, date(1, 1, 1)]),
    lambda: pl.Series([date(2016, 1, 1), None, date(2016, 2, 1)]).cast(pl.Datetime),
    lambda: pl.Series([None, None, None], dtype=pl.Null),
    lambda: pl.Series(["1.50", "-2", "1e3"]).cast(pl.Decimal(10, 2), strict=False),
    lambda: pl.Series([2**63, 1, 2], dtype=pl.UInt64),
]
COLUMNS = ["subject", "level", "years", "part", "told_on", "active", "label", "as_of", "rules_on",
           "years.evidence", "years.recorded_on"]  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cells", CELLS)
def test_any_type_in_any_column(
    book: RuleBook, tmp_path: Path, column: str, cells: Callable[[], pl.Series]
) -> None:
    """Of whatever type the cells of Parquet are, columns take and refuse what rows do."""
    frame = pl.DataFrame({"subject": ["a", "b", "c"], "years": [6, 7, 8]})
    frame.with_columns(cells().alias(column)).write_parquet(tmp_path / "a.parquet")
    with open_cases(tmp_path / "a.parquet", book.book.facts) as cases:
        compare(book, cases, 3, SMALL)


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_the_fixture_years(year: int) -> None:
    """The shipped rule book says of the fixture years what it says of each case."""
    wanted = Wanted(("level", "cluster_name", "level_admitted_on"), ("continuation",), not_met=True)
    with open_cases(CLUSTERS / f"{year}.csv", NIC.book.facts) as cases:
        found = compare(NIC, cases, 20, wanted)
    assert 0.8 * found.rows < found.in_columns < found.rows
    assert day_of(year).year == year


def test_names_of_columns_differ() -> None:
    """A table, a fact and a criterion may have one name: their columns do not."""
    assert 4 == len({"a", fact_column("a"), later_column("a"), not_met_column("a")})
