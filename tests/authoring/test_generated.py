"""Portfolios that are drawn: the same for the same seed, readable, of mixed outcomes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import nic_rules
from nic_rules.authoring import generated
from nic_rules.authoring.generated import Wanted, generate
from tests.cli.running import run
from tests.cli.small import BOOK

ROOT = Path(__file__).parents[2]
BOOKS = {name: nic_rules.load(ROOT / "rules" / name) for name in ("nic", "halls")}
DAYS = {"nic": date(2016, 11, 15), "halls": date(2024, 2, 15)}


def drawn(book: str, count: int = 400, **wanted: float) -> pl.DataFrame:
    """Draw a portfolio in one frame."""
    seed = int(wanted.pop("seed", 1))
    return pl.concat(list(generate(BOOKS[book], Wanted(count, seed, DAYS[book], **wanted))))


@pytest.mark.parametrize("book", BOOKS)
def test_the_same_seed_draws_the_same(book: str) -> None:
    """The same cases for the same seed, others for another."""
    assert drawn(book).equals(drawn(book))
    assert not drawn(book).equals(drawn(book, seed=2))


@pytest.mark.parametrize("book", BOOKS)
def test_every_case_can_be_decided_and_outcomes_mix(book: str) -> None:
    """No drawn case is refused, and the first table of the review gives several outcomes."""
    edition = BOOKS[book].edition(DAYS[book])
    facts = BOOKS[book].book.facts
    outcomes: Counter[object] = Counter()
    for row in drawn(book).iter_rows(named=True):
        given = {n: _typed(facts[n].type, v) for n, v in row.items() if n in facts and v}
        outcomes[edition.decide(BOOKS[book].review[0], given).outcome] += 1
    assert len(outcomes) >= 3
    assert outcomes.most_common(1)[0][1] < 380


def _typed(kind: object, text: str) -> object:
    """Give what JSON has of a text."""
    name = type(kind).__name__
    if name == "Truth":
        return text == "true"
    return int(text) if name == "Number" and "." not in text else text


def test_shares_of_missing_and_bad(tmp_path: Path) -> None:
    """Facts are left out, and rows spoilt, in the shares that are wished for."""
    known = drawn("nic").drop("subject")
    fewer = drawn("nic", missing=0.5).drop("subject")
    kept = fewer.count().transpose().sum().item() / known.count().transpose().sum().item()
    assert 0.4 < kept < 0.6
    file, out = tmp_path / "a.csv", tmp_path / "out"
    day = ("--as-of", "2016-11-15")
    assert 0 == run("generate", "500", "--bad", "0.2", *day, "--out", file).code
    assert 0 == run("review", file, *day, "--out", out).code
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert 60 < summary["rejected"] < 140


def test_more_than_are_drawn_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger portfolios have as many rows as wished for, each with its own subject."""
    monkeypatch.setattr(generated, "MOST_DRAWN", 50)
    monkeypatch.setattr(generated, "ROWS_AT_ONCE", 120)
    frame = drawn("halls", 1_000)
    assert (1_000, 1_000) == (frame.height, frame["subject"].n_unique())
    assert frame.equals(drawn("halls", 1_000))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_files_hold_the_same(tmp_path: Path, suffix: str) -> None:
    """Either form holds the drawn cases, as text."""
    file = tmp_path / f"a.{suffix}"
    assert 0 == run("generate", "50", "--as-of", "2016-11-15", "--out", file).code
    if suffix == "parquet":
        rows = pl.read_parquet(file).fill_null("").rows(named=True)
    else:
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
    assert drawn("nic", 50).fill_null("").rows(named=True) == rows


def test_what_cannot_be_drawn(tmp_path: Path) -> None:
    """A book without scenarios, another ending, a folder that is not there: one line each."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "rules.yaml").write_text(BOOK.partition("- scenario:")[0], encoding="utf-8")
    day = ("--as-of", "2016-11-15")
    for out, rules, told in (
        ("a.csv", book, "has no scenarios to draw cases from"),
        ("a.xlsx", "nic", "the file to write ends in `.csv` or `.parquet`"),
        ("no/a.csv", "nic", "this file cannot be written: No such file or directory"),
    ):
        ran = run("generate", "5", "--rules", rules, *day, "--out", tmp_path / out)
        assert (2, 1) == (ran.code, len(ran.problems))
        assert told in ran.problems[0]
    assert [] == [path.name for path in tmp_path.iterdir() if path.name != "book"]


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_days_at_the_end_of_the_calendar_draw_too(day: str) -> None:
    """Days are moved no further than their facts may lie, and no case contradicts itself."""
    edition = BOOKS["nic"].edition(date.fromisoformat(day))
    cases = pl.concat(list(generate(BOOKS["nic"], Wanted(40, 1, edition.rules_on))))
    assert 40 == edition.decide_many("continuation", cases).decided


def test_what_cannot_be_drawn_is_one_line(tmp_path: Path) -> None:
    """A day on which no table is in force, and a share that is no number, are refused."""
    for options, told in (
        (("--rules", ROOT / "rules" / "halls", "--as-of", "1990-01-01"), "is in force on 1990-01"),
        (("--as-of", "2016-11-15", "--missing", "nan"), "`nan` is not a share from 0 to 1"),
        (("--as-of", "2016-11-15", "--bad", "NaN"), "`NaN` is not a share from 0 to 1"),
    ):
        ran = run("generate", "5", *options, "--out", tmp_path / "a.csv")
        assert (2, 1) == (ran.code, len(ran.problems))
        assert told in ran.problems[0]
    assert [] == [*tmp_path.iterdir()]
