"""`nic-rules decide`: one case, with its reasons."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from nic_rules.cases.one import MOST_BYTES, GivenCase, read_one
from nic_rules.cli.explanations import show
from nic_rules.cli.options import (
    as_of_option,
    lang_option,
    language_of,
    open_book,
    or_today,
    rules_on_option,
    rules_option,
)
from nic_rules.cli.printing import say
from nic_rules.diagnostics import FactError, Place, problem
from nic_rules.rulebook.given import read_case


@click.command()
@click.argument("table")
@click.argument("facts")
@click.option("--subject", metavar="S", help="Whose case it is; stands in the record.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option(
    "--explain", is_flag=True, help="Tell everything that was tried; with JSON, print the trace."
)
@click.option(
    "--scenario", is_flag=True, help="Print the case as a scenario, ready to paste into rules."
)
@rules_option
@as_of_option
@rules_on_option
@lang_option
def command(
    table: str,
    facts: str,
    subject: str | None,
    form: str,
    explain: bool,
    scenario: bool,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> None:
    """Decide one case by TABLE, from the file FACTS (JSON or YAML; `-`: standard input).

    Text explains: the outcome, why, what was found, what is missing and from whom, and which
    interpretations were used. JSON is the record of the decision.

    \b
    Example:
      nic-rules decide continuation case.json --subject nord-042 --as-of 2016-03-01 --lang en
      nic-rules decide continuation case.json --as-of 2016-03-01 --scenario
    """
    book = open_book(rules)
    language = language_of(book, lang)
    given = _read(facts)
    day = or_today(as_of)
    edition = book.edition(rules_on or day)
    edition.running(table)  # before anything is said of the facts
    try:
        decision = edition.decide(
            table, given.facts, subject=subject, as_of=day, places=given.places, language=language
        )
    except FactError as error:
        if scenario and not given.problems and (broken := _constraints(error)):
            from nic_rules.authoring.pasted import refused_scenario

            case = read_case(edition.rules.facts, given.facts)
            say(refused_scenario(edition, table, subject, day, case, broken))
            return
        found = [replace(d, file=d.file or facts) for d in error.diagnostics]
        raise FactError([*given.problems, *found]) from None
    if given.problems:
        raise FactError(given.problems)
    if scenario:
        from nic_rules.authoring.pasted import decided_scenario  # seldom asked for

        say(decided_scenario(edition, decision))
    elif form == "json" and not explain:
        say(decision.to_json())
    else:
        from nic_rules.explanation.tracing import trace  # a record needs no texts

        show(form, trace(edition, decision, language), whole=explain)


def _constraints(error: FactError) -> list[str]:
    """Give the constraints that refuse a case; none if anything else is wrong with it."""
    if any(wrong.code != "NIC508" for wrong in error.diagnostics):
        return []
    return sorted(str(wrong.value) for wrong in error.diagnostics)


def _read(facts: str) -> GivenCase:
    if facts == "-":
        if sys.stdin is None:
            raise FactError([problem("NIC601", "standard input is closed")])
        return read_one("-", sys.stdin.buffer.read(MOST_BYTES + 1))
    try:
        with Path(facts).open("rb") as file:
            return read_one(facts, file.read(MOST_BYTES + 1))  # no more, however large it is
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        raise FactError([problem("NIC601", message, Place(facts, 0, 0))]) from None
    except ValueError:  # a NUL in the name
        raise FactError([problem("NIC601", "there is no file of this name")]) from None
