"""`nic-rules compare`: two recorded decisions of one subject, and what moved the outcome."""

from __future__ import annotations

import json

import click

from nic_rules.cli.options import lang_option, language_of, open_book, rules_of_record_option
from nic_rules.cli.printing import page_width, say, styled
from nic_rules.diagnostics import Diagnostic, RecordError
from nic_rules.records.compare import compare, refuse_apart
from nic_rules.records.files import Record, read_record


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@rules_of_record_option
@lang_option
def command(before: str, after: str, form: str, rules: str | None, lang: str | None) -> None:
    """Compare the recorded decisions in the files A and B, of one subject by one table.

    Tells which facts, findings, days and rules changed from A to B, and which of these changes
    moved the outcome: with these taken back, and all else as in B, it would be that of A again.

    \b
    Example:
      nic-rules compare before.json after.json --lang en
    """
    earlier, later = _read(before, after)
    refuse_apart(earlier, later)
    book = open_book(rules or later.decision.edition.rulebook)
    language = language_of(book, lang)
    comparison = compare(book, earlier, later)
    if form == "json":
        say(json.dumps(comparison.as_data(), ensure_ascii=False, indent=2))
    else:
        from nic_rules.records.text import as_text  # JSON needs no texts

        say(as_text(comparison, book, language, styled, page_width()).removesuffix("\n"))


def _read(*files: str) -> list[Record]:
    """Read records; what is wrong with any of them is told together."""
    records: list[Record] = []
    problems: list[Diagnostic] = []
    for file in files:
        try:
            records.append(read_record(file))
        except RecordError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise RecordError(problems)
    return records
