"""Types of values, with the bounds that prove that no number leaves the range of 64 bits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LARGEST = 2**63 - 1
"""No subexpression, at its decimals, may lie further from zero."""

LARGEST_FACT = 2**53 - 1
"""No bound of a fact, at its decimals, may lie further from zero."""

Unit = tuple[tuple[str, str], ...]
"""A unit as its texts, (language, text), in the order of the book's languages; two units are one if
all texts are equal."""


class Number(NamedTuple):
    """A number of so many decimals between two bounds, both as integers at these decimals."""

    decimals: int
    low: int
    high: int
    unit: Unit | None = None

    def at(self, decimals: int) -> Number:
        """Give the same number at more decimals."""
        factor = 10 ** (decimals - self.decimals)
        return Number(decimals, self.low * factor, self.high * factor, self.unit)

    @property
    def fits(self) -> bool:
        """Tell whether every value lies in the range of 64 bits."""
        return max(abs(self.low), abs(self.high)) <= LARGEST


class Day(NamedTuple):
    """A date between two bounds."""

    low: date = date.min
    high: date = date.max


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""


class Choice(NamedTuple):
    """One of an enum fact's values."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text, carried and never computed with."""


Type = Number | Day | Truth | Choice | Text


class Declared(NamedTuple):
    """What a name stands for in an expression: its kind, its type, the fact that keys it."""

    kind: str
    type: Type
    key: str | None = None


def told(kind: Type) -> str:
    """Name a type in the language's words."""
    match kind:
        case Number(0):
            return "a whole number"
        case Number():
            return "a number"
        case Day():
            return "a date"
        case Truth():
            return "true or false"
        case Choice():
            return "one of an enum fact's values"
        case Text():
            return "text"
