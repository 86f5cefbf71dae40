"""The check of how a rule book wants its reviews reported: names that are there, of their kinds."""

from __future__ import annotations

from collections.abc import Iterable

from nic_rules.diagnostics import nearest, shown
from nic_rules.language.types import Choice, Day, Text, Truth, Type
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.report import Report


def check_reporting(book: Book, report: Report) -> None:
    """Check the key `report` of the rule book."""
    reporting = book.item.written.report
    if reporting is not None:
        _Check(book, reporting, report).check()


class _Check:
    def __init__(self, book: Book, reporting: written.Reporting, report: Report) -> None:
        self.book = book
        self.reporting = reporting
        self.report = report

    def check(self) -> None:
        reporting = self.reporting
        if reporting.called is not None:
            self.fact(reporting.called, ("called",), "a text fact", Text)
        for index, name in enumerate(reporting.by):
            if name in reporting.by[:index]:
                self.wrong("NIC209", f"fact {shown(name)} stands twice", "by", index)
            else:
                self.fact(name, ("by", index), "a boolean, enum or date fact", Truth, Choice, Day)
        names = [one.worklist for one in reporting.worklists]
        for index, one in enumerate(reporting.worklists):
            path = ("worklists", index)
            if one.worklist in names[:index]:
                message = f"worklist {shown(one.worklist)} stands twice"
                self.wrong("NIC206", message, *path, "worklist")
            if (one.of is None) == (one.becomes is None):
                message = "a worklist has exactly one of `of` and `becomes`"
                self.wrong("NIC209", message, *path)
            if one.day is not None:
                self.fact(one.day, (*path, "day"), "a date fact", Day)
            self.outcomes(one.of or {}, (*path, "of"))
            self.outcomes(one.becomes or {}, (*path, "becomes"))

    def wrong(self, code: str, message: str, *path: str | int, hint: str | None = None) -> None:
        self.report.wrong(code, self.book.item.at("report", *path), message, hint)

    def fact(self, name: str, path: Iterable[str | int], wanted: str, *types: type[Type]) -> None:
        """Check a fact's name, and that it is of one of some types."""
        if name in self.report.broken:
            return
        fact = self.book.facts.get(name)
        if fact is None:
            hint = nearest(name, self.book.facts)
            self.wrong("NIC303", f"there is no fact {shown(name)}", *path, hint=hint)
        elif not isinstance(fact.type, types):
            message = f"{shown(name)} is a fact of type {fact.item.written.type}"
            self.wrong("NIC304", message, *path, hint=f"{wanted} can stand here")

    def outcomes(self, wanted: dict[str, list[str]], path: tuple[str | int, ...]) -> None:
        """Check tables, which are of the review, and the outcomes of each."""
        review = self.book.item.written.review
        for name, outcomes in wanted.items():
            if name in self.report.broken:
                continue
            tables = [table for table in self.book.tables if table.name == name]
            if not tables or name not in review:
                message = f"there is no table {shown(name)} in the review"
                self.wrong("NIC303", message, *path, name, hint=nearest(name, review))
                continue
            known = list(dict.fromkeys(o for table in tables for o in table.outcomes))
            for outcome in outcomes:
                if outcome not in known:
                    hint = nearest(outcome, known) or f"it has {', '.join(known)}"
                    message = f"the table has no outcome {shown(outcome)}"
                    self.wrong("NIC404", message, *path, name, hint=hint)
