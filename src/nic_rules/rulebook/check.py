"""The check of a whole rule book, all its problems at once.

The steps stand in `STEPS`: from files to items, from items to a book, from the book to the rules
of each interval in which nothing changes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nic_rules.diagnostics import Diagnostic, Place, RuleBookError, nearest, problem
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Book, Rules
from nic_rules.rulebook.citations import (
    check_citations,
    check_clause_names,
    check_placeholders,
)
from nic_rules.rulebook.declare import declare
from nic_rules.rulebook.folder import RuleFile, files_below, take_files
from nic_rules.rulebook.items import Item, Named
from nic_rules.rulebook.read import read_files
from nic_rules.rulebook.report import Report
from nic_rules.rulebook.reporting import check_reporting
from nic_rules.rulebook.scenarios import read_scenarios
from nic_rules.rulebook.scope import Scope, kinds_of
from nic_rules.rulebook.tables import check_tables
from nic_rules.rulebook.validate import read_item


def load_book(folder: Path) -> Book:
    """Read and check a rule book; raises `RuleBookError` with every error."""
    problems: list[Diagnostic] = []
    return load_files(folder, files_below(folder, problems), problems)


def load_files(folder: Path, files: list[RuleFile], problems: list[Diagnostic]) -> Book:
    """Check the rule book that files are; raises `RuleBookError` with every error."""
    book, wrong = check_files(folder, files, problems)
    if book is None:
        raise RuleBookError(wrong)
    return book


def check_book(folder: Path) -> tuple[Book | None, list[Diagnostic]]:
    """Read and check a rule book: the book if it has no errors, and all errors."""
    problems: list[Diagnostic] = []
    return check_files(folder, files_below(folder, problems), problems)


def check_files(
    folder: Path, files: list[RuleFile], problems: list[Diagnostic]
) -> tuple[Book | None, list[Diagnostic]]:
    """Check the rule book that files are, which had some problems already."""
    report = Report(problems)
    named = read_files(files, report.problems)
    rulebook = _rulebook(named, folder, report)
    languages = rulebook.written.languages if rulebook else None
    items = _read_items([n for n in named if n.kind != "rulebook"], languages, report)
    if rulebook is None:
        return None, _told(report)
    book = declare(items, rulebook, report)
    check_clause_names(book, report)
    check_citations(book, report)
    _check_review(book, report)
    check_reporting(book, report)
    kinds = kinds_of(book)
    for rules in book.rules:
        check_rules(rules, kinds, report)
    report.tell_days(len(book.rules))
    scenarios = [item for item in items if isinstance(item.written, written.Scenario)]
    scenarios_read = read_scenarios(scenarios, book, report)
    book = replace(book, scenarios=scenarios_read, folder=str(folder))
    return (None if report.problems else book), _told(report)


UNREADABLE = ("NIC101", "NIC102", "NIC103", "NIC104", "NIC105", "NIC106")
MAY_BE_THERE = ("NIC112", "NIC215", "NIC303", "NIC309", "NIC310", "NIC405", "NIC502")


def _told(report: Report) -> list[Diagnostic]:
    """Leave out what is missed only because something could not be read: it may stand there."""
    left_out: tuple[str, ...] = ()
    if any(wrong.code in UNREADABLE for wrong in report.problems):
        left_out = MAY_BE_THERE
    elif report.lost_sources:
        left_out = ("NIC310",)
    return [wrong for wrong in report.problems if wrong.code not in left_out]


def check_rules(rules: Rules, kinds: dict[str, str], report: Report) -> None:
    """Check the rules of one interval; what is broken in it stays so only there."""
    inner = Report(report.problems, set(report.broken), report.days)
    Scope(rules, kinds, inner).check()
    check_tables(rules, kinds, inner)
    check_placeholders(rules, kinds, inner)


def scenarios_of(book: Book, paths: list[Path]) -> Book:
    """Add the scenarios of files elsewhere to a book; raises `RuleBookError`."""
    report = Report()
    named = read_files(take_files(paths, report.problems), report.problems)
    for other in named:
        if other.kind != "scenario":
            place = other.node.keys[other.kind]
            message = f"a {other.kind} does not belong among scenarios"
            report.wrong("NIC110", place, message, "rules stand in the rule book's folder")
    items = _read_items([n for n in named if n.kind == "scenario"], book.languages, report)
    for item in items:
        if item.name in book.scenarios:
            message = f"the name `{item.name}` is taken by a scenario of the rule book"
            report.wrong("NIC206", item.at("scenario"), message)
    scenarios = read_scenarios(items, book, report)
    if report.problems:
        raise RuleBookError(report.problems)
    return replace(book, scenarios=scenarios)


def _read_items(named: list[Named], languages: list[str] | None, report: Report) -> list[Item[Any]]:
    items = []
    seen: set[str] = set()
    for one in named:
        item = read_item(one, languages, report.problems)
        if item is None or not item.node.is_whole:
            report.broken.add(one.name)
            report.lost_sources |= one.kind == "source"
        if item is None:
            continue
        if one.kind == "scenario" and one.name in seen:
            report.wrong("NIC206", item.at("scenario"), f"scenario `{one.name}` stands twice")
        else:
            items.append(item)
        if one.kind == "scenario":
            seen.add(one.name)
    return items


def _rulebook(named: list[Named], folder: Path, report: Report) -> Item[written.Rulebook] | None:
    found = [one for one in named if one.kind == "rulebook"]
    for extra in found[1:]:
        report.wrong("NIC112", extra.node.keys["rulebook"], "a second `rulebook` item")
    if not found:
        place = Place(str(folder), 0, 0)
        message = "there is no `rulebook` item here"
        report.problems.append(problem("NIC112", message, place))
        return None
    first = found[0]
    languages = _languages(first, report)
    return read_item(first, languages, report.problems)  # type: ignore[return-value]


def _languages(rulebook: Named, report: Report) -> list[str] | None:
    """Find the languages before texts are looked at; their own check follows with the item."""
    item = read_item(rulebook, None, [])
    if item is None or not isinstance(item.written, written.Rulebook):
        return None
    languages = item.written.languages
    for index, language in enumerate(languages):
        if language in languages[:index]:
            place = item.at("languages", index)
            report.wrong("NIC206", place, f"language `{language}` stands twice")
    return list(dict.fromkeys(languages))


def _check_review(book: Book, report: Report) -> None:
    review = book.item.written.review
    tables = {table.name for table in book.tables}
    for index, name in enumerate(review):
        place = book.item.at("review", index)
        if name in review[:index]:
            report.wrong("NIC209", place, f"table `{name}` stands twice")
        elif name not in tables and name not in report.broken:
            hint = nearest(name, tables)
            report.wrong("NIC303", place, f"there is no table `{name}`", hint)
