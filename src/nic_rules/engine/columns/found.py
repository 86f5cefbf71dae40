"""What was found of many cases, found again when somebody asks: read once for all tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import polars as pl

from nic_rules.engine.columns.finding import ColumnFinder, applies_column
from nic_rules.engine.columns.lacking import lacks_column, lacks_of
from nic_rules.engine.columns.needing import needs_masks, stuck_masks
from nic_rules.engine.columns.parts import Part, core_of
from nic_rules.engine.tables import RunningTable
from nic_rules.language.lower import AS_OF


class Found:
    """Some cases that one interval's rules decided, with all that is found of them for some tables.

    What is found and what it lacks is so for all the tables at once.
    """

    def __init__(self, part: Part, tables: Sequence[str]) -> None:
        self.part = part
        self._tables = [table for table in tables if table in part.rules.tables]
        self._masked: dict[str, pl.DataFrame] = {}

    @cached_property
    def core(self) -> pl.DataFrame:
        """The facts as the core forms have them, and perhaps something found of them."""
        return core_of(self.part)

    def is_in_force(self, table: str) -> bool:
        """Tell whether the interval's rules have a table; if not, all its cases were refused."""
        return table in self.part.rules.tables

    def running(self, table: str) -> RunningTable:
        """Give a table as one case runs it."""
        return self.part.edition.compiled.tables[table]

    def finder(self, table: str) -> ColumnFinder:
        """Give what finds every finding of a table alone."""
        return self.part.rules.whole([table])

    def masked(self, table: str) -> pl.DataFrame:
        """Give everything about the cases, what they need and where they are stuck."""
        made = self._masked.get(table)
        if made is None:
            made = self._masked[table] = self._make(table)
        return made

    @cached_property
    def _every(self) -> pl.DataFrame:
        """What is found of the cases by all the tables, and what it lacks."""
        finder = self.part.rules.whole(self._tables)
        tokens = (name for table in self._tables for name in self.running(table).tokens)
        names = [AS_OF, *dict.fromkeys(name for name in tokens if name in finder.facts)]
        names += [name for step in finder.steps for name in step if name not in finder.derived]
        found = finder.found(self.core.lazy(), self.core.columns)
        # columns in pieces are slow beside others that are whole
        every = found.select(*names, *finder.unknown).collect().rechunk()
        return pl.concat([every, lacks_of(finder, every)], how="horizontal")

    def _make(self, table: str) -> pl.DataFrame:
        running, finder = self.running(table), self.finder(table)
        needs = needs_masks(finder, running, self._every, self.part.rules.counted[table])
        stuck = stuck_masks(finder, running, self._every)
        names = [AS_OF, *finder.criteria, *(n for n in running.tokens if n in finder.facts)]
        names += [applies_column(n) for n in conditional(finder)]
        names += [lacks_column(n, word) for n in finder.criteria for word in finder.words]
        return pl.DataFrame([*(self._every[name] for name in names), *stuck, *needs])


def conditional(finder: ColumnFinder) -> list[str]:
    """Give the criteria that may not apply."""
    return [n for n in finder.criteria if finder.rules.criteria[n].applies_when is not None]
