"""Values by one grammar (contract, section 3): how numbers and dates are written, and read.

Every reader of values, of one case or of a column, goes through these functions. Numbers are
exact: a `Decimal` made from its text or a scaled integer, never a binary float.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# Larger ones are outside all bounds that a fact can have; Python refuses to read still larger ones.
_MOST_DIGITS = 40

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""The bounds of a date fact that declares none."""


class NotWrittenRight(ValueError):
    """A text that is not a value of the grammar: what was expected, and perhaps a hint."""

    def __init__(self, expected: str, hint: str | None = None) -> None:
        super().__init__(expected)
        self.hint = hint


class Plain(str):
    """A scalar written without quotes in YAML: typed by the place where it stands."""

    __slots__ = ()


class JsonNumber(str):
    """A number of a JSON text, as it was written."""

    __slots__ = ()


def scaled(text: str, decimals: int) -> int:
    """Read a number as an integer of `decimals` decimals: "33.5" with 2 is 3350.

    More decimals than that are allowed if they are zeros. Raises `NotWrittenRight`.
    """
    if not _NUMBER.fullmatch(text):
        raise NotWrittenRight("a number", _why_no_number(text))
    whole, _, fraction = text.partition(".")
    kept, rest = fraction[:decimals], fraction[decimals:]
    if rest.strip("0"):
        raise NotWrittenRight(told_decimals(decimals))
    if len(whole) > _MOST_DIGITS:
        raise NotWrittenRight(f"a number of at most {_MOST_DIGITS} digits")
    return int(whole + kept.ljust(decimals, "0"))


def whole(text: str) -> int:
    """Read an integer, which has no point even before zeros; raises `NotWrittenRight`."""
    if "." in text and _NUMBER.fullmatch(text):
        raise NotWrittenRight("a whole number")
    return scaled(text, 0)


def told_decimals(decimals: int) -> str:
    """Say what number has no more decimals than some."""
    if decimals == 0:
        return "a whole number"
    return f"a number of at most {decimals} decimal{'s'[: decimals > 1]}"


def _why_no_number(text: str) -> str:
    if "," in text and _NUMBER.fullmatch(text.replace(",", ".", 1)):
        return "write a point, not a comma"
    if re.fullmatch(r"[-+]?[0-9.]+[eE][+-]?[0-9]+", text):
        return "write it without an exponent"
    if text.startswith("+") and _NUMBER.fullmatch(text[1:]):
        return "write it without a plus sign"
    return "write digits, such as `12` or `-0.25`"


def as_text(number: int, decimals: int) -> str:
    """Write a scaled integer with exactly its decimals: 3350 with 2 is "33.50"."""
    if decimals == 0:
        return str(number)
    digits = str(abs(number)).rjust(decimals + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def as_decimal(number: int, decimals: int) -> Decimal:
    """Make the exact `Decimal` of a scaled integer, whatever the caller's decimal context."""
    return Decimal(as_text(number, decimals))


def of_decimal(number: Decimal, decimals: int) -> int:
    """Scale a finite `Decimal`; raises `NotWrittenRight` as `scaled` does."""
    if not number.is_finite():
        raise NotWrittenRight("a finite number")
    if not number:
        return 0
    if number.adjusted() >= _MOST_DIGITS:
        raise NotWrittenRight(f"a number of at most {_MOST_DIGITS} digits")
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite
    dropped = max(-exponent - decimals, 0)
    kept = digits[: max(len(digits) - dropped, 0)]
    if any(digits[len(kept) :]):
        raise NotWrittenRight(told_decimals(decimals))
    value = int("".join(map(str, kept)) or "0")
    value *= int(10 ** (exponent + dropped + decimals))
    return -value if sign else value


def day(text: str) -> date:
    """Read a day written `YYYY-MM-DD`; raises `NotWrittenRight`."""
    if not _DATE.fullmatch(text):
        raise NotWrittenRight("a day written YYYY-MM-DD, such as `2015-03-01`")
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        raise NotWrittenRight("a date in the calendar") from None


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text cannot be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
