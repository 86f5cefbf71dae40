"""Rejected rows as a report tells of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.diagnostics import FactError
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.report.tally import Rejected, Tally

CONTRADICTION = "NIC508"
MOST_SHOWN = 300
"""How many characters of a bad value are shown."""


class Rejecting:
    """Counts rejected rows; `rules_on` says by whose rules facts contradict each other."""

    def __init__(
        self,
        book: RuleBook,
        tables: tuple[str, ...],
        tally: Tally,
        rules_on: Callable[[GivenRow], date],
    ) -> None:
        self.book, self.tables, self.tally, self.rules_on = book, tables, tally, rules_on

    def add(self, row: GivenRow, problems: Sequence[RowProblem]) -> None:
        """Add a row that is rejected."""
        self.tally.rejected += 1
        self.tally.codes.update({wrong.code for wrong in problems})
        told = tuple((p.code, p.column, cut(p.value), cut(p.message)) for p in problems)
        messages: dict[tuple[str, str], str] = {}
        if any(p.code == CONTRADICTION for p in problems):
            messages = dict(self._contradictions(row))
        self.tally.rejects.add(
            Rejected(
                row.number,
                row.file,
                row.row,
                row.line,
                cut(row.subject or row.label),
                told,
                messages,
            )
        )

    def _contradictions(self, row: GivenRow) -> Iterator[tuple[tuple[str, str], str]]:
        """Say in every language what contradicts what; the messages of others are the engine's."""
        rules_on = self.rules_on(row)
        for language in self.book.languages:
            try:
                self.book.edition(rules_on).decide_all(
                    self.tables, row.given, as_of=row.as_of or rules_on, language=language
                )
            except FactError as error:
                for wrong in error.diagnostics:
                    if wrong.code == CONTRADICTION:
                        yield (language, wrong.value or ""), wrong.message


def cut(text: str) -> str:
    """Cut a text that nobody would read to its end."""
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
