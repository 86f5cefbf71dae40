"""`nic-rules replay`: recorded decisions made again, by the archives of their rules."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from nic_rules.cli.printing import lines, near, say
from nic_rules.diagnostics import one_line, problem, shown
from nic_rules.records.replay import Difference, Nothing, Replayed, replay

SCHEMA = "nic-rules/replay/1"

MOST_SHOWN = 100
"""Characters of a value in a line of text."""


@click.command()
@click.argument("records", type=click.Path(path_type=Path))
@click.option(
    "--archive", "archives", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The folder of the archives that `nic-rules archive` made.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(records: Path, archives: Path, form: str) -> int:
    """Decide each recorded decision in RECORDS again, by the archive that it names.

    RECORDS is a record (`decide --format json` writes one, with `--explain` its reasons too), a
    file of one record a line (as `review` writes), or a folder of such files. Everything has to
    come out as it was recorded, but for the version of the library.

    \b
    Example:
      nic-rules replay decision.json --archive archive
    """
    counts = Counter[str]()
    differences: list[dict[str, Any]] = []
    for replayed in replay(records, archives):
        counts[replayed.state] += 1
        for line in lines(replayed.wrong):
            click.echo(line, err=True)
        if replayed.difference is not None and form == "json":
            differences.append(_data(replayed, replayed.difference))
        elif replayed.difference is not None:
            say(_line(replayed, replayed.difference))
    if counts["equal"] + counts["differs"]:
        say(_totals(counts) if form == "text" else _whole(counts, differences))
    return 2 if counts["unusable"] else int(counts["differs"] > 0)


def _totals(counts: Counter[str]) -> str:
    told = f"{counts['equal']} equal, {counts['differs']} differ"
    return told + (f", {counts['unusable']} not replayed" if counts["unusable"] else "")


def _line(replayed: Replayed, difference: Difference) -> str:
    """Tell a difference in one line, values cut where they are long."""
    recorded = replayed.recorded
    decision = recorded.decision
    assert decision is not None
    place = str(near(problem("", "", recorded.place)).file)
    where = f"{place}:{recorded.line}" if recorded.line else place
    whose = "" if decision.subject is None else f" of {shown(decision.subject)}"
    what = f"{where}: `{decision.table}`{whose}: "
    match difference.kind:
        case "refused":
            what += f"now refused: {difference.got}"
        case "reasons":
            what += f"reasons differ: {_told(difference)}"
        case "decision":
            what += _told(difference)
    return one_line(what)


def _told(difference: Difference) -> str:
    expected, got = (_value(value) for value in (difference.expected, difference.got))
    return f"{difference.key}: expected {expected}, got {got}"


def _value(value: Any) -> str:
    if isinstance(value, Nothing):
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def _data(replayed: Replayed, difference: Difference) -> dict[str, Any]:
    """Give a difference as JSON has it; `expected` or `got` is left out where there is nothing."""
    recorded = replayed.recorded
    decision = recorded.decision
    assert decision is not None
    values = {"expected": difference.expected, "got": difference.got}
    return {
        "file": recorded.file,
        "line": recorded.line or None,
        "subject": decision.subject,
        "table": decision.table,
        "kind": difference.kind,
        "key": difference.key,
        **{name: value for name, value in values.items() if not isinstance(value, Nothing)},
    }


def _whole(counts: Counter[str], differences: list[dict[str, Any]]) -> str:
    told = {
        "schema": SCHEMA,
        "equal": counts["equal"],
        "differ": counts["differs"],
        "not_replayed": counts["unusable"],
        "differences": differences,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
