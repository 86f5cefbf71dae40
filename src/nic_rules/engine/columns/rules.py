"""The rules of one interval over columns: what reads cases, finds tokens and asks tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from nic_rules.engine.columns.finding import ColumnFinder, codes_of, finder_of
from nic_rules.engine.columns.needing import Counted
from nic_rules.engine.columns.reading import Reader
from nic_rules.engine.columns.tables import Batch, ColumnTable

if TYPE_CHECKING:
    from nic_rules.engine.compiled import Compiled


class ColumnRules:
    """The column engine of one interval; many threads may share it."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.codes = codes_of(compiled.rules)
        self.reader = Reader(compiled.rules.facts, self.codes)
        self.tables: dict[str, ColumnTable] = {
            name: ColumnTable(running, self.codes) for name, running in compiled.tables.items()
        }
        self.counted = {name: Counted() for name in compiled.tables}
        self._short: dict[tuple[str, ...], ColumnFinder] = {}
        self._whole: dict[tuple[str, ...], ColumnFinder] = {}

    @classmethod
    def of(cls, compiled: Compiled) -> ColumnRules:
        """Give the column engine of some rules, made once."""
        made = compiled.beside.get("columns")
        if made is None:
            made = compiled.beside.setdefault("columns", cls(compiled))
        assert isinstance(made, cls)
        return made

    def with_below(self, tables: Sequence[str]) -> list[ColumnTable]:
        """Give tables and all below them, the lowest first."""
        wanted = {name for table in tables for name in (table, *self.compiled.tables[table].below)}
        return [self.tables[name] for name in self.compiled.tables if name in wanted]

    def answered(
        self, core: pl.DataFrame, tables: Sequence[str], batch: Batch
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give the number of each case's answer of each table and of those below; and all found.

        What was found has the columns that it was found of, and `_broken` where constraints are.
        """
        ordered = self.with_below(tables)
        finder = self._tokens_of(tuple(tables))
        found = frame = finder.found(core.lazy()).collect()
        answers: dict[str, pl.Series] = {}
        for table in ordered:
            answers[table.name] = table.answered(frame, batch)
            if any(table.name in other.running.direct for other in ordered):
                frame = frame.with_columns(table.inner_codes(answers[table.name]))
        # the tables asked for first, then those below that only records tell of
        given = [answers[name].alias(name) for name in dict.fromkeys((*tables, *answers))]
        return pl.DataFrame(given), found

    def _tokens_of(self, tables: tuple[str, ...]) -> ColumnFinder:
        finder = self._short.get(tables)
        if finder is None:
            running = [self.compiled.tables[name] for name in tables]
            tokens = list(dict.fromkeys(name for table in running for name in table.tokens))
            criteria = list(dict.fromkeys(name for table in running for name in table.criteria))
            derived = self.compiled.derived_in_order
            finder = finder_of(self.compiled.rules, tokens, derived, criteria, full=False)
            self._short[tables] = finder
        return finder

    def whole(self, tables: Sequence[str]) -> ColumnFinder:
        """Give what finds every finding of some tables, and what it lacks."""
        key = tuple(tables)
        finder = self._whole.get(key)
        if finder is None:
            of = (self.compiled.tables[table].criteria for table in tables)
            criteria = list(dict.fromkeys(name for names in of for name in names))
            finder = finder_of(
                self.compiled.rules, criteria, self.compiled.derived_in_order, criteria, full=True
            )
            self._whole[key] = finder
        return finder
