"""Texts that were read before, and what they mean: numbers and days of a portfolio repeat.

To find a text among those takes a fraction of the time that it takes to read it. What is remembered
is only what `values.py` takes at once; a text that is not among it is read as ever.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nic_rules.engine.columns.values import is_costly, is_text, taken
from nic_rules.language.types import Day, Number
from nic_rules.rulebook.book import Fact

OFTEN = 4
"""How often each text of a column stands in it on average, for it to pay to look each up."""

MOST = 1 << 12
"""Texts of one fact that are remembered."""

PLANNED = 1 << 12
"""Texts up to which it takes longer to plan how they are read than to read them."""


class Remembered:
    """What texts mean that were read before, by fact; many threads may share it."""

    def __init__(self, codes: Mapping[str, int]) -> None:
        self._codes = codes
        self._read: dict[str, tuple[pl.Series, pl.Series]] = {}

    def taken(self, fact: Fact, column: pl.Series) -> pl.Expr:
        """Give a fact's values out of its column, null for unknown ones and for surprises.

        Texts that are new among those remembered are surprises too: `new` reads them.
        """
        if not is_text(column.dtype):
            return taken(fact, column, self._codes)
        if isinstance(fact.type, Number | Day) and self._knows(fact, column):
            texts, values = self._read[fact.name]
            given = pl.col(column.name).cast(pl.String)
            return given.replace_strict(texts, values, default=None, return_dtype=pl.Int64)
        if is_costly(fact) and column.len() > PLANNED:
            return pl.lit(self._values(fact, column))
        return taken(fact, column, self._codes)

    def new(self, fact: Fact, texts: pl.Series) -> pl.Series | None:
        """Read texts that were not among those remembered, if any are of this fact."""
        if fact.name not in self._read or not is_text(texts.dtype):
            return None
        different, values = self._keep(fact, texts.unique())
        given = pl.first().cast(pl.String)
        return texts.to_frame().select(given.replace_strict(different, values)).to_series()

    def _knows(self, fact: Fact, column: pl.Series) -> bool:
        """Tell whether texts of a fact are remembered: now too, if they repeat."""
        if fact.name not in self._read:
            different = column.unique()
            if different.len() * OFTEN <= column.len() and different.len() <= MOST:
                self._keep(fact, different)
        return fact.name in self._read

    def _keep(self, fact: Fact, different: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Read texts, and remember them as far as there is room; give them and their values."""
        values = self._values(fact, different)
        different = different.cast(pl.String).alias("texts")
        known = self._read.get(fact.name, _NOTHING)
        # another thread may have met them meanwhile
        right = values.is_not_null() & ~different.is_in(known[0].to_list())
        if known[0].len() + different.len() <= MOST:
            new = (different.filter(right), values.filter(right))
            texts, meant = (pl.concat(parts) for parts in zip(known, new, strict=True))
            self._read[fact.name] = (texts, meant)
        return different, values

    def _values(self, fact: Fact, column: pl.Series) -> pl.Series:
        """Read a column; of many texts, planned, for no part to be worked out twice.

        Each is planned alone: to plan many together takes longer than to read a few thousand.
        """
        frame, values = column.to_frame(), taken(fact, column, self._codes)
        if column.len() <= PLANNED:
            return frame.select(values.alias("values")).to_series()
        return frame.lazy().select(values.alias("values")).collect().to_series()


_NOTHING = (pl.Series("texts", [], dtype=pl.String), pl.Series("values", [], dtype=pl.Int64))
