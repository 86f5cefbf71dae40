"""The 26 criteria as variables of OpenFisca, with formulas in numpy.

    python -m bench.others.openfisca_26 CASES.parquet ANSWERS.parquet

OpenFisca has no unknown: -1 stands for it in every input, and formulas carry it along by hand, as
whoever needs it there has to.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.others.openfisca import Get, decide, variable
from bench.twenty_six import COUNTS, FLAGS, KINDS, VALUES, Shape, shapes


def truth(known: Any, met: Any) -> Any:
    """Give 1, 0, or -1 for unknown."""
    return np.where(known, met.astype(np.int32), -1)


def found(shape: Shape, get: Get) -> Any:
    """Find a criterion."""
    a, b = get(shape.facts[0]), get(shape.facts[-1])
    match shape.form:
        case "flag":
            return a
        case "not":
            return truth(a >= 0, a == 0)
        case "both":
            return np.where((a == 0) | (b == 0), 0, np.where((a < 0) | (b < 0), -1, 1))
        case "one":
            return np.where((a == 1) | (b == 1), 1, np.where((a < 0) | (b < 0), -1, 0))
        case "least":
            return truth(a >= 0, a >= 10)
        case "between":
            return truth(a >= 0, (a >= 5) & (a <= 95))
        case "sum":
            return truth((a >= 0) & (b >= 0), a + b >= 20)
        case "share":
            return truth((a >= 0) & (b > 0), a * 10 >= b)
    return truth(a >= 0, a <= VALUES.index("two"))


def outcome(get: Get) -> Any:
    """Give the number of the outcome."""
    findings = [get(f"c_{number}") for number, _ in enumerate(shapes())]
    least = np.minimum.reduce(findings)
    refused = np.logical_or.reduce([finding == 0 for finding in findings])
    return np.where(refused, 0, np.where(least == 1, 1, 2))


def main(cases: Path, answers: Path) -> None:
    """Decide the cases of a file, held in memory, again and again."""
    codes = {value: number for number, value in enumerate(VALUES)}
    kinds = [pl.col(k).replace_strict(codes, return_dtype=pl.Int32) for k in KINDS]
    numbers = pl.read_parquet(cases).with_columns(kinds).cast(pl.Int32).fill_null(-1)
    criteria = [variable(f"c_{n}", partial(found, shape)) for n, shape in enumerate(shapes())]
    given = numbers.select(*FLAGS, *COUNTS, *KINDS)
    decide(given, (*criteria, variable("outcome", outcome)), answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
