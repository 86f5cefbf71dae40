"""Why outcomes came that are not favourable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from nic_rules.portfolio.report.gather import favourable
from nic_rules.portfolio.report.model import (
    Answer,
    Asking,
)
from nic_rules.portfolio.report.setting import Setting


def reasons(at: Setting) -> Iterator[Asking]:
    """Tell why outcomes came that are not favourable, table by table."""
    for table in at.tables:
        wanted = favourable(at.book, table)
        titles = at.names.outcomes(table)
        answers = [_answer(at, table, o) for o in at.found(table) if o not in wanted]
        if answers and titles:
            yield Asking(at.names.title(table), tuple(answers))


def _answer(at: Setting, table: str, outcome: str) -> Answer:
    names, tally, word = at.names, at.tally, at.word
    key = (table, outcome)
    reasons = ((names.row(table, row), n) for row, n in _of(tally.reasons, key))
    not_met = ((names.title(name), n) for name, n in _of(tally.not_met, key))
    lacking = (
        (f"{names.title(fact)} ({names.supplier(fact)})", n) for fact, n in _of(tally.lacking, key)
    )
    kinds = {"reason": reasons, "not_met": not_met, "lacking": lacking}
    tables = (at.counts(word[kind], rows) for kind, rows in kinds.items())
    title = names.outcome(table, outcome)
    entries = tally.unfavourable[key]
    cases = at.listed(("who", table, outcome or "none"), title, entries)
    return Answer(
        at.id("why", table, outcome or "none"),
        title,
        at.counted("count", tally.outcomes[key]),
        tuple(one for one in tables if one.rows),
        cases,
    )


def _of(counts: Counter[tuple[str, str, str]], key: tuple[str, str]) -> list[tuple[str, int]]:
    """Give what was counted of a table's outcome, the most first."""
    found = [(name, n) for (*of, name), n in counts.items() if tuple(of) == key]
    return sorted(found, key=lambda one: (-one[1], one[0]))
