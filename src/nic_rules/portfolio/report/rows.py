"""The rows of the file: those rejected, and the cases one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nic_rules.decision import Decision
from nic_rules.portfolio.report.gather import favourable
from nic_rules.portfolio.report.model import (
    Case,
    Cell,
    Column,
    Given,
    Table,
    Worklist,
)
from nic_rules.portfolio.report.rejecting import CONTRADICTION
from nic_rules.portfolio.report.setting import Setting
from nic_rules.portfolio.report.tally import NONE, Who


def rejects(at: Setting) -> Worklist:
    """List the rows that were not decided, with all that is wrong."""
    word, rejected = at.word, at.tally.rejects
    columns = ("row", "subject", "column", "value", "wrong")
    rows = tuple(
        (
            Cell(f"{one.row} ({word['line'].format(n=one.line)})"),
            Cell(one.subject),
            Cell(at.names.column(column) if code != CONTRADICTION else "–"),
            Cell(value if value and code != CONTRADICTION else "–"),
            _wrong(at, one.contradictions, code, value, message),
        )
        for one in rejected.kept
        for code, column, value, message in one.problems
    )
    title = word["rejects"]
    table = Table(title, tuple(Column(word[key]) for key in columns), rows)
    return Worklist(
        at.id("rejects"), title,
        at.counted("rejected", rejected.total) if rejected.total else "0",
        word["rejects_lead"] if rows else word["rejects_none"], table if rows else None,
        word["rejected_more"] if rejected.more else "",
    )  # fmt: skip


def _wrong(
    at: Setting, contradictions: Mapping[tuple[str, str], str], code: str, value: str, message: str
) -> Cell:
    """Say what is wrong: the rule book's words of a contradiction, else ours and the engine's."""
    if (at.language, value) in contradictions:
        return Cell(contradictions[at.language, value])
    return Cell(at.names.wrong(code, message))


def cases(at: Setting) -> Iterator[Case]:
    """Tell every decided case, where they are few."""
    for who, decisions in at.tally.cases.kept if at.tally.is_small else ():
        yield Case(
            at.id("case", who.number), who.subject, who.called,
            tuple(_given(at, who, decision) for decision in decisions),
            at.command(who.subject),
        )  # fmt: skip


def _given(at: Setting, who: Who, decision: Decision) -> Given:
    table, outcome = decision.table, decision.outcome
    outcomes = [outcome] if isinstance(outcome, str) else [*outcome] or [NONE]
    return Given(
        at.names.title(table),
        tuple(at.names.outcome(table, one) for one in outcomes),
        {*outcomes} <= favourable(at.book, table),
        at.because(who, decision),
        tuple(map(at.names.title, decision.needs)),
    )
