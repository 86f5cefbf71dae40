"""Cases on standard input: found out by how they begin, and read as often as any others."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cases.written import opened, wrong

CSV_TEXT = b"subject,years\na,6\n"
JSON_TEXT = b'{"subject": "a"}\n'


def give(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> None:
    """Give bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (CSV_TEXT, "CSV with commas, UTF-8"),
        (b"subject;years\na;6\n", "CSV with semicolons, UTF-8"),
        (JSON_TEXT, "JSON Lines"),
        (b"\xef\xbb\xbf\n " + JSON_TEXT, "JSON Lines"),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, raw: bytes, kind: str) -> None:
    """Standard input is CSV, or JSON Lines if it begins with a brace; and is read again at will."""
    give(monkeypatch, raw)
    with opened("-") as cases:
        assert [("-", kind)] == [(file.path, file.taken_for) for file in cases.files]
        for _ in range(2):
            assert [("-", "a")] == [(row.file, row.subject) for row in cases.rows()]


def test_nothing_is_left_of_standard_input(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of standard input goes with the cases, and also if they are refused."""
    monkeypatch.setattr("tempfile.tempdir", str(home))
    give(monkeypatch, CSV_TEXT)
    with opened("-"):
        assert 1 == len(list(home.iterdir()))
    assert [] == list(home.iterdir())
    give(monkeypatch, b"nope\n")
    assert 2 == len(wrong("-"))
    give(monkeypatch, b"PAR1")
    told = "standard input is CSV or JSON Lines; this looks like Parquet"
    assert [f"-: NIC601 error: {told}"] == wrong("-")
    give(monkeypatch, b"")
    assert ["-:1:1: NIC601 error: this file is empty"] == wrong("-")
    assert [] == list(home.iterdir())
