"""`nic-rules test`: a rule book's scenarios, each failure with expected and got."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from nic_rules.authoring.scenarios import run_scenarios
from nic_rules.cli.options import rules_option
from nic_rules.cli.printing import near, say
from nic_rules.diagnostics import RequestError, one_line, problem
from nic_rules.engine.book import RuleBook
from nic_rules.rulebook.check import load_book, scenarios_of
from nic_rules.rulebook.folder import find_book


@click.command()
@click.argument("paths", nargs=-1)
@rules_option
def command(paths: tuple[str, ...], rules: str) -> int:
    """Run the scenarios of the rule book, and of the files or folders PATHS elsewhere.

    \b
    Example:
      nic-rules test --rules rules/nic
      nic-rules test more_scenarios.yaml
    """
    folder = find_book(rules)
    book = load_book(folder)
    files = [file for path in paths for file in _files(path) if not _inside(file, folder)]
    books = [book, scenarios_of(book, files)] if files else [book]
    passed = failed = 0
    for result in chain.from_iterable(run_scenarios(RuleBook(one)) for one in books):
        passed += result.passed
        failed += not result.passed
        place = result.scenario.item.place
        shown = near(problem("", "", place))
        for difference in result.differences:
            where = f"{shown.file}:{shown.line}:{shown.column}: scenario `{result.scenario.name}`"
            told = f"expected {difference.expected}, got {difference.got}"
            say(one_line(f"{where}: {difference.what}: {told}"))
    say(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def _files(path: str) -> list[Path]:
    given = Path(path)
    try:
        if given.is_dir():
            return sorted(given.rglob("*.yaml"))
        is_file = given.is_file()
    except (OSError, ValueError):  # no name that a file can have, or no leave to look
        is_file = False
    if not is_file:
        raise RequestError.of("NIC702", f"there is no file or folder `{path}`")
    return [given]


def _inside(file: Path, folder: Path) -> bool:
    """Tell whether a file is one of the rule book's, whose scenarios are run anyway."""
    return file.resolve().is_relative_to(folder.resolve())
