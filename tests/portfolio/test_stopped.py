"""A review that is stopped at any moment goes on, and ends with the bytes of one that was not."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nic_rules.diagnostics import CasesError
from nic_rules.portfolio import parquet, workbook
from nic_rules.portfolio.decided import table_columns
from nic_rules.portfolio.finals import CAN_BE_LEFT_OUT
from nic_rules.portfolio.folder import MARK, WORK
from nic_rules.portfolio.parquet import ParquetTable
from nic_rules.portfolio.review import review
from nic_rules.portfolio.summary import Summary
from tests.fixture_years import CLUSTERS, NIC, ROOT, day_of

MOMENTS = 30
YEAR = 2016
CASES = CLUSTERS / f"{YEAR}.csv"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the review of the year before."""
    out = tmp_path_factory.mktemp("before")
    review(NIC, CLUSTERS / f"{YEAR - 1}.csv", out, as_of=day_of(YEAR - 1))
    return out


def run(out: Path, before: Path, **others: Any) -> Summary:
    """Review the year, compared with the one before and going on from it."""
    options = {"previous": before, "since": before, "as_of": day_of(YEAR)}
    return review(NIC, CASES, out, **{**options, **others})


def files_of(out: Path) -> dict[str, bytes]:
    """Give what stands in a folder; what is unfinished counts as well."""
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def whole(before: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give the files of a review that nothing stopped."""
    out = tmp_path_factory.mktemp("whole")
    run(out, before)
    return files_of(out)


IN_A_PROCESS = """
import sys
from pathlib import Path
from tests.portfolio.test_stopped import run
print("ready", flush=True)
if sys.stdin.readline():
    run(Path(sys.argv[1]), Path(sys.argv[2]), chunk=int(sys.argv[3]))
"""


def waiting(out: Path, before: Path, chunk: int) -> subprocess.Popen[str]:
    """Start a process that will review; a fork of this one would have none of its threads."""
    command = [sys.executable, "-c", IN_A_PROCESS, str(out), str(before), str(chunk)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)


def begin(process: subprocess.Popen[str]) -> None:
    """Let a process that waits begin its review."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert "ready\n" == process.stdout.readline()
    process.stdin.write("go\n")
    process.stdin.flush()


def rows_noted(out: Path) -> int:
    """Give how many rows the journal says are done."""
    try:
        journal = json.loads((out / WORK / "journal.json").read_bytes())
    except OSError:
        return 0
    return int(journal["summary"]["rows"])


def test_killed_at_any_moment(tmp_path: Path, before: Path, whole: dict[str, bytes]) -> None:
    """Killed at random moments, with chunks of any size, it ends with the same bytes."""
    draw = random.Random(2016)
    outs = [tmp_path / str(moment) for moment in range(MOMENTS)]
    ahead = (waiting(out, before, draw.choice([1, 3, 7, 20])) for out in outs)
    with waiting(tmp_path / "timed", before, 7) as timed:
        following = next(ahead)
        begin(timed)
        start = time.monotonic()
        timed.wait()
        takes = time.monotonic() - start
    unfinished = in_between = 0
    for out in outs:
        with following as child:
            begin(child)
            time.sleep(draw.uniform(0.02, 1.3 * takes))
            child.kill()
        following = next(ahead, child)  # it starts while this review goes on
        unfinished += not (out / MARK).exists()
        in_between += rows_noted(out) > 0
        assert not (out / "summary.json").exists() or (out / "report.html").exists()
        run(out, before, chunk=draw.choice([1, 2, 50, 10_000]))
        assert whole == files_of(out)
    assert unfinished
    assert in_between  # else nothing was gone on with


def test_a_disk_that_is_full_at_any_write(
    tmp_path: Path, before: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever time bytes cannot be made to last, it is told, and the review goes on later."""
    sync = os.fsync
    left = [0]

    def full(file: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(28, "No space left on device")
        sync(file)

    monkeypatch.setattr(os, "fsync", full)
    told: list[str] = []
    for calls in range(1, 1000, 2):
        out = tmp_path / str(calls)
        left[0] = calls
        try:
            run(out, before, chunk=20)
        except CasesError as error:
            told.append(str(error))
        if left[0] > 0:  # there were not so many
            break
        left[0] = 0
        run(out, before, chunk=30)
        assert whole == files_of(out)
    assert len(told) >= 5
    assert all("cannot be written: No space left on device" in one for one in told)


def test_what_is_done_is_kept(tmp_path: Path, before: Path, whole: dict[str, bytes]) -> None:
    """After Ctrl-C the rows of whole chunks stand, and nothing is to be seen of them yet."""
    counted: list[int] = []

    def at_rows(count: int) -> None:
        counted.append(count)
        if sum(counted) >= 47:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "out", before, chunk=10, at_rows=at_rows)
    journal = json.loads((tmp_path / "out" / WORK / "journal.json").read_bytes())
    assert 40 == journal["summary"]["rows"]
    assert [WORK] == [path.name for path in (tmp_path / "out").iterdir()]
    counted.clear()
    summary = run(tmp_path / "out", before, chunk=5, at_rows=counted.append)
    assert summary.rows - 40 == sum(counted)
    assert whole == files_of(tmp_path / "out")


def test_bytes_are_the_same_for_any_chunk(
    tmp_path: Path, before: Path, whole: dict[str, bytes]
) -> None:
    """How often it is noted how far the review came changes nothing that it writes."""
    for chunk in (1, 13, 62, 63):
        run(tmp_path / str(chunk), before, chunk=chunk)
        assert whole == files_of(tmp_path / str(chunk))


# --- whose folder it is


def test_the_same_review_again(tmp_path: Path) -> None:
    """What is there of this very review is written anew, with the same bytes."""
    review(NIC, CASES, tmp_path / "out", as_of=day_of(YEAR))
    first = files_of(tmp_path / "out")
    review(NIC, CASES, tmp_path / "out", as_of=day_of(YEAR))
    assert first == files_of(tmp_path / "out")


@pytest.mark.parametrize(
    ("others", "differs"),
    [
        ({"as_of": day_of(YEAR + 1)}, "another day"),
        ({"tables": ("continuation",)}, "other tables"),
        ({"language": "en"}, "another language"),
        ({"also": ("parquet",)}, "other forms of files"),
    ],
)
def test_another_review_is_refused(tmp_path: Path, others: dict[str, Any], differs: str) -> None:
    """A folder of another review is left as it is, unless it may be replaced."""
    out = tmp_path / "out"
    review(NIC, CASES, out, as_of=day_of(YEAR))
    first = files_of(out)
    options = {"as_of": day_of(YEAR), **others}
    with pytest.raises(CasesError, match=f"holds another review: of {differs} .*--replace"):
        review(NIC, CASES, out, **options)
    assert first == files_of(out)
    review(NIC, CASES, out, **options, replace=True)
    assert first != files_of(out)


def test_only_files_of_the_replaced_review_go(tmp_path: Path) -> None:
    """A replaced review's other forms go; what others put there since is left alone."""
    out = tmp_path / "out"
    review(NIC, CASES, out, as_of=day_of(YEAR), also=("parquet",))
    review(NIC, CASES, out, as_of=day_of(YEAR), replace=True)
    assert not (out / "decisions.parquet").exists()
    (out / "review.xlsx").write_bytes(b"mine")
    review(NIC, CASES, out, as_of=day_of(YEAR))
    assert b"mine" == (out / "review.xlsx").read_bytes()


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    """Of a folder, what is no file of cases is named before anything is decided."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(CASES.read_bytes())
    (tmp_path / "in" / "letter.txt").write_text("x")
    told: dict[str, Any] = {}
    review(
        NIC, tmp_path / "in", tmp_path / "out", as_of=day_of(YEAR),
        log=lambda event, **values: told.setdefault(event, values),
    )  # fmt: skip
    assert {"files": [str(tmp_path / "in" / "letter.txt")]} == told["files left out"]
    assert [(str(tmp_path / "in" / "a.csv"), "CSV with commas, UTF-8")] == (
        told["review starts"]["files"]
    )


def test_files_of_nobody_are_refused(tmp_path: Path) -> None:
    """Files of the same names that no review is known to have written are not written over."""
    (tmp_path / "rejects.csv").write_text("mine\n")
    with pytest.raises(CasesError, match="no review is known to have written"):
        review(NIC, CASES, tmp_path, as_of=day_of(YEAR))
    assert {"rejects.csv": b"mine\n"} == files_of(tmp_path)


@pytest.mark.parametrize("as_", ["cases", "previous", "since"])
def test_what_is_read_is_never_replaced(tmp_path: Path, as_: str) -> None:
    """A review that would put its files in the place of those that it reads is refused."""
    review(NIC, CASES, tmp_path, as_of=day_of(YEAR))
    if as_ == "cases":
        (tmp_path / "decisions.csv").write_bytes(CASES.read_bytes())
    before = files_of(tmp_path)
    cases = {"cases": tmp_path / "decisions.csv"}.get(as_, CASES)
    earlier: dict[str, Any] = {} if as_ == "cases" else {as_: tmp_path}
    with pytest.raises(CasesError, match="is read by the review"):
        review(NIC, cases, tmp_path, as_of=day_of(YEAR), replace=True, **earlier)
    assert before == files_of(tmp_path)


def test_the_folder_of_the_cases_is_not_written_to(tmp_path: Path) -> None:
    """The files of a review would be cases of the next one; beside a single file they are not."""
    (tmp_path / "cases.csv").write_bytes(CASES.read_bytes())
    with pytest.raises(CasesError, match="the cases are read from this folder"):
        review(NIC, tmp_path, tmp_path, as_of=day_of(YEAR))
    assert ["cases.csv"] == [path.name for path in tmp_path.iterdir()]
    for _ in range(2):
        review(NIC, tmp_path / "cases.csv", tmp_path, as_of=day_of(YEAR))


@pytest.mark.parametrize("name", ["", "decisions.jsonl", WORK, MARK, f"{WORK}/journal.json"])
def test_no_link_is_followed(tmp_path: Path, name: str) -> None:
    """A symbolic link in the place of an output is refused, and what it leads to is left alone."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    if name:
        (out / name).parent.mkdir(parents=True)
    (out / name if name else out).symlink_to(elsewhere)
    with pytest.raises(CasesError, match="is a symbolic link"):
        review(NIC, CASES, out, as_of=day_of(YEAR))
    assert [] == list(elsewhere.iterdir())


def test_one_review_at_a_time(tmp_path: Path) -> None:
    """While a review writes to a folder, another one does not."""
    out = tmp_path / "out"
    seen: list[object] = []

    def at_rows(_: int) -> None:
        if not seen:
            with pytest.raises(CasesError, match="another review is writing") as refused:
                review(NIC, CASES, out, as_of=day_of(YEAR))
            seen.append(refused)

    review(NIC, CASES, out, as_of=day_of(YEAR), at_rows=at_rows)
    assert 1 == len(seen)
    assert (out / MARK).exists()


def test_a_journal_that_files_do_not_hold_is_not_believed(
    tmp_path: Path, before: Path, whole: dict[str, bytes]
) -> None:
    """Where a file is shorter than the journal says, the review begins anew."""
    out = tmp_path / "out"
    counted: list[int] = []

    def at_rows(count: int) -> None:
        counted.append(count)
        if sum(counted) >= 25:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(out, before, chunk=10, at_rows=at_rows)
    (out / WORK / "decisions.jsonl").write_bytes(b"")
    run(out, before)
    assert whole == files_of(out)


# --- since


def test_only_what_changed_is_decided_anew(tmp_path: Path) -> None:
    """Of the same cases on the same day all are taken over; of others those that changed."""
    day = day_of(YEAR)
    review(NIC, CASES, tmp_path / "first", as_of=day)
    same = review(NIC, CASES, tmp_path / "same", as_of=day, since=tmp_path / "first")
    assert same.decided == same.taken_over > 0
    header, *lines = CASES.read_text(encoding="utf-8").splitlines()
    decided = pl.read_csv(tmp_path / "first/decisions.csv")["subject"].to_list()
    at = header.split(",").index("allocation_decided")
    subject = header.split(",").index("subject")
    changed = 0
    for number, line in enumerate(lines):
        cells = line.split(",")
        if cells[at] == "false" and cells[subject] in decided:
            lines[number] = ",".join([*cells[:at], "", *cells[at + 1 :]])
            changed += 1
    assert changed
    (tmp_path / "b.csv").write_text("\n".join([header, *lines]), encoding="utf-8")
    review(NIC, tmp_path / "b.csv", tmp_path / "anew", as_of=day)
    other = review(NIC, tmp_path / "b.csv", tmp_path / "b", as_of=day, since=tmp_path / "first")
    assert changed == other.decided - other.taken_over
    for name in ("decisions.jsonl", "decisions.csv", "report.html", "summary.json"):
        assert (tmp_path / "anew" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_changed_record_is_not_taken_over(tmp_path: Path) -> None:
    """A record of the earlier review that was changed is decided anew."""
    day = day_of(YEAR)
    review(NIC, CASES, tmp_path / "first", as_of=day)
    path = tmp_path / "first/decisions.jsonl"
    path.write_text(
        path.read_text("utf-8").replace('"outcome":"continue"', '"outcome":"notice"', 1)
    )
    found = review(NIC, CASES, tmp_path / "out", as_of=day, since=tmp_path / "first")
    assert 1 == found.decided - found.taken_over


def test_another_day_takes_nothing_over(tmp_path: Path) -> None:
    """On another day nothing is taken over, since the day decides too."""
    review(NIC, CASES, tmp_path / "first", as_of=day_of(YEAR))
    later = day_of(YEAR).replace(day=16)
    assert 0 == review(NIC, CASES, tmp_path / "b", as_of=later, since=tmp_path / "first").taken_over


# --- Parquet and the workbook


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that cannot hold the rows is refused before anything is decided or written."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 61)
    with pytest.raises(CasesError, match="62 rows are more than a sheet of Excel holds"):
        review(NIC, CASES, tmp_path / "out", as_of=day_of(YEAR), also=("xlsx",))
    assert [] == list(tmp_path.iterdir())


def test_a_workbook_has_the_same_bytes(tmp_path: Path) -> None:
    """The workbook of the same review is the same to the byte, and so is the Parquet file."""
    also = ("xlsx", "parquet")
    for name in "ab":
        review(NIC, CASES, tmp_path / name, as_of=day_of(YEAR), also=also)
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


@pytest.mark.parametrize("left_out", [("records",), ("table", "report"), tuple(CAN_BE_LEFT_OUT)])
def test_what_is_left_out(tmp_path: Path, left_out: tuple[str, ...]) -> None:
    """A file that is left out is not written, and the others are the same.

    Only the report leads to no records where none are kept.
    """
    counted: list[int] = []
    run_all, run_some = tmp_path / "all", tmp_path / "some"
    review(NIC, CASES, run_all, as_of=day_of(YEAR))
    others = {"without": left_out, "at_rows": counted.append}
    summary = review(NIC, CASES, run_some, as_of=day_of(YEAR), **others)  # type: ignore[arg-type]
    expected = files_of(run_all)
    for name in (MARK, *(CAN_BE_LEFT_OUT[one] for one in left_out)):
        del expected[name]
    found = files_of(run_some)
    del found[MARK]
    if "report.html" in found:
        assert b"decisions.jsonl" in expected.pop("report.html")
        assert b"decisions.jsonl" not in found.pop("report.html")
    assert expected == found
    assert summary.rows == sum(counted)


def test_parquet_is_cut_alike_for_any_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is noted how far the review came, the Parquet file is that of its texts."""
    monkeypatch.setattr(parquet, "ROW_GROUP", 16)
    for chunk in (1, 7, 16, 40, 100):
        out = tmp_path / str(chunk)
        review(NIC, CASES, out, as_of=day_of(YEAR), also=("parquet",), chunk=chunk)
    out = tmp_path / "stopped"
    counted: list[int] = []

    def at_rows(count: int) -> None:
        counted.append(count)
        if sum(counted) >= 33:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        review(NIC, CASES, out, as_of=day_of(YEAR), also=("parquet",), chunk=5, at_rows=at_rows)
    review(NIC, CASES, out, as_of=day_of(YEAR), also=("parquet",), chunk=9)
    files = {path.read_bytes() for path in tmp_path.glob("*/decisions.parquet")}
    assert 1 == len(files)
    rows = pl.read_parquet(out / "decisions.parquet")
    assert {pl.String(), pl.Date()} == {*rows.dtypes}
    rows.lazy().sink_parquet(tmp_path / "texts.parquet", row_group_size=16)
    assert files == {(tmp_path / "texts.parquet").read_bytes()}


def test_parquet_that_cannot_be_written(tmp_path: Path) -> None:
    """Whoever gives rows to a Parquet file that cannot be written hears so, and does not wait."""
    columns = table_columns(NIC.review)
    rows = pl.DataFrame({name: [None] for name in columns}, schema=columns)

    def give_many() -> None:
        with ParquetTable(tmp_path / "nowhere/a.parquet", NIC.review) as table:
            for _ in range(10):
                table.add(rows)

    with pytest.raises(OSError, match="No such file"):
        give_many()


def test_parquet_says_what_the_table_says(tmp_path: Path) -> None:
    """The Parquet file has the cells of the table as they are, a formula too, and days as days."""
    header = (CASES.read_text(encoding="utf-8")).splitlines()[0].split(",")
    row = ["=1+1" if name == "subject" else "" for name in header]
    (tmp_path / "a.csv").write_text(",".join(header) + "\n" + ",".join(row) + "\n")
    review(NIC, tmp_path / "a.csv", tmp_path / "out", as_of=day_of(YEAR), also=("parquet",))
    frame = pl.read_parquet(tmp_path / "out/decisions.parquet")
    table = pl.read_csv(tmp_path / "out/decisions.csv", infer_schema=False)
    assert table.columns == frame.columns
    assert [day_of(YEAR)] == frame["as_of"].to_list()
    assert ("=1+1", "'=1+1") == (frame["subject"][0], table["subject"][0])
    others = frame.select(pl.exclude("subject").cast(pl.String)).row(0)
    assert others == tuple(cell or "" for cell in table.drop("subject").row(0))
