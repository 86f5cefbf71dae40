"""What changed since the review before."""

from __future__ import annotations

from datetime import date

from nic_rules.portfolio.report.model import (
    Cell,
    Changes,
    Column,
    Compared,
    Table,
    Worklist,
)
from nic_rules.portfolio.report.setting import Setting


def changes(at: Setting) -> Changes | None:
    """Tell what changed; None where there is no review before."""
    if at.previous_as_of is None:
        return None
    tally, word = at.tally, at.word
    others = [
        word[key].format(n=at.counted("count", n))
        for key, n in (
            ("come", tally.come), ("gone", tally.gone), ("now_rejected", tally.now_rejected)
        )
        if n
    ]  # fmt: skip
    day = date.fromisoformat(at.previous_as_of) if at.previous_as_of else None
    lead = word["changes_lead"].format(day=at.names.day(day))
    return Changes(lead, tuple(others), tuple(_compared(at, table) for table in at.tables))


def _compared(at: Setting, table: str) -> Compared:
    tally, word, titles = at.tally, at.word, at.names.outcomes(table)
    rows = []
    for outcome, title in titles.items():
        was, now = tally.before[table, outcome], tally.outcomes[table, outcome]
        if was or now:
            rows.append((title, was, now, _signed(now - was)))
    columns = ("outcome", "before", "now", "difference")
    totals = Table(
        word["changes_totals"],
        tuple(Column(word[key], key != "outcome") for key in columns),
        tuple(
            (Cell(t), Cell(str(a), True), Cell(str(b), True), Cell(d, True)) for t, a, b, d in rows
        ),
    )
    moves = {(a, b): n for (t, a, b), n in tally.moves.items() if t == table}
    same = sum(n for (a, b), n in moves.items() if a == b)
    stayed = word["stayed"].format(n=same, all=sum(moves.values()))
    id_, title = at.id("changed", table), at.names.title(table)
    if table in at.collecting:
        return Compared(id_, title, totals, stayed, None, None)
    order = {outcome: number for number, outcome in enumerate(titles)}
    moved = sorted(
        ((a, b, n) for (a, b), n in moves.items() if a != b),
        key=lambda one: (order.get(one[0], len(order)), order.get(one[1], len(order))),
    )
    table_ = Table(
        word["moves"],
        (Column(word["move_from"]), Column(word["move_to"]), Column(word["cases"], True)),
        tuple(
            (Cell(at.names.outcome(table, a)), Cell(at.names.outcome(table, b)),
             Cell(str(n), True))
            for a, b, n in moved
        ),
    )  # fmt: skip
    return Compared(
        id_, title, totals, stayed, table_, _changed(at, table, sum(n for *_, n in moved))
    )


def _changed(at: Setting, table: str, total: int) -> Worklist:
    title = at.word["moves"]
    columns = (*at.case_columns(), Column(at.word["before"]), Column(at.word["now"]))
    rows = tuple(
        (
            *at.case(one.who),
            Cell(at.names.outcome(table, one.before)),
            Cell(at.names.outcome(table, one.after)),
        )
        for one in at.tally.changed.kept
        if one.table == table
    )
    return at.bounded(at.id("moved", table), title, total, Table(title, columns, rows))


def _signed(n: int) -> str:
    return f"+{n}" if n > 0 else f"−{-n}" if n else "0"
