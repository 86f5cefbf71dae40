"""`nic-rules review`: a portfolio of cases through the tables of the yearly review."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import click

from nic_rules.cli.logs import logger
from nic_rules.cli.options import (
    as_of_option,
    lang_option,
    language_of,
    open_book,
    or_today,
    rules_on_option,
    rules_option,
)
from nic_rules.cli.printing import page_width, say
from nic_rules.diagnostics import one_line
from nic_rules.engine.book import RuleBook
from nic_rules.explanation.words import words
from nic_rules.portfolio.review import Summary, review


@click.command()
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
    help="The folder that the files of the review are written to.",
)  # fmt: skip
@click.option(
    "--table", "tables", multiple=True, metavar="T",
    help="A table to decide; may stand several times.  [default: the rule book's review]",
)  # fmt: skip
@click.option(
    "--previous", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder of the review before, or its decisions.jsonl, to report what changed since.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")
@click.option(
    "--log", "log_form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How the log on standard error is written.",
)  # fmt: skip
@rules_option
@as_of_option
@rules_on_option
@lang_option
def command(
    cases: Path,
    out: Path,
    tables: tuple[str, ...],
    previous: Path | None,
    strict: bool,
    log_form: str,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> int:
    """Review the cases of the file CASES (CSV or JSON Lines).

    Writes decisions.jsonl, decisions.csv, rejects.csv, summary.json and report.html, a page to
    read, print and show to others; every row ends in the decisions or in the rejects.

    \b
    Example:
      nic-rules review clusters.csv --as-of 2016-11-15 --out review-2016
      nic-rules review clusters.csv --as-of 2016-11-15 --out review-2016 --previous review-2015
    """
    book = open_book(rules)
    language = language_of(book, lang)
    day = or_today(as_of)
    summary = review(
        book,
        cases,
        out,
        as_of=day,
        tables=tables,
        rules_on=rules_on,
        language=language,
        previous=previous,
        log=logger(log_form),
    )
    _show(book, summary, language, out)
    return int(strict and summary.rejected > 0)


def _show(book: RuleBook, summary: Summary, language: str, out: Path) -> None:
    """Print what the review came to, table by table, as a person reads it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    word = words(language)
    page = StringIO()
    console = Console(file=page, width=page_width(), force_terminal=True, highlight=False)
    for name, counts in summary.outcomes.items():
        table = next(t.item.written for t in reversed(book.book.tables) if t.name == name)
        console.print(Text(one_line(table.name[language]), style="bold"))
        lines = Table.grid(padding=(0, 2))
        lines.add_column(justify="right", min_width=len(str(summary.rows)) + 2)
        lines.add_column()
        for outcome in table.outcomes:
            if count := counts[outcome.outcome]:
                title = Text(one_line(outcome.name[language]))
                title.append(f"  [{outcome.outcome}]", style="dim")
                lines.add_row(Text(str(count)), title)
        if not counts:
            lines.add_row(Text("0"), Text(word["nothing"]))
        console.print(lines)
        console.print()
    for line in page.getvalue().splitlines():
        say(line.rstrip())
    rejected = word["rejected"].format(count=summary.rejected)
    where = ""
    if summary.rejected:
        rejected = click.style(rejected, fg="red", bold=True)
        where = " " + word["see"].format(file=one_line(str(out / "rejects.csv")))
    say(word["rows"].format(count=summary.rows, decided=summary.decided) + rejected + where)
    say(word["written_to"].format(folder=one_line(str(out))))
