"""The table `continuation` as one SQL statement of DuckDB, whose null is unknown as ours is.

    python -m bench.others.duckdb_continuation CASES.parquet ANSWERS.parquet

The number of the row that fits comes out, as `hand_written_columns.py` numbers rows.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
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
from bench.others.told import take_turns

TRUE = (
    "potential_value_creation", "potential_competitiveness", "potential_rests_on_cooperation",
    "active_leadership", "has_strategic_project", "project_can_increase_innovation",
    "project_can_bring_renewal", "project_can_be_reinforced",
    "(clear_synergy_within_cluster OR clear_synergy_with_external)",
)  # fmt: skip


def by_level(years: dict[str, int]) -> str:
    """Choose a number by the level."""
    ways = " ".join(f"WHEN '{one}' THEN {number}" for one, number in years.items())
    return f"CASE level {ways} END"


def share(part: str, whole: str, comparison: str, percent: int) -> str:
    """Compare a share with a percentage; unknown where the whole is zero."""
    return f"(CASE WHEN {whole} <> 0 THEN 100 * {part} {comparison} {percent} * {whole} END)"


def meets_requirements() -> str:
    """Find the five characteristics as at review, and a duration within the level's bounds."""
    kinds = ("business_actors", "knowledge_actors", "public_development_actors")
    every = [
        f"agreed_years BETWEEN {by_level(MIN_YEARS)} AND {by_level(MAX_YEARS)}",
        *(f"{kind} >= {MIN_ACTORS_OF_EACH_KIND}" for kind in kinds),
        share("business_steering_seats", "steering_seats", ">", DRIVERS_SEAT_PERCENT),
        share("participating_key_actors", "key_actors", ">=", BROAD_PARTICIPATION_PERCENT),
        *TRUE,
    ]
    return " AND ".join(every)


def statement(day: date) -> str:
    """Write the table: the first row that fits."""
    today, year = f"DATE '{day}'", day.year
    over = f"(month({COUNT_FROM}), day({COUNT_FROM})) > ({day.month}, {day.day})"
    running = f"{year} - year({COUNT_FROM}) - (CASE WHEN {over} THEN 1 ELSE 0 END) < agreed_years"
    done = (
        f"((evaluated_on <= {today} AND year(evaluated_on) = {year})"
        f" OR year(level_admitted_on) = {year})"
    )
    rows = {
        "start_unclear": "level_admitted_on IS NULL",
        "not_started": f"level_admitted_on > {today}",
        "period_unclear": "running IS NULL",
        "period_over": "NOT running",
        "evaluation_unclear": "done IS NULL",
        "evaluation_due": "NOT done",
        "fails_after_remedy": "NOT meets AND past_remedy",
        "remedy_unclear": "NOT meets AND past_remedy IS NULL",
        "fails_requirements": "NOT meets",
        "requirements_unclear": "meets IS NULL",
        "off_strategy": "NOT follows",
        "strategy_unclear": "follows IS NULL",
    }
    cases = " ".join(f"WHEN {when} THEN {ROWS.index(row)}" for row, when in rows.items())
    return f"""
        SELECT (CASE {cases} ELSE {ROWS.index("all_well")} END)::UTINYINT AS outcome FROM (
            SELECT level_admitted_on, {running} AS running, {done} AS done,
                {meets_requirements()} AS meets,
                notice_stands AND remedy_deadline < {today} AS past_remedy,
                develops_per_strategy AND develops_per_goals AS follows
            FROM cases
        )"""


def main(cases: Path, answers: Path) -> None:
    """Decide the cases of a file, held in memory, again and again."""
    frame = pl.read_parquet(cases).with_columns(pl.col("level").cast(pl.String)).to_arrow()
    connection: Any = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.register("given", frame)
    connection.execute("CREATE TABLE cases AS SELECT * FROM given")
    ask = statement(DAY)

    def run() -> list[int]:
        found: list[int] = connection.execute(ask).fetchnumpy()["outcome"]
        return found

    take_turns("DuckDB", duckdb.__version__, run, answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
