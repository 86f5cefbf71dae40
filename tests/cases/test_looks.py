"""Files that are not what their names say: refused, with what they look like."""

# ruff: noqa: E501 - rows of tables stay on one line

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cases.written import read, write_excel, wrong

CSV_TEXT = b"subject,years\na,6\n"
JSON_TEXT = b'{"subject": "a"}\n'


def looks(name: str, kind: str, like: str) -> list[str]:
    """Give what is said of a file that is not what its name says."""
    return [
        f"{name}: NIC601 error: this file is not {kind}, as its name says: it looks like {like}"
    ]


MISTAKEN = [
    ("a.csv", JSON_TEXT, "CSV", "JSON Lines"),
    ("a.csv", b"PAR1\0\0", "CSV", "Parquet"),
    ("a.csv", b"PK\x03\x04\0", "CSV", "Excel"),
    ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "CSV", "an Excel file that is old or has a password"),
    ("a.csv", b"\x1f\x8b\x08", "CSV", "a gzip file"),
    ("a.csv", b"%PDF-1.4", "CSV", "PDF"),
    ("a.csv", b"<?xml version='1.0'?>", "CSV", "XML"),
    ("a.csv", "subject,years\na,6\n".encode("utf-16"), "CSV", "a text in UTF-16"),
    ("a.jsonl", CSV_TEXT, "JSON Lines", "CSV"),
    ("a.jsonl", b'"subject";"years"\r\n', "JSON Lines", "CSV"),
    ("a.xlsx", CSV_TEXT, "Excel", "CSV"),
    ("a.xlsx", b"\xef\xbb\xbf" + JSON_TEXT, "Excel", "JSON Lines"),
    ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel", "an Excel file that is old or has a password"),
    ("a.parquet", CSV_TEXT, "Parquet", "CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "raw", "kind", "like"), MISTAKEN)
def test_a_file_that_is_something_else(
    home: Path, name: str, raw: bytes, kind: str, like: str
) -> None:
    """A file that is not what its name says is refused in one line that says what it looks like."""
    (home / name).write_bytes(raw)
    assert looks(name, kind, like) == wrong(name)


def test_a_workbook_by_another_name(home: Path) -> None:
    """A real workbook is known by what lies in it, and another ZIP file is none."""
    write_excel(home / "a.xlsx", {"Ark1": [["subject"]]})
    (home / "a.xlsx").rename(home / "a.csv")
    assert looks("a.csv", "CSV", "Excel") == wrong("a.csv")
    with ZipFile(home / "b.xlsx", "w") as archive:
        archive.writestr("x", "y")
    assert looks("b.xlsx", "Excel", "a ZIP file") == wrong("b.xlsx")


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_an_empty_file_is_no_workbook(home: Path, name: str) -> None:
    """Bytes that look like nothing are refused where a kind has marks of its own."""
    kind = "Excel" if name == "a.xlsx" else "Parquet"
    (home / name).write_bytes(b"")
    assert [f"{name}: NIC601 error: this file is not {kind}, as its name says"] == wrong(name)


def test_a_text_of_json_is_no_header(home: Path) -> None:
    """A line of JSON that is the one word `subject` is a line, though CSV could be that too."""
    (home / "a.jsonl").write_text('"subject"\n')
    assert [["NIC501"]] == [[p.code for p in row.problems] for row in read("a.jsonl")]
