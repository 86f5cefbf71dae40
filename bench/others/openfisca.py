"""What OpenFisca's measurements share: variables of one kind of case, and the run of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.others.told import take_turns

PERIOD = "2018-06"
CASE = build_entity(key="case", plural="cases", label="", is_person=True)

Get = Callable[[str], Any]
"""Gives the values of a variable for all cases."""


def variable(name: str, find: Callable[[Get], Any] | None = None) -> type[Variable]:
    """Make an input, a small integer that is -1 where it is unknown; or what a formula gives."""

    def formula(case: Any, period: Any, _: Any) -> Any:
        assert find is not None
        return find(lambda other: case(other, period))

    attributes: dict[str, Any] = {
        "value_type": int, "entity": CASE, "definition_period": DateUnit.MONTH, "default_value": -1,
    }  # fmt: skip
    return type(name, (Variable,), attributes | ({"formula": formula} if find else {}))


def decide(given: pl.DataFrame, found: Iterable[type[Variable]], answers: Path) -> None:
    """Decide cases, held in memory as integers, again and again: by the variable `outcome`."""
    inputs = {name: given[name].to_numpy() for name in given.columns}
    system = TaxBenefitSystem([CASE])
    system.add_variables(*map(variable, inputs), *found)

    def run() -> list[int]:
        simulation = SimulationBuilder().build_default_simulation(system, given.height)
        for name, values in inputs.items():
            simulation.set_input(name, PERIOD, values)
        outcomes: list[int] = simulation.calculate("outcome", PERIOD)
        return outcomes

    take_turns("OpenFisca", version("openfisca-core"), run, answers)
