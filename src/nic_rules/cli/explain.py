"""`nic-rules explain`: the reasons of a recorded decision, to read, print or file."""

from __future__ import annotations

import click

from nic_rules.cli.explanations import FORMS, show
from nic_rules.cli.options import lang_option, language_of, open_book, rules_of_record_option
from nic_rules.explanation.tracing import trace
from nic_rules.records.files import read_record


@click.command()
@click.argument("record", metavar="DECISION")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@rules_of_record_option
@lang_option
def command(record: str, form: str, rules: str | None, lang: str | None) -> None:
    """Explain the decision recorded in the file DECISION (`decide --format json` writes one).

    Tells the rules and facts that it rests on, the main considerations, the interpretations apart,
    and everything that was tried. Decides again by the same rules, and explains nothing else than
    what is recorded.

    \b
    Example:
      nic-rules explain decision.json --lang en
      nic-rules explain decision.json --format html --lang en > page.html
    """
    decision = read_record(record).decision
    book = open_book(rules or decision.edition.rulebook)
    edition = book.edition(decision.rules_on)
    show(form, trace(edition, decision, language_of(book, lang)))
