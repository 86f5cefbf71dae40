"""Whatever a file of cases holds, each row ends in exactly one place, and no half file is left."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.cases.many import open_cases
from nic_rules.diagnostics import CasesError, RequestError
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.library import load
from nic_rules.portfolio.files import safe_cell
from nic_rules.portfolio.review import review
from tests.cli.small import small_book

DAY = date(2016, 11, 15)
FILES = {"decisions.jsonl", "decisions.csv", "rejects.csv", "summary.json", "report.html"}
FILES |= {".review.json"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Give the small rule book."""
    return load(small_book(tmp_path_factory.mktemp("small")))


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file that was written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reviewed(book: RuleBook, folder: Path, name: str, text: bytes) -> dict[str, Any]:
    """Review a file; prove its summary from what was written, and give it."""
    cases, out = folder / name, folder / "out"
    cases.write_bytes(text)
    with open_cases(cases, book.book.facts) as opened:
        rows = list(opened.rows())
        some = [chunk.row(at) for chunk in opened.chunks(2) for at in range(len(chunk))]
        assert rows == some
    review(book, cases, out, as_of=DAY)
    assert {path.name for path in out.iterdir()} == FILES
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    decided = [row["subject"] for row in table(out / "decisions.csv")]
    rejected = {int(row["row"]) for row in table(out / "rejects.csv")}
    written = (out / "decisions.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.split("\n") if line]
    assert summary["rows"] == summary["decided"] + summary["rejected"]
    assert summary["decided"] == len({line["subject"] for line in lines}) == len(lines)
    assert decided == [safe_cell(line["subject"]) for line in lines]
    assert summary["rejected"] == len(rejected)
    assert rejected <= set(range(1, summary["rows"] + 1))
    assert summary["outcomes"]["support"] == Counter(line["outcome"] for line in lines)
    for path in (out / "decisions.csv", out / "rejects.csv"):
        for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
            assert [] == [cell for cell in cells if cell.startswith(FORMULA)]
    return summary


NASTY = st.sampled_from([
    "a", "b", "", " ", "arena", "nce", "6", "3", "99", "-1", "+1", "=1+1", "@x", "\t=1", "true",
    "2015-03-01", "x\ny", "x\r\ny", '"', '""', '"x', 'x"', '"x"y', ",", ";", "\u2028", "\x0b",
    "\x1b[2J", "\0", "\ufeff", "’",
])  # fmt: skip
CELLS = NASTY | st.text(st.characters(codec="utf-8"), max_size=4)
COLUMNS = ["subject", "level", "years", "seats", "firm_seats", "label", "years.evidence", "as_of"]


@st.composite
def csv_files(draw: st.DrawFn) -> bytes:
    """Draw a CSV file: right header, cells quoted or raw, any line ends, perhaps bad bytes."""
    columns = ["subject", *draw(st.lists(st.sampled_from(COLUMNS[1:]), unique=True, max_size=4))]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [",".join(columns)]
    for _ in range(draw(st.integers(0, 6))):
        cells = draw(st.lists(CELLS, min_size=len(columns), max_size=len(columns)))
        if draw(st.integers(0, 9)) == 0:
            cells = draw(st.lists(CELLS, max_size=6))
        if draw(st.booleans()):
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="").writerow(cells)
            lines.append(buffer.getvalue())
        else:
            lines.append(",".join(cells))
    raw = end.join(lines).encode("utf-8")
    return raw + draw(st.sampled_from([b"", b"\n", b"\r\n", b"\xff\n", b'"', b"\n\n\n"]))


@settings(max_examples=150, deadline=None)
@given(raw=csv_files())
def test_each_row_of_any_csv_ends_in_one_place(book: RuleBook, raw: bytes) -> None:
    """Whatever the cells hold, nothing crashes, and each line of the file is some row's."""
    with TemporaryDirectory() as folder:
        try:
            summary = reviewed(book, Path(folder), "a.csv", raw)
        except CasesError:
            assert b"\n" not in raw.rstrip(b'\n"\xff')  # what is wrong ends the header itself
            return
    text = raw.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    assert summary["rows"] <= text.count("\n") + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | NASTY,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["value", "evidence", "by", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(COLUMNS), JSON, max_size=4)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(OBJECTS | JSON.filter(lambda value: not isinstance(value, dict)), min_size=1),
    tail=st.sampled_from(["", "\n", "\n\n", "{", '{"subject": "\\ud800"}']),
)
def test_each_line_of_any_json_lines_ends_in_one_place(
    book: RuleBook, lines: list[Any], tail: str
) -> None:
    """Whatever JSON a line holds, nothing crashes, and each line is a row."""
    text = "\n".join([*map(json.dumps, lines), tail])
    with TemporaryDirectory() as folder:
        summary = reviewed(book, Path(folder), "a.jsonl", text.encode("utf-8"))
    assert len(lines) + bool(tail.strip()) == summary["rows"]


def test_every_problem_of_a_row(book: RuleBook, tmp_path: Path) -> None:
    """A rejected row tells all that is wrong with it, one line a problem."""
    text = "subject,as_of,level,years\na,x,ARENA,99\n"
    summary = reviewed(book, tmp_path, "a.csv", text.encode())
    assert (1, 0, 1) == (summary["rows"], summary["decided"], summary["rejected"])
    found = [
        (row["column"], row["value"], row["code"]) for row in table(tmp_path / "out/rejects.csv")
    ]
    expected = [("as_of", "x", "NIC504"), ("level", "ARENA", "NIC506"), ("years", "99", "NIC505")]
    assert expected == sorted(found)


def test_facts_that_contradict_each_other(book: RuleBook, tmp_path: Path) -> None:
    """A broken constraint rejects a row, with its name as the value."""
    reviewed(book, tmp_path, "a.csv", b"subject,seats,firm_seats\na,3,4\n")
    (row,) = table(tmp_path / "out/rejects.csv")
    assert ("a", "", "seats_hold", "NIC508") == tuple(
        row[k] for k in ("subject", "column", "value", "code")
    )


def test_a_messages_lines_are_one(book: RuleBook, tmp_path: Path) -> None:
    """What a user wrote cannot break the message of a reject into lines."""
    reviewed(book, tmp_path, "a.csv", b'subject,level\na,"x\ny\x1b[2J"\n')
    (row,) = table(tmp_path / "out/rejects.csv")
    assert "x\ny\x1b[2J" == row["value"]
    assert r"`x\ny\x1b[2J` is not one of" in row["message"]
    assert row["message"].isprintable()


def test_own_days_go_before_the_days_given(book: RuleBook, tmp_path: Path) -> None:
    """A row's own days decide it; without them those of the command do."""
    cases = tmp_path / "a.csv"
    cases.write_text("subject,as_of,rules_on\na,2015-01-01,2014-01-01\nb,,\nc,2013-05-05,\n")
    review(book, cases, tmp_path / "out", as_of=DAY)
    found = [(r["as_of"], r["rules_on"]) for r in table(tmp_path / "out/decisions.csv")]
    expected = [
        ("2015-01-01", "2014-01-01"),
        ("2016-11-15", "2016-11-15"),
        ("2013-05-05", "2013-05-05"),
    ]
    assert expected == found


def test_a_table_not_in_force_rejects_the_row(book: RuleBook, tmp_path: Path) -> None:
    """A case of a day on which a table is not in force is rejected, and the next is decided."""
    cases = tmp_path / "a.csv"
    cases.write_text("subject,rules_on\na,2016-01-01\nb,2021-01-01\n")
    summary = review(book, cases, tmp_path / "out", as_of=DAY, tables=("later",))
    assert (1, 1) == (summary.decided, summary.rejected)
    assert ["NIC701"] == [row["code"] for row in table(tmp_path / "out/rejects.csv")]


def test_unknown_tables_stop_the_run(book: RuleBook, tmp_path: Path) -> None:
    """A table that is not there stops the run before anything is read or written."""
    with pytest.raises(RequestError, match="did you mean `support`"):
        review(book, tmp_path / "none.csv", tmp_path / "out", as_of=DAY, tables=("suport",))
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"]
)
def test_cells_start_no_formula(cell: str) -> None:
    """A cell that a spreadsheet would compute is made a text."""
    assert f"'{cell}" == safe_cell(cell)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("a;=1", "a;'=1"), ("a;@x;-1", "a;'@x;'-1"), ("a\n=1", "a\n'=1"), (";\t\t=", ";'\t'\t'=")],
)
def test_cells_start_no_formula_where_semicolons_part_them(
    book: RuleBook, tmp_path: Path, cell: str, shown: str
) -> None:
    """Nor does what a spreadsheet of a country with decimal commas takes for a cell."""
    assert shown == safe_cell(cell)
    cases = tmp_path / "a.csv"
    cases.write_text(f'subject\n"{cell}"\nb\n', newline="")
    review(book, cases, tmp_path / "out", as_of=DAY)
    assert [shown, "b"] == [row["subject"] for row in table(tmp_path / "out/decisions.csv")]


@pytest.mark.parametrize(("cell", "shown"), [("a\0b", "a\\x00b"), ("\udce6", "\\udce6")])
def test_cells_hold_what_a_text_can_hold(cell: str, shown: str) -> None:
    """What no file of text can hold is shown by its escape."""
    assert shown == safe_cell(cell)


@pytest.mark.parametrize("cell", ["", "a=1", " =1", "1-1", "'=1", "å", "a;b; =1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    """A cell that is no formula is left alone."""
    assert cell == safe_cell(cell)


def test_an_interrupted_run_leaves_the_last_one(
    book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is stopped in its midst leaves the files of the run that it is to replace."""
    reviewed(book, tmp_path, "a.csv", b"subject\na\n")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    decide_all = Edition.decide_all
    calls = iter(range(10))

    def stopped(self: Edition, *args: Any, **named: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return decide_all(self, *args, **named)

    monkeypatch.setattr(Edition, "decide_all", stopped)
    (tmp_path / "a.csv").write_bytes(b"subject\na\nb\nc\nd\n")
    with pytest.raises(KeyboardInterrupt):
        review(book, tmp_path / "a.csv", tmp_path / "out", as_of=DAY, replace=True)
    files = (path for path in (tmp_path / "out").iterdir() if path.is_file())
    assert before == {path.name: path.read_bytes() for path in files}


def test_a_folder_in_the_place_of_a_file(book: RuleBook, tmp_path: Path) -> None:
    """If one of the files cannot be put in place, none is."""
    (tmp_path / "out" / "rejects.csv").mkdir(parents=True)
    (tmp_path / "a.csv").write_text("subject\na\n")
    with pytest.raises(CasesError, match=r"`?rejects\.csv`? is a folder"):
        review(book, tmp_path / "a.csv", tmp_path / "out", as_of=DAY)
    assert ["rejects.csv"] == [path.name for path in (tmp_path / "out").iterdir()]


# --- the log


@pytest.fixture(scope="module")
def log_of_many(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the log of 20,001 rows, as JSON lines on standard error."""
    from tests.cli.running import run

    folder = tmp_path_factory.mktemp("many")
    cases = folder / "a.csv"
    cases.write_text("subject,years\n" + "".join(f"s{n},{n % 30}\n" for n in range(20_001)))
    ran = run(
        "review", cases, "--out", folder / "out", "--rules", small_book(folder),
        "--as-of", "2016-11-15", "--log", "json", "--lang", "en", "--chunk", "10000",
    )  # fmt: skip
    assert 0 == ran.code
    return ran.err.splitlines()


def test_the_log_is_json_for_machines(log_of_many: list[str]) -> None:
    """With `--log json` each line of standard error is one JSON object with event and counts."""
    events = [json.loads(line) for line in log_of_many]
    expected = ["review starts", *["rows reviewed"] * 3, "review ends"]
    assert expected == [event["event"] for event in events]
    assert [20_001, 10_000, 20_000, 20_001, 20_001] == [event["rows"] for event in events]
    assert {"info"} == {event["level"] for event in events}
    assert all(event["timestamp"].endswith("Z") for event in events)
    assert 20_001 == events[-1]["decided"] + events[-1]["rejected"]
