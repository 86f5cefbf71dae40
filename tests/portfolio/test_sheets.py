"""Sheets of Excel: whatever a text holds, it stands in its cell as a text."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from nic_rules.engine.book import RuleBook
from nic_rules.library import load
from nic_rules.portfolio import sheets
from nic_rules.portfolio.sheets import MOST_NAME, MOST_ROWS, MOST_TEXT, sheet_name, standing
from nic_rules.portfolio.workbook import too_many
from tests.cli.small import small_book
from tests.portfolio.workbooks import read, with_subjects

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


# --- bounds, and what goes wrong


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
    assert ["1850-03-01", date(1905, 3, 1)] == row
