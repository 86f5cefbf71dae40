"""The report as one HTML page in all the rule book's languages, which needs nothing else.

There is no script, font, picture or link to elsewhere. The language is chosen by radio buttons
that the style sheet looks at; without styles all languages stand below each other. Every text is
escaped by the template.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nic_rules.decision import EditionRef
from nic_rules.diagnostics import one_line
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.report.setter import report_of
from nic_rules.portfolio.report.setting import Setting
from nic_rules.portfolio.report.tally import Tally


def as_html(
    book: RuleBook,
    tables: tuple[str, ...],
    tally: Tally,
    *,
    as_of: date,
    editions: Iterable[EditionRef],
    previous_as_of: str | None = None,
    language: str | None = None,
    recorded: bool = True,
) -> str:
    """Set out what a tally holds. `language` is shown first; by default the rule book's first.

    `previous_as_of` is the day of the review compared with, None where there is none. `recorded`:
    the record of each decision is kept beside the report.
    """
    chosen = language or book.languages[0]
    languages = [chosen, *(one for one in book.languages if one != chosen)]
    editions = tuple(editions)
    reports = [
        report_of(
            Setting(book, tables, tally, as_of, editions, previous_as_of, one, recorded=recorded)
        )
        for one in languages
    ]
    environment = Environment(
        loader=PackageLoader("nic_rules.portfolio.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(reports=reports) + "\n"


def printable(value: object) -> object:
    """Show a text on one line: what cannot be printed, or written as UTF-8, by its escape."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return "".join(" " if c in "\r\n\t" else c if c in _SPACES else one_line(c) for c in value)


_SPACES = "\u00a0\u202f"
"""Spaces that do not break a line, as numbers have them."""
