"""The table `continuation` in polars, written by hand: what the column engine's speed is held to.

The same rules as `hand_written.py`, as one would write them for a frame without an engine: final
types in the columns, null for unknown, the & and | of Kleene, one pass over the rows. Types,
bounds and contradictions are not checked here. The row comes out as a small integer.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from bench.hand_written import (
    BROAD_PARTICIPATION_PERCENT,
    COUNT_FROM,
    DRIVERS_SEAT_PERCENT,
    MAX_YEARS,
    MIN_ACTORS_OF_EACH_KIND,
    MIN_YEARS,
)

ROWS = (
    "not_started", "start_unclear", "period_over", "period_unclear", "evaluation_due",
    "evaluation_unclear", "fails_after_remedy", "remedy_unclear", "fails_requirements",
    "requirements_unclear", "off_strategy", "strategy_unclear", "all_well",
)  # fmt: skip
"""The rows, by the numbers that come out."""

DAY = date(2018, 6, 1)
"""The day that cases are measured as of."""


def number_of(row: str) -> pl.Expr:
    """Give the number of a row."""
    return pl.lit(ROWS.index(row), pl.UInt8)


def met_by_share(part: str, whole: str, percent: int, *, more: bool) -> pl.Expr:
    """Compare a share with a percentage; unknown where the whole is zero."""
    left, right = 100 * pl.col(part).cast(pl.Int64), percent * pl.col(whole).cast(pl.Int64)
    met = left > right if more else left >= right
    return pl.when(pl.col(whole) != 0).then(met)


def meets_requirements() -> pl.Expr:
    """Find the five characteristics as at review, and a duration within the level's bounds."""
    level, agreed = pl.col("level"), pl.col("agreed_years")
    least = level.replace_strict(MIN_YEARS, default=None, return_dtype=pl.Int64)
    most = level.replace_strict(MAX_YEARS, default=None, return_dtype=pl.Int64)
    kinds = ("business_actors", "knowledge_actors", "public_development_actors")
    met = (least <= agreed) & (agreed <= most)
    for kind in kinds:
        met &= pl.col(kind) >= MIN_ACTORS_OF_EACH_KIND
    met &= met_by_share(
        "business_steering_seats", "steering_seats", DRIVERS_SEAT_PERCENT, more=True
    )
    met &= pl.col("clear_synergy_within_cluster") | pl.col("clear_synergy_with_external")
    met &= met_by_share(
        "participating_key_actors", "key_actors", BROAD_PARTICIPATION_PERCENT, more=False
    )
    for name in (
        "potential_value_creation", "potential_competitiveness", "potential_rests_on_cooperation",
        "active_leadership", "has_strategic_project", "project_can_increase_innovation",
        "project_can_bring_renewal", "project_can_be_reinforced",
    ):  # fmt: skip
        met &= pl.col(name)
    return met


def continuation(as_of: date) -> pl.Expr:
    """Give the number of the first row that fits."""
    admitted, counted = pl.col("level_admitted_on"), pl.col(COUNT_FROM)
    agreed, evaluated = pl.col("agreed_years"), pl.col("evaluated_on")
    later = (counted.dt.month() > as_of.month) | (
        (counted.dt.month() == as_of.month) & (counted.dt.day() > as_of.day)
    )
    running = as_of.year - counted.dt.year() - later.cast(pl.Int32) < agreed
    this_year = (evaluated <= as_of) & (evaluated.dt.year() == as_of.year)
    done = this_year | (admitted.dt.year() == as_of.year)
    meets = pl.col("__meets")
    over = pl.col("notice_stands") & (pl.col("remedy_deadline") < as_of)
    follows = pl.col("develops_per_strategy") & pl.col("develops_per_goals")
    return (
        pl.when(admitted.is_null()).then(number_of("start_unclear"))
        .when(admitted > as_of).then(number_of("not_started"))
        .when(running.is_null()).then(number_of("period_unclear"))
        .when(~running).then(number_of("period_over"))
        .when(done.is_null()).then(number_of("evaluation_unclear"))
        .when(~done).then(number_of("evaluation_due"))
        .when(~meets & over).then(number_of("fails_after_remedy"))
        .when(~meets & over.is_null()).then(number_of("remedy_unclear"))
        .when(~meets).then(number_of("fails_requirements"))
        .when(meets.is_null()).then(number_of("requirements_unclear"))
        .when(~follows).then(number_of("off_strategy"))
        .when(follows.is_null()).then(number_of("strategy_unclear"))
        .otherwise(number_of("all_well"))
    )  # fmt: skip


def decide(frame: pl.DataFrame, as_of: date) -> pl.Series:
    """Decide a frame of cases as of one day."""
    asked = frame.lazy().with_columns(__meets=meets_requirements())
    return asked.select(row=continuation(as_of)).collect()["row"]
