"""`nic-rules explain`: the reasons of a recorded decision, to read, print or file."""

from __future__ import annotations

from pathlib import Path

import click

from nic_rules.cli.explanations import FORMS, show
from nic_rules.cli.options import lang_option, language_of, open_book
from nic_rules.decision import Decision
from nic_rules.diagnostics import RecordError, problem
from nic_rules.explanation.tracing import trace

MOST_BYTES = 10_000_000


@click.command()
@click.argument("record", metavar="DECISION")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@click.option(
    "--rules", metavar="PATH|NAME",
    help="The rule book that decided.  [default: the one named in the record]",
)  # fmt: skip
@lang_option
def command(record: str, form: str, rules: str | None, lang: str | None) -> None:
    """Explain the decision recorded in the file DECISION (`decide --format json` writes one).

    Tells the rules and facts that it rests on, the main considerations, the interpretations apart,
    and everything that was tried. Decides again by the same rules, and explains nothing else than
    what is recorded.

    \b
    Example:
      nic-rules explain decision.json --format text --lang en
    """
    decision = read_record(record)
    book = open_book(rules or decision.edition.rulebook)
    edition = book.edition(decision.rules_on)
    show(form, trace(edition, decision, language_of(book, lang)))


def read_record(file: str) -> Decision:
    """Read a recorded decision; raises `RecordError`, which names the file."""
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "there is no file of this name"
        raise RecordError([problem("NIC703", f"`{file}` cannot be read: {reason}")]) from None
    if len(raw) > MOST_BYTES:
        raise RecordError([problem("NIC703", f"`{file}` has more than 10 MB")])
    try:
        return Decision.from_json(raw)
    except RecordError as error:
        told = (problem(d.code, f"`{file}`: {d.message}", hint=d.hint) for d in error.diagnostics)
        raise RecordError(told) from None
