"""What the parts of a report in one language have in common."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import date

from nic_rules.decision import Decision, EditionRef
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.report.charts import COLOURS
from nic_rules.portfolio.report.gather import favourable
from nic_rules.portfolio.report.model import (
    Cell,
    Column,
    Table,
    Worklist,
)
from nic_rules.portfolio.report.names import Names
from nic_rules.portfolio.report.tally import Entry, First, Tally, Who, outcomes_of
from nic_rules.portfolio.report.words import unrecorded
from nic_rules.rulebook import written
from nic_rules.rulebook.folder import shipped

_UNFAVOURABLE = 3
"""From which colour on those of outcomes are that are not favourable, where there is room."""


class Setting:
    """What every part of a report is set out with: the tally, names, and how cases are listed."""

    def __init__(
        self,
        book: RuleBook,
        tables: tuple[str, ...],
        tally: Tally,
        as_of: date,
        editions: Iterable[EditionRef],
        previous_as_of: str | None,
        language: str,
        *,
        recorded: bool = True,
    ) -> None:
        """`recorded`: the record of each decision is kept beside the report."""
        self.book = book
        self.tables = tables
        self.tally = tally
        self.as_of = as_of
        self.editions = tuple(editions)
        self.previous_as_of = previous_as_of
        self.language = language
        self.names = Names(book, language)
        self.recorded = recorded
        self.word = self.names.word if recorded else {**self.names.word, **unrecorded(language)}
        self.reporting = book.book.item.written.report or written.Reporting()
        self.collecting = {t.name for t in book.book.tables if t.collects}
        self._because: dict[tuple[int, str], tuple[str, ...]] = {}

    def id(self, *parts: object) -> str:
        """Make an id that no other language has."""
        return "-".join(str(part) for part in (self.language, *parts))

    def counted(self, key: str, n: int) -> str:
        """Say a number of things."""
        kind = {0: "none", 1: "one"}.get(n, "many")
        text = self.word.get(f"{key}_{kind}") or self.word[f"{key}_many"]
        return text.format(n=n)

    def found(self, table: str) -> list[str]:
        """Give the outcomes that occurred, in the order of the table."""
        return [o for o in self.names.outcomes(table) if self.tally.outcomes[table, o]]

    def colours(self, table: str) -> dict[str, int]:
        """Give each outcome a colour, the same in all charts: the favourable ones the first."""
        wanted = favourable(self.book, table)
        known = list(self.names.outcomes(table))
        ordered = [o for o in known if o in wanted] + [o for o in known if o not in wanted]
        first = sum(o in wanted for o in known)
        room = max(first, min(_UNFAVOURABLE, COLOURS - len(ordered) + first))
        return {o: n if n < first else n - first + room for n, o in enumerate(ordered)}

    def counts(self, head: str, rows: Iterable[tuple[str, int]]) -> Table:
        """Set out texts with numbers of cases."""
        columns = (Column(head), Column(self.word["cases"], True))
        return Table(head, columns, tuple((Cell(text), Cell(str(n), True)) for text, n in rows))

    def case(self, who: Who) -> tuple[Cell, ...]:
        """Name a case, and lead to where it is told."""
        target = self.id("case", who.number) if self.tally.is_small else ""
        named = Cell(who.subject, target=target)
        return (named, Cell(who.called)) if self.reporting.called else (named,)

    def case_columns(self) -> tuple[Column, ...]:
        """Give the heads of what names a case."""
        columns = (Column(self.word["subject"]), Column(self.word["called"]))
        return columns if self.reporting.called else columns[:1]

    def listed(
        self, key: tuple[str, ...], title: str, entries: First[Entry], lead: str = "",
        day_head: str = "", *, now: bool = False,
    ) -> Worklist:  # fmt: skip
        """List cases with why they are there."""
        kept = entries.kept
        if day_head:
            kept = sorted(kept, key=lambda one: (one.day or date.max, one.who.number))
        rows = tuple(
            (
                *self.case(one.who),
                *((Cell(self.names.day(one.day)),) if day_head else ()),
                Cell(self.told(one, now=now)),
            )
            for one in kept
        )
        days = (Column(day_head),) if day_head else ()
        last = Column(self.word["outcome_now" if now else "why"])
        table = Table(title, (*self.case_columns(), *days, last), rows)
        return self.bounded(self.id(*key), title, entries.total, table, lead)

    def told(self, one: Entry, *, now: bool) -> str:
        """Say why a case is in a list; where time alone brings it there, what its outcome is."""
        if now:
            return ", ".join(
                self.names.outcome(one.decision.table, o) for o in outcomes_of(one.decision)
            )
        return " ".join(self.because(one.who, one.decision))

    def bounded(self, id_: str, title: str, total: int, table: Table, lead: str = "") -> Worklist:
        """Make a list that says how many cases it leaves out."""
        more = total - len(table.rows)
        return Worklist(
            id_, title, self.counted("count", total) if total else "0",
            lead if total else self.word["empty_list"], table if table.rows else None,
            self.counted("more", more) if more else "",
        )  # fmt: skip

    def because(self, who: Who, decision: Decision) -> tuple[str, ...]:
        """Give the reasons of a decision, filled once."""
        key = (who.number, decision.table)
        if key not in self._because:
            self._because[key] = self.names.because(decision)
        return self._because[key]

    def command(self, subject: str) -> str:
        """Give the command that explains the decisions of a case; none without their records."""
        if not self.recorded:
            return ""
        told = ["nic-rules", "explain", "decisions.jsonl", "--subject", subject]
        if self.book.name not in shipped():
            told += ["--rules", "…"]
        if self.language != self.book.languages[0]:
            told += ["--lang", self.language]
        return " ".join(part if part == "…" else shlex.quote(part) for part in told)
