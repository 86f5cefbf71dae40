"""The book of `twenty_six.py` for frames: random ones, and its table by hand in polars."""

from __future__ import annotations

from functools import reduce
from operator import and_

import polars as pl

from bench.twenty_six import COUNTS, FLAGS, FORMS, KINDS, MOST, VALUES, shapes

MISSING = 0.1
OUTCOMES = ("refused", "accepted", "unclear")
"""The outcomes, by the numbers that come out by hand."""


def random_frame(count: int, seed: int) -> pl.DataFrame:
    """Draw cases in columns that mostly pass, with a share of the facts missing."""
    base = pl.select(at=pl.int_range(count))
    columns: list[pl.Expr] = []
    names = (*FLAGS, *COUNTS, *KINDS)
    for number, name in enumerate(names):
        drawn = pl.col("at").hash(seed * 1_000 + number)
        known = drawn // 1_000 % 1_000 >= int(1_000 * MISSING)
        if name in FLAGS:
            # of the facts that `not` is about, false passes
            passes = drawn % 100 < 97
            value = ~passes if name in _DENIED else passes
        elif name in COUNTS:
            value = (drawn % (MOST + 1)).cast(pl.Int64)
            value = pl.when(drawn // 1_000_000 % 100 < 90).then(value.clip(20, 90)).otherwise(value)
        else:
            value = pl.when(drawn % 100 < 97).then(pl.lit(VALUES[0])).otherwise(pl.lit(VALUES[2]))
        columns.append(pl.when(known).then(value).alias(name))
    return base.select(columns)


_DENIED = {shape.facts[0] for shape in shapes() if shape.form == "not"} - {
    fact for shape in shapes() if shape.form != "not" for fact in shape.facts
}


def _criterion(form: str, facts: tuple[str, ...]) -> pl.Expr:
    first = pl.col(facts[0])
    second = pl.col(facts[-1])
    match form:
        case "flag":
            return first
        case "both":
            return first & second
        case "one":
            return first | second
        case "not":
            return ~first
        case "least":
            return first >= 10
        case "between":
            return (first >= 5) & (first <= 95)
        case "sum":
            return first + second >= 20
        case "share":
            return pl.when(second != 0).then(first * 10 >= second)
        case "kind":
            return (first == "one") | (first == "two")
    raise ValueError(form)


def by_hand(frame: pl.DataFrame) -> pl.Series:
    """Give the number of each case's outcome: one false refuses, all true accept."""
    criteria = [_criterion(shape.form, shape.facts) for shape in shapes()]
    every = reduce(and_, criteria)
    refused, accepted, unclear = (pl.lit(number, pl.UInt8) for number in range(3))
    outcome = pl.when(every).then(accepted).when(~every).then(refused).otherwise(unclear)
    assert len(criteria) == len(FORMS)
    return frame.lazy().select(outcome=outcome).collect()["outcome"]
