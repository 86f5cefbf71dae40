"""What is wrong with rows, as a frame."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from nic_rules.diagnostics import Diagnostic
from nic_rules.engine.columns.lookup import repeated

ROW = "row"

PROBLEMS = pl.Schema(
    {
        ROW: pl.Int64,
        "column": pl.String,
        "value": pl.String,
        "code": pl.String,
        "message": pl.String,
        "hint": pl.String,
    }
)
"""The columns of problems: the row's number from 1, and what is wrong, as for one case."""


def rows_at(indices: Iterable[int], height: int) -> pl.Series:
    """Give which rows are among some."""
    rows = repeated(False, height, pl.Boolean)
    return rows.scatter(sorted(set(indices)), True)


def problem_frame(problems: Iterable[tuple[int, Diagnostic]], first_row: int) -> pl.DataFrame:
    """Write problems as a frame; a constraint's is of no column."""
    rows = [
        (first_row + index, d.fact or "", d.value or "", d.code, d.message, d.hint)
        for index, d in problems
    ]
    return pl.DataFrame(rows, schema=PROBLEMS, orient="row")
