"""The workbook of a review: cases are on the sheets of their outcomes, and texts stay texts."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import fastexcel
import pytest

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.engine.book import RuleBook
from nic_rules.library import load
from nic_rules.portfolio import sheets
from nic_rules.portfolio.report.gather import outcomes_of
from nic_rules.portfolio.report.names import Names
from nic_rules.portfolio.report.words import WORDS
from nic_rules.portfolio.sheets import MOST_NAME, MOST_ROWS, MOST_TEXT, sheet_name, standing
from nic_rules.portfolio.workbook import Workbook, too_many
from tests.cli.small import small_book
from tests.fixture_years import NIC, day_of, reviewed

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


def read(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read a workbook by another library: the rows of each sheet, in order."""
    found = fastexcel.read_excel(path)
    return {
        name: found.load_sheet(name, header_row=None).to_polars().rows()
        for name in found.sheet_names
    }


@cache
def written(year: int, language: str) -> dict[str, list[tuple[Any, ...]]]:
    """Write and read the workbook of a fixture year."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        write_year(path, year, language)
        return read(path)


def sheets_told(overview: list[tuple[Any, ...]], language: str) -> dict[tuple[str, str], Any]:
    """Give the lines of the overview's table by question and outcome: number, sheet."""
    head = WORDS[language]["table"]
    start = next(n for n, row in enumerate(overview) if row[0] == head) + 1
    lines = overview[start : next(n for n in range(start, 999) if overview[n][0] is None)]
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
    assert [str(len(subjects))] == [row[2] for row in lines]
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
            reasons = filter(None, (row[-2] or "").split("\n"))
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
    """Days and counts can be sorted and added up."""
    write_year(tmp_path / "book.xlsx", 2016, "nb")
    book = fastexcel.read_excel(tmp_path / "book.xlsx")
    some = book.load_sheet(book.sheet_names[1]).to_polars()
    (column,) = [c for c in some.columns if some[c].dtype.is_temporal()]
    reporting = NIC.book.item.written.report
    assert reporting
    (fact,) = [f for f in reporting.by if Names(NIC, "nb").is_date(f)]
    decisions = reviewed(2016).decisions
    expected = [decisions[s, NIC.review[0]].facts[fact] for s in some[some.columns[0]]]
    assert expected == [day.date().isoformat() for day in some[column]]
    rejects = book.load_sheet(book.sheet_names[-1]).to_polars()
    assert all(rejects[c].dtype.is_numeric() for c in rejects.columns[1:3])


# --- hostile texts

HOSTILE = [
    "=1+1", "+1", "-1", "@x", "=HYPERLINK(\"http://a.example\")", "http://a.example", "mailto:a@b",
    "internal:'x'!A1", "<script>alert(1)</script>", "<r><t>x</t></r>", "<r></is></c><f>1</f></r>",
    "'", "'=1", " x ", "12", "2016-01-01", "TRUE", "#N/A", "{=1}", "æøå «»", "&amp;", "]]>", "a\nb",
    "_x0041_", "\U0001f600",
]  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Give the small rule book."""
    return load(small_book(tmp_path_factory.mktemp("small")))


def with_subjects(path: Path, book: RuleBook, subjects: Iterable[str]) -> None:
    """Write a workbook of cases with these subjects, each decided and each rejected."""
    day = date(2016, 11, 15)
    with Workbook(path, book, book.review, as_of=day, language="nb") as workbook:
        for number, subject in enumerate(subjects, 1):
            row = GivenRow(number, number + 1, subject)
            workbook.decide(row, book.edition(day).decide_all(book.review, {}, as_of=day))
            workbook.reject(row, [RowProblem("NIC506", "wrong", "level", subject)])


def test_hostile_texts_stand_as_they_are(small: RuleBook, tmp_path: Path) -> None:
    """Nothing that a user wrote becomes a formula, a link, markup or a number."""
    with_subjects(tmp_path / "book.xlsx", small, HOSTILE)
    found = read(tmp_path / "book.xlsx")
    assert HOSTILE == [row[0] for name in list(found)[1:-1] for row in found[name][1:]]
    assert HOSTILE == [row[3] for row in list(found.values())[-1][1:]]
    with ZipFile(tmp_path / "book.xlsx") as parts:
        for name in parts.namelist():
            root = ElementTree.fromstring(parts.read(name))
            tags = {tag.rpartition("}")[2] for part in root.iter() for tag in [part.tag]}
            assert set() == tags & {"f", "hyperlink", "hyperlinks", "script"}
            assert b"http://a.example" not in parts.read(name) or "sheet" in name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\0b", r"a\x00b"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\ud800", r"\ud800"),
        ("\ufffe", r"\ufffe"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("1\u00a0000", "1\u00a0000"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
    ],
)
def test_what_cannot_be_printed_is_shown(
    small: RuleBook, tmp_path: Path, text: str, expected: str
) -> None:
    """A character that XML or a reader cannot take is shown by its escape."""
    assert expected == standing(text)
    with_subjects(tmp_path / "book.xlsx", small, [text])
    assert expected == list(read(tmp_path / "book.xlsx").values())[1][1][0]


@pytest.mark.parametrize("text", ["x" * 40_000, "\U0001f600" * 20_000, "x" + "\U0001f600" * 20_000])
def test_a_long_text_is_cut(small: RuleBook, tmp_path: Path, text: str) -> None:
    """A text longer than a cell ends in an ellipsis, and no character is cut in two."""
    with_subjects(tmp_path / "book.xlsx", small, [text])
    found = list(read(tmp_path / "book.xlsx").values())[1][1][0]
    assert "…" == found[-1]
    assert text.startswith(found[:-1])
    assert MOST_TEXT - 1 <= len(found.encode("utf-16-le")) // 2 <= MOST_TEXT


@pytest.mark.parametrize("text", ["x" * MOST_TEXT, "x" * (MOST_TEXT - 2) + "\U0001f600"])
def test_a_text_as_long_as_a_cell_is_whole(text: str) -> None:
    """Nothing is cut that has room."""
    assert text == standing(text)


# --- names of sheets


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    """Names are short, without what Excel refuses, and no two are the same ignoring case."""
    wanted = [
        "x" * 60, "X" * 60, "x" * 59, "a/b\\c:d*e?f[g]", "'quoted'", "ja", "JA", "ja", "ß", "SS",
        "a\nb", "\U0001f600" * 40, "y" * 31, "y" * 31,
    ]  # fmt: skip
    taken: set[str] = set()
    names = [sheet_name(name, taken) for name in wanted]
    assert len(names) == len({name.casefold() for name in names}) == len(taken)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= MOST_NAME
        assert not re.search(r"[\[\]:*?/\\\n]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
    assert ["ja", "JA (2)", "ja (3)"] == names[5:8]
    assert "y" * 31 == names[12]


def test_two_tables_may_have_outcomes_of_one_name() -> None:
    """Sheets begin with the number of their question, so that the same outcomes stay apart."""
    names = Names(NIC, "nb")
    titles = Counter(
        title for table in NIC.review for o, title in names.outcomes(table).items() if o
    )
    assert max(titles.values()) > 1
    sheets_of_year = list(written(2016, "nb"))
    assert len(sheets_of_year) == len(set(sheets_of_year))


# --- bytes, bounds and what goes wrong


def test_the_same_review_gives_the_same_bytes(tmp_path: Path) -> None:
    """The file depends on no clock."""
    write_year(tmp_path / "a.xlsx", 2016, "nb")
    time.sleep(2.1)  # the times of a zip file have steps of two seconds
    write_year(tmp_path / "b.xlsx", 2016, "nb")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(tmp_path / "a.xlsx") as parts:
        assert {(1980, 1, 31)} == {part.date_time[:3] for part in parts.infolist()}
        assert b"2016-11-15T00:00:00Z" in parts.read("docProps/core.xml")


def test_a_review_of_nothing_has_an_overview(small: RuleBook, tmp_path: Path) -> None:
    """Where no case is decided and none rejected, the overview says so."""
    with_subjects(tmp_path / "book.xlsx", small, [])
    found = read(tmp_path / "book.xlsx")
    assert [WORDS["nb"]["overview"]] == list(found)


def test_a_sheet_that_is_full_takes_no_more(
    small: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left out in silence: a row beyond the last one is an error, and no file stays."""
    assert (False, True) == (too_many(MOST_ROWS), too_many(MOST_ROWS + 1))
    monkeypatch.setattr(sheets, "MOST_ROWS", 20)
    with_subjects(tmp_path / "full.xlsx", small, map(str, range(20)))
    with pytest.raises(OverflowError):
        with_subjects(tmp_path / "more.xlsx", small, map(str, range(21)))
    assert ["full.xlsx"] == [path.name for path in tmp_path.iterdir()]


def test_a_file_that_cannot_be_written_is_an_os_error(small: RuleBook, tmp_path: Path) -> None:
    """Callers are told of a full or forbidden place as of other files."""
    with pytest.raises(OSError, match="No such file or directory"):
        with_subjects(tmp_path / "none" / "book.xlsx", small, ["a"])


def test_days_before_excels_first_are_texts(tmp_path: Path) -> None:
    """A day that Excel has no number for stands as it is written."""
    file = sheets.Sheets(tmp_path / "book.xlsx", "t", date(2016, 1, 1), "en")
    sheet = file.plain("Sheet", (10, 10))
    sheet.row(date(1850, 3, 1), date(1905, 3, 1))
    file.close([sheet], [])
    file.discard()
    (row,) = read(tmp_path / "book.xlsx")["Sheet"]
    assert ("1850-03-01", datetime(1905, 3, 1, tzinfo=UTC).replace(tzinfo=None)) == row
