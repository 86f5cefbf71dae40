"""What the names of one day stand for: the walk's input, and nothing else's meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from nic_rules.language.syntax import Expression

Value = bool | int | Decimal | date | str
"""A fact's or parameter's final value."""


class Parameter(NamedTuple):
    """A parameter's values on one day: by the values of the fact `by`, or one under None."""

    by: str | None
    values: Mapping[str | None, Value]


class Criterion(NamedTuple):
    """A criterion's two expressions."""

    met_when: Expression
    applies_when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that names can stand for on one day; whatever is none of these is a fact."""

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    derived: Mapping[str, Expression] = field(default_factory=dict)
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
