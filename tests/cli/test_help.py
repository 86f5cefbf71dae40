"""The help of each command, and docs/cli.md, agree with the commands that there are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from nic_rules.cli import COMMANDS
from tests.cli.running import run

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")


def examples(text: str) -> list[str]:
    """Give the examples of a help text."""
    _, _, after = text.partition("Example:\n")
    lines = re.findall(r"^ +nic-rules (.*)$", after.partition("Options:")[0], re.M)
    return [line.partition(" > ")[0] for line in lines]  # where the shell puts it is its own matter


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_work(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each help has an example, and it works as it stands, with files of the names it has."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "rules", "rules")
    shutil.copy(ROOT / "fixtures/cases/notice.json", "case.json")
    shutil.copy(ROOT / "fixtures/clusters/2016.csv", "clusters.csv")
    decided = run(
        "decide", "continuation", "case.json", "--as-of", "2016-11-15", "--format", "json"
    )
    Path("decision.json").write_text(decided.out, encoding="utf-8")
    if command == "replay":
        run("archive", "--as-of", "2016-11-15", "--out", "archive")
    shutil.copy(ROOT / "fixtures/records/kl-049-2015.json", "before.json")
    shutil.copy(ROOT / "fixtures/records/kl-049-2016.json", "after.json")
    last_year = str(ROOT / "fixtures/clusters/2015.csv")
    run("review", last_year, "--as-of", "2015-11-15", "--out", "review-2015")
    scenario = (ROOT / "rules/nic/scenarios/base_arena.yaml").read_text(encoding="utf-8")
    name = re.search(r"- scenario: (\w+)", scenario)
    assert name is not None
    Path("more_scenarios.yaml").write_text(
        f"- scenario: one_more\n  about: 'Like another.'\n  like: {name[1]}\n  expect: {{}}\n"
    )
    found = examples(run(command, "--help").out)
    assert [] != found
    for example in found:
        assert command == example.split()[0]
        ran = run(*example.split())
        assert (0, []) == (ran.code, ran.problems), example


def test_the_example_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of `nic-rules --help` works."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "fixtures/cases/notice.json", "case.json")
    (example,) = examples(run("--help").out)
    assert 0 == run(*example.split()).code


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_both_spellings(command: str) -> None:
    """`-h` is `--help`, of the program and of each command."""
    assert run(command, "--help") == run(command, "-h")
    assert COMMANDS[command] in run("-h").out


def test_version() -> None:
    """The version stands on standard output."""
    ran = run("--version")
    assert (0, "") == (ran.code, ran.err)
    assert re.fullmatch(r"nic-rules, version \d+\.\d+\.\d+\S*\n", ran.out)


def test_the_page_has_each_command() -> None:
    """The headings of docs/cli.md are the commands, in their order."""
    assert list(COMMANDS) == re.findall(r"^## `nic-rules ([\w-]+)", DOC, re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_has_each_option(command: str) -> None:
    """The options under a command's heading are those of its help."""
    _, _, after = DOC.partition(f"## `nic-rules {command}")
    section = after.partition("\n## ")[0]
    cells = re.findall(r"^\| (`--[^|]+)\|", section, re.M)
    told = {option for cell in cells for option in re.findall(r"`(--[a-z-]+)", cell)}
    _, _, options = run(command, "--help").out.partition("Options:")
    assert set(re.findall(r"^  (--[a-z-]+)", options, re.M)) == told
