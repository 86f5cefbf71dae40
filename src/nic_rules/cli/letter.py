"""`nic-rules letter`: the paragraphs of grounds for the letter that tells a decision."""

from __future__ import annotations

from typing import Any

import click

from nic_rules.cli.case import ask_case, case_options
from nic_rules.cli.printing import say
from nic_rules.explanation.grounds import grounds_of
from nic_rules.explanation.letter import as_letter
from nic_rules.explanation.tracing import trace


@click.command()
@click.argument("table")
@click.argument("facts")
@case_options
def command(table: str, facts: str, **options: Any) -> None:
    """Write the grounds of a decision by TABLE as paragraphs to paste into the letter.

    Decides the case in the file FACTS and tells only what mattered, in whole sentences: what was
    decided, the rules and facts that it rests on, what was chosen where the rules are silent, and
    what is asked for. A paragraph is one line.

    \b
    Example:
      nic-rules letter continuation case.json --as-of 2016-11-15 --lang en
    """
    case = ask_case(table, facts, **options)
    grounds = grounds_of(trace(case.edition, case.decide(), case.language))
    say(as_letter(grounds).removesuffix("\n"))
