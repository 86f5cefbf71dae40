"""The pages of the docs, taken apart into their blocks, and the folders that blocks make.

How each kind of block is written, and what is done with it, stands at the head of `test_docs.py`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cli.running import run

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^ *(?:```|~~~)")
_ITEM = re.compile(r"^- \{?(\w+): ([\w.]+)", re.M)


@dataclass(frozen=True)
class Block:
    """A block of a page: its kind and the word after it, and where it stands."""

    place: str
    kind: str
    word: str
    text: str

    @property
    def file(self) -> str | None:
        """Give the file that the block is written to, if it names one."""
        if self.kind == "json":
            return self.word or None
        found = re.match(r"# (\S+\.yaml)\n", self.text) if self.kind == "yaml" else None
        return found[1] if found else None


@dataclass(frozen=True)
class Page:
    """A page: its blocks in order, and each line that looks like a block's and belongs to none."""

    path: Path
    blocks: tuple[Block, ...]
    indented: tuple[Block, ...]
    strays: tuple[str, ...]

    @property
    def name(self) -> str:
        """Give the path as people write it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def files(self) -> dict[str, str]:
        """Give the files that the page's blocks make; blocks of one file follow each other."""
        files: dict[str, str] = {}
        for block in self.blocks:
            if block.file is not None and block.word != "wrong":
                files[block.file] = files.get(block.file, "") + block.text
        return files

    @property
    def books(self) -> list[str]:
        """Give the folders that are rule books."""
        files = self.files.items()
        return [f.rpartition("/")[0] for f, text in files if re.search(r"^- rulebook:", text, re.M)]


def page(path: Path) -> Page:
    """Take a page apart."""
    name = path.relative_to(ROOT).as_posix()
    blocks: list[Block] = []
    indented: list[Block] = []
    strays: list[str] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        place, line = f"{name}:{number + 1}", lines[number]
        number += 1
        if line.startswith("```"):
            kind, _, word = line[3:].partition(" ")
            begin = number
            while number < len(lines) and lines[number] != "```":
                number += 1
            blocks.append(Block(place, kind, word, "".join(f"{x}\n" for x in lines[begin:number])))
            if number == len(lines):
                strays.append(f"{place}: never closed")
            number += 1
        elif _FENCE.match(line):
            strays.append(f"{place}: {line}")
        elif line.startswith("    ") and not lines[number - 2].strip():
            begin = number - 1
            while number < len(lines) and lines[number].startswith("    "):
                number += 1
            text = "".join(f"{x[4:]}\n" for x in lines[begin:number])
            indented.append(Block(place, "indented", "", text))
    return Page(path, tuple(blocks), tuple(indented), tuple(strays))


def write(files: dict[str, str], folder: Path) -> None:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def with_wrong(files: dict[str, str], wrong: Block) -> dict[str, str]:
    """Put a wrong block among files, in the place of their items of the same kinds and names."""
    assert wrong.file is not None, f"{wrong.place} names no file"
    replaced = set(_ITEM.findall(wrong.text))
    home = wrong.file.rpartition("/")[0]
    changed = {
        name: "".join(_without(text, replaced)) if name.startswith(f"{home}/") else text
        for name, text in files.items()
    }
    return {**changed, wrong.file: wrong.text}


def _without(text: str, replaced: set[tuple[str, str]]) -> Iterator[str]:
    """Give a file's text with the lines of some items left empty, so that others keep theirs."""
    for part in re.split(r"(?m)^(?=- )", text):
        item = _ITEM.match(part)
        yield "\n" * part.count("\n") if item and item.groups() in replaced else part


def tables(text: str, header: str) -> Iterator[list[list[str]]]:
    """Give the rows of every table of a page with some header, without backquotes."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.replace("`", "") == header:
            rows = []
            for row in lines[number + 2 :]:
                if not row.startswith("|"):
                    break
                cells = row.replace("`", "").removeprefix("|").removesuffix("|").split("|")
                rows.append([cell.strip() for cell in cells])
            yield rows


# --- what blocks of commands show


def sessions(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Give a block's commands, each with the lines shown under it."""
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    assert 0 in starts, f"{block.place}: a command comes first"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][2:], lines[start + 1 : end]


def printed(command: str, shown: Iterable[str] = ()) -> list[str]:
    """Run a command; give what it prints, or what it says is wrong where it cannot go on.

    What is shown behind a prompt, `> `, is typed.
    """
    program, *arguments = shlex.split(command)
    if program == "nic-rules":
        typed = "".join(f"{line[2:]}\n" for line in shown if line.startswith("> "))
        # what a command logs beside its answer is not shown
        ran = run(*arguments, given=typed.encode())
        return (ran.out if ran.code < 2 else ran.err).splitlines()
    assert "python" == program, command
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def matches(shown: list[str], got: list[str]) -> bool:
    """Compare lines; a line `…` stands for any number of them."""
    if not shown:
        return not got
    if shown[0] == "…":
        return any(matches(shown[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and shown[0] == got[0].rstrip() and matches(shown[1:], got[1:])


# --- what pages refer to

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_STEP = re.compile(r"^ *(?:\d+\.|-) (?P<what>`[^`]+`(?: · (?:`[^`]+`(?:,\s+)?)+)?)", re.M)


def broken_links(path: Path) -> Iterator[str]:
    """Give the links of a page that lead to no file, or to no heading, of the project."""
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists() or (heading and heading not in _headings(target)):
            yield f"{path.relative_to(ROOT)}: {link}"


def _headings(path: Path) -> set[str]:
    """Give the headings of a page as links name them."""
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in found}


def missing(path: Path) -> Iterator[str]:
    """Give the files, and the names in them, that a page's steps name and that are not there.

    A step is a member of a list that begins with a file, and perhaps ` · ` and names in it.
    """
    for step in _STEP.finditer(path.read_text(encoding="utf-8")):
        file, *names = re.findall(r"`([^`]+)`", step["what"])
        if "/" not in file:
            continue
        target = ROOT / file
        if not target.exists():
            yield file
        elif names:
            text = target.read_text(encoding="utf-8")
            yield from (f"{file}: {name}" for name in names if not _defines(text, name))


def _defines(text: str, name: str) -> bool:
    return re.search(rf"^ *(?:(?:def|class) {name}\b|{name}\b.* = )", text, re.M) is not None
