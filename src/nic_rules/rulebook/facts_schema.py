"""JSON Schema of the facts of a case, made of their declarations.

It says what `given.py` takes of JSON, as far as JSON Schema can: docs/cli.md lists what it cannot.
Nothing that the reader takes is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nic_rules.language.types import Choice, Day, Number, Truth
from nic_rules.language.values import as_text
from nic_rules.rulebook import seen, written
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.people import told_unit
from nic_rules.rulebook.seen import DIALECT, Schema

BESIDE = "Told"
"""The definition of what stands beside a value; no fact can be called so."""


def facts_schema(facts: Iterable[Fact], language: str) -> Schema:
    """Give the schema of an object of facts, with texts in one of the book's languages."""
    known = {fact.name: fact for fact in facts}
    return {
        "$schema": DIALECT,
        "title": "The facts of a case",
        "type": "object",
        "properties": {name: _property(fact, language) for name, fact in known.items()},
        "additionalProperties": False,
        "$defs": {**{name: _value(fact) for name, fact in known.items()}, BESIDE: _BESIDE},
    }


def _property(fact: Fact, language: str) -> Schema:
    """Give what may stand for a fact: nothing, its value, or an object that holds it."""
    value = {"anyOf": [{"$ref": f"#/$defs/{fact.name}"}, {"type": "null"}]}
    beside = {"$ref": f"#/$defs/{BESIDE}", "properties": {"value": value}}
    return {
        "title": fact.item.written.name[language],
        "description": _description(fact, language),
        "anyOf": [*value["anyOf"], beside],
    }


def _description(fact: Fact, language: str) -> str:
    """Give the question to ask, and the bounds; those of days are said nowhere else."""
    item = fact.item.written
    ask = [] if item.ask is None else [item.ask[language]]
    match fact.type:
        case Number(decimals, low, high):
            unit = told_unit(getattr(item, "unit", None), language)
            bounds = [f"{as_text(low, decimals)} – {as_text(high, decimals)}{unit}"]
        case Day(first, last):
            bounds = [f"{first} – {last}"]
        case _:
            bounds = []
    return " ".join([*ask, *bounds])


def _value(fact: Fact) -> Schema:
    """Give what a known value of a fact may be."""
    match fact.type:
        case Truth():
            return {"type": "boolean"}
        case Number() as kind:
            return _decimal(kind) if fact.is_decimal else {"type": "integer", **_bounds(kind)}
        case Day():
            return dict(seen.DAY)
        case Choice(values):
            return {"enum": [*values]}
    item = fact.item.written
    of_format = _FORMATS[item.format] if isinstance(item, written.TextFact) and item.format else {}
    return {"type": "string", "minLength": 1, **of_format}


def _bounds(kind: Number) -> Schema:
    """Give a number's bounds; as numbers of JSON they may be rounded, as those of a case are."""
    if kind.decimals == 0:
        return {"minimum": kind.low, "maximum": kind.high}
    low, high = (float(as_text(bound, kind.decimals)) for bound in (kind.low, kind.high))
    return {"minimum": low, "maximum": high}


def _decimal(kind: Number) -> Schema:
    """Give a decimal: a number, or one as text. Bounds hold for numbers, patterns for texts."""
    widest = max(abs(kind.low), abs(kind.high)) // 10**kind.decimals
    digits = len(str(widest)) - 1
    whole = rf"[1-9][0-9]{{0,{digits}}}"
    fraction = rf"(\.[0-9]{{1,{kind.decimals}}}0*)?" if kind.decimals else r"(\.0+)?"
    number = "integer" if kind.decimals == 0 else "number"
    return {
        "type": [number, "string"],
        **_bounds(kind),
        "pattern": f"^-?(0|{whole}){fraction}$",
    }


_FORMATS: Mapping[str, Schema] = {"organisation_number": {"pattern": "^[0-9]{9}$"}}
"""What JSON Schema can say of texts of a format."""

_WORDS: Schema = {"type": ["string", "null"], "minLength": 1}
_BESIDE: Schema = {
    "type": "object",
    "properties": {
        "value": True,
        "evidence": _WORDS,
        "recorded_on": {**seen.DAY, "type": ["string", "null"]},
        "by": _WORDS,
    },
    "required": ["value"],
    "additionalProperties": False,
}
