"""What was found of many cases, found again when somebody asks: read once for all tables."""

from __future__ import annotations

from functools import cached_property

import polars as pl

from nic_rules.engine.columns.finding import ColumnFinder, applies_column, lacks_column
from nic_rules.engine.columns.needing import needs_masks, stuck_masks
from nic_rules.engine.columns.parts import Part, core_of
from nic_rules.engine.tables import RunningTable
from nic_rules.language.lower import AS_OF


class Found:
    """Some cases that one interval's rules decided, with all that is found of them."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._masked: dict[str, pl.DataFrame] = {}

    @cached_property
    def core(self) -> pl.DataFrame:
        """The facts as the core forms have them."""
        return core_of(self.part)

    def is_in_force(self, table: str) -> bool:
        """Tell whether the interval's rules have a table; if not, all its cases were refused."""
        return table in self.part.rules.tables

    def running(self, table: str) -> RunningTable:
        """Give a table as one case runs it."""
        return self.part.edition.compiled.tables[table]

    def finder(self, table: str) -> ColumnFinder:
        """Give what finds every finding of a table."""
        return self.part.rules.whole(self.running(table))

    def masked(self, table: str) -> pl.DataFrame:
        """Find everything about the cases, what they need and where they are stuck."""
        made = self._masked.get(table)
        if made is None:
            made = self._masked[table] = self._make(table)
        return made

    def _make(self, table: str) -> pl.DataFrame:
        running, finder = self.running(table), self.finder(table)
        names = [AS_OF, *finder.criteria, *(n for n in running.tokens if n in finder.facts)]
        names += [applies_column(n) for n in conditional(finder)]
        names += [lacks_column(n, word) for n in finder.criteria for word in finder.words]
        found = finder.found(self.core.lazy()).select(names).collect()
        needs = needs_masks(finder, running, found, self.part.rules.counted[table])
        stuck = found.with_columns(stuck_masks(finder, running))
        return pl.concat([stuck, needs], how="horizontal")


def conditional(finder: ColumnFinder) -> list[str]:
    """Give the criteria that may not apply."""
    return [n for n in finder.criteria if finder.rules.criteria[n].applies_when is not None]
