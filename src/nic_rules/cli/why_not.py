"""`nic-rules why-not`: what stands in the way of another outcome."""

from __future__ import annotations

import json
from typing import Any

import click

from nic_rules.cli.case import ask_case, case_options
from nic_rules.cli.printing import page_width, say, styled
from nic_rules.explanation.tracing import trace
from nic_rules.explanation.why_not import why_not


@click.command()
@click.argument("table")
@click.argument("facts")
@click.argument("outcome")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@case_options
def command(table: str, facts: str, outcome: str, form: str, **options: Any) -> None:
    """Say why TABLE does not give OUTCOME for the case in the file FACTS.

    Tells each row that would give it, and what stands in the way of each, down to the values.

    \b
    Example:
      nic-rules why-not continuation case.json continue --as-of 2016-11-15 --lang en
    """
    case = ask_case(table, facts, **options)
    answer = why_not(trace(case.edition, case.decide(), case.language), outcome)
    if form == "json":
        say(json.dumps(answer.as_data(), ensure_ascii=False, indent=2))
        return
    from nic_rules.explanation.text import why_not_as_text

    say(why_not_as_text(answer, styled, page_width()).removesuffix("\n"))
