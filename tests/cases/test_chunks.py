"""Rows in columns: the same rows, and of those that are not odd the same cells."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.cases import csv_columns
from nic_rules.cases.many import Cases
from nic_rules.cases.reading import PLAIN, Reading
from nic_rules.cases.rows import GivenRow
from tests.cases.written import KINDS, Row, opened

CELLS = st.sampled_from(
    [
        "",
        " ",
        "a",
        "b",
        "å",
        "arena",
        "3",
        "1,5",
        "1.5",
        "0,5",
        "x;y",
        '"',
        "\0",
        "\r",
        "\u2028",
        "’",
    ]
)
ROWS: list[Row] = [
    {"subject": "a", "years": 3, "part": Decimal("1.50"), "active": True, "as_of": None},
    {"subject": "b", "years": None, "part": None, "active": None, "as_of": date(2016, 1, 1)},
    {"subject": "c", "years": 4, "part": Decimal("-2"), "active": False, "as_of": None},
]
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def same_rows(cases: Cases, size: int, done: int = 0) -> int:
    """Hold rows in columns against rows one by one; give how many are not odd."""
    found: list[GivenRow] = []
    plain = 0
    for chunk in cases.chunks(size, done):
        assert 0 < len(chunk) <= size
        for place in range(len(chunk)):
            row = chunk.row(place)
            found.append(row)
            if place not in chunk.odd:
                plain += 1
                assert row.subject in (chunk.subjects[place], None)
                same_texts(row, chunk.frame.row(place, named=True))
    assert list(cases.rows())[done:] == found
    return plain


def same_texts(row: GivenRow, cells: dict[str, object]) -> None:
    """Hold the texts of a row in columns against what the row gives."""
    for column in ("part", "label"):
        if isinstance(cells.get(column), str):
            assert (cells[column] or None) == row.given[column]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a text of CSV, mostly plain, and its delimiter."""
    delimiter = draw(st.sampled_from([",", ";"]))
    lines = [delimiter.join(("subject", "part", "label"))]
    size = st.just(3) if draw(st.booleans()) else st.integers(0, 4)
    for _ in range(draw(st.integers(0, 8))):
        cells = draw(st.lists(CELLS, min_size=(n := draw(size)), max_size=n))
        if draw(st.booleans()):
            buffer = io.StringIO()
            csv.writer(buffer, delimiter=delimiter, lineterminator="").writerow(cells)
            lines.append(buffer.getvalue())
        else:
            lines.append(delimiter.join(cells))
    end = draw(ENDS)
    return end.join(lines) + draw(st.sampled_from(["", end, end + end])), delimiter


@settings(max_examples=300, deadline=None)
@given(
    text=texts(),
    comma=st.booleans(),
    encoding=st.sampled_from(["utf-8", "windows-1252"]),
    mark=st.booleans(),
    block=st.sampled_from([30, 50, 1 << 20]),
    size=st.integers(1, 9),
    done=st.integers(0, 9),
)
def test_csv_in_columns_is_csv_row_by_row(
    text: tuple[str, str], comma: bool, encoding: str, mark: bool, block: int, size: int, done: int
) -> None:
    """Whatever stands in a file, and wherever a block of it ends, the rows are the same."""
    reading = Reading(encoding, comma, text[1])  # type: ignore[arg-type]
    raw = text[0].encode(encoding, "replace")
    with TemporaryDirectory() as folder, patch.object(csv_columns, "BLOCK", block):
        path = Path(folder) / "a.csv"
        path.write_bytes(b"\xef\xbb\xbf" * (mark and encoding == "utf-8") + raw)
        with opened(path, reading) as cases:
            same_rows(cases, size, done)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    """Each kind of file has the same rows in columns; those of some kinds are read one by one."""
    name, write, reading = KINDS[kind]
    write(tmp_path / name, ROWS)
    with opened(tmp_path / name, reading) as cases:
        plain = same_rows(cases, 2)
    one_by_one = kind in ("JSON Lines", "Excel")
    assert plain == (0 if one_by_one else len(ROWS))


def test_plain_text_is_read_at_once(tmp_path: Path) -> None:
    """Up to the first quote, text is read by blocks; what comes after is read as well."""
    lines = ["subject,label", *(f"c{n},x" for n in range(50)), '"c,50","x"', "c51,x"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with patch.object(csv_columns, "BLOCK", 64), opened(path, PLAIN) as cases:
        sizes = [len(chunk) for chunk in cases.chunks(100)]
        assert len(sizes) > 3
        assert sum(sizes) == len(lines) - 1
        same_rows(cases, 100)
