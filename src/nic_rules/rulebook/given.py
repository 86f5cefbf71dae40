"""The facts of one case, read by the one grammar (contract, section 3), every problem at once.

What comes in is data: from Python, from JSON (numbers as `JsonNumber`, as written), from YAML
(plain scalars as `Plain`, typed by their place), or the cells of a file (as `Plain` too).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from nic_rules.diagnostics import Diagnostic, Place, nearest, problem, shown
from nic_rules.language.definitions import Value
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.language.values import (
    JsonNumber,
    NotWrittenRight,
    Plain,
    as_decimal,
    as_text,
    day,
    has_lone_surrogate,
    of_decimal,
    scaled,
    told_decimals,
    whole,
)
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.nodes import Mapping as MappingNode
from nic_rules.rulebook.nodes import Node, Scalar, Sequence

EVIDENCE_KEYS = ("evidence", "recorded_on", "by")


class BadFact(Exception):
    """One value that a fact cannot take."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(slots=True)
class Case:
    """What was read of a case: known values, evidence, problems, and the facts that have some."""

    values: dict[str, Value] = field(default_factory=dict)
    evidence: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


class GivenPlace(NamedTuple):
    """Where a fact is told: its name, and its value."""

    name: Place
    value: Place


def given_data(node: Node) -> Any:
    """Turn nodes into data of the grammar of facts: quotes make a text, no quotes a `Plain`."""
    match node:
        case Scalar(text, plain):
            if node.is_nothing:
                return None
            return Plain(text) if plain else text
        case Sequence(items):
            return [given_data(item) for item in items]
        case MappingNode(entries):
            return {key: given_data(value) for key, value in entries.items()}


def read_case(
    facts: Mapping[str, Fact], given: object, places: Mapping[str, GivenPlace] | None = None
) -> Case:
    """Read all facts given; whatever is wrong with any of them is in `problems`."""
    case = Case()
    if not isinstance(given, Mapping):
        message = "the facts of a case are an object from fact to value"
        case.problems.append(Diagnostic("NIC501", "error", message))
        return case
    for name, value in given.items():
        for wrong in _read_one(facts, name, value, case):
            at = (places or {}).get(name)
            place = None
            if at is not None:
                place = at.name if wrong.code == "NIC502" else at.value
            told = problem(wrong.code, wrong.message, place, wrong.hint)
            case.unread.add(str(name))
            case.problems.append(replace(told, fact=str(name), value=as_written(value)))
    return case


def _read_one(
    facts: Mapping[str, Fact], name: object, given: object, case: Case
) -> Iterator[BadFact]:
    """Read one fact into a case, and give whatever is wrong with it."""
    if not isinstance(name, str):
        yield BadFact("NIC501", f"{shown(name)} is no name of a fact")
        return
    fact = facts.get(name)
    if fact is None:
        yield BadFact("NIC502", f"there is no fact {shown(name)}", nearest(name, facts))
        return
    value = given
    if isinstance(given, Mapping):
        evidence: dict[str, str] = {}
        yield from _read_evidence(given, evidence)
        if evidence:
            case.evidence[name] = evidence
        value = given.get("value")
    if value is not None:
        try:
            case.values[name] = read_value(fact, value)
        except BadFact as wrong:
            yield wrong


def _read_evidence(given: Mapping[object, object], evidence: dict[str, str]) -> Iterator[BadFact]:
    """Read what is told beside a value, and give whatever is wrong with it."""
    for key in given:
        if key != "value" and key not in EVIDENCE_KEYS:
            hint = nearest(str(key), ("value", *EVIDENCE_KEYS))
            hint = hint or f"keys are value, {', '.join(EVIDENCE_KEYS)}"
            yield BadFact("NIC507", f"there is no key {shown(key)} beside a value", hint)
    if "value" not in given:
        yield BadFact("NIC507", "the key `value` is missing", "null where it is unknown")
    for key in EVIDENCE_KEYS:
        told = given.get(key)
        if told is None:
            continue
        try:
            evidence[key] = _day_told(told) if key == "recorded_on" else _text_told(told)
        except BadFact as wrong:
            yield BadFact("NIC507", f"`{key}`: {wrong.message}", wrong.hint)


def _day_told(told: object) -> str:
    return _date(told).isoformat()


def _text_told(told: object) -> str:
    if not isinstance(told, str) or isinstance(told, JsonNumber):
        raise _wrong_type(told, "text")
    if not told:
        raise BadFact("NIC507", "an empty text is no value")
    if has_lone_surrogate(told):
        raise BadFact("NIC507", "this text cannot be written as UTF-8")
    return str.__str__(told)


def read_value(fact: Fact, value: object) -> Value:
    """Read one known value of a fact; raises `BadFact`."""
    if type(value) is Plain:
        return read_cell(fact, value)
    kind = fact.type
    match kind:
        case Truth():
            if isinstance(value, bool):
                return value
            raise _wrong_type(value, "`true` or `false`")
        case Number():
            return _bounded_number(fact, kind, _number(fact, kind, value))
        case Day():
            return _bounded_day(kind, _date(value))
        case Choice(values):
            if not isinstance(value, str) or isinstance(value, JsonNumber):
                raise _wrong_type(value, "one of its values, as text")
            return _choice(values, value)
        case Text():
            if not isinstance(value, str) or isinstance(value, JsonNumber):
                raise _wrong_type(value, "text", "write it in quotes")
            return _text(fact, value)


def read_cell(fact: Fact, text: str) -> Value:
    """Read one value from a text without quotes: a cell of a file, a plain YAML scalar."""
    kind = fact.type
    match kind:
        case Truth():
            if text not in ("true", "false"):
                raise BadFact("NIC503", f"{shown(text)} is neither `true` nor `false`")
            return text == "true"
        case Number():
            try:
                return _bounded_number(fact, kind, _written_number(fact, kind, text))
            except NotWrittenRight as wrong:
                raise BadFact("NIC504", f"{shown(text)} is not {wrong}", wrong.hint) from None
        case Day():
            return _bounded_day(kind, _date(str(text)))
        case Choice(values):
            return _choice(values, text)
        case Text():
            return _text(fact, text)


def value_text(fact: Fact, value: Value) -> str | bool | int:
    """Give a value as a decision's JSON has it: decimals as text, with exactly their decimals."""
    if fact.is_decimal and isinstance(fact.type, Number):
        assert isinstance(value, Decimal | int)
        return as_text(of_decimal(Decimal(value), fact.type.decimals), fact.type.decimals)
    if isinstance(value, date):
        return value.isoformat()
    assert isinstance(value, str | bool | int)
    return value


def _written_number(fact: Fact, kind: Number, text: str) -> int:
    return scaled(text, kind.decimals) if fact.is_decimal else whole(text)


def _number(fact: Fact, kind: Number, value: object) -> int:
    """Read a number given as data, scaled by the fact's decimals."""
    try:
        if type(value) is int:
            return value * int(10**kind.decimals)
        if isinstance(value, JsonNumber) or (fact.is_decimal and isinstance(value, str)):
            return _written_number(fact, kind, str.__str__(value))
        if fact.is_decimal and isinstance(value, Decimal):
            return of_decimal(value, kind.decimals)
    except NotWrittenRight as wrong:
        message = f"{shown(as_written(value))} is not {wrong}"
        raise BadFact("NIC504", message, wrong.hint) from None
    hint = None
    if isinstance(value, float):
        exact = '`Decimal("…")` or a text' if fact.is_decimal else "an `int`"
        hint = f"a float is not exact: give {exact}"
    elif isinstance(value, str):
        hint = "write it without quotes"
    raise _wrong_type(value, told_number(fact, kind), hint)


def told_number(fact: Fact, kind: Number) -> str:
    """Say what number a fact takes."""
    return told_decimals(kind.decimals) if fact.is_decimal else "a whole number"


def _bounded_number(fact: Fact, kind: Number, number: int) -> int | Decimal:
    if not kind.low <= number <= kind.high:
        low, high = as_text(kind.low, kind.decimals), as_text(kind.high, kind.decimals)
        text = as_text(number, kind.decimals) if abs(number) < 10**40 else "the number"
        told = shown(text) if text != "the number" else text
        raise BadFact("NIC505", f"{told} is not between {low} and {high}")
    return as_decimal(number, kind.decimals) if fact.is_decimal else number


def _date(value: object) -> date:
    if isinstance(value, datetime):
        raise _wrong_type(value, "a day", "give its `date()`")
    if isinstance(value, date):
        return date(value.year, value.month, value.day)  # whatever else a subclass may be
    if not isinstance(value, str) or isinstance(value, JsonNumber):
        raise _wrong_type(value, "a day, written `YYYY-MM-DD`")
    try:
        return day(str.__str__(value))
    except NotWrittenRight as wrong:
        raise BadFact("NIC504", f"{shown(value)} is not {wrong}", wrong.hint) from None


def _bounded_day(kind: Day, given: date) -> date:
    if not kind.low <= given <= kind.high:
        raise BadFact("NIC505", f"`{given}` is not between {kind.low} and {kind.high}")
    return given


def _choice(values: tuple[str, ...], value: str) -> str:
    value = str.__str__(value)
    if value not in values:
        hint = nearest(value, values)
        listed = ", ".join(f"`{known}`" for known in values)
        raise BadFact("NIC506", f"{shown(value)} is not one of {listed}", hint)
    return value


def _text(fact: Fact, value: str) -> str:
    if not value:
        raise BadFact("NIC503", "an empty text is no value", "null where it is unknown")
    if has_lone_surrogate(value):
        raise BadFact("NIC503", "this text cannot be written as UTF-8")
    item = fact.item.written
    if isinstance(item, written.TextFact) and item.format is not None:
        FORMATS[item.format](value)
    return str.__str__(value)


_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)


def _organisation_number(value: str) -> None:
    if not (len(value) == 9 and value.isascii() and value.isdigit()):
        raise BadFact("NIC506", f"{shown(value)} is not nine digits", "no spaces, no letters")
    # the sum with the control digit is divisible by 11; a control "digit" of 10 is never given
    if sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=True)) % 11:
        message = f"{shown(value)} is not an organisation number: its check digit is wrong"
        raise BadFact("NIC506", message)


FORMATS: dict[str, Callable[[str], None]] = {"organisation_number": _organisation_number}
"""What texts of a format must look like, by the format's name."""


def _wrong_type(value: object, expected: str, hint: str | None = None) -> BadFact:
    return BadFact("NIC503", f"expected {expected}, got {_told_kind(value)}", hint)


def _told_kind(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case int() if type(value) is not int:
            return f"a {type(value).__name__}"
        case JsonNumber() | int():
            return f"the number {shown(as_written(value))}"
        case str():
            return f"the text {shown(value)}" if value else "an empty text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def as_written(value: object, limit: int = 1_000) -> str:
    """Show a value as text, whatever it is, without failing on huge or odd ones."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**100:
        return "a number of more than 100 digits"
    if isinstance(value, Mapping) and "value" in value:
        return as_written(value["value"])
    if value is None:
        return "null"
    text = str.__str__(value) if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else text[:limit] + "…"
