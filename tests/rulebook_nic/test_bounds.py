"""Both sides of every bound are watched: a rule moved by one step makes some scenario fail.

Each mutant is the shipped book with one line changed: a parameter's value or day a step up or down
or turned round, a comparison made strict or lenient, an `and` made an `or`, a cell of a row left
out. A mutant that no scenario notices is a bound, or a part of a condition, that nobody has written
a case for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from nic_rules.authoring.scenarios import run_scenarios
from tests.rulebook_nic.nic import NIC, with_file

TURNED = {
    " <= ": " < ", " < ": " <= ", " >= ": " > ", " > ": " >= ", " == ": " != ",
    " and ": " or ", " or ": " and ",
}  # fmt: skip
BEHIND_A_SWITCH = "or (count_from_first_admission and"
"""What a switch that is off keeps from deciding: test_hard_cases watches it."""

_VALUE = re.compile(r"(?<=[ {])\d{4}-\d\d-\d\d(?=[,}])|(?<= )\d+(?:\.\d+)?(?=[,}])|true|false")


@dataclass(frozen=True)
class Mutant:
    """One line of a rule file, and what stands in its place."""

    file: Path
    line: int
    instead: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(NIC)}:{self.line + 1}: {self.instead.strip()}"


def mutants() -> Iterator[Mutant]:
    """Give every mutant of the rules."""
    for file in sorted(NIC.rglob("*.yaml")):
        if "scenarios" in file.parts or "facts" in file.parts:
            continue
        yield from _fewer_cells(file)
        within = False  # an expression over several lines
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            key = line.strip(" -").partition(":")[0]
            if line.strip().startswith("- {from:"):
                yield from (Mutant(file, number, other) for other in _moved(line))
            within = key in ("met_when", "holds_when", "applies_when") or (
                within and not re.match(r" *(- )?\w+:", line)
            )
            if within and BEHIND_A_SWITCH not in line:
                yield from (Mutant(file, number, other) for other in _turned(line))


def _moved(line: str) -> Iterator[str]:
    """Move each value of a parameter's entry a step either way."""
    for found in _VALUE.finditer(line):
        for value in _steps(found[0]):
            yield line[: found.start()] + value + line[found.end() :]


def _steps(value: str) -> list[str]:
    if value in ("true", "false"):
        return ["false" if value == "true" else "true"]
    if "-" in value:
        day = date.fromisoformat(value)
        return [(day + timedelta(step)).isoformat() for step in (-1, 1)]
    if "." in value:
        return [f"{float(value) + step:.2f}" for step in (-0.01, 0.01)]
    return [str(int(value) + step) for step in (-1, 1)]


def _turned(line: str) -> Iterator[str]:
    padded = f"{line} "
    for sign, other in TURNED.items():
        for found in re.finditer(re.escape(sign), padded):
            yield (padded[: found.start()] + other + padded[found.end() :]).rstrip()


def _fewer_cells(file: Path) -> Iterator[Mutant]:
    """Leave out each cell of each row, but for a last row that takes whatever is left."""
    lines = file.read_text(encoding="utf-8").splitlines()
    rows = [number for number, line in enumerate(lines) if line.strip().startswith("when: {")]
    for number in rows[:-1] if "  hit_policy: first" in lines else rows:
        cells = re.findall(r"\w+: (?:\[[^]]*]|\w+)", lines[number].partition("{")[2])
        for left_out in cells:
            kept = ", ".join(cell for cell in cells if cell != left_out)
            yield Mutant(file, number, f"      when: {{{kept}}}")


MUTANTS = list(mutants())


def test_there_are_mutants_of_every_kind() -> None:
    """Parameters, criteria, constraints and tables all give some."""
    names = {mutant.file.relative_to(NIC).parts[0] for mutant in MUTANTS}
    assert {"areas", "constraints.yaml", "levels", "tables", "target_group"} == names


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_some_scenario_notices(mutant: Mutant, tmp_path: Path) -> None:
    """With one line changed, at least one scenario fails."""
    lines = mutant.file.read_text(encoding="utf-8").splitlines()
    assert lines[mutant.line] != mutant.instead
    lines[mutant.line] = mutant.instead
    file = str(mutant.file.relative_to(NIC))
    book = with_file(tmp_path, file, "\n".join(lines))
    assert not all(result.passed for result in run_scenarios(book))
