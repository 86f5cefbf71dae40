"""Findings, what they lack, and needs of many cases: found again, and put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from nic_rules.engine.columns.finding import WORD, ColumnFinder, applies_column, lacks_column
from nic_rules.engine.columns.needing import needs_masks, stuck_masks
from nic_rules.engine.columns.parts import Part
from nic_rules.language.lower import AS_OF

FINDINGS = ("met", "not_met", "not_applicable", "unknown")


def _bad(part: Part, table: str) -> pl.Series:
    return part.answers[table].is_null()


def masked(part: Part, table: str) -> pl.DataFrame:
    """Find everything about some cases again, and what they need."""
    running = part.edition.compiled.tables[table]
    finder = part.rules.whole(running)
    core = part.rules.reader.read(part.cases, part.first_row, part.as_of).core
    names = [AS_OF, *finder.criteria, *(n for n in running.tokens if n in finder.facts)]
    names += [applies_column(n) for n in conditional(finder)]
    names += [lacks_column(n, word) for n in finder.criteria for word in finder.words]
    found = finder.found(core.lazy()).select(names).collect()
    needs = needs_masks(finder, running, found, part.rules.counted[table])
    stuck = found.with_columns(stuck_masks(finder, running))
    return pl.concat([stuck, needs], how="horizontal")


def conditional(finder: ColumnFinder) -> list[str]:
    """Give the criteria that may not apply."""
    return [n for n in finder.criteria if finder.rules.criteria[n].applies_when is not None]


def needs_of(part: Part, table: str) -> list[pl.Series]:
    """Give what cases need, and where they are stuck, as text."""
    running = part.edition.compiled.tables[table]
    finder = part.rules.whole(running)
    found = masked(part, table)
    bad = _bad(part, table)
    words = [f"_needs_{word}" for word in finder.words]
    needs = _texts(found, words, finder.named).alias(f"{table}.needs")
    tokens = [name for name in found.columns if name.startswith("_stuck_")]

    def named(masks: Sequence[int]) -> list[str]:
        whole = sum(mask << (WORD * word) for word, mask in enumerate(masks))
        return sorted(n for bit, n in enumerate(running.tokens) if whole >> bit & 1)

    stuck = _texts(found, tokens, named).alias(f"{table}.stuck")
    return [_without(needs, bad), _without(stuck, bad)]


def findings_of(part: Part, table: str, lacks: bool) -> list[pl.Series]:
    """Give each criterion's finding, and what it lacks as text."""
    finder = part.rules.whole(part.edition.compiled.tables[table])
    made, bad = masked(part, table), _bad(part, table)
    word = pl.Enum(FINDINGS)
    columns = []
    for name in finder.criteria:
        truth = pl.col(name)
        found = (~truth).cast(pl.UInt32).fill_null(FINDINGS.index("unknown"))
        if finder.rules.criteria[name].applies_when is not None:
            not_applied = pl.col(applies_column(name)).eq_missing(False)
            not_applicable = pl.lit(FINDINGS.index("not_applicable"), pl.UInt32)
            found = pl.when(not_applied).then(not_applicable).otherwise(found)
        codes = made.select(found.alias(name))[name]
        columns.append(_without(pl.Series(FINDINGS, dtype=word).gather(codes).alias(name), bad))
        if lacks:
            words = [lacks_column(name, at) for at in finder.words]
            told = _texts(made, words, finder.named).alias(f"{name}.lacks")
            columns.append(_without(told, bad))
    return columns


def _texts(
    masked: pl.DataFrame, words: Sequence[str], named: Callable[[Sequence[int]], list[str]]
) -> pl.Series:
    """Turn masks into names joined by `;`, each different mask once."""
    masks = masked.select(words)
    distinct = masks.unique()
    texts = [";".join(named(row)) for row in distinct.iter_rows()]
    told = distinct.with_columns(pl.Series("_text", texts, dtype=pl.String))
    return masks.join(told, on=list(words), how="left", maintain_order="left")["_text"]


def _without(column: pl.Series, bad: pl.Series) -> pl.Series:
    if not bad.any():
        return column
    return column.zip_with(~bad, pl.Series([None], dtype=column.dtype))
