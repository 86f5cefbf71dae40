"""What the docs show is what happens: every block in them is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nic_rules.cli import main

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(language: str) -> list[tuple[str, str]]:
    """Give all blocks of a language, each with the place it stands at."""
    found = []
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            if block[1] == language:
                line = text.count("\n", 0, block.start()) + 1
                found.append((f"{path.name}:{line}", block[2]))
    return found


def sessions(block: str) -> list[tuple[str, list[str]]]:
    """Give a block's commands, each with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def matches(shown: list[str], got: list[str]) -> bool:
    """Compare lines; a line `…` stands for any number of them."""
    if not shown:
        return not got
    if shown[0] == "…":
        return any(matches(shown[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and shown[0] == got[0].rstrip() and matches(shown[1:], got[1:])


@pytest.mark.parametrize(("place", "block"), blocks("console"))
def test_commands_print_what_is_shown(
    place: str,
    block: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each command of a console block prints the lines shown under it."""
    monkeypatch.chdir(ROOT)
    for command, shown in sessions(block):
        program, *arguments = command.split()
        assert program == "nic-rules", place
        monkeypatch.setattr("sys.argv", [program, *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        # what a command logs beside its answer is not shown
        got = (captured.out if stopped.value.code == 0 else captured.err).splitlines()
        assert matches(shown, got), f"{place}: {command}\n" + "\n".join(got)


@pytest.mark.parametrize(("place", "block"), blocks("python"))
def test_python_runs(place: str, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each block of Python runs as it stands."""
    monkeypatch.chdir(ROOT)
    exec(compile(block, place, "exec"), {"__name__": "docs"})


def test_every_block_is_of_a_kind_that_is_run() -> None:
    """No block escapes: each says its language, and each language is run here."""
    kinds = {
        (path.name, block[1])
        for path in DOCS
        for block in _BLOCK.finditer(path.read_text(encoding="utf-8"))
    }
    assert set() == {kind for kind in kinds if kind[1] not in ("console", "python", "text")}
