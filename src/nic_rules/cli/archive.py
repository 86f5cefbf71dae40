"""`nic-rules archive`: the rules in force on a day, as one file to keep."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from nic_rules.cli.options import DayType, or_today, rules_option
from nic_rules.cli.printing import say
from nic_rules.diagnostics import one_line
from nic_rules.records.archive import archive_of, keep
from nic_rules.rulebook.folder import find_book


@click.command()
@click.option(
    "--as-of", type=DayType(), metavar="DATE",
    help="The day whose rules are archived, YYYY-MM-DD.  [default: today]",
)  # fmt: skip
@rules_option
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The folder that the archive is put into.",
)  # fmt: skip
def command(as_of: date | None, rules: str, out: Path) -> None:
    """Archive the rules in force on a day as one file, which needs nothing else to be read.

    People read it without this program, and `nic-rules replay` decides by it again. Its name leads
    from a record of a decision to the rules. Nothing that is there already is overwritten.

    \b
    Example:
      nic-rules archive --as-of 2016-11-15 --out archive
    """
    folder = find_book(rules)
    archive = archive_of(folder, or_today(as_of))
    is_new = keep(archive, out)
    edition = archive.reference
    held = archive.rules
    rows = sum(len(table.rows) for table in held.tables.values())
    counts = f"{len(held.tables)} tables with {rows} rows, {len(held.criteria)} criteria"
    say(f"{edition.rulebook} {held.days}: {counts}")
    say(f"logic {edition.logic}")
    say(f"text {edition.text}")
    done = "written" if is_new else "there already"
    say(one_line(f"{done}: {out / archive.name}"))
