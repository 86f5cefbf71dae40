"""Values and names as people write them, and the placeholders of texts filled with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

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
    parameter = rules.book.parameters.get(name)
    if parameter is not None:
        key = None if parameter.by is None else walk.facts.get(parameter.by)
        found = rules.parameters[name].get(key if key is None else str(key))
        return told(found, language)
    if name in rules.derived:
        return told(walk.derived(name).value, language)
    value = walk.facts.get(name)
    choices = rules.facts[name].choices
    if isinstance(value, str) and value in choices:
        return choices[value][language]
    return told(value, language)


def told(value: object, language: str) -> str:
    """Write a value as people write it in a language; ISO's way where the language is not known."""
    if value is None or isinstance(value, bool):
        return _WORDS.get(language, _WORDS["en"])[value]
    if isinstance(value, str):
        return value
    locale = _locale(language)
    if isinstance(value, date):
        if locale is None:
            return value.isoformat()
        from babel.dates import format_date

        return str(format_date(value, "long", locale=locale))
    if isinstance(value, Fraction):
        value = exact_decimal(value)
    if isinstance(value, Decimal):
        return _decimal(value, locale)
    return str(value)


def exact_decimal(value: Fraction) -> int | Decimal:
    """Write a fraction whose denominator divides a power of ten as a number again."""
    if value.denominator == 1:
        return value.numerator
    decimals = 0
    while (value * 10**decimals).denominator != 1:
        decimals += 1
    digits = str(abs(int(value * 10**decimals))).rjust(decimals + 1, "0")
    return Decimal(f"{'-' if value < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}")


def _decimal(value: Decimal, locale: Locale | None) -> str:
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if locale is None:
        return text
    from babel.numbers import get_decimal_symbol

    return text.replace(".", str(get_decimal_symbol(locale)))


def told_unit(unit: Mapping[str, str] | None, language: str) -> str:
    """Write a unit, with a space before it; nothing where there is none."""
    return f" {unit[language]}" if unit else ""


def _locale(language: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(_LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return None
