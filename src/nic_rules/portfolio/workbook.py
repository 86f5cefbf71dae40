"""A review as a workbook for officers: an overview, then a sheet an outcome, then the rejects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision, EditionRef
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.report.names import Names
from nic_rules.portfolio.report.rejecting import CONTRADICTION, cut
from nic_rules.portfolio.report.tally import NONE, outcomes_of
from nic_rules.portfolio.sheets import MOST_ROWS, Cell, Column, Sheet, Sheets, sheet_name
from nic_rules.rulebook import written
from nic_rules.version import __version__


def too_many(rows: int) -> bool:
    """Tell whether a portfolio has more rows than a sheet may come to hold."""
    return rows > MOST_ROWS


class Workbook:
    """Writes a workbook as cases stream by: a row a case on the sheet of each of its outcomes.

    Memory does not grow with the rows. The file is there when the workbook is closed; as a context
    manager it closes at the end, and leaves nothing behind where something went wrong.
    """

    def __init__(
        self,
        path: Path,
        book: RuleBook,
        tables: tuple[str, ...],
        *,
        as_of: date,
        language: str,
        has_own_days: bool = False,
    ) -> None:
        """`has_own_days`: cases are decided as of days of their own, which are then told."""
        self.names = Names(book, language)
        self.word = self.names.word
        self.tables = tables
        self.as_of, self.has_own_days = as_of, has_own_days
        self.reporting = book.book.item.written.report or written.Reporting()
        self.collecting = {t.name for t in book.book.tables if t.collects}
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.decided = self.rejected = 0
        self.editions: dict[EditionRef, None] = {}
        title = book.book.item.written.title[language]
        self.title = self.word["reviewed"].format(book=title, day=self.names.day(as_of))
        taken: set[str] = set()
        self._overview = sheet_name(self.word["overview"], taken)
        # all that could occur have their names, so that these are the same whatever the cases are
        self._sheet_names = {
            (table, outcome): sheet_name(f"{number}. {title}", taken)
            for number, table in enumerate(tables, 1)
            for outcome, title in self.names.outcomes(table).items()
        }
        self._rejects = sheet_name(self.word["rejects"], taken)
        self._columns = tuple(self._outcome_columns())
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self._rejected: Sheet | None = None
        self._file = Sheets(path, self.title, as_of, language)

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _outcome_columns(self) -> Iterator[Column]:
        yield Column(self.word["subject"], 16)
        if self.reporting.called:
            yield Column(self.word["called"], 32)
        for fact in self.reporting.by:
            yield Column(self.names.title(fact), 20)
        if self.has_own_days:
            yield Column(self.word["as_of"], 20)
        yield Column(self.word["reason"], 70)
        yield Column(self.word["lacking_from"], 50)

    # --- cases

    def decide(self, row: GivenRow, decisions: Sequence[Decision]) -> None:
        """Write a case decided in all tables, on the sheet of each outcome that it has."""
        self.decided += 1
        case = tuple(self._case(row, decisions[0]))
        for decision in decisions:
            self.editions[decision.edition] = None
            reasons = self._reasons(decision)
            lacking = "\n".join(map(self._lacking, decision.needs))
            for outcome in outcomes_of(decision):
                self.outcomes[decision.table, outcome] += 1
                told = "\n".join(text for then, text in reasons if then == outcome)
                self._sheet(decision.table, outcome).row(*case, told, lacking)

    def _case(self, row: GivenRow, decision: Decision) -> Iterator[Cell]:
        facts = decision.facts
        yield row.subject or ""
        if self.reporting.called:
            yield str(facts.get(self.reporting.called, ""))
        for fact in self.reporting.by:
            value = facts.get(fact)
            if value is not None and self.names.is_date(fact):
                yield date.fromisoformat(str(value))
            else:
                text = str(value).lower() if isinstance(value, bool) else str(value or NONE)
                yield self.names.value(fact, text)
        if self.has_own_days:
            yield decision.as_of

    def _reasons(self, decision: Decision) -> list[tuple[str, str]]:
        """Give the reasons of a decision, each with the outcome that it speaks for."""
        rules = self.names.book.edition(decision.rules_on).rules
        rows = (row for row in rules.tables[decision.table].rows if row.name in decision.rows)
        thens = (row.written.then for row in rows)
        return list(zip(thens, self.names.because(decision), strict=True))

    def _lacking(self, fact: str) -> str:
        title = self.names.title(fact)
        told = self.names.book.book.facts[fact].item.written.supplied_by
        return title if told is None else f"{title} ({self.names.supplier(fact)})"

    def _sheet(self, table: str, outcome: str) -> Sheet:
        key = (table, outcome)
        if key not in self._sheets:
            self._sheets[key] = self._file.table(self._sheet_names[key], self._columns)
        return self._sheets[key]

    def reject(self, row: GivenRow, problems: Sequence[RowProblem]) -> None:
        """Write a row that was not decided, with all that is wrong."""
        self.rejected += 1
        if self._rejected is None:
            self._rejected = self._file.table(self._rejects, self._reject_columns())
        wrong = "\n".join(map(self._wrong, problems))
        self._rejected.row(row.file, row.row, row.line, row.subject or row.label, wrong)

    def _reject_columns(self) -> tuple[Column, ...]:
        heads = {"file": 24, "row": 8, "line_head": 8, "subject": 16, "wrong": 100}
        return tuple(Column(self.word[key], width) for key, width in heads.items())

    def _wrong(self, problem: RowProblem) -> str:
        if problem.code == CONTRADICTION:
            return problem.message  # the rule book's words, in the language of the review
        lead = [self.names.column(problem.column)] if problem.column else []
        if problem.value:
            lead.append(self.word["quoted"].format(text=cut(problem.value)))
        said = self.names.wrong(problem.code, cut(problem.message))
        return f"{', '.join(lead)}: {said}" if lead else said

    # --- the end

    def close(self) -> None:
        """Write the file: the overview first, the outcomes in the rule book's order, the rejects.

        Raises `OSError` if it cannot be written.
        """
        try:
            overview = self._file.plain(self._overview, (52, 52, 12, 34))
            self._tell(overview)
            kept = [self._sheets[key] for key in self._sheet_names if key in self._sheets]
            filtered = [(sheet, len(self._columns)) for sheet in kept]
            if self._rejected is not None:
                filtered.append((self._rejected, len(self._reject_columns())))
            self._file.close([overview, *(sheet for sheet, _ in filtered)], filtered)
        finally:
            self.discard()

    def discard(self) -> None:
        """Throw away what was written, where there is to be no file."""
        self._file.discard()

    def _tell(self, sheet: Sheet) -> None:
        word = self.word
        sheet.row(self.title, style="title")
        sheet.row()
        sheet.row(word["as_of"], self.as_of)
        for edition in self.editions:
            sheet.row(word["rules"], self.names.in_force(edition))
            sheet.row(word["digest"], edition.logic)
        sheet.row(word["library"], f"nic-rules {__version__}")
        sheet.row()
        sheet.row(word["table"], word["outcome"], word["cases"], word["sheet"], style="head")
        for number, table in enumerate(self.tables, 1):
            question = f"{number}. {self.names.title(table)}"
            for outcome, title in self.names.outcomes(table).items():
                if count := self.outcomes[table, outcome]:
                    sheet.row(question, title, count, self._sheet_names[table, outcome])
        sheet.row()
        sheet.row(word["cases_decided"], "", self.decided)
        sheet.row(word["rejects"], "", self.rejected, self._rejects if self.rejected else "")
        if self.collecting & {*self.tables}:
            sheet.row()
            sheet.row(word["several"])
