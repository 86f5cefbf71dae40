"""What is wrong is told in exactly these words, at exactly these places.

Each folder of `fixtures/bad` is named for the code it shows. Its `expected` holds one or more
commands, each with its exit code and the lines that it prints. After a wanted change of messages,
`python -m tests.test_bad` writes these files anew: read what changed before you keep it.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest

import nic_rules
from nic_rules.cli import main
from nic_rules.diagnostics import CODES

ROOT = Path(__file__).parents[1]
BAD = ROOT / "fixtures" / "bad"
EXAMPLES = sorted(path.parent.name for path in BAD.glob("*/expected"))
ERRORS_PAGE = ROOT / "docs" / "errors.md"

RULEBOOK = '- rulebook: small\n  title: {en: "Small"}\n  languages: [en]\n'

_COMMAND = re.compile(r"^\$ (?P<command>nic-rules .+?)  # exits (?P<code>\d)$")


# --- examples whose files are made, and examples by Python


def _nothing_behind_the_link(folder: Path) -> None:
    (folder / "rulebook.yaml").write_text(RULEBOOK, encoding="utf-8")
    (folder / "gone.yaml").symlink_to(folder / "nowhere")


def _a_large_file(folder: Path) -> None:
    (folder / "rulebook.yaml").write_text(RULEBOOK, encoding="utf-8")
    (folder / "large.yaml").write_bytes(b"#" * 1_000_001)


def _a_large_book(folder: Path) -> None:
    (folder / "book.yaml").write_text(RULEBOOK, encoding="utf-8")
    for number in range(1, 21):
        (folder / f"facts_{number:02}.yaml").write_bytes(b"#" * 1_000_000)


MADE: dict[str, Callable[[Path], None]] = {
    "nic101_nothing_behind_the_link": _nothing_behind_the_link,
    "nic104_file_too_large": _a_large_file,
    "nic104_book_too_large": _a_large_book,
}
"""Examples whose files cannot well be kept: what writes them into a folder."""


def _edition_of_a_time() -> object:
    return nic_rules.load(BAD / "book").edition(datetime(2015, 3, 1))  # noqa: DTZ001


def _decision_as_of_a_time() -> object:
    edition = nic_rules.load(BAD / "book").edition(_DAY)
    return edition.decide("served", {}, as_of=datetime(2015, 3, 1))  # noqa: DTZ001


def _subject_that_cannot_be_written() -> object:
    edition = nic_rules.load(BAD / "book").edition(_DAY)
    return edition.decide("served", {}, subject="\ud800")


def _record_of_something_else() -> object:
    return nic_rules.Decision.from_json("{}")


def _changed_record() -> object:
    record = nic_rules.load(BAD / "book").edition(_DAY).decide("served", {}, subject="nord")
    return nic_rules.Decision.from_json(record.to_json().replace('"nord"', '"sør"'))


_DAY = datetime(2015, 3, 1).date()  # noqa: DTZ001

BY_PYTHON: list[tuple[str, Callable[[], object]]] = [
    (
        "NIC702 error: an edition is of a day, not of a datetime (give a `datetime.date`)",
        _edition_of_a_time,
    ),
    (
        "NIC702 error: `as_of` is a day, not a datetime (give a `datetime.date`)",
        _decision_as_of_a_time,
    ),
    (
        "NIC702 error: a subject is a text that can be written as UTF-8",
        _subject_that_cannot_be_written,
    ),
    (
        "NIC703 error: this is no record of a decision: its schema is not nic-rules/decision/1",
        _record_of_something_else,
    ),
    ("NIC703 error: the digest of this record does not hold: it was changed", _changed_record),
]
"""What no file can show: the error, and what raises it."""


# --- running them


@dataclass(frozen=True)
class Session:
    """A command with its exit code and the lines that it prints."""

    command: str
    code: int
    lines: tuple[str, ...]


def sessions(text: str) -> list[Session]:
    """Read the sessions of an `expected`."""
    found: list[Session] = []
    for line in text.removesuffix("\n").split("\n"):
        command = _COMMAND.match(line)
        if command is not None:
            found.append(Session(command["command"], int(command["code"]), ()))
        else:
            last = found.pop()
            found.append(Session(last.command, last.code, (*last.lines, line)))
    return found


def kept(example: str) -> list[Session]:
    """Give the sessions that an example's `expected` holds."""
    with (BAD / example / "expected").open(encoding="utf-8", newline="") as file:
        return sessions(file.read())


def run(command: str, home: Path) -> Session:
    """Run a command in a folder; `&& cat OUT/rejects.csv` shows a file that it wrote."""
    program, _, shown = command.partition(" && cat OUT/")
    printed, told = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as out, contextlib.chdir(home):
        arguments = [out if word == "OUT" else word for word in shlex.split(program)]
        with (
            mock.patch.object(sys, "argv", arguments),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(told),
            pytest.raises(SystemExit) as stopped,
        ):
            main()
        code = stopped.value.code
        assert isinstance(code, int)
        text = printed.getvalue() if code < 2 else told.getvalue()
        if shown and code < 2:
            with (Path(out) / shown).open(encoding="utf-8", newline="") as file:
                text = file.read()
        elif code < 2:
            assert told.getvalue() == ""
        else:
            assert printed.getvalue() == ""
    return Session(command, code, tuple(text.removesuffix("\n").split("\n")))


def home_of(example: str, folder: Path) -> Path:
    """Give the folder to run an example in, with its files made there if they are not kept."""
    if example not in MADE:
        return ROOT
    made = folder / "fixtures" / "bad" / example
    made.mkdir(parents=True)
    MADE[example](made)
    return folder


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_is_wrong_is_told(example: str, tmp_path: Path) -> None:
    """Each example prints exactly what is expected of it, its own code among it."""
    home = home_of(example, tmp_path)
    expected = kept(example)
    assert expected == [run(session.command, home) for session in expected]
    code = example.partition("_")[0].upper()
    assert any(code in line for session in expected for line in session.lines)


@pytest.mark.parametrize(("expected", "raises"), BY_PYTHON)
def test_what_is_wrong_is_told_to_python(expected: str, raises: Callable[[], object]) -> None:
    """Each example by Python raises exactly the error that it names."""
    with pytest.raises(nic_rules.NicRulesError) as raised:
        raises()
    assert expected == str(raised.value)


def test_each_file_of_an_example_is_used() -> None:
    """No example holds a file that none of its commands reads, and none lacks its `expected`."""
    folders = sorted(path.name for path in BAD.iterdir() if path.name != "book")
    assert folders == EXAMPLES
    for example in EXAMPLES:
        commands = "".join(f"{session.command} " for session in kept(example))
        whole_book = f"check fixtures/bad/{example} " in commands
        files = {path.name for path in (BAD / example).iterdir()} - {"expected"}
        assert set() == {f for f in files if not whole_book and f"/{f} " not in commands}


def test_the_good_book_is_good() -> None:
    """The rule book that bad cases are held against has neither error nor warning."""
    checked = run("nic-rules check fixtures/bad/book --strict", ROOT)
    assert checked.code == 0
    assert len(checked.lines) == 1


# --- the table of codes, the examples and the page of errors hold the same codes


def exemplified() -> set[str]:
    """Give the codes that some example is named for, or that an example by Python raises."""
    named = {example.partition("_")[0].upper() for example in EXAMPLES}
    return named | {expected.partition(" ")[0] for expected, _ in BY_PYTHON}


def test_every_code_has_an_example() -> None:
    """The table of codes and the examples hold the same codes."""
    assert set(CODES) == exemplified()


def test_every_code_is_used() -> None:
    """The library gives every code of the table, and no other."""
    used: set[str] = set()
    for path in (ROOT / "src").rglob("*.py"):
        if path.name != "diagnostics.py":
            used.update(re.findall(r"\bNIC[0-9]{3}\b", path.read_text(encoding="utf-8")))
    assert set(CODES) == used


def chapters() -> Iterator[tuple[str, str]]:
    """Give the headings of codes in docs/errors.md, each with what stands under it."""
    parts = re.split(r"^### (.+)\n", ERRORS_PAGE.read_text(encoding="utf-8"), flags=re.M)
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        yield heading, re.split(r"^## ", body, flags=re.M)[0].strip("\n")


def test_the_page_of_errors_has_every_code() -> None:
    """docs/errors.md has a heading for each code, with its title, in the order of the table."""
    expected = [f"{code}: {title}" for code, title in CODES.items()]
    assert expected == [heading for heading, _ in chapters()]


@pytest.mark.parametrize(("heading", "body"), list(chapters()))
def test_each_error_is_told_and_shown(heading: str, body: str) -> None:
    """Under each heading stand one paragraph and one example that fails as it is shown."""
    code = heading.partition(":")[0]
    paragraph, example = body.split("\n\n", 1)
    assert paragraph.strip()
    block = re.fullmatch(r"```(text|python)\n(.*)\n```", example, re.S)
    assert block is not None
    if block[1] == "python":  # it is run with all other blocks of the docs
        assert any(f'"{e}"' in block[2] for e, _ in BY_PYTHON if e.startswith(code))
        return
    excerpt, _, shown = block[2].partition("$ nic-rules ")
    command, *lines = shown.split("\n")
    folders = [name for name in EXAMPLES if name.startswith(f"{code.lower()}_")]
    found = [(f, s) for f in folders for s in kept(f) if s.command == f"nic-rules {command}"]
    assert len(found) == 1
    folder, session = found[0]
    assert tuple(lines) == session.lines
    assert any(code in line for line in lines)
    if excerpt:
        texts = [path.read_text(encoding="utf-8") for path in (BAD / folder).iterdir()]
        assert any(f"\n{excerpt}" in f"\n{text}" for text in texts)


def rewrite() -> None:
    """Write every `expected` anew."""
    for example in EXAMPLES:
        with tempfile.TemporaryDirectory() as folder:
            home = home_of(example, Path(folder))
            told = [run(session.command, home) for session in kept(example)]
        lines = [line for s in told for line in (f"$ {s.command}  # exits {s.code}", *s.lines)]
        text = "".join(f"{line}\n" for line in lines)
        (BAD / example / "expected").write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    rewrite()
