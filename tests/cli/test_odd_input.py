"""Odd input as people meet it: one line a problem on standard error, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nic_rules.cli import COMMANDS
from nic_rules.cli.case import read_facts
from nic_rules.diagnostics import FactError
from tests.cli.running import Ran, run
from tests.cli.small import GOOD, small_book

DAY = ("--as-of", "2016-11-15")
EVIL = "\x1b[2J\r\nok: forged\u202e\x9b2J"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the small rule book's folder."""
    return small_book(tmp_path_factory.mktemp("small"))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a file with good facts."""
    path = tmp_path / "good.json"
    path.write_text(json.dumps(GOOD))
    return path


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Give a file of one good case and one bad one."""
    path = tmp_path / "cases.csv"
    path.write_text("subject,years\na,6\nb,x\n")
    return path


def assert_refused(ran: Ran, *told: str) -> None:
    """Expect exit code 2, nothing on standard output, and one clean line for each text told."""
    assert (2, "") == (ran.code, ran.out)
    assert len(told) == len(ran.problems), ran.err
    for expected, line in zip(told, ran.problems, strict=True):
        assert expected in line
        assert line.isprintable()
        assert len(line) < 1_000


# --- facts


@pytest.mark.parametrize("table", ["support", "later"])
def test_a_template_is_a_case_of_which_nothing_is_known(
    rules: Path, tmp_path: Path, table: str
) -> None:
    """What `facts --template` prints can be decided as it is, also where nothing is asked."""
    day = ("--as-of", "2021-01-01")
    case = tmp_path / "case.yaml"
    case.write_text(run("facts", table, "--template", "--rules", rules).out, encoding="utf-8")
    ran = run("decide", table, case, "--rules", rules, *day, "--format", "json")
    assert (0, {}) == (ran.code, json.loads(ran.out)["facts"])


# --- decide


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"years": NaN}', '{"yers": 1}', "years: &x 6", "- 1"]
)
@pytest.mark.parametrize("source", ["-", "file"])
def test_decide_bad_facts(rules: Path, tmp_path: Path, source: str, text: str) -> None:
    """Facts that cannot be read are one line, from a file and from standard input."""
    path = tmp_path / "facts"
    path.write_text(text)
    given = "-" if source == "-" else path
    ran = run("decide", "support", given, "--rules", rules, *DAY, given=text.encode())
    assert_refused(ran, "error: ")


def test_decide_tells_every_problem(rules: Path) -> None:
    """All problems of a case come at once, each with its place and its fact."""
    facts = b'{"years": "x",\n "yers": 1,\n "level": "ARENA",\n "years": 2}'
    ran = run("decide", "support", "-", "--rules", rules, *DAY, given=facts)
    assert_refused(
        ran,
        "-:2:2: NIC502 error: there is no fact `yers` (did you mean `years`?)",
        "-:3:11: NIC506 error: level: `ARENA` is not one of `arena`, `nce` (did you mean `arena`?)",
        "-:4:2: NIC509 error: fact `years` is told twice (keep one of them)",
    )


def test_decide_tells_what_contradicts(rules: Path) -> None:
    """A broken constraint is told in the language that was asked for."""
    facts = b'{"seats": 3, "firm_seats": 4}'
    ran = run("decide", "support", "-", "--rules", rules, *DAY, "--lang", "en", given=facts)
    assert_refused(ran, "NIC508 error: More seats than there are.")


def test_decide_with_a_byte_order_mark(rules: Path) -> None:
    """A byte order mark is no part of the facts."""
    ran = run("decide", "support", "-", "--rules", rules, *DAY, given=b'\xef\xbb\xbf{"years": 6}')
    assert (0, "") == (ran.code, ran.err)


FILES = {
    "missing": ("No such file or directory", "none.json"),
    "folder": ("Is a directory", ""),
    "long": ("File name too long", "x" * 300),
    "newline": ("No such file or directory", "no\nne.json"),
    "escape": ("No such file or directory", "no\x1b[2Jne.json"),
}


@pytest.mark.parametrize("kind", FILES)
def test_decide_unreadable_files(rules: Path, tmp_path: Path, kind: str) -> None:
    """A file that cannot be read is one line that says so."""
    why, name = FILES[kind]
    assert_refused(run("decide", "support", tmp_path / name, "--rules", rules, *DAY), why)


def test_decide_a_name_with_nul(rules: Path) -> None:
    """A name that no file can have is refused like a missing file."""
    assert_refused(run("decide", "support", "a\0b", "--rules", rules, *DAY), "NIC601")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_decide_a_file_without_leave(rules: Path, good: Path) -> None:
    """A file that one may not read is one line."""
    good.chmod(0)
    assert_refused(run("decide", "support", good, "--rules", rules, *DAY), "Permission denied")


def test_decide_closed_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without standard input, `-` is refused."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FactError, match="standard input is closed"):
        read_facts("-")


@pytest.mark.parametrize("table", ["suport", "x" * 5, EVIL])
def test_unknown_tables(rules: Path, good: Path, cases: Path, tmp_path: Path, table: str) -> None:
    """A table that is not there is one line, for one case and for many."""
    assert_refused(run("decide", table, good, "--rules", rules, *DAY), "NIC701")
    out = tmp_path / "out"
    ran = run("review", cases, "--table", table, "--out", out, "--rules", rules, *DAY)
    assert_refused(ran, "NIC701")
    assert not out.exists()


def test_a_table_not_in_force(rules: Path, good: Path) -> None:
    """A table of other days is told as such."""
    assert_refused(
        run("decide", "later", good, "--rules", rules, *DAY), "not in force on 2016-11-15"
    )


@pytest.mark.parametrize("option", ["--as-of", "--rules-on"])
@pytest.mark.parametrize(
    "day", ["x", "", "20161115", "2016-02-30", "0000-01-01", "２016-01-01", EVIL]
)
def test_days(rules: Path, good: Path, option: str, day: str) -> None:
    """A day that is none is one line with the option's name."""
    assert_refused(run("decide", "support", good, "--rules", rules, option, day), option)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar(rules: Path, good: Path, day: str) -> None:
    """The first and the last day of the calendar can be asked for."""
    assert 0 == run("decide", "support", good, "--rules", rules, "--as-of", day).code


def test_today_is_said(rules: Path, good: Path) -> None:
    """Without a day, today is taken and said on standard error."""
    ran = run("decide", "support", good, "--rules", rules)
    assert 0 == ran.code
    assert "which is today (choose with --as-of)" in ran.err


@pytest.mark.parametrize(
    ("lang", "hint"),
    [
        *((lang, "(its languages are nb, en)") for lang in ("xx", "", EVIL)),
        ("EN", "(did you mean `en`?)"),
    ],
)
def test_languages(rules: Path, good: Path, lang: str, hint: str) -> None:
    """A language that the book does not have is one line with the nearest, or those it has."""
    ran = run("decide", "support", good, "--rules", rules, *DAY, "--lang", lang)
    assert_refused(ran, hint)


BOOKS = ["missing", "file", "empty", "broken"]


@pytest.mark.parametrize("kind", BOOKS)
@pytest.mark.parametrize("command", ["decide", "review", "test"])
def test_books_that_cannot_be_used(
    good: Path, cases: Path, tmp_path: Path, command: str, kind: str
) -> None:
    """A rule book that is missing or has errors is exit code 2 to all but `check`."""
    book = tmp_path / "book"
    if kind == "file":
        book.write_text("x")
    elif kind != "missing":
        book.mkdir()
    if kind == "broken":
        (book / "a.yaml").write_text("- rulebook: x\n  languages: [nb]\n")
    arguments: dict[str, tuple[object, ...]] = {
        "decide": ("support", good, *DAY),
        "review": (cases, "--out", tmp_path / "out", *DAY),
        "test": (),
    }
    assert_refused(run(command, *arguments[command], "--rules", book), "NIC")
    assert not (tmp_path / "out").exists()


def test_a_subject_cannot_move_the_cursor(rules: Path, good: Path) -> None:
    """Control characters of a subject never reach the terminal, nor do they make lines."""
    ran = run("decide", "support", good, "--rules", rules, *DAY, "--subject", EVIL, "--lang", "en")
    assert 0 == ran.code
    assert [] == [line for line in ran.out.split("\n") if not line.isprintable()]
    assert not any(line.startswith("ok: forged") for line in ran.out.split("\n"))


def test_a_fact_cannot_move_the_cursor(rules: Path) -> None:
    """Control characters of a text fact never reach the terminal, nor do they make lines."""
    facts = json.dumps({**GOOD, "years": 1, "label": EVIL}).encode()
    ran = run("decide", "support", "-", "--rules", rules, *DAY, "--lang", "en", given=facts)
    assert 0 == ran.code
    assert "are too short for" in ran.out
    assert [] == [line for line in ran.out.split("\n") if not line.isprintable()]


@pytest.mark.parametrize("width", [0, 5, 40, 80, 120, 500])
def test_no_line_is_wider_than_the_terminal(
    rules: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long values and subjects are broken; a digest alone is left whole."""
    monkeypatch.setenv("COLUMNS", str(width))
    facts = json.dumps({**GOOD, "years": 1, "label": "x" * 5_000}).encode()
    ran = run(
        "decide", "support", "-", "--rules", rules, *DAY, "--subject", "y" * 5_000, given=facts
    )
    lines = [line for line in ran.out.splitlines() if "sha256:" not in line]
    assert max(map(len, lines)) <= max(min(width or 100, 110), 40) + len("  [support]")


# --- review


def test_review_strict(rules: Path, cases: Path, tmp_path: Path) -> None:
    """A reject is exit code 1 with `--strict` only."""
    arguments = ("review", cases, "--out", tmp_path / "out", "--rules", rules, *DAY, "--lang", "en")
    usual, strict = run(*arguments), run(*arguments, "--strict")
    assert (0, 1) == (usual.code, strict.code)
    assert usual.out == strict.out
    assert "2 rows: 1 decided, 1 not decided because of errors (see " in usual.out


def test_review_speaks_the_language(rules: Path, cases: Path, tmp_path: Path) -> None:
    """What is printed is of the language that was asked for, in whole."""
    out = tmp_path / "out"
    ran = run("review", cases, "--out", out, "--rules", rules, *DAY, "--lang", "nb")
    expected = [
        "Gis det støtte?",
        "  1  Spør  [ask]",
        "",
        f"2 rader: 1 behandlet, 1 med feil (se {out / 'rejects.csv'})",
        f"skrevet til {out}",
    ]
    assert expected == ran.out.splitlines()


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300])
def test_review_outputs_that_cannot_be(rules: Path, cases: Path, tmp_path: Path, name: str) -> None:
    """A folder that cannot be written to is one line."""
    (tmp_path / "file").write_text("x")
    ran = run("review", cases, "--out", tmp_path / name, "--rules", rules, *DAY)
    assert_refused(ran, "cannot be written")


@pytest.mark.parametrize("name", ["a[/b]", "a[red]b", "a\x1b[2J\nb", "-x", "å"])
def test_review_outputs_of_odd_names(rules: Path, cases: Path, tmp_path: Path, name: str) -> None:
    """A folder's name is told as it is, but for what would move the cursor."""
    ran = run("review", cases, f"--out={tmp_path / name}", "--rules", rules, *DAY)
    assert 0 == ran.code
    assert [] == [line for line in ran.out.splitlines() if not line.isprintable()]
    assert name.encode("unicode_escape").decode() in ran.out or name in ran.out


@pytest.mark.parametrize("name", ["none.csv", "folder.csv", "a.txt", "a", "no\x1b[2J\nne.csv"])
def test_review_cases_that_cannot_be_read(rules: Path, tmp_path: Path, name: str) -> None:
    """A file of cases that is missing, a folder or of no known ending is one line."""
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "a.txt").write_text("subject\n")
    out = tmp_path / "out"
    ran = run("review", tmp_path / name, "--out", out, "--rules", rules, *DAY)
    assert_refused(ran, "NIC601")
    assert not out.exists()


def test_review_bad_columns_write_nothing(rules: Path, tmp_path: Path) -> None:
    """A column of no fact stops the run before anything is written, each column with a hint."""
    (tmp_path / "a.csv").write_text("subject,yers,levl\na,1,arena\n")
    ran = run("review", tmp_path / "a.csv", "--out", tmp_path / "out", "--rules", rules, *DAY)
    assert_refused(ran, "did you mean `years`?", "did you mean `level`?")
    assert not (tmp_path / "out").exists()


def test_review_without_review_tables(rules: Path, cases: Path, tmp_path: Path) -> None:
    """A book that names no tables of a review asks for `--table`."""
    book = tmp_path / "book"
    book.mkdir()
    text = (rules / "small.yaml").read_text().replace("  review: [support]\n", "")
    (book / "a.yaml").write_text(text)
    arguments = ("review", cases, "--out", tmp_path / "out", "--rules", book, *DAY)
    assert_refused(run(*arguments), "choose with `--table`")
    assert 0 == run(*arguments, "--table", "support").code


# --- check and test


def test_check_tells_errors_on_standard_output(tmp_path: Path) -> None:
    """What `check` finds is its answer: exit code 1, on standard output."""
    (tmp_path / "a.yaml").write_text("- rulebook: x\n")
    ran = run("check", tmp_path)
    assert (1, "") == (ran.code, ran.err)
    assert all(line.split()[1:3][1] == "error:" for line in ran.out.splitlines())


def test_check_as_json(rules: Path, tmp_path: Path) -> None:
    """`--format json` gives what was found and the counts as one object."""
    data = json.loads(run("check", rules, "--format", "json").out)
    assert (True, [], 9) == (data["ok"], data["diagnostics"], data["counts"]["rules"])
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("- rulebook: x\n")
    ran = run("check", tmp_path, "--format", "json")
    assert (1, False, None) == (ran.code, json.loads(ran.out)["ok"], json.loads(ran.out)["counts"])


def test_check_cannot_be_forged(tmp_path: Path) -> None:
    """What a rule file holds cannot move the cursor or forge a line of the answer."""
    name = json.dumps(EVIL)
    (tmp_path / "a.yaml").write_text(f"- rulebook: x\n  {name}: 1\n- {name}: 1\n", encoding="utf-8")
    ran = run("check", tmp_path)
    assert 1 == ran.code
    assert [] == [line for line in ran.out.split("\n") if not line.isprintable()]


def test_warnings_count_with_strict(rules: Path, tmp_path: Path) -> None:
    """A warning is exit code 1 with `--strict` only."""
    text = (rules / "small.yaml").read_text()
    unused = '- {fact: idle, name: {nb: "X", en: "X"}, type: boolean}\n'
    (tmp_path / "a.yaml").write_text(unused + text)
    assert (0, 1) == (run("check", tmp_path).code, run("check", tmp_path, "--strict").code)
    assert "NIC804 warning: " in run("check", tmp_path).out


@pytest.mark.parametrize("path", ["none.yaml", "\0", "x" * 5_000, "no\x1b[2J\nne"])
def test_scenarios_that_are_not_there(rules: Path, path: str) -> None:
    """A file of scenarios that is not there is one line."""
    ran = run("test", path, "--rules", rules)
    assert 2 == ran.code
    assert 1 == len(ran.problems)
    assert ran.problems[0].isprintable()


# --- the program itself


def test_without_a_command() -> None:
    """Without a command, help stands on standard error."""
    ran = run()
    assert (2, "") == (ran.code, ran.out)
    assert "Commands:" in ran.err


USAGE = [
    (("decid",), "there is no command `decid` (did you mean `decide`?)"),
    (("decide",), "missing argument 'TABLE' (see `nic-rules decide --help`)"),
    (("decide", "t"), "missing argument 'FACTS'"),
    (("schema",), "Choose from: facts, decision, trace, rules (see"),
    (("decide", "t", "f", "g"), "unexpected extra argument (g)"),
    (("decide", "t", "f", "--format", "xml"), "'xml' is not one of 'text', 'json'"),
    (("decide", "t", "f", "--nope"), "no such option '--nope'"),
    (("review", "a.csv"), "missing option '--out'"),
    (("review", "a.csv", "--out", "o", "--log", "xml"), "'xml' is not one of"),
    (("check", EVIL), "there is no rule book"),
]


@pytest.mark.parametrize(("arguments", "told"), USAGE)
def test_usage(arguments: tuple[str, ...], told: str) -> None:
    """A command line that is wrong is one line, with the command whose help to read."""
    assert_refused(run(*arguments), told)


@pytest.mark.parametrize("command", COMMANDS)
def test_faults_of_our_own(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong inside is exit code 3 and one line that says where."""

    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError("of our\nown")

    module = __import__(f"nic_rules.cli.{command.replace('-', '_')}", fromlist=["x"])
    first = dict.fromkeys(("archive", "check", "test"), "find_book")
    first |= {"schema": "facts_of", "generate": "load", "replay": "replay"}
    first |= dict.fromkeys(("explain", "compare"), "read_record")
    first |= dict.fromkeys(("ask", "change", "decide", "letter", "until", "why-not"), "ask_case")
    monkeypatch.setattr(module, first.get(command, "open_book"), broken)
    arguments = {"decide": ("t", "f"), "review": ("a.csv", "--out", "o"), "explain": ("d",)}
    arguments |= {"letter": ("t", "f"), "until": ("t", "f"), "why-not": ("t", "f", "o")}
    arguments |= {"generate": ("5", "--out", "a.csv")}
    arguments |= {"compare": ("a", "b"), "schema": ("facts",)}
    arguments |= {"change": ("t", "f"), "ask": ("t",)}
    arguments |= {"archive": ("--out", "o"), "replay": ("d", "--archive", "o")}
    ran = run(command, *arguments.get(command, ()))
    assert (3, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert r"internal error at test_odd_input.py:" in ran.err
    assert r"ZeroDivisionError: of our\nown (please report it)" in ran.err


def test_stopped_by_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control-C is one line and the shell's own code, 130."""

    def stopped(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("nic_rules.cli.check.find_book", stopped)
    ran = run("check")
    assert (130, ["nic-rules: stopped"]) == (ran.code, [line for line in ran.problems if line])


SHELL = [
    ("{nic} decide support {good} --rules {rules} {day} | head -0", 0, ""),
    ("{nic} check {rules} --format json | head -1", 0, ""),
    ("{nic} check {bad} | head -0", 1, ""),
    ("{nic} test --rules {rules} | head -0", 0, ""),
    ("{nic} review {cases} --out {out} --rules {rules} {day} 2>&1 | head -0", 0, ""),
    ("{nic} decide support {good} --rules {rules} {day} >&-", 0, ""),
    (
        "{nic} decide support {good} --rules {rules} {day} >/dev/full",
        2,
        "standard output cannot be written",
    ),
    ("{nic} review {cases} --out {out} --rules {rules} {day} >/dev/null 2>&-", 0, ""),
    ("{nic} decide support - --rules {rules} {day} <&-", 2, "standard input is closed"),
    (
        "PYTHONIOENCODING=latin-1 {nic} decide support {good} --rules {rules} {day} >/dev/null",
        0,
        "",
    ),
    ("mkdir gone && cd gone && rmdir ../gone && {nic} decide support nope.json {day}", 2, "NIC601"),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="of Linux")
@pytest.mark.parametrize(("line", "code", "told"), SHELL)
def test_in_a_shell(
    rules: Path, good: Path, cases: Path, tmp_path: Path, line: str, code: int, told: str
) -> None:
    """Standard streams that are closed, full or gone change no answer, and are no fault of ours."""
    (tmp_path / "bad").mkdir()
    command = line.format(
        nic=f"{sys.executable} -m nic_rules", rules=rules, good=good, cases=cases,
        bad=tmp_path / "bad", out=tmp_path / "out", day=" ".join(DAY),
    )  # fmt: skip
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert code == ran.returncode, ran.stderr
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
