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

# Longer ones are outside all bounds that a fact can have; Python refuses to read still longer ones.
_MOST_DIGITS = 400

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""The bounds of a date fact that declares none."""


class NotWrittenRight(ValueError):
    """A text that is not a value of the grammar; the message says what was expected."""


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
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        raise NotWrittenRight(_why_no_number(text))
    whole, _, fraction = text.partition(".")
    kept, rest = fraction[:decimals], fraction[decimals:]
    if rest.strip("0"):
        allowed = "no decimals" if decimals == 0 else f"at most {decimals} decimals"
        raise NotWrittenRight(f"{allowed}")
    return int(whole + kept.ljust(decimals, "0"))


def _why_no_number(text: str) -> str:
    if "," in text and _NUMBER.fullmatch(text.replace(",", ".", 1)):
        return "a number with a point, not a comma"
    if re.fullmatch(r"[^eE]*[0-9.][eE][+-]?[0-9]+", text):
        return "a number without an exponent"
    if text.startswith("+") and _NUMBER.fullmatch(text[1:]):
        return "a number without a plus sign"
    return "a number such as `12` or `-0.25`"


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
    if number and number.adjusted() > 30:
        raise NotWrittenRight("a number of at most 30 digits")
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # finite
    value = int("".join(map(str, digits)) or "0")
    shift = exponent + decimals
    if shift < 0:
        if -shift > len(digits) and value:
            raise NotWrittenRight(f"at most {decimals} decimals")
        value, rest = divmod(value, 10 ** min(-shift, len(digits)))
        if rest:
            raise NotWrittenRight(f"at most {decimals} decimals" if decimals else "no decimals")
    elif value:
        value *= 10**shift
    return -value if sign else value


def day(text: str) -> date:
    """Read a day written `YYYY-MM-DD`; raises `NotWrittenRight`."""
    if not _DATE.fullmatch(text):
        raise NotWrittenRight("a day written YYYY-MM-DD, such as `2015-03-01`")
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        raise NotWrittenRight("a day that the calendar has") from None


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text cannot be written as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
