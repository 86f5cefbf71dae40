"""The 26 criteria as variables of OpenFisca, with formulas in numpy.

    python -m bench.others.openfisca_26 CASES.parquet ANSWERS.parquet

OpenFisca has no unknown: -1 stands for it in every input, and formulas carry it along by hand, as
whoever needs it there has to.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.others.told import take_turns
from bench.twenty_six import COUNTS, FLAGS, KINDS, VALUES, Shape, shapes

PERIOD = "2016-01"
CASE = build_entity(key="case", plural="cases", label="", is_person=True)


def input_variable(name: str) -> type[Variable]:
    """Make an input: a small integer, -1 where it is unknown."""
    attributes = {
        "value_type": int, "entity": CASE, "definition_period": DateUnit.MONTH, "default_value": -1,
    }  # fmt: skip
    return type(name, (Variable,), attributes)


def truth(known: Any, met: Any) -> Any:
    """Give 1, 0, or -1 for unknown."""
    return np.where(known, met.astype(np.int32), -1)


def found(shape: Shape, get: Any) -> Any:
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


def criterion(number: int, shape: Shape) -> type[Variable]:
    """Make the variable of a criterion."""

    def formula(case: Any, period: Any, _: Any) -> Any:
        return found(shape, lambda name: case(name, period))

    attributes = {
        "value_type": int, "entity": CASE, "definition_period": DateUnit.MONTH, "formula": formula,
    }  # fmt: skip
    return type(f"c_{number}", (Variable,), attributes)


def outcome_variable(count: int) -> type[Variable]:
    """Make the variable of the outcome."""

    def formula(case: Any, period: Any, _: Any) -> Any:
        findings = [case(f"c_{number}", period) for number in range(count)]
        least = np.minimum.reduce(findings)
        refused = np.logical_or.reduce([finding == 0 for finding in findings])
        return np.where(refused, 0, np.where(least == 1, 1, 2))

    attributes = {
        "value_type": int, "entity": CASE, "definition_period": DateUnit.MONTH, "formula": formula,
    }  # fmt: skip
    return type("outcome", (Variable,), attributes)


def main(cases: Path, answers: Path) -> None:
    """Decide the cases of a file, held in memory, again and again."""
    frame = pl.read_parquet(cases)
    codes = {value: number for number, value in enumerate(VALUES)}
    kinds = [pl.col(k).replace_strict(codes, return_dtype=pl.Int32) for k in KINDS]
    numbers = frame.with_columns(kinds).cast(pl.Int32).fill_null(-1)
    inputs = {name: numbers[name].to_numpy() for name in (*FLAGS, *COUNTS, *KINDS)}
    system = TaxBenefitSystem([CASE])
    system.add_variables(*map(input_variable, inputs))
    each = [*shapes()]
    system.add_variables(*(criterion(n, shape) for n, shape in enumerate(each)))
    system.add_variable(outcome_variable(len(each)))

    def run() -> list[int]:
        simulation = SimulationBuilder().build_default_simulation(system, frame.height)
        for name, values in inputs.items():
            simulation.set_input(name, PERIOD, values)
        found: list[int] = simulation.calculate("outcome", PERIOD)
        return found

    take_turns("OpenFisca", version("openfisca-core"), run, answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
