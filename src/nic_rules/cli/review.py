"""`nic-rules review`: a portfolio of cases through the tables of the yearly review."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import click

from nic_rules.cases.reading import DELIMITERS, ENCODINGS, Encoding, Reading
from nic_rules.cli.logs import watched
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
from nic_rules.portfolio.finals import CAN_BE_LEFT_OUT, FORMS
from nic_rules.portfolio.review import CHUNK, review
from nic_rules.portfolio.summary import Summary


@click.command()
@click.argument("cases", metavar="CASES")
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
@click.option(
    "--since", type=click.Path(path_type=Path), metavar="DIR",
    help="The folder of an earlier review, to say of how many cases nothing changed since.",
)  # fmt: skip
@click.option(
    "--also", multiple=True, type=click.Choice([*FORMS]),
    help="Write the decisions in this form too; may stand several times.",
)  # fmt: skip
@click.option(
    "--without", multiple=True, type=click.Choice([*CAN_BE_LEFT_OUT]),
    help="Leave out decisions.jsonl, decisions.csv or the report; may stand several times.",
)  # fmt: skip
@click.option(
    "--encoding", type=click.Choice([*ENCODINGS]), default="utf-8", show_default=True,
    help="How CSV is encoded.",
)  # fmt: skip
@click.option("--decimal-comma", is_flag=True, help="In CSV, decimals are written 33,33.")
@click.option(
    "--delimiter", type=click.Choice(["comma", "semicolon", "tab"]),
    help="What parts the cells of CSV.  [default: found out from the header]",
)  # fmt: skip
@click.option(
    "--chunk", type=click.IntRange(1), default=CHUNK, show_default=True, metavar="ROWS",
    help="After how many rows it is noted how far the review came.",
)  # fmt: skip
@click.option("--replace", is_flag=True, help="Replace another review in the folder.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")
@click.option(
    "--log", "log_form", type=click.Choice(["text", "json"]),
    help="How the log on standard error is written.  [default: on a terminal, a bar instead]",
)  # fmt: skip
@rules_option
@as_of_option
@rules_on_option
@lang_option
def command(
    cases: str,
    out: Path,
    tables: tuple[str, ...],
    previous: Path | None,
    since: Path | None,
    also: tuple[str, ...],
    without: tuple[str, ...],
    encoding: Encoding,
    decimal_comma: bool,
    delimiter: str | None,
    chunk: int,
    replace: bool,
    strict: bool,
    log_form: str | None,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> int:
    """Review the cases of CASES: a file, a folder, a pattern of names, or - for standard input.

    Writes decisions.jsonl, decisions.csv, rejects.csv, summary.json and report.html, a page to
    read, print and show to others; every row ends in the decisions or in the rejects. A review that
    was stopped goes on when the same command is given again.

    \b
    Example:
      nic-rules review clusters.csv --as-of 2016-11-15 --out review
      nic-rules review clusters.csv --as-of 2016-11-15 --out review-2016 --previous review-2015
    """
    book = open_book(rules)
    language = language_of(book, lang)
    day = or_today(as_of)
    parted = {name: delimiter for delimiter, name in DELIMITERS.items()}
    reading = Reading(encoding, decimal_comma, parted[delimiter] if delimiter else None)
    with watched(log_form, language) as (log, at_rows):
        summary = review(
            book,
            cases,
            out,
            as_of=day,
            tables=tables,
            rules_on=rules_on,
            language=language,
            previous=previous,
            since=since,
            also=also,
            without=without,
            reading=reading,
            replace=replace,
            chunk=chunk,
            log=log,
            at_rows=at_rows,
        )
    _show(book, summary, language, out)
    if since is not None:
        anew = summary.decided - summary.taken_over
        say(words(language)["anew"].format(anew=anew, same=summary.taken_over))
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
    rows = word["one_row" if summary.rows == 1 else "rows"]
    say(rows.format(count=summary.rows, decided=summary.decided) + rejected + where)
    say(word["written_to"].format(folder=one_line(str(out))))
