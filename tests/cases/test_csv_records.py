"""Records of CSV: those of Python's own reader, however long the text is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.cases import csv_records
from nic_rules.cases.csv_records import Record, records

Told = tuple[int, list[str] | str, int]

TEXTS = st.text(st.sampled_from('ab",;\n\r'), max_size=60)


def by_python(text: str, delimiter: str, most: int) -> Iterator[Told]:
    """Give first line, cells or what is wrong, and lines lost, with the whole text in memory."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num
        told: list[str] | str
        try:
            told = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            told = "unclosed" if "unexpected end" in str(error) else "open end"
        lost = reader.line_num - line if isinstance(told, str) else 1
        if sum(map(len, lines[line : reader.line_num])) > most and isinstance(told, list):
            told = "long"
        yield line + 1, told, lost


def told(record: Record) -> Told:
    """Tell a record as above."""
    wrongs = {"a quote is not": "unclosed", "something stan": "open end", "it has more th": "long"}
    told = wrongs[record.wrong[:14]] if record.wrong else record.cells
    return record.line, told, record.lost


@settings(max_examples=1_000)
@given(
    text=TEXTS, delimiter=st.sampled_from(",;"), most=st.integers(1, 20), piece=st.integers(1, 5)
)
def test_a_record_is_as_python_reads_it(text: str, delimiter: str, most: int, piece: int) -> None:
    """A record that fits is Python's own; one that does not ends on the same line, and is told."""
    with (
        patch.object(csv_records, "MOST_IN_A_ROW", most),
        patch.object(csv_records._Walk, "PIECE", piece),
    ):
        found = [told(r) for r in records(io.StringIO(text, newline=""), delimiter)]
    assert list(by_python(text, delimiter, most)) == found


@pytest.mark.parametrize(
    ("delimiter", "expected"),
    [(",", "comma"), (";", "semicolon"), ("\t", "tab")],
)
def test_what_should_stand_there(delimiter: str, expected: str) -> None:
    """What is wrong with quotes names the delimiter that was expected."""
    (record,) = records(io.StringIO('"x"y'), delimiter)
    message = f"something stands between a closing quote and the next {expected}"
    assert message == record.wrong
