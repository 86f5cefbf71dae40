"""The table `continuation` written by hand in polars: what the column engine is measured against.

Three-valued like `hand_written.py`: null is unknown, `&` and `|` are Kleene's. What comes out is
the place of the row that fits, an integer; `OUTCOMES` and `ROWS` name it. Facts are taken as they
come: bounds and contradictions are not checked here.
"""

from __future__ import annotations

import polars as pl

ROWS = (
    ("not_started", "not_started"),
    ("needs_information", "start_unclear"),
    ("completed", "period_over"),
    ("needs_information", "period_unclear"),
    ("evaluation_due", "evaluation_due"),
    ("needs_information", "evaluation_unclear"),
    ("discontinue", "fails_after_remedy"),
    ("needs_information", "remedy_unclear"),
    ("notice", "fails_requirements"),
    ("needs_information", "requirements_unclear"),
    ("continue_with_follow_up", "off_strategy"),
    ("needs_information", "strategy_unclear"),
    ("continue", "all_well"),
)
(
    NOT_STARTED, START_UNCLEAR, PERIOD_OVER, PERIOD_UNCLEAR, EVALUATION_DUE, EVALUATION_UNCLEAR,
    FAILS_AFTER_REMEDY, REMEDY_UNCLEAR, FAILS_REQUIREMENTS, REQUIREMENTS_UNCLEAR, OFF_STRATEGY,
    STRATEGY_UNCLEAR, ALL_WELL,
) = range(len(ROWS))  # fmt: skip

MIN_YEARS = {"arena": 3, "nce": 10, "gce": 10}
MAX_YEARS = {"arena": 5, "nce": 10, "gce": 10}

c = pl.col


def month_and_day(day: pl.Expr) -> pl.Expr:
    """Give a number that orders days within a year."""
    return day.dt.month().cast(pl.Int32) * 32 + day.dt.day()


def by_level(values: dict[str, int]) -> pl.Expr:
    """Choose by the level; null where it is unknown."""
    chain: pl.Expr | None = None
    for level, value in values.items():
        when = pl.when(c("level") == level) if chain is None else chain.when(c("level") == level)  # type: ignore[attr-defined]
        chain = when.then(value)
    assert chain is not None
    return chain


def share(part: str, whole: str) -> tuple[pl.Expr, pl.Expr]:
    """Give a part, and a whole that is null where it is zero."""
    return c(part), pl.when(c(whole) != 0).then(c(whole))


def continuation(cases: pl.DataFrame) -> pl.Series:
    """Decide every case: the place of the row that fits."""
    as_of, admitted = c("as_of"), c("level_admitted_on")
    years = as_of.dt.year() - admitted.dt.year()
    years = years - (month_and_day(as_of) < month_and_day(admitted)).cast(pl.Int32)
    started = admitted <= as_of
    running = years < c("agreed_years")
    same_year = admitted.dt.year() == as_of.dt.year()
    evaluated = (c("evaluated_on").dt.year() == as_of.dt.year()) & (c("evaluated_on") <= as_of)
    evaluated = same_year | evaluated
    seats, all_seats = share("business_steering_seats", "steering_seats")
    taking_part, actors = share("participating_key_actors", "key_actors")
    meets = (
        c("agreed_years").is_between(by_level(MIN_YEARS), by_level(MAX_YEARS))
        & (c("business_actors") >= 1)
        & (c("knowledge_actors") >= 1)
        & (c("public_development_actors") >= 1)
        & (seats * 100 > all_seats * 50)
        & (c("clear_synergy_within_cluster") | c("clear_synergy_with_external"))
        & c("potential_value_creation")
        & c("potential_competitiveness")
        & c("potential_rests_on_cooperation")
        & (taking_part * 100 >= actors * 50)
        & c("active_leadership")
        & c("has_strategic_project")
        & c("project_can_increase_innovation")
        & c("project_can_bring_renewal")
        & c("project_can_be_reinforced")
    )
    over = c("notice_stands") & (as_of > c("remedy_deadline"))
    follows = c("develops_per_strategy") & c("develops_per_goals")
    found = cases.lazy().select(
        started=started, running=running, evaluated=evaluated, meets=meets, over=over,
        follows=follows,
    )  # fmt: skip
    row = (
        pl.when(~c("started")).then(NOT_STARTED)
        .when(c("started").is_null()).then(START_UNCLEAR)
        .when(~c("running")).then(PERIOD_OVER)
        .when(c("running").is_null()).then(PERIOD_UNCLEAR)
        .when(~c("evaluated")).then(EVALUATION_DUE)
        .when(c("evaluated").is_null()).then(EVALUATION_UNCLEAR)
        .when(~c("meets") & c("over")).then(FAILS_AFTER_REMEDY)
        .when(~c("meets") & c("over").is_null()).then(REMEDY_UNCLEAR)
        .when(~c("meets")).then(FAILS_REQUIREMENTS)
        .when(c("meets").is_null()).then(REQUIREMENTS_UNCLEAR)
        .when(~c("follows")).then(OFF_STRATEGY)
        .when(c("follows").is_null()).then(STRATEGY_UNCLEAR)
        .otherwise(ALL_WELL)
    )  # fmt: skip
    return found.select(row=row.cast(pl.UInt8)).collect()["row"]
