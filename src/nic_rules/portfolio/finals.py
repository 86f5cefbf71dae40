"""The files that a review writes when every row is done."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision
from nic_rules.diagnostics import CasesError, Place, problem
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.files import DECISIONS, TABLE, lasting
from nic_rules.portfolio.report.gather import Gatherer
from nic_rules.portfolio.summary import Summary

REPORT, SUMMARY = "report.html", "summary.json"

FORMS = {"parquet": "decisions.parquet", "xlsx": "review.xlsx"}
"""What a review writes besides, if asked, and how the file is called."""

CAN_BE_LEFT_OUT = {"records": DECISIONS, "table": TABLE, "report": REPORT}
"""What a review can leave out, and how the file is called."""

DecidedRow = tuple[GivenRow, Sequence[Decision], Sequence[RowProblem]]


def write_summary(work: Path, summary: Summary) -> None:
    """Write the numbers."""
    text = json.dumps(summary.as_data(), ensure_ascii=False, indent=2) + "\n"
    _write(work / SUMMARY, text)


def write_report(
    work: Path,
    book: RuleBook,
    gatherer: Gatherer,
    summary: Summary,
    language: str | None,
    *,
    recorded: bool,
) -> None:
    """Write the page that people read. `recorded`: the record of each decision is kept too."""
    from nic_rules.portfolio.report.page import as_html  # jinja2 takes time to load

    page = as_html(
        book,
        gatherer.tables,
        gatherer.ended(),
        as_of=summary.as_of,
        editions=summary.editions,
        previous_as_of=None if gatherer.previous is None else gatherer.previous.as_of,
        language=language,
        recorded=recorded,
    )
    _write(work / REPORT, page)


def refuse_too_many(form: str, cases: str | Path, rows: int) -> None:
    """Raise `CasesError` if a form cannot hold so many rows."""
    if form == "xlsx":
        from nic_rules.portfolio.workbook import too_many  # xlsxwriter takes time to load

        if too_many(rows):
            message = f"{rows} rows are more than a sheet of Excel holds"
            hint = "leave out `--also xlsx`"
            raise CasesError([problem("NIC601", message, Place(str(cases), 0, 0), hint)])


def write_workbook(
    work: Path,
    book: RuleBook,
    tables: tuple[str, ...],
    rows: Iterable[DecidedRow],
    summary: Summary,
    language: str | None,
) -> None:
    """Write the workbook: a sheet an outcome."""
    from nic_rules.portfolio.workbook import Workbook  # xlsxwriter takes time to load

    path = work / FORMS["xlsx"]
    chosen = language or book.languages[0]
    with Workbook(
        path,
        book,
        tables,
        as_of=summary.as_of,
        language=chosen,
        has_own_days=summary.has_own_days,
    ) as workbook:
        for row, decisions, problems in rows:
            if problems:
                workbook.reject(row, problems)
            else:
                workbook.decide(row, decisions)
    lasting(path)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
    lasting(path)
