"""Findings, what they lack, and needs of many cases, put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import polars as pl

from nic_rules.engine.columns.finding import ColumnFinder, applies_column
from nic_rules.engine.columns.found import Found
from nic_rules.engine.columns.lacking import WORD, lacks_column
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.writing import text

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

FINDINGS = ("met", "not_met", "not_applicable", "unknown")


SEARCHED = 1 << 6
"""Different keys up to which it takes less time to search for each case's than to join them."""


def needs_of(found: Found, table: str, dtype: PolarsDataType) -> list[pl.Series]:
    """Give what cases need, and where they are stuck, as text of some type."""
    names, bad = (f"{table}.needs", f"{table}.stuck"), _bad(found, table)
    if not found.is_in_force(table):
        return [repeated(None, bad.len(), dtype).alias(name) for name in names]
    running, finder = found.running(table), found.finder(table)

    def joined(masks: pl.DataFrame, of: Sequence[str]) -> pl.DataFrame:
        return texts(masks, lambda mask: ";".join(named(mask, of)), dtype)

    needs = joined(masks_of_needs(found, table), finder.facts)
    stuck = joined(masks_of_stuck(found, table), running.tokens)
    told = zip(names, (*needs, *stuck), strict=True)
    return [_without(column.alias(name), bad) for name, column in told]


def findings_of(found: Found, table: str, lacks: bool) -> list[pl.Series]:
    """Give each criterion's finding, and what it lacks as text."""
    if not found.is_in_force(table):
        return []
    finder, made, bad = found.finder(table), found.masked(table), _bad(found, table)
    codes = made.select(finding_code(finder, name) for name in finder.criteria)
    word = pl.Series(FINDINGS, dtype=pl.Enum(FINDINGS))
    columns = [_without(word[code].alias(code.name), bad) for code in codes]
    if not lacks:
        return columns
    masks = made.select(
        one_key([pl.col(lacks_column(name, at)) for at in finder.words]).alias(f"{name}.lacks")
        for name in finder.criteria
    )
    told = texts(masks, lambda mask: ";".join(named(mask, finder.facts)))
    beside = zip(columns, (_without(column, bad) for column in told), strict=True)
    return [column for both in beside for column in both]


def values_of(found: Found, facts: Sequence[str]) -> list[pl.Series]:
    """Give the values of facts as text."""
    reader, bad = found.part.rules.reader, _none_decided(found)
    told = found.core.select(text(reader.facts[name], reader.codes).alias(name) for name in facts)
    return [_without(told[name], bad) for name in facts]


def finding_code(finder: ColumnFinder, name: str) -> pl.Expr:
    """Give the place of a criterion's finding among `FINDINGS`."""
    found = (~pl.col(name)).cast(pl.UInt32).fill_null(FINDINGS.index("unknown"))
    if finder.rules.criteria[name].applies_when is not None:
        not_applied = pl.col(applies_column(name)).eq_missing(False)
        not_applicable = pl.lit(FINDINGS.index("not_applicable"), pl.UInt32)
        found = pl.when(not_applied).then(not_applicable).otherwise(found)
    return found.alias(name)


def masks_of_needs(found: Found, table: str) -> pl.DataFrame:
    """Give the masks of what cases need, each as one key."""
    return _one_key_of(found.masked(table), "_needs_")


def masks_of_stuck(found: Found, table: str) -> pl.DataFrame:
    """Give the masks of the tokens that are stuck, each as one key."""
    return _one_key_of(found.masked(table), "_stuck_")


def _one_key_of(masked: pl.DataFrame, prefix: str) -> pl.DataFrame:
    words = [pl.col(name) for name in masked.columns if name.startswith(prefix)]
    return masked.select(one_key(words).alias("key"))


def one_key(words: Sequence[pl.Expr]) -> pl.Expr:
    """Put the words of a mask into one key: the word itself, or a text of several."""
    return words[0] if len(words) == 1 else pl.concat_str(words, separator=" ")


def named(masks: Sequence[int], names: Sequence[str]) -> list[str]:
    """Give the names whose bits are set in the words of a mask, sorted."""
    whole = sum(mask << (WORD * word) for word, mask in enumerate(masks))
    found = []
    while whole:  # few bits are set, of many
        bit = whole.bit_length() - 1
        found.append(names[bit])
        whole ^= 1 << bit
    return sorted(found)


def texts(
    keys: pl.DataFrame, told: Callable[[Sequence[int]], str], dtype: PolarsDataType = pl.String
) -> pl.DataFrame:
    """Put columns of keys into words, each different key of a column once."""
    return pl.DataFrame([_worded(column, told, dtype) for column in keys.get_columns()])


def _worded(
    keys: pl.Series, told: Callable[[Sequence[int]], str], dtype: PolarsDataType
) -> pl.Series:
    some = keys.drop_nulls().unique().sort()
    words = pl.Series(
        keys.name,
        [told([key] if isinstance(key, int) else [*map(int, key.split(" "))]) for key in some],
        dtype=dtype,
    )
    if keys.null_count() or keys.dtype == pl.String or some.len() > SEARCHED:
        return keys.replace_strict(some, words, return_dtype=dtype)
    if some.len() == 1:
        return words.new_from_index(0, keys.len())
    return words.gather(some.search_sorted(keys))


def _none_decided(found: Found) -> pl.Series:
    return found.part.answers.to_series().is_null()


def _bad(found: Found, table: str) -> pl.Series:
    return found.part.answers[table].is_null()


def _without(column: pl.Series, bad: pl.Series) -> pl.Series:
    if not bad.any():
        return column
    return column.zip_with(~bad, pl.Series([None], dtype=column.dtype))
