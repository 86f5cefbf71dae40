"""Rows of a table walked over many cases: for each row the cases that it fits, as truths.

Truths are bits in polars, so that a row costs next to nothing. The first row that fits is as far
down as there are rows that do not fit, nor any before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_

import polars as pl

from nic_rules.engine.columns.lacking import WORD
from nic_rules.engine.columns.lookup import PLACE, by_truth, repeated, same
from nic_rules.engine.columns.situations import inner_column
from nic_rules.engine.rows import TablePattern
from nic_rules.rulebook.book import Rules

_BOTH = {truth: pl.Series([truth]) for truth in (False, True)}


class Walk:
    """The walk of one table's rows over some cases: `cases` has a column for each of its tokens."""

    def __init__(
        self, rules: Rules, pattern: TablePattern, codes: Mapping[str, int], cases: pl.DataFrame
    ) -> None:
        self._rules, self._pattern, self._codes, self._cases = rules, pattern, codes, cases
        self._taken: dict[tuple[str, frozenset[str]], pl.Series] = {}

    def fits(self) -> Iterator[pl.Series]:
        """Tell for each row, one after the other, which cases it fits."""
        always = repeated(True, self._cases.height, pl.Boolean)
        for row in self._pattern.rows:
            cells = zip(self._pattern.columns, row.cells, strict=True)
            taken = (self._takes(name, cell) for name, cell in cells if cell is not None)
            yield reduce(and_, taken, always)

    def first(self) -> pl.Series:
        """Give the place of the first row that fits each case; null where none does.

        It is put together of its binary digits: to make numbers of truths takes the longest.
        """
        height = self._cases.height
        none_yet = repeated(True, height, pl.Boolean)
        digits = [~none_yet for _ in range((len(self._pattern.rows) - 1).bit_length())]
        for row, fits in enumerate(self.fits()):
            is_first = fits & none_yet
            none_yet &= ~fits
            for digit in range(row.bit_length()):
                if row >> digit & 1:
                    digits[digit] |= is_first
        place = repeated(0, height, PLACE)
        for digit, found in enumerate(digits):
            place |= same(1 << digit, PLACE).zip_with(found, same(0, PLACE))
        if none_yet.any():
            return place.zip_with(~none_yet, pl.Series([None], dtype=PLACE))
        return place

    def all(self) -> pl.DataFrame:
        """Give masks of all rows that fit each case, in words."""
        words: list[pl.Series] = []
        for at, fits in enumerate(self.fits()):
            bit = fits.cast(pl.Int64) * (1 << at % WORD)
            if at % WORD:
                words[-1] |= bit
            else:
                words.append(bit)
        return pl.DataFrame({f"_fitting_{number}": word for number, word in enumerate(words)})

    def _takes(self, name: str, cell: frozenset[str]) -> pl.Series:
        """Tell where a cell takes the token."""
        key = (name, cell)
        if key not in self._taken:
            self._taken[key] = self._kind_of(name)(name, cell)
        return self._taken[key]

    def _kind_of(self, name: str) -> Callable[[str, frozenset[str]], pl.Series]:
        if name in self._rules.tables:
            return self._takes_outcome
        fact = self._rules.facts.get(name)
        return self._takes_value if fact is not None and fact.choices else self._takes_truth

    def _takes_outcome(self, name: str, cell: frozenset[str]) -> pl.Series:
        domain = self._rules.tables[name].outcomes
        places = [place for place, outcome in enumerate(domain) if outcome in cell]
        return self._cases[inner_column(name)].is_in(places)

    def _takes_value(self, name: str, cell: frozenset[str]) -> pl.Series:
        codes = [self._codes[token] for token in cell if token != "unknown"]
        return self._cases[name].is_in(codes).fill_null("unknown" in cell)

    def _takes_truth(self, name: str, cell: frozenset[str]) -> pl.Series:
        at = self._pattern.columns.index(name)
        yes, no, _ = (token in cell for token in self._pattern.domains[at])
        unknown, truths = "unknown" in cell, self._cases[name]
        if no == unknown:
            return _BOTH[yes].zip_with(truths, _BOTH[no])
        if yes == unknown:
            return _BOTH[no].zip_with(~truths, _BOTH[yes])
        return by_truth(truths, _BOTH[yes], _BOTH[no], _BOTH[unknown])
