"""`nic-rules explain`: the reasons of a recorded decision, to read, print or file."""

from __future__ import annotations

import click

from nic_rules.cli.explanations import FORMS, show
from nic_rules.cli.options import lang_option, language_of, open_book, rules_of_record_option
from nic_rules.cli.printing import say
from nic_rules.diagnostics import RequestError
from nic_rules.explanation.tracing import trace
from nic_rules.records.compare import edition_of
from nic_rules.records.files import find_records, read_record


@click.command()
@click.argument("file", metavar="DECISION")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
@rules_of_record_option
@click.option(
    "--subject", metavar="S",
    help="Of a file with a decision a line, as `review` writes it: explain those of this subject.",
)  # fmt: skip
@click.option(
    "--table", metavar="T", help="… only the one by this table.  [default: all, one after another]"
)
@lang_option
def command(
    file: str,
    form: str,
    rules: str | None,
    subject: str | None,
    table: str | None,
    lang: str | None,
) -> None:
    """Explain the decision recorded in the file DECISION (`decide --format json` writes one; `-`:
    standard input).

    Tells the rules and facts that it rests on, the main considerations, the interpretations apart,
    and everything that was tried. Decides again by the same rules, and explains nothing else than
    what is recorded.

    \b
    Example:
      nic-rules explain decision.json --lang en
      nic-rules explain decision.json --format html --lang en > page.html
      nic-rules explain review-2015/decisions.jsonl --subject kl-049 --lang en
    """
    if subject is None:
        if table is not None:
            raise RequestError.of("NIC702", "`--table` goes with `--subject`")
        records = [read_record(file)]
    else:
        records = find_records(file, subject, table)
    if form in ("json", "html") and len(records) > 1:
        tables = ", ".join(record.decision.table for record in records)
        message = f"there are {len(records)} decisions of this subject, and {form} holds one"
        raise RequestError.of("NIC702", message, f"choose with `--table` from {tables}")
    book = open_book(rules or records[0].decision.edition.rulebook)
    language = language_of(book, lang)
    for number, record in enumerate(records):
        if number:
            say("")
        edition_of(book, record)  # which says where a record is that the rules contradict
        decision = record.decision
        show(form, trace(book.edition(decision.rules_on), decision, language))
