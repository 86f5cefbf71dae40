"""Cases held against what they got at the review before."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import polars as pl

from nic_rules.cases.rows import GivenRow
from nic_rules.portfolio.decided import Decided
from nic_rules.portfolio.report.entering import Entering
from nic_rules.portfolio.report.previous import Previous
from nic_rules.portfolio.report.tally import Changed, Tally, Who


class Comparing:
    """Counts what changed since the review before."""

    def __init__(self, tally: Tally, previous: Previous, entering: Entering) -> None:
        self.tally, self.previous, self.entering = tally, previous, entering

    def add(self, made: Decided) -> None:
        """Hold each case, in the order of all, against what it got at the review before."""
        rejected = deque(row for row, _ in made.rejects)
        names = [pl.col(table) for table in self.entering.tables]
        for number, *who, outcomes in made.rows.select(
            *self.entering.who(), pl.concat_list(names)
        ).iter_rows():
            while rejected and rejected[0].number < number:
                self._rejected(rejected.popleft())
            self._decided(Who(number, *who), outcomes)
        for row in rejected:
            self._rejected(row)

    def _rejected(self, row: GivenRow) -> None:
        had = self.previous.take(row.subject or row.label)
        if had is not None:
            self.tally.now_rejected += 1
            self._count_before(had)

    def _decided(self, who: Who, outcomes: Sequence[str]) -> None:
        tally, had = self.tally, self.previous.take(who.subject)
        if had is None:
            tally.come += 1
            return
        self._count_before(had)
        before = dict(zip(self.previous.tables, had, strict=True))
        moved = False
        for table, now in zip(self.entering.tables, outcomes, strict=True):
            was = before[table]
            if was is not None:
                tally.moves[table, was, now] += 1
                if was != now:
                    moved = True
                    tally.changed.add(Changed(who, table, was, now))
        tally.moved += moved

    def _count_before(self, had: tuple[str | None, ...]) -> None:
        for table, outcome in zip(self.entering.tables, had, strict=True):
            if outcome is not None:
                self.tally.before.update((table, one) for one in outcome.split(";"))

    def ended(self) -> None:
        """Count who of the review before was not seen."""
        self.tally.gone += len(self.previous.outcomes)
        for had in self.previous.outcomes.values():
            self._count_before(had)
        self.previous.outcomes.clear()
