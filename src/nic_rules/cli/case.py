"""One case, as several commands take it: a table, facts in a file, a subject and days."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from nic_rules.cases.one import MOST_BYTES, GivenCase, read_one
from nic_rules.cli.options import (
    as_of_option,
    lang_option,
    language_of,
    open_book,
    or_today,
    rules_on_option,
    rules_option,
)
from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, Place, problem
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition

F = TypeVar("F", bound=Callable[..., Any])


def case_options(command: F) -> F:
    """Take the options of a case: its subject, the days, the rule book, the language."""
    subject = click.option("--subject", metavar="S", help="Whose case it is.")
    for option in (lang_option, rules_on_option, as_of_option, rules_option, subject):
        command = option(command)
    return command


class AskedCase(NamedTuple):
    """A case that a command is asked about, its facts read but not yet decided on."""

    book: RuleBook
    edition: Edition
    table: str
    given: GivenCase
    file: str | None
    subject: str | None
    as_of: date
    language: str

    def decide(self) -> Decision:
        """Decide it; raises `FactError` with every problem, those of the file among them."""
        try:
            decision = self.edition.decide(
                self.table, self.given.facts, subject=self.subject, as_of=self.as_of,
                places=self.given.places, language=self.language,
            )  # fmt: skip
        except FactError as error:
            found = [replace(d, file=d.file or self.file) for d in error.diagnostics]
            raise FactError([*self.given.problems, *found]) from None
        if self.given.problems:
            raise FactError(self.given.problems)
        return decision


def ask_case(
    table: str,
    facts: str | None,
    *,
    subject: str | None,
    rules: str,
    as_of: date | None,
    rules_on: date | None,
    lang: str | None,
) -> AskedCase:
    """Open the rule book and read the facts; raises for a table or language that is not there.

    Where there are no `facts`, nothing is known of the case.
    """
    book = open_book(rules)
    language = language_of(book, lang)
    given = GivenCase({}) if facts is None else read_facts(facts)
    day = or_today(as_of)
    edition = book.edition(rules_on or day)
    edition.running(table)  # before anything is said of the facts
    return AskedCase(book, edition, table, given, facts, subject, day, language)


def read_facts(facts: str) -> GivenCase:
    """Read the facts of a case from a file, or from standard input; raises `FactError`."""
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
