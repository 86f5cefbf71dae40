"""The workbook of a review: each case is on the sheets of its outcomes, with its reasons."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.portfolio.report.names import Names
from nic_rules.portfolio.report.tally import outcomes_of
from nic_rules.portfolio.report.words import WORDS
from nic_rules.portfolio.review import review
from nic_rules.portfolio.workbook import Workbook
from tests.fixture_years import CLUSTERS, NIC, day_of, reviewed
from tests.portfolio.workbooks import read, with_subjects

LANGUAGES = ("nb", "en")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_year(path: Path, year: int, language: str) -> None:
    """Write the workbook of a fixture year from its decisions and rejects."""
    one = reviewed(year)
    subjects = list(dict.fromkeys(subject for subject, _ in one.decisions))
    with Workbook(path, NIC, NIC.review, as_of=day_of(year), language=language) as book:
        for number, subject in enumerate(subjects, 1):
            decisions = [one.decisions[subject, table] for table in NIC.review]
            book.decide(GivenRow(number, number + 1, subject), decisions)
        for reject in one.rejects:
            row = GivenRow(int(reject["row"]), int(reject["line"]), reject["subject"], file="f")
            told = [reject[key] for key in ("code", "message", "column", "value")]
            book.reject(row, [RowProblem(*told)])


@cache
def written(year: int, language: str) -> dict[str, list[list[Any]]]:
    """Write and read the workbook of a fixture year."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        write_year(path, year, language)
        return read(path)


def sheets_told(overview: list[list[Any]], language: str) -> dict[tuple[str, str], Any]:
    """Give the lines of the overview's table by question and outcome: number, sheet."""
    head = WORDS[language]["table"]
    start = next(n for n, row in enumerate(overview) if row[0] == head) + 1
    lines = overview[start : next(n for n in range(start, 999) if not overview[n][0])]
    return {(row[0], row[1]): (int(row[2]), row[3]) for row in lines}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("year", [2014, 2016])
def test_each_case_is_on_the_sheets_of_its_outcomes(year: int, language: str) -> None:
    """A sheet has exactly the cases with its outcome, and the overview counts them."""
    found, names = written(year, language), Names(NIC, language)
    overview, *others, rejects = found
    told = sheets_told(found[overview], language)
    assert others == [sheet for _, sheet in told.values()]
    for number, table in enumerate(NIC.review, 1):
        decisions = [d for (_, t), d in reviewed(year).decisions.items() if t == table]
        for outcome, title in names.outcomes(table).items():
            expected = [d.subject for d in decisions if outcome in outcomes_of(d)]
            key = (f"{number}. {names.title(table)}", title)
            assert bool(expected) == (key in told)
            if expected:
                count, sheet = told[key]
                assert expected == [row[0] for row in found[sheet][1:]]
                assert len(expected) == count
    lines = [row for row in found[overview] if row[0] == names.word["cases_decided"]]
    subjects = {subject for subject, _ in reviewed(year).decisions}
    assert [len(subjects)] == [row[2] for row in lines]
    assert [r["subject"] for r in reviewed(year).rejects] == [r[3] for r in found[rejects][1:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_case_has_its_reasons_and_what_it_lacks(language: str) -> None:
    """Reasons are those of the explanation, each on the sheet of the outcome that it speaks for."""
    found, names = written(2016, language), Names(NIC, language)
    told: dict[tuple[str, str], Counter[str]] = {}
    lacking: dict[tuple[str, str], set[str]] = {}
    for sheet, rows in list(found.items())[1:-1]:
        table = NIC.review[int(sheet[0]) - 1]
        for row in rows[1:]:
            reasons = filter(None, row[-2].split("\n"))
            told.setdefault((row[0], table), Counter()).update(reasons)
            lacking.setdefault((row[0], table), set()).update(filter(None, [row[-1]]))
    for (subject, table), decision in reviewed(2016).decisions.items():
        assert Counter(names.because(decision)) == told[subject, table]
        lines = [f"{names.title(f)} ({names.supplier(f)})" for f in decision.needs]
        assert {"\n".join(lines)} - {""} == lacking[subject, table]


def test_the_sheets_are_in_order() -> None:
    """Sheets follow the tables of the review and the outcomes of each; each has filter and head."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        write_year(path, 2016, "nb")
        with ZipFile(path) as parts:
            book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
            names = [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")]
            filters = {
                names[int(name.attrib["localSheetId"])]: name.text or ""
                for name in book.iter(f"{MAIN}definedName")
                if name.attrib["name"] == "_xlnm._FilterDatabase"
            }
            for number, name in enumerate(names[1:], 2):
                sheet = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml"))
                (pane,) = sheet.iter(f"{MAIN}pane")
                assert ("1", "frozen") == (pane.attrib["ySplit"], pane.attrib["state"])
                rows = len(list(sheet.iter(f"{MAIN}row")))
                assert re.search(rf"\$A\$1:\$[A-Z]\${rows}$", filters[name])
                assert f"'{name}'!" == filters[name].partition("$")[0]
    assert set(names[1:]) == set(filters)
    questions = [name[0] for name in names[1:-1]]
    assert sorted(questions) == questions


def test_days_are_days_and_numbers_are_numbers(tmp_path: Path) -> None:
    """Days are read back as days, not texts, and numbers as numbers."""
    write_year(tmp_path / "book.xlsx", 2016, "nb")
    found = read(tmp_path / "book.xlsx")
    head, *rows = list(found.values())[1]
    reporting = NIC.book.item.written.report
    assert reporting
    names = Names(NIC, "nb")
    (fact,) = [f for f in reporting.by if names.is_date(f)]
    days = [row[head.index(names.title(fact))] for row in rows]
    decisions = reviewed(2016).decisions
    assert [decisions[row[0], NIC.review[0]].facts[fact] for row in rows] == [
        day.isoformat() for day in days
    ]
    rejects = list(found.values())[-1][1:]
    assert [(int(r["row"]), int(r["line"])) for r in reviewed(2016).rejects] == [
        (row[1], row[2]) for row in rejects
    ]


def test_the_day_of_a_case_is_told_where_days_differ(tmp_path: Path) -> None:
    """Where cases have days of their own, a column has them, after a stop too; else none has."""
    day, head = day_of(2016), WORDS["nb"]["as_of"]
    header, *lines = (CLUSTERS / "2016.csv").read_text(encoding="utf-8").splitlines()
    own = ["2016-10-01", "2016-10-02", *[""] * (len(lines) - 2)]
    subjects = [line.split(",")[header.split(",").index("subject")] for line in lines]
    for name, days in {"own": own, "same": [""] * len(lines)}.items():
        rows = [f"{one},{line}" for one, line in zip(days, lines, strict=True)]
        (tmp_path / f"{name}.csv").write_text("\n".join([f"as_of,{header}", *rows]), "utf-8")

    def stop(_: int) -> None:
        if (tmp_path / "own/.unfinished/journal.json").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        review(
            NIC, tmp_path / "own.csv", tmp_path / "own", as_of=day, also=("xlsx",), chunk=9,
            at_rows=stop,
        )  # fmt: skip
    told: dict[str, dict[str, date]] = {"own": {}, "same": {}}
    for name, found in told.items():
        review(NIC, tmp_path / f"{name}.csv", tmp_path / name, as_of=day, also=("xlsx",))
        for columns, *cases in list(read(tmp_path / name / "review.xlsx").values())[1:-1]:
            if head in columns:
                found |= {row[0]: row[columns.index(head)] for row in cases}
    expected = zip(subjects, own, strict=True)
    decided = told["own"]
    assert decided == {s: date.fromisoformat(o) if o else day for s, o in expected if s in decided}
    assert {date(2016, 10, 1), date(2016, 10, 2), day} == {*decided.values()}
    assert {} == told["same"]


# --- bytes, and nothing at all


def test_the_same_review_gives_the_same_bytes(tmp_path: Path) -> None:
    """The file depends on no clock."""
    write_year(tmp_path / "a.xlsx", 2016, "nb")
    time.sleep(2.1)  # the times of a zip file have steps of two seconds
    write_year(tmp_path / "b.xlsx", 2016, "nb")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(tmp_path / "a.xlsx") as parts:
        assert {(1980, 1, 31)} == {part.date_time[:3] for part in parts.infolist()}
        assert b"2016-11-15T00:00:00Z" in parts.read("docProps/core.xml")


def test_a_review_of_nothing_has_an_overview(tmp_path: Path) -> None:
    """Where no case is decided and none rejected, the overview stands alone."""
    with_subjects(tmp_path / "book.xlsx", NIC, [])
    found = read(tmp_path / "book.xlsx")
    assert [WORDS["nb"]["overview"]] == list(found)
