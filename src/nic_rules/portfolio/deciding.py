"""One row of a portfolio: decided by every table, or rejected with all that is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision
from nic_rules.diagnostics import Diagnostic, FactError, RequestError, one_line
from nic_rules.engine.book import RuleBook
from nic_rules.rulebook.given import read_case


class Decider:
    """Decides rows by some tables; a row's own days go before those given here."""

    def __init__(
        self,
        book: RuleBook,
        tables: Sequence[str],
        as_of: date,
        rules_on: date | None,
        language: str | None,
    ) -> None:
        self.book = book
        self.tables = tables
        self.as_of = as_of
        self.given_rules_on = rules_on
        self.language = language

    def rules_on(self, row: GivenRow) -> date:
        """Give the day whose rules decide a row."""
        return row.rules_on or self.given_rules_on or row.as_of or self.as_of

    def decide(self, row: GivenRow) -> tuple[list[Decision], list[RowProblem]]:
        """Give a row's decisions in the order of the tables; or none, and what is wrong."""
        if row.problems:
            wrong = read_case(self.book.book.facts, row.given).problems
            return [], [*row.problems, *map(_row_problem, wrong)]
        try:
            return self._decide(row), []
        except (FactError, RequestError) as error:
            return [], [_row_problem(diagnostic) for diagnostic in error.diagnostics]

    def _decide(self, row: GivenRow) -> list[Decision]:
        edition = self.book.edition(self.rules_on(row))
        day = row.as_of or self.as_of
        return edition.decide_all(
            self.tables, row.given, subject=row.subject, as_of=day, language=self.language
        )


def _row_problem(wrong: Diagnostic) -> RowProblem:
    message = f"{wrong.message} ({wrong.hint})" if wrong.hint else wrong.message
    return RowProblem(wrong.code, one_line(message), wrong.fact or "", wrong.value or "")
