"""Files of every kind: the same rows are the same cases, whatever they are written as."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.rulebook.given import read_case
from tests.cases.written import KINDS, Row, opened
from tests.cli.small import small_facts

TAKEN_FOR = {
    "comma": "CSV with commas, UTF-8",
    "semicolon": "CSV with semicolons, UTF-8",
    "tab": "CSV with tabs, UTF-8",
    "decimal comma": "CSV with semicolons, UTF-8",
    "JSON Lines": "JSON Lines",
    "Parquet": "Parquet",
    "Excel": "Excel, sheet `Ark1`",
}

TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=8
)
HUNDREDTHS = st.integers(-10_000, 10_000).map(lambda n: Decimal(n) / 100)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "subject": TEXTS.filter(str.strip),
            "level": st.none() | st.sampled_from(["arena", "nce", "gce"]),
            "years": st.none() | st.integers(0, 30),
            "part": st.none() | HUNDREDTHS,
            "active": st.none() | st.booleans(),
            "told_on": st.none() | st.dates(date(1900, 3, 1), date(2199, 12, 31)),
            "label": st.none() | TEXTS,
            "years.by": st.none() | TEXTS,
            "as_of": st.none() | st.dates(date(1900, 3, 1), date(2100, 12, 31)),
        }
    ),
    min_size=1,
    max_size=4,
)

Told = list[tuple[object, ...]]


def told(kind: str, rows: Sequence[Row], folder: Path) -> Told:
    """Write rows as a kind of file; give all that is read of them."""
    name, write, reading = KINDS[kind]
    write(folder / name, rows)
    found: Told = []
    with opened(folder / name, reading) as cases:
        assert [TAKEN_FOR[kind]] == [file.taken_for for file in cases.files]
        assert len(rows) == cases.total
        for row in cases.rows():
            case = read_case(small_facts(), row.given)
            wrong = sorted((d.code, d.fact or "") for d in case.problems)
            wrong += sorted((p.code, p.column) for p in row.problems)
            found.append((row.number, row.subject, row.as_of, case.values, case.evidence, wrong))
    return found


@settings(max_examples=60)
@given(rows=ROWS)
def test_the_same_rows_are_the_same_cases(rows: list[Row]) -> None:
    """Values, evidence, days and what is wrong are the same, whatever the rows are written as."""
    with TemporaryDirectory() as folder:
        expected = told("comma", rows, Path(folder))
        for kind in KINDS:
            assert expected == told(kind, rows, Path(folder)), kind
    subjects = [row["subject"] for row in rows]
    assert subjects == [one[1] for one in expected]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_twice_are_the_same(kind: str, tmp_path: Path) -> None:
    """Rows can be read again, also while they are being read, and are always the same ones."""
    name, write, reading = KINDS[kind]
    write(tmp_path / name, [{"subject": f"s{n % 7}", "years": n} for n in range(10)])
    with opened(tmp_path / name, reading) as cases:
        pairs = list(zip(cases.rows(), cases.rows(), strict=True))
        again = list(cases.rows())
    assert 10 == len(pairs)
    assert [first for first, _ in pairs] == [second for _, second in pairs] == again
    assert [row.number for row in again if row.problems] == [1, 2, 3, 8, 9, 10]
