"""Records of many cases are, byte for byte, those of each decided alone."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules import FactError, RequestError, RuleBook
from nic_rules.canonical import canonical
from nic_rules.engine.columns import decided, many
from nic_rules.engine.columns.lacking import lacks_of
from nic_rules.engine.columns.reading import Reader
from nic_rules.engine.columns.writing import quoted
from nic_rules.language.values import Plain, as_decimal
from nic_rules.rulebook.given import EVIDENCE_KEYS
from tests import test_carriers
from tests.columns_of import typed
from tests.strategies import Book, books, cases
from tests.test_carriers import all_cases

folder = test_carriers.folder
DAY = date(2016, 3, 1)
BOOK = nic_rules.load("nic")
EDITION = BOOK.edition(DAY)
CLUSTERS = Path(__file__).parents[1] / "fixtures" / "clusters"

SIGNS = "".join(map(chr, range(0x20))) + '"\\/\x7f\x80\u2028\ufeff\uffff\U0001f600\U0010ffff åÆ'
texts = st.text(st.sampled_from(SIGNS) | st.characters(exclude_categories=["Cs"]), min_size=1)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def alone(
    book: RuleBook, table: str, row: Mapping[str, Any], as_of: date, rules_on: date
) -> str | None:
    """Give the record of a case decided by itself; None if it is refused.

    `row` has a key for each column of the case.
    """
    own = {name: row.get(name) for name in ("subject", "as_of", "rules_on")}
    facts: dict[str, dict[str, Any]] = {}
    for column, value in row.items():
        fact, _, key = column.partition(".")
        if fact not in own:
            facts.setdefault(fact, {"value": None})[key or "value"] = value
    try:
        edition = book.edition(own["rules_on"] or rules_on)
        decision = edition.decide(table, facts, subject=own["subject"], as_of=own["as_of"] or as_of)
    except (FactError, RequestError):
        return None
    return decision.to_json()


@st.composite
def beside(draw: st.DrawFn, facts: Sequence[str], height: int) -> dict[str, pl.Series]:
    """Draw columns of what is told beside facts: texts, days, days written, nothing at all."""
    columns = {}
    for fact in draw(st.lists(st.sampled_from(facts), unique=True, max_size=3)):
        for key in draw(st.lists(st.sampled_from(EVIDENCE_KEYS), unique=True, min_size=1)):
            told: Any = texts
            if key == "recorded_on":
                told = draw(st.sampled_from((days, days.map(date.isoformat) | st.just("soon"))))
            kept = draw(st.sampled_from((st.none(), st.none() | told)))
            drawn = st.lists(kept, min_size=height, max_size=height)
            columns[f"{fact}.{key}"] = pl.Series(draw(drawn))
    return columns


@settings(max_examples=100, deadline=None)
@given(st.data(), books())
def test_drawn_books_give_the_records_of_single_cases(data: st.DataObject, book: Book) -> None:
    """Own days, odd subjects, evidence, contradictions and wrong days between, by every table."""
    drawn = data.draw(st.lists(cases(book), min_size=1, max_size=6))
    loaded = book.load()
    facts, height = loaded.edition(DAY).rules.facts, len(drawn)
    subjects = texts.filter(lambda text: bool(text.strip()))
    columns: dict[str, Any] = data.draw(beside(sorted(facts), height))
    if data.draw(st.booleans()):
        listed = st.lists(subjects, min_size=height, max_size=height, unique=True)
        columns["subject"] = pl.Series(data.draw(listed))
    for name in ("as_of", "rules_on"):
        if data.draw(st.booleans()):
            own = [data.draw(st.sampled_from((getattr(one, name), None))) for one in drawn]
            columns[name] = pl.Series(own, dtype=pl.Date)
    frame = typed(facts, [case.values for case in drawn]).with_columns(**columns)
    as_of, rules_on = drawn[0].as_of, drawn[0].rules_on
    edition = loaded.edition(rules_on)
    many = edition.decide_many(edition.tables, frame, as_of=as_of)
    rows = frame.to_dicts()
    for table in edition.tables:
        expected = [alone(loaded, table, row, as_of, rules_on) for row in rows]
        assert expected == many.records(table).to_list()


def test_small_domains_give_the_records_of_single_cases(folder: Path) -> None:
    """Every case over small domains with unknowns, and every core form."""
    book, every = nic_rules.load(folder), list(all_cases())
    found = book.edition(DAY).decide_many("t", typed(book.edition(DAY).rules.facts, every))
    assert [alone(book, "t", case, DAY, DAY) for case in every] == found.records("t").to_list()


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_fixture_years_give_the_records_of_single_cases(year: int) -> None:
    """The clusters' files, rejected rows among them, by every table of the shipped book."""
    day = date(year, 11, 15)
    edition = BOOK.edition(day)
    with (CLUSTERS / f"{year}.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    whole = [dict(zip(header, line, strict=True)) for line in lines if len(line) == len(header)]
    rows = [
        {
            name: Plain(cell) if cell and name in edition.rules.facts else cell or None
            for name, cell in row.items()
        }
        for row in whole
    ]
    found = edition.decide_many(edition.tables, pl.DataFrame(whole))
    refused = set(found.problems["row"])
    for table in edition.tables:
        expected = [
            None if number in refused else alone(BOOK, table, row, day, day)
            for number, row in enumerate(rows, start=1)
        ]
        assert expected == found.records(table).to_list()
    assert 0 < found.decided


@given(st.lists(texts, min_size=1))
def test_texts_are_written_as_one_record_writes_them(given: list[str]) -> None:
    """Quotes, strokes and control characters stand otherwise than as they are, nothing else."""
    found = pl.DataFrame({"text": given}).select(quoted(pl.col("text"))).to_series()
    assert [canonical(text) for text in given] == found.to_list()


DECIMALS = (0, 1, 2, 9)
MANY = [f"flag_{n:02}" for n in range(130)]
RULES = """
- {rulebook: wide, title: {en: "Wide"}, languages: [en]}
- {criterion: one, name: {en: "One"}, met_when: FLAGS, kind: requirement,
   basis: interpretation, why: {en: "Chosen."}, cites: []}
- {criterion: other, name: {en: "Other"}, met_when: flag_00 or flag_99 or flag_129,
   applies_when: flag_64, kind: requirement,
   basis: interpretation, why: {en: "Chosen."}, cites: []}
- {fact: note, name: {en: "Note"}, type: text}
- {fact: long_ago, name: {en: "Long ago"}, type: date, min: 0001-01-01, max: 9999-12-31}
- table: early
  name: {en: "Early"}
  until: 2014-06-01
  hit_policy: collect
  outcomes: [{outcome: good, name: {en: "Good"}}, {outcome: bad, name: {en: "Bad"}}]
  rows:
    - {row: one, when: {one: [met, unknown]}, then: good, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
    - {row: other, when: {other: [not_met, unknown]}, then: bad, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
- table: always
  name: {en: "Always"}
  hit_policy: first
  outcomes: [{outcome: good, name: {en: "Good"}}]
  rows:
    - {row: all, when: {}, then: good, because: {en: "So."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
""".replace("FLAGS", " and ".join(MANY[:100]))


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Load a book of more facts than a mask has bits, with numbers and days of every width."""
    items = [RULES]
    items += [f"- {{fact: {name}, name: {{en: F}}, type: boolean}}\n" for name in MANY]
    items += [
        f"- {{fact: decimal_{n}, name: {{en: F}}, type: decimal, decimals: {n}, "
        f"min: -1000000, max: 1000000}}\n"
        for n in DECIMALS
    ]
    items.append(f"- {{fact: whole, name: {{en: F}}, type: integer, min: {-MOST}, max: {MOST}}}\n")
    folder = tmp_path_factory.mktemp("wide")
    (folder / "rules.yaml").write_text("".join(items), encoding="utf-8")
    return nic_rules.load(folder)


MOST = 2**53 - 1


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_values_of_every_width_are_written_alike(data: st.DataObject, wide: RuleBook) -> None:
    """Numbers about zero and at the bounds, days of all years, odd texts, masks of three words."""
    scaled = st.integers(-150, 150) | st.integers(-1_000_000, 1_000_000)
    drawn = st.fixed_dictionaries(
        {},
        optional={
            "note": texts.filter(lambda text: "\0" not in text),
            "long_ago": st.dates(),
            "whole": st.integers(-MOST, MOST) | st.integers(-1, 1),
            **{f"decimal_{n}": scaled.map(partial(as_decimal, decimals=n)) for n in DECIMALS},
            **{name: st.booleans() for name in ("flag_00", "flag_64", "flag_99", "flag_129")},
        },
    )
    every = data.draw(st.lists(drawn, min_size=1, max_size=8))
    unknown = data.draw(st.sets(st.sampled_from(MANY)))
    rest = {name: True for name in MANY if name not in unknown}
    every = [{**rest, **case} for case in every]
    day = data.draw(st.sampled_from((date(2010, 1, 1), date(2016, 3, 1))))
    frame = typed(wide.edition(day).rules.facts, every)
    frame = frame.with_columns(rules_on=pl.Series([day] * len(every)))
    found = wide.edition(date(2010, 1, 1)).decide_many(["early", "always"], frame, as_of=DAY)
    for table in ("early", "always"):
        expected = [
            alone(wide, table, {**case, "rules_on": day}, DAY, DAY)
            if day < date(2014, 6, 1) else None
            for case in every
        ]  # fmt: skip
        assert expected == found.records(table).to_list()


def test_a_table_not_in_force_has_no_answers(wide: RuleBook) -> None:
    """Cases of days on which a table is not in force are nulls in every frame of it."""
    frame = pl.DataFrame(
        {"flag_64": [True, True, None], "rules_on": ["2016-03-01", None, "2010-01-01"]}
    )
    found = wide.edition(date(2010, 1, 1)).decide_many(["always", "early"], frame)
    assert [1] == found.problems["row"].to_list()
    given = (found.frame["early"], found.needs("early")["early.needs"], found.records("early"))
    for column in (*given, *found.findings("early"), found.frame["always"]):
        assert [True, False, False] == column.is_null().to_list()
    assert {"good;bad": 2} == dict(found.frame["early"].value_counts().drop_nulls().iter_rows())
    assert {"good": 2, "bad": 2} == found.counts("early")


def test_chunks_follow_each_other_in_the_order_of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """However cases are cut, and whatever days' rules lie between each other, none is moved."""
    monkeypatch.setattr(many, "CHUNK", 7)
    monkeypatch.setattr(decided, "RECORDS", 3)
    own = [None, date(2005, 1, 1), date(2016, 3, 2), date(2014, 6, 1)]
    rows: list[dict[str, Any]] = [
        {
            "subject": f"kl-{n}",
            "level": ("arena", None, "nce", "zzz")[n % 4 if n != 11 else 0],
            "agreed_years": n % 5,
            "rules_on": own[n * n % 4 if n > 13 else n // 4],
        }
        for n in range(16)
    ]
    tables = ["services", "continuation"]
    found = EDITION.decide_many(tables, pl.DataFrame(rows))
    frames = list(found.record_frames())
    assert [3, 3, 1, 3, 3, 1, 2] == [frame.height for frame in frames]
    expected = [tuple(alone(BOOK, table, row, DAY, DAY) for table in tables) for row in rows]
    assert 3 == expected.count((None, None))
    assert expected == pl.concat(frames).rows()


def test_records_of_several_tables_read_the_cases_once() -> None:
    """What the tables have in common is made once for all of them; of few cases it is kept."""
    with mock.patch.object(Reader, "read", autospec=True, side_effect=Reader.read) as read:
        found = EDITION.decide_many(EDITION.tables, CLUSTERS / "2016.csv")
        assert 1 == len(list(found.record_frames()))
        assert 1 == read.call_count
        with mock.patch.object(many, "FEW", 0):
            found = EDITION.decide_many(EDITION.tables, CLUSTERS / "2016.csv")
        assert 1 == len(list(found.record_frames()))
    assert 3 == read.call_count


def test_what_several_tables_need_is_found_once() -> None:
    """Of few cases what is found is kept for all tables; of many, tables asked together share it.

    Few cases are read once, for the answers; many once more for each question.
    """
    cases, tables = CLUSTERS / "2016.csv", EDITION.tables
    lacks = mock.Mock(side_effect=lacks_of)
    with (
        mock.patch.object(Reader, "read", autospec=True, side_effect=Reader.read) as read,
        mock.patch("nic_rules.engine.columns.found.lacks_of", lacks),
    ):
        few = EDITION.decide_many(tables, cases)
        needs = pl.concat([few.needs(table) for table in tables], how="horizontal")
        findings = [few.findings(table) for table in tables]
        assert (1, 1) == (read.call_count, lacks.call_count)
        with mock.patch.object(many, "FEW", 0), mock.patch.object(decided, "FEW", 0):
            more = EDITION.decide_many(tables, cases)
            assert needs.equals(more.needs(*tables))
            together = more.findings(*tables)
        assert (4, 3) == (read.call_count, lacks.call_count)
    assert all(alone.equals(together.select(alone.columns)) for alone in findings)


def test_no_cases_have_no_records() -> None:
    """A batch of nothing gives an empty column of texts."""
    nothing = pl.DataFrame({"level": pl.Series([], dtype=pl.String)})
    found = EDITION.decide_many("services", nothing).records("services")
    assert found.equals(pl.Series("services", [], dtype=pl.String), check_dtypes=True)
