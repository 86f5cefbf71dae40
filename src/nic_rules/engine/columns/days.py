"""Columns of days that are no fact's: `as_of` and `rules_on`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from nic_rules.diagnostics import Diagnostic, shown
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.values import is_text, packed_days, packed_text
from nic_rules.rulebook.given import as_written


def day_column(column: pl.Series) -> pl.Series:
    """Give days packed, null for none and for what is no day."""
    if column.dtype == pl.Date:
        low, high = column.min(), column.max()
        if low is None:
            return column.cast(pl.Int64)
        assert isinstance(low, date)
        assert isinstance(high, date)
        return column.to_frame().select(packed_days(pl.first(), low, high)).to_series()
    if is_text(column.dtype):
        text = column.cast(pl.String).to_frame()
        return text.select(packed_text(pl.first())).to_series().alias(column.name)
    return repeated(None, column.len(), pl.Int64).alias(column.name)


def wrong_days(column: pl.Series, days: pl.Series) -> Iterator[tuple[int, Diagnostic]]:
    """Give what is no day in a column of days that are no fact's."""
    if days.null_count() == column.null_count():
        return
    indices = (days.is_null() & column.is_not_null()).arg_true()
    for index, value in zip(indices, column.gather(indices).to_list(), strict=True):
        if value == "":
            continue
        if isinstance(value, str):
            expected = "a day written YYYY-MM-DD, such as `2015-03-01`"
            if _looks_like_a_day(value):
                expected = "a day that the calendar has"
            message, code = f"{shown(value)} is not {expected}", "NIC504"
        else:
            message, code = "expected a day, written `YYYY-MM-DD`", "NIC503"
        written = as_written(value)
        yield index, Diagnostic(code, "error", message, fact=column.name, value=written)


def _looks_like_a_day(text: str) -> bool:
    parts = text.split("-")
    return [len(part) for part in parts] == [4, 2, 2] and all(
        part.isascii() and part.isdigit() for part in parts
    )
