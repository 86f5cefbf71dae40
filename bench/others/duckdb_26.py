"""The 26 criteria as one SQL statement of DuckDB, whose null is unknown as ours is.

python -m bench.others.duckdb_26 CASES.parquet ANSWERS.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bench.others.told import take_turns
from bench.twenty_six import Shape, shapes

SQL = {
    "flag": "{0}",
    "both": "({0} AND {1})",
    "one": "({0} OR {1})",
    "not": "(NOT {0})",
    "least": "({0} >= 10)",
    "between": "({0} >= 5 AND {0} <= 95)",
    "sum": "({0} + {1} >= 20)",
    "share": "(CASE WHEN {1} <> 0 THEN {0} * 10 >= {1} END)",
    "kind": "({0} IN ('one', 'two'))",
}


def condition(shape: Shape) -> str:
    """Write a criterion."""
    return SQL[shape.form].format(*shape.facts)


def main(cases: Path, answers: Path) -> None:
    """Decide the cases of a file, held in memory, again and again."""
    frame = pl.read_parquet(cases).to_arrow()
    connection: Any = duckdb.connect()
    connection.execute("SET threads TO 2")
    connection.register("given", frame)
    connection.execute("CREATE TABLE cases AS SELECT * FROM given")
    every = " AND ".join(map(condition, shapes()))
    ask = f"SELECT CASE WHEN q THEN 1 WHEN NOT q THEN 0 ELSE 2 END::UTINYINT AS outcome FROM (SELECT {every} AS q FROM cases)"  # noqa: E501

    def run() -> list[int]:
        found: list[int] = connection.execute(ask).fetchnumpy()["outcome"]
        return found

    take_turns("DuckDB", duckdb.__version__, run, answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
