"""What rules cite, and the placeholders of their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nic_rules.diagnostics import nearest
from nic_rules.rulebook.book import Book, Constraint, Criterion, Parameter, Rules, Table
from nic_rules.rulebook.items import Item
from nic_rules.rulebook.report import Report
from nic_rules.rulebook.scope import not_in_force
from nic_rules.rulebook.texts import SPECIAL, Misplaced, Placeholder, placeholders

Path = tuple[str | int, ...]


def citing(book: Book) -> Iterator[tuple[Item[Any], Path, list[str]]]:
    """Give every list of cited clauses, with its place."""
    items: list[Parameter | Criterion | Constraint] = list(book.parameters.values())
    items += [*book.criteria, *book.constraints]
    for item in items:
        yield item.item, ("cites",), item.item.written.cites
    for table in book.tables:
        for row in table.rows:
            yield table.item, ("rows", row.position, "cites"), row.written.cites


def check_citations(book: Book, report: Report) -> None:
    """Check that every clause cited is there, and is one."""
    for item, path, cites in citing(book):
        for index, name in enumerate(cites):
            found = book.clauses_by_name.get(name, ())
            if len({clause.full_name for clause in found}) == 1:
                continue  # a clause that stands twice is told where it stands
            place = item.at(*path, index)
            if found:
                names = " or ".join(f"`{clause.full_name}`" for clause in found)
                report.wrong("NIC310", place, f"several sources have `{name}`", f"write {names}")
            else:
                hint = nearest(name, book.clauses_by_name)
                report.wrong("NIC310", place, f"no source has a clause `{name}`", hint)


def check_clause_names(book: Book, report: Report) -> None:
    """Check that no clause stands twice in one source."""
    for source in book.sources:
        names = [clause.clause for clause in source.written.clauses]
        for index, name in enumerate(names):
            if name in names[:index]:
                place = source.at("clauses", index, "clause")
                report.wrong("NIC206", place, f"clause `{name}` stands twice in the source")


Texts = tuple[Item[Any], Path, Mapping[str, str], bool]
"""A text with placeholders: its item, its place, and whether it is a row's."""


def texts_of(rules: Rules) -> Iterator[Texts]:
    """Give the texts of one interval that may have placeholders."""
    for criterion in rules.criteria.values():
        written = criterion.item.written
        for key, text in (("met", written.met), ("not_met", written.not_met)):
            if text is not None:
                yield criterion.item, (key,), text, False
    for constraint in rules.constraints.values():
        yield constraint.item, ("message",), constraint.item.written.message, False
    for table in rules.tables.values():
        yield from _becauses(table)


def _becauses(table: Table) -> Iterator[Texts]:
    for row in table.rows:
        yield table.item, ("rows", row.position, "because"), row.written.because, True


def check_placeholders(rules: Rules, kinds: Mapping[str, str], report: Report) -> None:
    """Check that each placeholder names something that is in force and can be written."""
    usable = {name for name, kind in kinds.items() if kind in ("fact", "parameter", "derived")}
    usable |= report.broken
    for item, path, text, is_row in texts_of(rules):
        known = {*usable, *SPECIAL} if is_row else usable
        for language, words in text.items():
            for found in placeholders(words):
                wrong = _wrong(found, known, kinds, rules)
                if wrong is not None:
                    code, message, hint = wrong
                    report.wrong(code, item.within(found.at, *path, language), message, hint)


def _wrong(
    found: Placeholder | Misplaced, known: set[str], kinds: Mapping[str, str], rules: Rules
) -> tuple[str, str, str | None] | None:
    """Say what is wrong with a placeholder, if anything is."""
    if isinstance(found, Misplaced):
        message = f"`{found.written}` is no placeholder"
        return "NIC215", message, "a brace is written twice: `{{` or `}}`"
    if found.name not in known:
        if found.name in SPECIAL:
            return "NIC215", f"`{{{found.name}}}` stands only in the `because` of a row", None
        message = f"`{{{found.name}}}` is no fact, parameter or derived fact"
        return "NIC215", message, nearest(found.name, known)
    if kinds.get(found.name) == "derived" and found.name not in rules.derived:
        return "NIC309", *not_in_force(rules.book, found.name, "derived")
    return None
