"""The table `continuation` as variables of OpenFisca, with formulas in numpy.

    python -m bench.others.openfisca_continuation CASES.parquet ANSWERS.parquet

OpenFisca has no unknown: -1 stands for it in every input, and formulas carry it along by hand, as
whoever needs it there has to. Dates are integers made beforehand, of eight digits. The number of
the row that fits comes out, as `hand_written_columns.py` numbers rows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.hand_written import (
    BROAD_PARTICIPATION_PERCENT,
    COUNT_FROM,
    DRIVERS_SEAT_PERCENT,
    MAX_YEARS,
    MIN_ACTORS_OF_EACH_KIND,
    MIN_YEARS,
)
from bench.hand_written_columns import DAY, ROWS
from bench.others.openfisca import Get, decide, variable

LEVELS = ("arena", "nce", "gce")
TODAY = DAY.year * 10_000 + DAY.month * 100 + DAY.day
TRUE = (
    "potential_value_creation", "potential_competitiveness", "potential_rests_on_cooperation",
    "active_leadership", "has_strategic_project", "project_can_increase_innovation",
    "project_can_bring_renewal", "project_can_be_reinforced",
)  # fmt: skip

# --- three-valued truths: 1, 0, or -1 for unknown


def truth(known: Any, met: Any) -> Any:
    """Give a truth that is known in some cases."""
    return np.where(known, met.astype(np.int32), -1)


def every(*truths: Any) -> Any:
    """Give whether all are true."""
    is_false = np.logical_or.reduce([one == 0 for one in truths])
    return np.where(is_false, 0, np.minimum.reduce(truths))


def either(one: Any, other: Any) -> Any:
    """Give whether one of two is true."""
    return np.where((one == 1) | (other == 1), 1, np.where((one < 0) | (other < 0), -1, 0))


def share(part: Any, whole: Any, percent: int, compare: Callable[[Any, Any], Any]) -> Any:
    """Compare a share with a percentage; unknown where the whole is zero."""
    return truth((part >= 0) & (whole > 0), compare(100 * part, percent * whole))


# --- what the table rests on


def running(get: Get) -> Any:
    """Find whether fewer years than agreed are completed."""
    counted, agreed = get(COUNT_FROM), get("agreed_years")
    later = counted % 10_000 > TODAY % 10_000
    return truth((counted >= 0) & (agreed >= 0), DAY.year - counted // 10_000 - later < agreed)


def done(get: Get) -> Any:
    """Find whether this year's evaluation is done, or none is due."""
    evaluated, admitted = get("evaluated_on"), get("level_admitted_on")
    this_year = (evaluated <= TODAY) & (evaluated // 10_000 == DAY.year)
    entered = truth(admitted >= 0, admitted // 10_000 == DAY.year)
    return either(truth(evaluated >= 0, this_year), entered)


def meets(get: Get) -> Any:
    """Find the five characteristics as at review, and a duration within the level's bounds."""
    level, agreed = get("level"), get("agreed_years")
    least = np.array([MIN_YEARS[one] for one in LEVELS])[level]
    most = np.array([MAX_YEARS[one] for one in LEVELS])[level]
    kinds = map(get, ("business_actors", "knowledge_actors", "public_development_actors"))
    return every(
        truth((level >= 0) & (agreed >= 0), (least <= agreed) & (agreed <= most)),
        *(truth(kind >= 0, kind >= MIN_ACTORS_OF_EACH_KIND) for kind in kinds),
        share(
            get("business_steering_seats"), get("steering_seats"), DRIVERS_SEAT_PERCENT, np.greater
        ),
        share(
            get("participating_key_actors"),
            get("key_actors"),
            BROAD_PARTICIPATION_PERCENT,
            np.greater_equal,
        ),
        either(get("clear_synergy_within_cluster"), get("clear_synergy_with_external")),
        *map(get, TRUE),
    )


def past_remedy(get: Get) -> Any:
    """Find whether the time to remedy what a notice stands for is over."""
    deadline = get("remedy_deadline")
    return every(get("notice_stands"), truth(deadline >= 0, deadline < TODAY))


def follows(get: Get) -> Any:
    """Find whether the cluster develops as it set out to."""
    return every(get("develops_per_strategy"), get("develops_per_goals"))


def outcome(get: Get) -> Any:
    """Give the number of the first row that fits."""
    admitted, is_running, is_done = get("level_admitted_on"), get("running"), get("done")
    all_met, over, as_planned = get("meets"), get("past_remedy"), get("follows")
    rows = {
        "start_unclear": admitted < 0,
        "not_started": admitted > TODAY,
        "period_unclear": is_running < 0,
        "period_over": is_running == 0,
        "evaluation_unclear": is_done < 0,
        "evaluation_due": is_done == 0,
        "fails_after_remedy": (all_met == 0) & (over == 1),
        "remedy_unclear": (all_met == 0) & (over < 0),
        "fails_requirements": all_met == 0,
        "requirements_unclear": all_met < 0,
        "off_strategy": as_planned == 0,
        "strategy_unclear": as_planned < 0,
    }
    return np.select([*rows.values()], [*map(ROWS.index, rows)], default=ROWS.index("all_well"))


FORMULAS = (running, done, meets, past_remedy, follows, outcome)


def numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Put cases into integers."""
    day = pl.col(pl.Date)
    return frame.with_columns(
        day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day(),
        pl.col("level").cast(pl.Enum(LEVELS)).to_physical(),
    ).select(pl.all().cast(pl.Int32).fill_null(-1))


def main(cases: Path, answers: Path) -> None:
    """Decide the cases of a file, held in memory, again and again."""
    found = (variable(find.__name__, find) for find in FORMULAS)
    decide(numbers(pl.read_parquet(cases)), found, answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
