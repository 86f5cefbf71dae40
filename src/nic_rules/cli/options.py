"""Options that commands share, and what they are read into."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from nic_rules.diagnostics import RequestError, nearest
from nic_rules.engine.book import RuleBook
from nic_rules.language.values import NotWrittenRight, day
from nic_rules.library import load

F = TypeVar("F", bound=Callable[..., Any])


class DayType(click.ParamType[date]):
    """A day, written YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day by the one grammar."""
        if isinstance(value, date):
            return value
        try:
            return day(str(value))
        except NotWrittenRight as wrong:
            self.fail(f"`{value}` is not {wrong}", param, ctx)


def rules_option(command: F) -> F:
    """Choose the rule book."""
    return click.option(
        "--rules", default="nic", show_default=True, metavar="PATH|NAME",
        help="A rule book's folder, or the name of a shipped one.",
    )(command)  # fmt: skip


def rules_of_record_option(command: F) -> F:
    """Choose the rule book that made a record; it names one itself."""
    return click.option(
        "--rules", metavar="PATH|NAME",
        help="The rule book that decided.  [default: the one that the record names]",
    )(command)  # fmt: skip


def as_of_option(command: F) -> F:
    """Choose the day of the facts."""
    return click.option(
        "--as-of", type=DayType(), metavar="DATE",
        help="The day of the facts, YYYY-MM-DD.  [default: today]",
    )(command)  # fmt: skip


def rules_on_option(command: F) -> F:
    """Choose the day whose rules are used."""
    return click.option(
        "--rules-on", type=DayType(), metavar="DATE",
        help="The day whose rules are used.  [default: the day of the facts]",
    )(command)  # fmt: skip


def lang_option(command: F) -> F:
    """Choose the language of texts."""
    return click.option(
        "--lang", metavar="LANG", help="The language of texts.  [default: the rule book's first]"
    )(command)


KEEP_IN = "NIC_RULES_CACHE"
"""The environment's name for the folder that checked rule books are kept in; empty: nowhere."""


def open_book(rules: str) -> RuleBook:
    """Load a rule book to decide by, from what an earlier command kept of it if it can be."""
    return load(rules, keep_in=_keep_in())


def _keep_in() -> Path | None:
    chosen = os.environ.get(KEEP_IN)
    if chosen is not None:
        return Path(chosen) if chosen else None
    try:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # there is no home
        return None
    return Path(home) / "nic-rules"


def or_today(chosen: date | None, option: str = "--as-of") -> date:
    """Give the day chosen, or today, and say so."""
    if chosen is not None:
        return chosen
    today = date.today()  # noqa: DTZ011 - the day where the user sits
    click.echo(f"as of {today}, which is today (choose with {option})", err=True)
    return today


def language_of(book: RuleBook, chosen: str | None) -> str:
    """Give the language chosen, or the book's first; raises `RequestError`."""
    if chosen is None:
        return book.languages[0]
    if chosen not in book.languages:
        hint = nearest(chosen, book.languages) or f"its languages are {', '.join(book.languages)}"
        raise RequestError.of("NIC702", f"the rule book has no language `{chosen}`", hint)
    return chosen
