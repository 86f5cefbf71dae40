"""Workbooks: which sheet is read, its lines, and cells that could not be computed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter

from nic_rules.cases import excel
from nic_rules.diagnostics import CasesError
from tests.cases.written import opened, problems, read, write_excel

Sheets = Mapping[str, Sequence[Sequence[object]]]

CASES: list[list[object]] = [["subject", "years"], ["a", 6]]
OTHER: list[list[object]] = [["about", "what"], ["x", "y"]]


def wrong(path: Path) -> list[str]:
    """Give what makes a workbook unusable, without its name."""
    with pytest.raises(CasesError) as caught:
        read(path)
    return [str(d).partition("a.xlsx")[2] for d in caught.value.diagnostics]


CHOSEN: list[tuple[Sheets, str]] = [
    ({"Ark1": CASES}, "`Ark1`"),
    ({"Ark1": OTHER, "Ark2": CASES}, "`Ark2` (not read: `Ark1`)"),
    ({"Ark1": CASES, "Ark2": CASES, "Ark3": CASES}, "`Ark1` (not read: `Ark2`, `Ark3`)"),
    ({"Ark1": [], "Om": CASES}, "`Om`"),
]


@pytest.mark.parametrize(("sheets", "expected"), CHOSEN)
def test_which_sheet_is_read(tmp_path: Path, sheets: Sheets, expected: str) -> None:
    """The first sheet is read, unless only another has subjects; what else holds cells is told."""
    write_excel(tmp_path / "a.xlsx", sheets)
    with opened(tmp_path / "a.xlsx") as cases:
        assert f"Excel, sheet {expected}" == cases.files[0].taken_for
        assert ["a"] == [row.subject for row in cases.rows()]


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    """A sheet that nobody sees is not read, nor a workbook where nothing else is."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        shown, hidden = book.add_worksheet("Ark1"), book.add_worksheet("Ark2")
        shown.write_row(0, 0, ["about"])
        hidden.write_row(0, 0, ["subject"])
        hidden.hide()
    assert [
        ":1:1: NIC602 error: column `about` is no fact",
        ":1:1: NIC602 error: there is no column `subject`",
    ] == wrong(tmp_path / "a.xlsx")


UNUSABLE: list[tuple[Sheets, list[str]]] = [
    ({"Ark1": []}, [":1:1: NIC601 error: sheet `Ark1` is empty"]),
    ({"Ark1": [[], ["subject"]]}, [":1:1: NIC601 error: the first line is not a header"]),
    (
        {"Ark1": [["subject", "yers", None, 2016]]},
        [
            ":1:2: NIC602 error: column `yers` is no fact (did you mean `years`?)",
            ":1:3: NIC602 error: column 3 of the header has no name",
            ":1:4: NIC602 error: column `2016.0` is no fact",
        ],
    ),
    ({"Ark1": [[None, "subject", "yers"]]}, [
        ":1:3: NIC602 error: column `yers` is no fact (did you mean `years`?)",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "expected"), UNUSABLE)
def test_unusable_workbooks(tmp_path: Path, sheets: Sheets, expected: list[str]) -> None:
    """A header that is not right is refused, with line and column of the sheet."""
    write_excel(tmp_path / "a.xlsx", sheets)
    assert expected == wrong(tmp_path / "a.xlsx")


def test_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    """Blank lines are no rows, and a row may be shorter than the header, but not longer."""
    lines: list[list[object]] = [
        ["subject", "years"],
        [],
        ["a"],
        [None, 6],
        [],
        ["b", 6, None, "x"],
        ["c", 7],
    ]
    write_excel(tmp_path / "a.xlsx", {"Ark1": lines})
    expected = [
        (1, 3, "a", []),
        (2, 4, None, ["NIC604 subject '': this row has no subject"]),
        (3, 6, None, ["NIC603  '': this row has 4 cells, the header 2"]),
        (4, 7, "c", []),
    ]
    found = read(tmp_path / "a.xlsx")
    assert expected == [(row.row, row.line, row.subject, problems(row)) for row in found]
    assert "b" == found[2].label


def test_the_cells_may_begin_further_right(tmp_path: Path) -> None:
    """Empty columns in front of the header are none, and errors are told where they stand."""
    lines: list[list[object]] = [[None, "subject", "years"], [None, "a", 6], [None, "b", "=#N/A"]]
    write_excel(tmp_path / "a.xlsx", {"Ark1": lines})
    first, second = read(tmp_path / "a.xlsx")
    assert ("a", {"years": "6"}) == (first.subject, first.given)
    assert ["NIC503 years '#N/A': this cell holds the error `#N/A`"] == problems(second)


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!"])
def test_an_error_is_not_unknown(tmp_path: Path, error: str) -> None:
    """A cell that could not be computed rejects its row, wherever it stands, and no other."""
    lines: list[list[object]] = [
        ["subject", "years", "label"],
        [f"={error}", 6, None],
        ["a", f"={error}", None],
        ["b", 6, "x"],
        ["c", None, f"={error}"],
    ]
    write_excel(tmp_path / "a.xlsx", {"Om": OTHER, "Ark": lines})
    told = f"{error!r}: this cell holds the error `{error}`"
    expected = [
        [f"NIC503 subject {told}"],
        [f"NIC503 years {told}"],
        [],
        [f"NIC503 label {told}"],
    ]
    assert expected == [problems(row) for row in read(tmp_path / "a.xlsx")]


def test_a_line_of_errors_alone_is_a_row(tmp_path: Path) -> None:
    """Errors in the last line, or behind the last column, are not lost."""
    write_excel(tmp_path / "a.xlsx", {"Ark": [["subject"], ["a", "=#N/A"], ["=#N/A"]]})
    assert [["NIC603"], ["NIC503"]] == [
        [p.code for p in row.problems] for row in read(tmp_path / "a.xlsx")
    ]


def test_errors_are_found_without_references(tmp_path: Path) -> None:
    """A cell that does not say where it stands stands behind the one before it."""
    path = tmp_path / "a.xlsx"
    write_excel(path, {"Ark": [["subject", "years"], ["a", "=#N/A"]]})
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(rb'(<(?:c|row)) r="[A-Z0-9]+"', rb"\1", parts[sheet])
    with ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert ["NIC503 years '#N/A': this cell holds the error `#N/A`"] == problems(read(path)[0])


def test_a_workbook_too_large_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook that would not fit in memory is refused by what it says of itself."""
    write_excel(tmp_path / "a.xlsx", {"Ark": CASES})
    monkeypatch.setattr(excel, "MOST_UNPACKED", 1_000)
    told = ": NIC601 error: unpacked, this workbook has more than 4 GB"
    assert [told] == wrong(tmp_path / "a.xlsx")


def test_broken_workbooks_are_refused(tmp_path: Path) -> None:
    """Whatever bytes are lost or wrong, a workbook is read or refused, in one line."""
    path = tmp_path / "a.xlsx"
    write_excel(path, {"Ark": [["subject", "years"], *([f"s{n}", n] for n in range(9))]})
    whole = path.read_bytes()
    drawn = random.Random(7)
    refused: list[str] = []
    for _ in range(200):
        raw = bytearray(whole)
        if drawn.random() < 0.3:
            del raw[drawn.randrange(4, len(raw)) :]
        for _ in range(drawn.randrange(4)):
            raw[drawn.randrange(4, len(raw))] = drawn.randrange(256)
        path.write_bytes(bytes(raw))
        try:
            read(path)
        except CasesError as error:
            refused += [d.code for d in error.diagnostics]
    assert {"NIC601"} <= set(refused) <= {"NIC601", "NIC602"}
    assert 50 < refused.count("NIC601") < 200
