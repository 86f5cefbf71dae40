"""`nic-rules change`: the smallest changes within a case's power that give another outcome."""

from __future__ import annotations

from datetime import date

import click

from nic_rules.cli.case import ask_case
from nic_rules.cli.options import as_of_option, lang_option, rules_on_option, rules_option
from nic_rules.cli.printing import page_width, say, styled
from nic_rules.explanation.change import change


@click.command()
@click.argument("table")
@click.argument("facts")
@click.option("--to", metavar="OUTCOME", help="The outcome hoped for; by default any wanted one.")
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
    to: str | None,
    form: str,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> None:
    """Say which smallest changes of the facts in FACTS (JSON or YAML; `-`: standard input) would
    give the case a wanted outcome of TABLE.

    Only what the rule book calls changeable is changed, as little as is enough; up to three ways
    are told. Where facts are missing that matter, those are told first. Needs z3: install
    `nic-rules[prove]`.

    \b
    Example:
      nic-rules change continuation case.json --as-of 2016-11-15 --lang en
      nic-rules change continuation case.json --to continue --as-of 2016-11-15 --format json
    """
    case = ask_case(
        table, facts, subject=None, rules=rules, as_of=as_of, rules_on=rules_on, lang=lang
    )
    case.decide()  # which says what is wrong with the facts, and where
    found = change(case.edition, table, case.given.facts, as_of=case.as_of, to=to)
    if form == "json":
        say(found.to_json())
        return
    from nic_rules.explanation.change_text import as_text  # JSON needs no texts

    say(as_text(found, case.edition, case.language, styled, page_width()).removesuffix("\n"))
