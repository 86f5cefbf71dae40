"""What the docs show is what happens: every block of every page is run, or read by what it tells.

The kind of a block stands after its fence, and perhaps a word after the kind:

| kind | what is done with it |
|---|---|
| `yaml` | its first line, `# folder/file.yaml`, names the file that it is a part of |
| `json` | read as JSON; a word after the kind names the file that it is |
| `yaml wrong` | takes the place of all items of its names, while the block after it is run |
| `console` | each `$ nic-rules …` or `$ python …` prints the lines below it; `…` is any number |
| | what stands behind `> ` in these lines is typed |
| `python` | run, with the names that the blocks before it on the page have made |
| `text` | only on pages where it is a drawing, or is read by another test |

The files of a page are written before anything else is done. A page with files is run in a folder
that holds them, any other in the project's. Each of its folders with a `rulebook` is a whole rule
book: the check finds nothing in it, and its scenarios pass. A block that is only indented is the
synopsis of a command, or one of the README's commands that set a machine up.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from nic_rules.diagnostics import CODES
from tests import docs_limits, docs_pages, docs_style, docs_tables
from tests.cli.running import run
from tests.docs_pages import PAGES, ROOT, Block, Page, page, with_wrong, write

KINDS = {("yaml", ""), ("yaml", "wrong"), ("json", ""), ("console", ""), ("python", "")}

DRAWN = ("docs/architecture.md", "docs/contract.md", "docs/errors.md", "docs/programme.md")
"""Pages where a block may be `text`: a drawing, what another test reads, an excerpt of a rule."""

SET_UP = {
    "sudo apt-get install -y make gcc python3-venv python3-dev",
    "make review     # sets everything up, and reviews the fixture years",
    "make test       # sets everything up, and passes the tests",
    "make bench",
}
"""What changes a machine, or takes long, and is not run here; CI runs the tests by `make test`."""

ALL = [page(path) for path in PAGES]
LANGUAGE = page(ROOT / "docs" / "language.md")


def of_kind(*kinds: str) -> list[Page]:
    """Give the pages that have blocks of some kinds."""
    return [one for one in ALL if any(block.kind in kinds for block in one.blocks)]


def named(pages: list[Page]) -> pytest.MarkDecorator:
    """Run a test for each of some pages, under its name."""
    return pytest.mark.parametrize("page", pages, ids=[one.name for one in pages])


# --- every block is of a kind that is run


@named(ALL)
def test_every_block_is_of_a_kind_that_is_run(page: Page) -> None:
    """No block escapes: each says a kind, and something is done with each kind."""
    strangers = [
        f"{block.place}: {block.kind} {block.word}"
        for block in page.blocks
        if (block.kind, block.word if block.kind != "json" else "") not in KINDS
        and not (block.kind == "text" and page.name in DRAWN)
    ]
    assert [] == [*page.strays, *strangers]
    assert [] == [b.place for b in page.blocks if b.kind == "yaml" and b.file is None]


@named(ALL)
def test_indented_blocks_are_synopses(page: Page) -> None:
    """What is only indented is a command's usage as its help tells it, or sets a machine up."""
    for block in page.indented:
        for line in filter(None, block.text.splitlines()):
            if line not in SET_UP:
                program, command, *_ = line.split()
                assert "nic-rules" == program, block.place
                usage = run(command, "--help").out.partition("\n")[0]
                required = [w for w in usage.split()[4:] if not w.startswith("[")]
                assert set(required) <= set(line.split()[2:]), block.place


# --- files


@named(of_kind("yaml", "json"))
def test_books_are_good(page: Page, tmp_path: Path) -> None:
    """The check finds nothing in a book that a page writes, and its scenarios pass."""
    write(page.files, tmp_path)
    for book in page.books:
        checked = run("check", tmp_path / book, "--strict")
        assert (0, "ok:") == (checked.code, checked.out[:3]), checked.out
        tested = run("test", "--rules", tmp_path / book)
        assert (0, "") == (tested.code, tested.err), tested.out


@named(of_kind("json"))
def test_json_is_json(page: Page) -> None:
    """Every block of JSON can be read."""
    for block in page.blocks:
        if block.kind == "json":
            json.loads(block.text)


@pytest.fixture
def home(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where a page is run: beside its files, or in the project."""
    write(page.files, tmp_path)
    where = tmp_path if page.files else ROOT
    monkeypatch.chdir(where)
    return where


# --- commands


@named(of_kind("console"))
def test_commands_print_what_is_shown(page: Page, home: Path) -> None:
    """Each command prints the lines shown under it; a wrong block stands in the book before it."""
    wrong: Block | None = None
    for block in page.blocks:
        if block.kind == "console":
            if wrong is not None:
                write(with_wrong(page.files, wrong), home)
            for command, shown in docs_pages.sessions(block):
                got = docs_pages.printed(command, shown)
                assert docs_pages.matches(shown, got), f"{block.place}: {command}\n" + "\n".join(
                    got
                )
            if wrong is not None and wrong.file is not None:
                Path(wrong.file).unlink()
                write(page.files, home)
        wrong = block if block.word == "wrong" else None


@named([one for one in ALL if any(block.word == "wrong" for block in one.blocks)])
def test_what_is_wrong_is_told_at_its_place(page: Page) -> None:
    """Each wrong block is followed by what is said of it, each line at a place in the block."""
    for block, told in pairwise((*page.blocks, None)):
        if block is not None and block.word == "wrong":
            assert told is not None, block.place
            assert "console" == told.kind, block.place
            ((_, lines),) = docs_pages.sessions(told)
            assert [] != lines, block.place
            assert all(line.startswith(f"{block.file}:") for line in lines), block.place


# --- Python


@named(of_kind("python"))
@pytest.mark.usefixtures("home")
def test_python_runs(page: Page) -> None:
    """The blocks of Python run in the order of the page, as one program."""
    names: dict[str, object] = {"__name__": "docs"}
    for block in page.blocks:
        if block.kind == "python":
            exec(compile(block.text, block.place, "exec"), names)


# --- the page of the language: its tables are worked out


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> docs_tables.Lakes:
    """The page's book, with the expressions of the page."""
    folder = tmp_path_factory.mktemp("language")
    write(LANGUAGE.files, folder)
    return docs_tables.Lakes.of(folder / "lakes")


@pytest.mark.parametrize(("number", "row"), [*enumerate(docs_tables.expressions())], ids=str)
def test_expressions_give_what_is_told(
    number: int, row: list[str], lakes: docs_tables.Lakes
) -> None:
    """Each expression of the page gives what stands beside it."""
    assert row[-1] == lakes.gives(number)


def test_every_form_of_expression_is_shown() -> None:
    """The page shows each operator and function of the language in a row of its own."""
    assert set() == docs_tables.forms_not_shown()


def test_truth_tables_are_true() -> None:
    """The tables of and, or, not and applies_when hold all combinations, with what they give."""
    assert docs_tables.connectives() == docs_tables.rows("| a | b | a and b | a or b | not a |")
    applied = docs_tables.rows("| applies_when | met_when | finding | seen as |")
    assert docs_tables.applied() == applied


def test_the_kinds_are_all() -> None:
    """The first table of the page has every kind of item."""
    (line,) = docs_tables.checked("- no_such_kind: a\n")
    kinds = [kind for kind, _ in docs_tables.rows("| kind | says |")]
    assert line.endswith(f"(kinds are {', '.join(kinds)})")


def test_the_types_are_all() -> None:
    """The page explains each type that a fact can have, once."""
    explained = re.findall(r"^\*\*(\w+)\*\*: ", docs_tables.chapter("Facts"), re.M)
    assert sorted(docs_tables.types()) == sorted(explained)


def test_the_warnings_are_all() -> None:
    """The page names every warning that there is."""
    named_there = re.findall(r"NIC8\d\d", docs_tables.chapter("While you write"))
    assert {code for code in CODES if code.startswith("NIC8")} == set(named_there)


def test_all_keys_are_told() -> None:
    """The last tables hold the keys of every kind, and which may be left out."""
    told = {kind: {*keys.split(", ")} for kind, keys in docs_tables.rows("| kind | keys |")}
    assert docs_tables.all_keys() == told


@pytest.mark.parametrize(("what", "most"), docs_limits.told())
def test_the_limits_are_those_that_hold(what: str, most: int) -> None:
    """What goes up to a limit of the page is fine, and one more is too much."""
    assert [False, True] == [docs_limits.is_beyond(what, most + more) for more in (0, 1)]


# --- pages about the house


def test_the_house_keeps_to_its_style_but_for_what_is_listed() -> None:
    """docs/style.md lists exactly what now lies outside the house's sizes and habits."""
    assert docs_style.measured() == docs_style.listed(), "see `python -m tests.docs_style`"


def test_recipes_name_what_is_there() -> None:
    """Every file, and every name in it, that CONTRIBUTING.md sends somebody to is there."""
    assert [] == list(docs_pages.missing(ROOT / "CONTRIBUTING.md"))


def test_pages_that_links_lead_to_are_there() -> None:
    """Every link to a file or heading of the project leads somewhere."""
    broken = [link for one in ALL for link in docs_pages.broken_links(one.path)]
    assert [] == broken
