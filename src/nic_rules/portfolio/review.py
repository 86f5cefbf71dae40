"""The review of a portfolio: each row ends in the decisions or in the rejects, whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from nic_rules.cases.many import open_cases
from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision, EditionRef
from nic_rules.diagnostics import (
    CasesError,
    Diagnostic,
    FactError,
    Place,
    RequestError,
    one_line,
    problem,
)
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.files import Outputs
from nic_rules.portfolio.report.gather import Gatherer
from nic_rules.portfolio.report.previous import read_previous
from nic_rules.rulebook.given import read_case

PROGRESS_EVERY = 10_000

Log = Callable[..., object]
"""Takes an event's name and its values."""


@dataclass
class Summary:
    """What a review came to. `outcomes` counts each table's outcomes."""

    as_of: date
    rows: int = 0
    decided: int = 0
    rejected: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    editions: dict[EditionRef, None] = field(default_factory=dict)


def review(
    book: RuleBook,
    cases: Path,
    out: Path,
    *,
    as_of: date,
    tables: tuple[str, ...] = (),
    rules_on: date | None = None,
    language: str | None = None,
    previous: Path | None = None,
    log: Log = lambda *_, **__: None,
) -> Summary:
    """Decide every case of a file by the review tables, and write the files of the contract.

    `language` is that of what facts contradict, and the one that the report shows first.
    `previous` is the folder of an earlier review, or its file of decisions, to compare with. A
    row's own `as_of` and `rules_on` go before those given.

    Raises `CasesError` if the file, the earlier review or the folder to write to cannot be used at
    all; `RequestError` for an unknown table.
    """
    tables = _tables(book, tables)
    summary = Summary(as_of, outcomes={table: Counter() for table in tables})
    before = None if previous is None else read_previous(previous, book.name, tables)
    opened = open_cases(cases, book.book.facts)
    gatherer = Gatherer(book, tables, before)
    log("review starts", file=str(cases), rows=opened.total, tables=list(tables))
    try:
        with ExitStack() as stack:
            stack.enter_context(opened)
            outputs = stack.enter_context(Outputs(out, cases, tables))
            for row in opened.rows():
                _review_row(book, row, summary, outputs, gatherer, as_of, rules_on, language)
                if summary.rows % PROGRESS_EVERY == 0:
                    log("rows reviewed", rows=summary.rows, rejected=summary.rejected)
            outputs.summary(summary_data(summary))
            outputs.report(_report(book, tables, gatherer, summary, language))
    except OSError as error:
        message = f"the files of the review cannot be written: {error.strerror}"
        raise CasesError([problem("NIC601", message, Place(str(out), 0, 0))]) from None
    log("review ends", rows=summary.rows, decided=summary.decided, rejected=summary.rejected)
    return summary


def _report(
    book: RuleBook,
    tables: tuple[str, ...],
    gatherer: Gatherer,
    summary: Summary,
    language: str | None,
) -> str:
    from nic_rules.portfolio.report.page import as_html  # jinja2 takes time to load

    return as_html(
        book,
        tables,
        gatherer.ended(),
        as_of=summary.as_of,
        editions=summary.editions,
        previous_as_of=None if gatherer.previous is None else gatherer.previous.as_of,
        language=language,
    )


def _tables(book: RuleBook, tables: tuple[str, ...]) -> tuple[str, ...]:
    tables = tuple(dict.fromkeys(tables)) or book.review
    if not tables:
        message = "the rule book names no tables of a review"
        raise RequestError.of("NIC701", message, "choose with `--table`")
    for table in tables:
        book.facts(table)  # raises for an unknown one
    return tables


def _review_row(
    book: RuleBook,
    row: GivenRow,
    summary: Summary,
    outputs: Outputs,
    gatherer: Gatherer,
    as_of: date,
    rules_on: date | None,
    language: str | None,
) -> None:
    summary.rows += 1
    decisions: list[Decision] = []
    problems = list(row.problems)
    case_as_of = row.as_of or as_of
    case_rules_on = row.rules_on or rules_on or case_as_of
    if problems:
        problems += _fact_problems(book, row)
    else:
        try:
            decisions = book.edition(case_rules_on).decide_all(
                tuple(summary.outcomes),
                row.given,
                subject=row.subject,
                as_of=case_as_of,
                language=language,
            )
        except (FactError, RequestError) as error:
            problems = [_row_problem(diagnostic) for diagnostic in error.diagnostics]
    if problems:
        summary.rejected += 1
        outputs.reject(row, problems)
        gatherer.rejected(row, problems, case_rules_on)
        return
    summary.decided += 1
    for decision in decisions:
        given = decision.outcome
        summary.outcomes[decision.table].update([given] if isinstance(given, str) else given)
        summary.editions[decision.edition] = None
    outputs.decide(row, decisions)
    gatherer.decided(row, decisions)


def _fact_problems(book: RuleBook, row: GivenRow) -> list[RowProblem]:
    """Give what else is wrong with a row that is rejected anyway."""
    return [_row_problem(wrong) for wrong in read_case(book.book.facts, row.given).problems]


def _row_problem(wrong: Diagnostic) -> RowProblem:
    message = f"{wrong.message} ({wrong.hint})" if wrong.hint else wrong.message
    return RowProblem(wrong.code, one_line(message), wrong.fact or "", wrong.value or "")


def summary_data(summary: Summary) -> dict[str, object]:
    """Give the summary as the contract has it."""
    return {
        "schema": "nic-rules/summary/1",
        "rows": summary.rows,
        "decided": summary.decided,
        "rejected": summary.rejected,
        "outcomes": {table: dict(counts) for table, counts in summary.outcomes.items()},
        "editions": [
            {
                "rulebook": edition.rulebook,
                "from": edition.start.isoformat() if edition.start else None,
                "until": edition.until.isoformat() if edition.until else None,
                "logic": edition.logic,
                "text": edition.text,
            }
            for edition in summary.editions
        ],
        "as_of": summary.as_of.isoformat(),
    }
