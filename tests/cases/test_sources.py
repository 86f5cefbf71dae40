"""What was given as cases: a file, a folder, a pattern, standard input; and what is no such."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nic_rules.cases import csv_file
from nic_rules.cases.csv_records import Record, records
from nic_rules.cases.reading import Reading
from nic_rules.diagnostics import CasesError
from tests.cases.written import (
    opened,
    problems,
    read,
    write_csv,
    write_excel,
    write_json,
    write_parquet,
    wrong,
)

CASE = {"subject": "a", "years": 6}


def fill(folder: Path) -> None:
    """Put a file of each kind into a folder, and things that are no files of cases."""
    folder.mkdir()
    write_csv(folder / "b.csv", [CASE | {"subject": "from b"}])
    write_json(folder / "a.JSONL", [CASE | {"subject": "from a"}])
    write_parquet(folder / "d.parquet", [CASE | {"subject": "from d"}])
    write_excel(folder / "c.xlsx", {"Ark1": [["subject"], ["from c"]]})
    for name in (".hidden.csv", "~$c.xlsx", "notes.txt"):
        (folder / name).write_text("x")
    (folder / "more.csv").mkdir()


def test_a_folder(home: Path) -> None:
    """All files of known endings are read, by name, and what is left out is told."""
    fill(home / "in")
    with opened("in") as cases:
        assert [
            ("in/a.JSONL", "JSON Lines"),
            ("in/b.csv", "CSV with commas, UTF-8"),
            ("in/c.xlsx", "Excel, sheet `Ark1`"),
            ("in/d.parquet", "Parquet"),
        ] == [(file.path, file.taken_for) for file in cases.files]
        assert ("in/.hidden.csv", "in/more.csv", "in/notes.txt", "in/~$c.xlsx") == cases.left_out
        assert 4 == cases.total
        found = [(row.number, row.row, row.file, row.subject) for row in cases.rows()]
    assert [
        (1, 1, "in/a.JSONL", "from a"),
        (2, 1, "in/b.csv", "from b"),
        (3, 1, "in/c.xlsx", "from c"),
        (4, 1, "in/d.parquet", "from d"),
    ] == found


def test_a_pattern(home: Path) -> None:
    """A pattern is the files that match it, hidden ones not among them."""
    fill(home / "in")
    with opened("in/*.csv") as cases:
        assert ["in/b.csv"] == [file.path for file in cases.files]
        assert ("in/more.csv",) == cases.left_out
    (home / "in" / "more.csv" / "e.csv").write_text("subject\n")
    with opened("**/*.csv") as cases:
        assert ["in/b.csv", "in/more.csv/e.csv"] == [file.path for file in cases.files]


@pytest.mark.parametrize("name", ["a[1].csv", "*.csv"])
def test_a_name_that_looks_like_a_pattern(home: Path, name: str) -> None:
    """A file that is there is read, whatever its name would mean as a pattern."""
    (home / "other.csv").write_text("subject\nother\n")
    (home / name).write_text("subject\na\n")
    assert ["a"] == [row.subject for row in read(name)]


def test_a_link_is_followed(home: Path) -> None:
    """A link is read as what it leads to, and told by its own name."""
    (home / "real.txt").write_text("subject\na\n")
    (home / "a.csv").symlink_to("real.txt")
    assert [("a.csv", "a")] == [(row.file, row.subject) for row in read("a.csv")]


ENDS = "one ends in `.csv`, `.jsonl`, `.ndjson`, `.parquet`, `.xlsx`"


def test_nothing_there(home: Path) -> None:
    """A folder or a pattern without cases is refused, and so is a file that is not there."""
    (home / "in").mkdir()
    (home / "in" / "gone.csv").symlink_to("nowhere")
    (home / "empty").mkdir()
    no_file = "this file cannot be read: No such file or directory"
    assert [f"empty: NIC601 error: there is no file of cases in this folder ({ENDS})"] == wrong(
        "empty"
    )
    assert [f"x*: NIC601 error: there is no file of cases of this pattern ({ENDS})"] == wrong("x*")
    assert [f"a.csv: NIC601 error: {no_file}"] == wrong("a.csv")
    assert [f"in/gone.csv: NIC601 error: {no_file}"] == wrong("in")


def test_a_pipe_cannot_be_read_twice(home: Path) -> None:
    """A pipe with a name is refused at once, not waited for."""
    os.mkfifo(home / "a.csv")
    told = "this is no file that can be read twice (give it as `-`, on standard input)"
    assert [f"a.csv: NIC601 error: {told}"] == wrong("a.csv")


def test_what_is_wrong_with_all_files_is_told_at_once(home: Path) -> None:
    """Each file's header is looked at before the run is stopped."""
    (home / "in").mkdir()
    (home / "in" / "a.csv").write_text("subject,yers\n")
    (home / "in" / "b.csv").write_text("")
    write_parquet(home / "in" / "c.parquet", [{"years": 6}])
    (home / "in" / "d.csv").write_text("subject\n")
    assert [
        "in/a.csv:1:9: NIC602 error: column `yers` is no fact (did you mean `years`?)",
        "in/b.csv:1:1: NIC601 error: this file is empty",
        "in/c.parquet: NIC602 error: there is no column `subject`",
    ] == wrong("in")


def test_keys_of_json_are_told_once_each(home: Path) -> None:
    """A key that is no fact is told where it stands first, in each file, and there are limits."""
    (home / "in").mkdir()
    text = '{"subject": "a", "yers": 1}\n{"subject": "b", "yers": 1, "zzz": 2}\n'
    (home / "in" / "a.jsonl").write_text(text)
    (home / "in" / "b.jsonl").write_text(text)
    assert [
        "in/a.jsonl:1:1: NIC602 error: key `yers` is no fact (did you mean `years`?)",
        "in/a.jsonl:2:1: NIC602 error: key `zzz` is no fact",
        "in/b.jsonl:1:1: NIC602 error: key `yers` is no fact (did you mean `years`?)",
        "in/b.jsonl:2:1: NIC602 error: key `zzz` is no fact",
    ] == wrong("in")
    (home / "in" / "a.jsonl").write_text("".join(f'{{"zz{n}": 1}}\n' for n in range(1_000)))
    assert 100 == len(wrong("in/a.jsonl"))


# --- over all files


def test_subjects_are_the_same_in_all_files(home: Path) -> None:
    """A subject that stands in another file too is told with its row there."""
    (home / "in").mkdir()
    (home / "in" / "a.csv").write_text("subject\na\nb\n")
    (home / "in" / "b.csv").write_text("subject\nc\na\na\n")
    told = "subject `a` also occurs in"
    here, there = "row 1 (line 2) of `in/a.csv`", "row 2 (line 3) of `in/b.csv`"
    assert [
        [f"NIC604 subject 'a': {told} {there}, row 3 (line 4) of `in/b.csv`"],
        [],
        [],
        [f"NIC604 subject 'a': {told} {here}, row 3 (line 4)"],
        [f"NIC604 subject 'a': {told} {here}, row 2 (line 3)"],
    ] == [problems(row) for row in read("in")]


def digest(source: str, reading: Reading = Reading()) -> str:  # noqa: B008 - it is frozen
    """Give the digest of cases."""
    with opened(source, reading) as cases:
        return cases.digest


def test_the_digest_is_of_contents_and_how_they_are_read(home: Path) -> None:
    """Names do not count, contents do, and so does what was said of how they are written."""
    (home / "a.csv").write_text("subject,years\na,6\n")
    (home / "b.csv").write_text("subject,years\na,6\n")
    (home / "c.csv").write_text("subject,years\na,7\n")
    assert digest("a.csv") == digest("b.csv")
    others = {digest("c.csv"), digest("a.csv", Reading(decimal_comma=True)), digest("?.csv")}
    assert 4 == len({digest("a.csv")} | others)
    with opened("a.csv") as cases:
        assert hashlib.sha256(b"subject,years\na,6\n").hexdigest() == cases.files[0].sha256


@pytest.mark.parametrize("passes", [0, 1])
def test_a_file_that_cannot_be_read_on_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, passes: int
) -> None:
    """A disk that fails while rows are read is a fault of that file, whenever it is."""
    (home / "a.csv").write_text('subject\n"a"\n"b"\n')
    opens = iter(range(9))

    def failing(*given: Any) -> Iterator[Record]:
        for number, record in enumerate(records(*given)):
            if number == 1 and next(opens) == passes:
                raise OSError(5, "Input/output error")
            yield record

    monkeypatch.setattr(csv_file, "records", failing)
    told = r"^a\.csv: NIC601 error: this file cannot be read: Input/output error$"
    with pytest.raises(CasesError, match=told):
        read("a.csv")


def test_a_file_that_changes_is_told(home: Path) -> None:
    """Rows of a file that is no longer the one that was opened are not passed off as its own."""
    (home / "a.csv").write_text("subject\na\n")
    with opened("a.csv") as cases:
        (home / "a.csv").write_text("subject\na\nb\n")
        with pytest.raises(CasesError, match=r"a\.csv: NIC601 error: this file was changed"):
            list(cases.rows())
