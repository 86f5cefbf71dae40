"""`nic-rules ask`: what to ask of a case, one question after the other, or as a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from nic_rules.cli.case import ask_case, case_options
from nic_rules.cli.printing import say
from nic_rules.explanation.asking import plan


@click.command()
@click.argument("table")
@click.argument("facts", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--save", metavar="FILE",
    help="Where answers are saved, and taken from to go on.  [default: TABLE.answers.json]",
)  # fmt: skip
@case_options
def command(table: str, facts: str | None, form: str, save: str | None, **options: Any) -> None:
    """Ask what TABLE needs to know of a case, one question after the other, until the outcome
    stands. What the file FACTS tells is not asked.

    The question that is likely to settle the case soonest comes first. Type ? where nobody knows, <
    to take back the latest answer, and . to stop. Each answer is saved at once, and the same
    command goes on where it was stopped. JSON asks nothing: it is the plan of what to ask, for the
    form of a case system.

    \b
    Example:
      nic-rules ask eligibility --as-of 2016-11-15 --lang en
      nic-rules ask eligibility case.json --as-of 2016-11-15 --save answers.json
      nic-rules ask eligibility --as-of 2016-11-15 --format json
    """
    if form == "json" and save is not None:
        raise click.UsageError("`--save` is for answers, and `--format json` takes none")
    if form == "text" and facts == "-":
        message = "answers are read from standard input, so it cannot hold the facts too"
        raise click.UsageError(f"{message}: name a file, or take `--format json`")
    case = ask_case(table, facts, **options)
    decision = case.decide()  # which says what is wrong with the facts, and where
    if form == "json":
        asked = plan(case.edition, decision).as_data()
        say(json.dumps(asked, ensure_ascii=False, indent=2))
        return
    from nic_rules.cli.talk import Talk  # a plan takes no answers

    Talk(case, Path(save or f"{table}.answers.json"), options["rules"]).talk()
