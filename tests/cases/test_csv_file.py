"""CSV files: delimiters, encodings, decimal commas, and how little of a file is held at once."""

# ruff: noqa: E501 - rows of tables stay on one line

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.cases import csv_columns
from nic_rules.cases.decimal_comma import with_point
from nic_rules.cases.reading import Reading
from nic_rules.diagnostics import CasesError, RequestError
from nic_rules.rulebook.given import BadFact, read_case, read_cell
from tests.cases.written import opened, problems, read
from tests.cli.small import small_facts

COMMA = Reading(decimal_comma=True)
WINDOWS = Reading(encoding="windows-1252")


def written(folder: Path, text: str | bytes) -> Path:
    """Write a CSV file."""
    path = folder / "a.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


HEADERS = [
    ("subject,years", "commas"),
    ("subject;years", "semicolons"),
    ("subject\tyears", "tabs"),
    ('"subject";"years"', "semicolons"),
    ("subject", "commas"),
    ("\ufeffsubject;years", "semicolons"),
]


@pytest.mark.parametrize(("header", "expected"), HEADERS)
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, header: str, expected: str) -> None:
    """The delimiter is that by which the most cells of the header are columns."""
    with opened(written(tmp_path, header + "\n")) as cases:
        assert f"CSV with {expected}, UTF-8" == cases.files[0].taken_for


def wrong(path: Path, reading: Reading = Reading()) -> list[str]:  # noqa: B008 - it is frozen
    """Give what makes a file unusable, without its name."""
    with pytest.raises(CasesError) as caught:
        read(path, reading)
    return [str(d).partition("a.csv")[2] for d in caught.value.diagnostics]


UNUSABLE = [
    ("subject;yers\n", Reading(), [":1:9: NIC602 error: column `yers` is no fact (did you mean `years`?)"]),
    ("subject;years\n", Reading(delimiter=","), [":1:1: NIC602 error: column `subject;years` is no fact (did you mean `subject`?)", ":1:1: NIC602 error: there is no column `subject`"]),
    ('"sub"ject;years\n', Reading(), [":1:1: NIC601 error: the header cannot be read: something stands between a closing quote and the next comma"]),
    ("\ufeffsubject\n", WINDOWS, [":1:1: NIC102 error: this file says that it is UTF-8, by its first three bytes"]),
    (b"subject\x81\n", WINDOWS, [":1:1: NIC102 error: the header holds bytes that are not Windows-1252"]),
    ('{"subject": "a"}\n', Reading(), [": NIC601 error: this file is not CSV, as its name says: it looks like JSON Lines"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reading", "expected"), UNUSABLE)
def test_unusable_files(
    tmp_path: Path, text: str | bytes, reading: Reading, expected: list[str]
) -> None:
    """A header that cannot be right is refused with its place."""
    assert expected == wrong(written(tmp_path, text), reading)


def test_an_encoding_is_never_guessed(tmp_path: Path) -> None:
    """Windows-1252 is read where it is said, and else spoils its rows."""
    path = written(tmp_path, "subject,label\na,Sørlandet\nb,\x9d\n".encode("latin-1"))
    (first, second) = read(path, WINDOWS)
    assert {"label": "Sørlandet"} == first.given
    message = "NIC102 label '\\\\x9d': this cell holds bytes that are not Windows-1252"
    assert [message] == problems(second)
    assert [["NIC102"], ["NIC102"]] == [[p.code for p in row.problems] for row in read(path)]


DECIMALS = [
    ("part", "33,33", "33.33"),
    ("part", "-0,5", "-0.50"),
    ("part", "12", "12.00"),
    ("part", "33,330", "33.33"),
    ("part", "33,335", "NIC504 `33,335` is not a number of at most 2 decimals"),
    ("part", "1.234", "NIC504 `1.234` is not a number with a decimal comma (write a comma, not a point, and nothing between thousands)"),
    ("part", "33.33", "NIC504 `33.33` is not a number with a decimal comma (write a comma, not a point, and nothing between thousands)"),
    ("part", "1.234,5", "NIC504 `1.234,5` is not a number with a decimal comma (write a comma, not a point, and nothing between thousands)"),
    ("part", "1,2,3", "NIC504 `1,2,3` is not a number (write digits, such as `12` or `-0,25`)"),
    ("part", ",5", "NIC504 `,5` is not a number (write digits, such as `12` or `-0,25`)"),
    ("part", "133,33", "NIC505 `133.33` is not between -100.00 and 100.00"),
    ("years", "12", "12"),
    ("years", "1,2", "NIC504 `1,2` is not a whole number"),
    ("years", "1.2", "NIC504 `1.2` is not a number with a decimal comma (write a comma, not a point, and nothing between thousands)"),
    ("label", "33,33", "33,33"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "expected"), DECIMALS)
def test_decimal_commas(tmp_path: Path, column: str, cell: str, expected: str) -> None:
    """A number with a decimal comma is read; what is wrong tells the cell as it is written."""
    (row,) = read(written(tmp_path, f"subject;{column}\na;{cell}\n"), COMMA)
    if row.problems:
        (found,) = row.problems
        assert (expected, column, cell) == (f"{found.code} {found.message}", column, found.value)
    else:
        assert expected == str(read_case(small_facts(), row.given).values[column])


@given(number=st.decimals(-100, 100, places=2), text=st.text("0123456789,.-", max_size=6))
def test_a_decimal_comma_is_a_point(number: Decimal, text: str) -> None:
    """What is taken with a comma is what is taken with a point in its place, and nothing else."""
    fact = small_facts()["part"]
    for one in (str(number).replace(".", ","), text):
        found: object
        expected: object
        try:
            found = read_cell(fact, with_point(fact, one))
        except BadFact:
            found = None
        try:
            expected = None if "." in one else read_cell(fact, one.replace(",", "."))
        except BadFact:
            expected = None
        assert expected == found


@pytest.mark.parametrize("wrong", [{"encoding": "latin-1"}, {"delimiter": "|"}])
def test_a_reading_is_one_of_a_few(wrong: dict[str, str]) -> None:
    """An encoding or a delimiter that is not known is refused, not tried."""
    with pytest.raises(RequestError, match="NIC702"):
        Reading(**wrong)  # type: ignore[arg-type]  # as a caller may write it


# --- memory


def most_held(read: Callable[[], object]) -> int:
    """Give the most bytes that are held at once while something is read."""
    tracemalloc.start()
    try:
        read()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_long_file_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the rows need hardly more memory than a block: subjects are held as numbers."""
    monkeypatch.setattr(csv_columns, "BLOCK", 1 << 16)

    def held(count: int) -> int:
        lines = "".join(f"s{n},{n % 20},{'x' * 200}\n" for n in range(count))
        path = written(tmp_path, "subject,years,label\n" + lines)
        del lines

        def all_rows() -> None:
            with opened(path) as cases:
                assert count == sum(1 for _ in cases.rows())

        return most_held(all_rows)

    few, many = held(2_000), held(20_000)
    assert many - few < 18_000 * 20


LONG = 100_000_000


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('"%s"', ["NIC603", "b"]),
        ("%s", ["NIC603", "b"]),
        ('"%s', ["NIC603", "NIC603"]),
    ],
)
def test_a_cell_of_100_megabytes(tmp_path: Path, cell: str, expected: list[str]) -> None:
    """A cell that is too long rejects its row, and is never held as a whole."""
    path = tmp_path / "a.csv"
    before, after = cell.split("%s")
    with path.open("w", encoding="utf-8") as file:
        file.write(f"subject,label\na,{before}")
        for _ in range(LONG // 1_000_000):
            file.write("x" * 1_000_000)
        file.write(f"{after}\nb,x\n")
    rows: list[str | None] = []

    def all_rows() -> None:
        rows.extend(row.problems[0].code if row.problems else row.subject for row in read(path))

    assert most_held(all_rows) < LONG
    assert expected == rows
