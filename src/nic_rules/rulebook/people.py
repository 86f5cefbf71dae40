"""Values and names as people write them, and the placeholders of texts filled with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nic_rules.language.syntax import (
    Calculate,
    Call,
    Expression,
    Keyed,
    Minus,
    Name,
    NumberLiteral,
)
from nic_rules.language.types import Number
from nic_rules.language.walk import Walk
from nic_rules.rulebook.book import Rules
from nic_rules.rulebook.texts import fill

if TYPE_CHECKING:
    from babel import Locale

_WORDS = {
    "en": {True: "yes", False: "no", None: "unknown"},
    "nb": {True: "ja", False: "nei", None: "ukjent"},
    "nn": {True: "ja", False: "nei", None: "ukjent"},
}

_LOCALES = {"en": "en_GB"}
"""Which country's way of writing a language means, where there are several."""


def filled(text: str, language: str, rules: Rules, walk: Walk, **special: str) -> str:
    """Fill a text's placeholders with a case's values."""

    def value(name: str) -> str:
        return special[name] if name in special else told_name(name, language, rules, walk)

    return fill(text, value)


def told_name(name: str, language: str, rules: Rules, walk: Walk) -> str:
    """Write the value that a fact, parameter or derived fact has for a case."""
    measure = measure_of(Name(name), rules)
    decimals = measure.decimals if measure.unit else 0  # an amount is written out, a share is not
    parameter = rules.book.parameters.get(name)
    if parameter is not None:
        key = None if parameter.by is None else walk.facts.get(parameter.by)
        found = rules.parameters[name].get(key if key is None else str(key))
        return told(found, language, decimals)
    if name in rules.derived:
        return told(walk.derived(name).value, language, decimals)
    value = walk.facts.get(name)
    choices = rules.facts[name].choices
    if isinstance(value, str) and value in choices:
        return choices[value][language]
    return told(value, language, decimals)


def told(value: object, language: str, decimals: int = 0) -> str:
    """Write a value as people write it in a language; ISO's way where the language is not known.

    A number that is not whole is written with `decimals` decimals, or more if it has more.
    """
    if type(value) is int and 0 <= value < 10_000:
        return str(value)  # as most numbers are, and alike in all languages
    if value is None or isinstance(value, bool):
        return _WORDS.get(language, _WORDS["en"])[value]
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, Fraction):
        value = exact_decimal(value)
    if isinstance(value, int | Decimal):
        return _number(Decimal(value), decimals, _locale(language))
    return str(value)


@lru_cache(4_096)
def _day(day: date, language: str) -> str:
    locale = _locale(language)
    if locale is None:
        return day.isoformat()
    from babel.dates import format_date

    return str(format_date(day, "long", locale=locale))


def exact_decimal(value: Fraction) -> int | Decimal:
    """Write a fraction whose denominator divides a power of ten as a number again."""
    if value.denominator == 1:
        return value.numerator
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    digits = str(abs(int(value * 10**decimals))).rjust(decimals + 1, "0")
    return Decimal(f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}")


def _number(value: Decimal, decimals: int, locale: Locale | None) -> str:
    """Write a number; thousands stand apart from five digits on, so that a year stays a year."""
    sign, whole, fraction = _digits(value, decimals)
    if locale is None:
        return sign + whole + (f".{fraction}" if fraction else "")
    point, thousands, minus = _symbols(locale)
    if len(whole) > 4:
        first = len(whole) % 3
        groups = [whole[:first]] * bool(first)
        groups += [whole[at : at + 3] for at in range(first, len(whole), 3)]
        whole = thousands.join(groups)
    written = (minus if sign else "") + whole
    return written + (f"{point}{fraction}" if fraction else "")


@lru_cache(16)
def _symbols(locale: Locale) -> tuple[str, str, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

    symbols = get_decimal_symbol(locale), get_group_symbol(locale), get_minus_sign_symbol(locale)
    return str(symbols[0]), str(symbols[1]), str(symbols[2])


def _digits(value: Decimal, decimals: int) -> tuple[str, str, str]:
    """Give a number's sign, whole digits, and decimals; none where they are all zero."""
    whole, _, fraction = f"{value.copy_abs():f}".partition(".")
    fraction = fraction.rstrip("0")
    return "-" if value < 0 else "", whole, fraction.ljust(decimals, "0") if fraction else ""


class Measure(NamedTuple):
    """How a number is written: its decimals, and its unit by language."""

    decimals: int = 0
    unit: Mapping[str, str] | None = None


def measure_of(node: Expression, rules: Rules) -> Measure:
    """Find the decimals and the unit of an expression that has been checked (contract, section 2).

    Sums, differences, minima and maxima have their operands' unit; products and functions none.
    """
    match node:
        case Name(name) if name in rules.derived:
            derived = rules.derived[name]
            below = measure_of(derived.value, rules)
            return Measure(below.decimals, derived.item.written.unit or below.unit)
        case Name(name) | Keyed(name):
            item = rules.book.parameters.get(name) or rules.facts.get(name)
            decimals = item.type.decimals if item and isinstance(item.type, Number) else 0
            return Measure(decimals, getattr(item.item.written, "unit", None) if item else None)
        case NumberLiteral(_, decimals):
            return Measure(decimals)
        case Minus(part):
            return measure_of(part, rules)
        case Calculate("*", left, right):
            sides = measure_of(left, rules), measure_of(right, rules)
            return Measure(sides[0].decimals + sides[1].decimals)
        case Calculate(_, left, right):
            return _together(left, right, rules=rules)
        case Call("min" | "max", arguments):
            return _together(*arguments, rules=rules)
    return Measure()


def _together(*operands: Expression, rules: Rules) -> Measure:
    measures = [measure_of(operand, rules) for operand in operands]
    unit = next((measure.unit for measure in measures if measure.unit), None)
    return Measure(max(measure.decimals for measure in measures), unit)


def told_unit(unit: Mapping[str, str] | None, language: str) -> str:
    """Write a unit, with a space before it; nothing where there is none."""
    return f" {unit[language]}" if unit else ""


@lru_cache(16)
def _locale(language: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(_LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return None
