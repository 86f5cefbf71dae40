"""`nic-rules decide`: one case, with its reasons."""

from __future__ import annotations

from typing import Any

import click

from nic_rules.cli.case import AskedCase, ask_case, case_options
from nic_rules.cli.explanations import show
from nic_rules.cli.printing import say
from nic_rules.diagnostics import FactError
from nic_rules.rulebook.given import read_case


@click.command()
@click.argument("table")
@click.argument("facts")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--explain", is_flag=True, help="Tell everything that was tried; with JSON, print the trace."
)
@click.option(
    "--scenario", is_flag=True, help="Print the case as a scenario, ready to paste into rules."
)
@case_options
def command(
    table: str, facts: str, form: str, explain: bool, scenario: bool, **options: Any
) -> None:
    """Decide one case by TABLE, from the file FACTS (JSON or YAML; `-`: standard input).

    Text explains: the outcome and why, the rules and facts that it rests on, the main
    considerations, which interpretations were used, what is missing and from whom. JSON is the
    record of the decision.

    \b
    Example:
      nic-rules decide continuation case.json --subject nord-042 --as-of 2016-03-01 --lang en
      nic-rules decide continuation case.json --as-of 2016-03-01 --scenario
    """
    case = ask_case(table, facts, **options)
    if scenario:
        _as_scenario(case)
        return
    decision = case.decide()
    if form == "json" and not explain:
        say(decision.to_json())
        return
    from nic_rules.explanation.tracing import trace  # a record needs no texts

    show(form, trace(case.edition, decision, case.language), whole=explain)


def _as_scenario(case: AskedCase) -> None:
    from nic_rules.authoring.pasted import decided_scenario, refused_scenario  # seldom asked for

    try:
        say(decided_scenario(case.edition, case.decide()))
    except FactError as error:
        broken = [str(wrong.value) for wrong in error.diagnostics if wrong.code == "NIC508"]
        if len(broken) < len(error.diagnostics):
            raise
        read = read_case(case.edition.rules.facts, case.given.facts)
        say(
            refused_scenario(
                case.edition, case.table, case.subject, case.as_of, read, sorted(broken)
            )
        )
