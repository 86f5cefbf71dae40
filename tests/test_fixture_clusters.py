"""The invented portfolios: made anew alike, and as their README tells."""

from __future__ import annotations

import csv
import re
import runpy
from pathlib import Path

import pytest

from tests.fixture_years import CLUSTERS, NIC, YEARS, day_of, names_in, reviewed, rows_of, section

README = (CLUSTERS / "README.md").read_text(encoding="utf-8")
FILES = [row for row in rows_of(README) if "bad rows" in row]
HISTORIES = [
    (heading[1].lower(), row)
    for heading in re.finditer(r"^### (\w+):.*$", README, re.M)
    for row in rows_of(section(README, heading[0]))
]
BAD = list(rows_of(section(README, "## Bad rows")))
OF_EVIDENCE = [
    "agreed_years.evidence",
    "agreed_years.recorded_on",
    "evaluated_on.evidence",
    "evaluated_on.recorded_on",
    "evaluated_on.by",
    "notice_stands.evidence",
    "notice_stands.recorded_on",
]


def lines_of(year: int) -> list[list[str]]:
    """Give the lines of a year's file, the header first."""
    with (CLUSTERS / f"{year}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_files_are_made_alike_each_time(tmp_path: Path) -> None:
    """`make.py` writes exactly the files that are kept."""
    runpy.run_path(str(CLUSTERS / "make.py"))["main"](tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {path.name: path.read_bytes() for path in CLUSTERS.glob("*.csv")} == made


def test_the_columns_are_all_facts_and_evidence_of_three() -> None:
    """Each file can tell every fact of the programme, in the order told to the reader."""
    for year in YEARS:
        subject, *columns = lines_of(year)[0]
        assert ("subject", OF_EVIDENCE) == (subject, columns[-len(OF_EVIDENCE) :])
        assert set(NIC.book.facts) == set(columns[: -len(OF_EVIDENCE)])


def test_the_readme_counts_rows_and_bad_rows() -> None:
    """Days, rows and bad rows of each file, and the number of clusters, are those told."""
    assert [
        {
            "file": f"`{year}.csv`",
            "`--as-of`": day_of(year).isoformat(),
            "rows": str(reviewed(year).summary.rows),
            "bad rows": str(reviewed(year).summary.rejected),
        }
        for year in YEARS
    ] == FILES
    assert len(lines_of(2014)) - 1 == reviewed(2014).summary.rows
    subjects = {line[0] for year in YEARS for line in lines_of(year)[1:]} - {""}
    assert 75 == len(subjects)
    assert "Seventy-five clusters" in README


@pytest.mark.parametrize(
    ("table", "row"), HISTORIES, ids=[f"{table}-{row['subject']}" for table, row in HISTORIES]
)
def test_histories_come_out_as_told(table: str, row: dict[str, str]) -> None:
    """A cluster's outcomes over the years are those in its line of the README."""
    assert [reviewed(year).outcome(row["subject"], table) for year in YEARS] == [
        row[str(year)] for year in YEARS
    ]
    assert {"–"} != {row[str(year)] for year in YEARS}


def test_the_readme_tells_every_special_history() -> None:
    """Clusters that `make.py` gives a history of their own are all to be looked up."""
    made = runpy.run_path(str(CLUSTERS / "make.py"))
    names = {
        name for text in ("SPECIAL", "TAKEN_OVER") for name, *_ in made["read_special"](made[text])
    }
    special = {cluster.subject for cluster in made["read_clusters"]() if cluster.name in names}
    assert len(names) == len(special)
    assert set() == special - {row["subject"] for _, row in HISTORIES}


def test_bad_rows_are_rejected_where_and_for_what_the_readme_tells() -> None:
    """File, line, subject, column or contradiction, and code: the whole list, in order."""
    found = [
        (
            f"{year}.csv",
            line["line"],
            line["subject"],
            line["value"] if line["code"] == "NIC508" else line["column"],
            line["code"],
        )
        for year in YEARS
        for line in reviewed(year).rejects
    ]
    told = [
        (
            row["file"].strip("`"),
            row["line"],
            row["subject"],
            "".join(names_in(row["column"])),
            row["code"],
        )
        for row in BAD
    ]
    assert found == told


def test_a_cluster_keeps_its_organisation_number() -> None:
    """One number for each subject over the years, none twice, all made by the rule told."""
    numbers: dict[str, set[str]] = {}
    for year in YEARS:
        for (subject, table), decision in reviewed(year).decisions.items():
            if table == "continuation":
                number = decision.facts["organisation_number"]
                numbers.setdefault(subject, set()).add(str(number))
    assert {1} == {len(of_one) for of_one in numbers.values()}
    every = [number for of_one in numbers.values() for number in of_one]
    assert len(every) == len(set(every))
    assert [] == [number for number in every if not number.startswith("80000")]
