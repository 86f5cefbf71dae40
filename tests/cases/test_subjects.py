"""Subjects that stand twice: found, all of them, whatever their numbers are."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from nic_rules.cases import subjects
from nic_rules.cases.chunk import chunks_of_rows
from nic_rules.cases.rows import GivenRow
from nic_rules.cases.subjects import MOST_OTHERS, Repeated, Subjects

NAMES = st.lists(st.none() | st.text("abc", min_size=1, max_size=2), max_size=30)


def rows_of(names: list[str | None]) -> list[GivenRow]:
    """Give rows of some subjects."""
    return [
        GivenRow(n, n + 1, subject=name, file="a.csv", number=n)
        for n, name in enumerate(names, start=1)
    ]


@given(names=NAMES, kept=st.sampled_from([0, 1, 3, 2**64 - 1]), size=st.integers(1, 7))
def test_every_subject_that_stands_twice_is_told(
    names: list[str | None], kept: int, size: int
) -> None:
    """Rows are refused whose subject is another's, and no others, even if numbers are the same."""
    rows = rows_of(names)
    numbers = subjects._numbers
    with patch.object(subjects, "_numbers", lambda some: numbers(some) & kept):
        seen = Subjects()
        for chunk in chunks_of_rows(rows, size):
            seen.add(chunk.subjects)
        repeated = Repeated(seen.twice(), chunks_of_rows(rows, size))
    again = [repeated.among(chunk.subjects) for chunk in chunks_of_rows(rows, size)]
    for row in rows:
        repeated.refuse(row)
        at, place = divmod(row.number - 1, size)
        assert (place in again[at]) == bool(row.problems)
    count = Counter(names)
    expected = [name is not None and count[name] > 1 for name in names]
    assert expected == [bool(row.problems) for row in rows]
    for row in rows:
        for wrong in row.problems:
            others = [n for n, name in enumerate(names, start=1) if name == row.subject]
            others.remove(row.number)
            named = ", ".join(f"row {n} (line {n + 1})" for n in others[:MOST_OTHERS])
            more = len(others) - MOST_OTHERS
            assert wrong.message.endswith(named + (f" and {more} more" if more > 0 else ""))
