"""`nic-rules until`: the next day on which time alone changes an outcome, and what it becomes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date

import click

from nic_rules.cli.case import AskedCase, ask_case
from nic_rules.cli.options import as_of_option, lang_option, rules_on_option, rules_option
from nic_rules.cli.printing import page_width, say, styled
from nic_rules.diagnostics import one_line
from nic_rules.explanation.until import Until, until


@click.command()
@click.argument("table")
@click.argument("facts")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@rules_option
@as_of_option
@rules_on_option
@lang_option
def command(
    table: str,
    facts: str,
    form: str,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> None:
    """Say until when the outcome of TABLE holds for the case in FACTS (JSON or YAML; `-`: standard
    input), though no fact changes.

    Each later day is decided as of that day, by its own rules (with --rules-on, by those). JSON has
    the outcome, the first day of another one (`until`), and what it then is (`becomes`).

    \b
    Example:
      nic-rules until continuation case.json --as-of 2016-03-01 --lang en
      nic-rules until continuation case.json --as-of 2016-03-01 --format json
    """
    case = ask_case(
        table, facts, subject=None, rules=rules, as_of=as_of, rules_on=rules_on, lang=lang
    )
    case.decide()  # which says what is wrong with the facts, and where
    found = until(case.book, table, case.given.facts, case.as_of, rules_on=rules_on)
    if form == "json":
        say(found.to_json())
    else:
        say("\n".join(_lines(case, found)))


def _lines(case: AskedCase, found: Until) -> Iterator[str]:
    from nic_rules.explanation.until import in_words  # JSON needs no texts
    from nic_rules.explanation.words import words
    from nic_rules.rulebook.people import told

    day = words(case.language)["as_of"].format(day=told(found.as_of, case.language))
    yield styled(day[0].upper() + day[1:], "faint")
    yield one_line(case.edition.rules.tables[found.table].item.written.name[case.language])
    for sentence in in_words(case.book, found, case.given.facts, case.language):
        yield from textwrap.wrap(
            one_line(sentence), page_width(), initial_indent="  ", subsequent_indent="  "
        )
