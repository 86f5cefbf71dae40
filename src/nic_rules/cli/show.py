"""`nic-rules show`: the rules of a day, as they are in force, or the Python generated from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from nic_rules.cli.options import (
    DayType,
    lang_option,
    language_of,
    open_book,
    or_today,
    rules_option,
)
from nic_rules.cli.printing import near, say, styled
from nic_rules.diagnostics import Place, one_line, problem
from nic_rules.engine.edition import Edition
from nic_rules.engine.tables import RunningTable, derived_in_order
from nic_rules.language.syntax import to_text
from nic_rules.rulebook.book import Criterion, Derived, Table, used_names


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--python", is_flag=True, help="Print the Python that finds a table's findings.")
@rules_option
@click.option(
    "--rules-on",
    type=DayType(),
    metavar="DATE",
    help="The day whose rules are shown.  [default: today]",
)
@lang_option
def command(
    tables: tuple[str, ...], python: bool, rules: str, rules_on: date | None, lang: str | None
) -> None:
    """Show the rules in force on a day: each TABLE (all, if none is named) with all that it uses.

    With --python, show the two functions generated for a table: `tokens` checks the facts of a case
    and gives what the table sees, `findings` gives every finding and what it lacks.

    \b
    Example:
      nic-rules show allocation --rules-on 2016-03-01 --lang en
      nic-rules show allocation --rules-on 2016-03-01 --python
    """
    book = open_book(rules)
    language = language_of(book, lang)
    edition = book.edition(or_today(rules_on, "--rules-on"))
    running = [edition.running(name) for name in tables or edition.tables]
    for number, table in enumerate(running):
        if number:
            say("")
        if python:
            say(f"# table {table.table.name}\n{table.finder.source}".rstrip())
        else:
            say("\n".join(_lines(edition, table, language)))


def _lines(edition: Edition, running: RunningTable, language: str) -> Iterator[str]:
    table, rules = running.table, edition.rules
    title = styled(one_line(table.item.written.name[language]), "head")
    yield f"{title}  [{table.name}: {table.item.written.hit_policy}]  {_spot(table.item.place)}"
    yield from _rows(table)
    criteria = [rules.criteria[name] for name in running.criteria]
    yield from _expressions("criteria", [item for item in criteria if not item.is_aim])
    yield from _expressions("aims", [item for item in criteria if item.is_aim])
    named = {name for item in criteria for name in used_names(item)}
    derived = [rules.derived[name] for name in derived_in_order(rules)]
    for item in reversed(derived):  # those that use others come before them
        named |= set(used_names(item)) if item.name in named else set()
    yield from _expressions("derived facts", [item for item in derived if item.name in named])


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = (f"{name}: {' or '.join(tokens)}" for name, tokens in row.when.items())
        yield f"  {row.name}: {', '.join(cells) or 'always'} → {row.written.then}"


def _expressions(title: str, items: Sequence[Criterion | Derived]) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield styled(title, "head")
    for item in items:
        yield f"  {item.name}  {styled(_spot(item.item.place), 'faint')}"
        for key, tree in sorted(item.expressions.items()):
            yield f"      {_WORDS[key]}{to_text(tree)}"


_WORDS = {"applies_when": "applies when ", "met_when": "met when ", "value": "is "}


def _spot(place: Place) -> str:
    """Write the file and line of an item, the file as seen from here."""
    shown = near(problem("", "", place))
    return one_line(f"{shown.file}:{shown.line}")
