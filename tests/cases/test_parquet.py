"""Parquet: slices that are read one by one, types that no fact is, files that are broken."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import polars as pl
import pytest

from nic_rules.cases import parquet
from nic_rules.diagnostics import CasesError
from tests.cases.written import opened, problems, read


def written(folder: Path, frame: pl.DataFrame) -> Path:
    """Write a Parquet file."""
    frame.write_parquet(folder / "a.parquet", row_group_size=3)
    return folder / "a.parquet"


def wrong(path: Path) -> list[str]:
    """Give what makes a file unusable, without its name."""
    with pytest.raises(CasesError) as caught:
        read(path)
    return [str(d).partition("a.parquet")[2] for d in caught.value.diagnostics]


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 10, 100])
def test_rows_are_read_in_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """However many rows are held at once, all are read, in their order."""
    monkeypatch.setattr(parquet, "AT_ONCE", at_once)
    frame = pl.DataFrame({"subject": [f"s{n}" for n in range(10)], "years": range(10)})
    with opened(written(tmp_path, frame)) as cases:
        assert 10 == cases.total
        found = [(row.row, row.line, row.subject, row.given) for row in cases.rows()]
    assert [(n + 1, n + 1, f"s{n}", {"years": str(n)}) for n in range(10)] == found


def test_no_rows(tmp_path: Path) -> None:
    """Columns without rows are no cases, and nothing is wrong."""
    assert [] == read(
        written(tmp_path, pl.DataFrame({"subject": []}, schema={"subject": pl.String}))
    )


def test_types(tmp_path: Path) -> None:
    """Types of Polars that are texts, numbers or days in other words are read as those."""
    frame = pl.DataFrame(
        {
            "subject": pl.Series(["a"], dtype=pl.Categorical()),
            "level": pl.Series(["nce"], dtype=pl.Enum(["nce", "arena"])),
            "years": pl.Series([6], dtype=pl.UInt8),
            "part": pl.Series([0.5], dtype=pl.Float32),
            "told_on": [datetime(2015, 3, 1)],  # noqa: DTZ001 - cells have no time zone
            "label": pl.Series([None], dtype=pl.Null),
        }
    )
    (row,) = read(written(tmp_path, frame))
    assert [] == row.problems
    told = {name: str(value) for name, value in row.given.items()}
    assert told == {
        "level": "nce", "years": "6", "part": "0.5", "told_on": "2015-03-01", "label": "None",
    }  # fmt: skip


def test_a_time_is_no_day(tmp_path: Path) -> None:
    """A point in time is no day unless it is midnight, and no time zone is thought away."""
    days = {"told_on": [datetime(2015, 3, 1, tzinfo=UTC)], "as_of": [time(12)]}
    (row,) = read(written(tmp_path, pl.DataFrame({"subject": ["a"], **days})))
    assert [
        "NIC504 told_on '2015-03-01 00:00:00+00:00': `2015-03-01 00:00:00+00:00` is not a day: "
        "it has a time",
        "NIC503 as_of '12:00:00': no fact is a time of day, or a span of time",
    ] == problems(row)


def test_days_beyond_those_of_python_cost_their_own_row(tmp_path: Path) -> None:
    """A column of days reaches millions of years: such a row is wrong, its neighbours are not."""
    days = pl.Series([16_000, 3_000_000], dtype=pl.Int32).cast(pl.Date)
    near, far = read(written(tmp_path, pl.DataFrame({"subject": ["a", "b"], "told_on": days})))
    assert ({"told_on": date(2013, 10, 22)}, []) == (near.given, near.problems)
    told = "NIC505 told_on '': this lies outside the years 1 to 9999"
    assert ("b", [told]) == (far.subject, problems(far))


def test_unusable_columns(tmp_path: Path) -> None:
    """Columns of no fact, and of types that no fact is, are refused together."""
    frame = pl.DataFrame({"yers": [6], "label": [["x"]], "years": [b"x"]})
    assert [
        ": NIC601 error: column `label` holds List(String), which no fact is",
        ": NIC601 error: column `years` holds Binary, which no fact is",
        ": NIC602 error: column `yers` is no fact (did you mean `years`?)",
        ": NIC602 error: there is no column `subject`",
    ] == wrong(written(tmp_path, frame))


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """Parquet that has lost its end, or its middle, is refused in one line."""
    path = written(tmp_path, pl.DataFrame({"subject": ["a", "b"], "years": [6, 7]}))
    whole = path.read_bytes()
    for raw in (whole[:-9], whole[:50] + whole[90:], b"PAR1"):
        path.write_bytes(raw)
        (told,) = wrong(path)
        assert told.startswith(": NIC601 error: this Parquet file cannot be read: ")
