"""The facts of one case from a JSON or YAML text, as data of the grammar, with places."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nic_rules.diagnostics import Diagnostic, FactError, Place, problem, shown
from nic_rules.language.values import JsonNumber
from nic_rules.rulebook.given import GivenPlace, given_data
from nic_rules.rulebook.nodes import Mapping as MappingNode
from nic_rules.rulebook.nodes import Source, at, decode

MOST_BYTES = 10_000_000

BOM = b"\xef\xbb\xbf"

_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True)
class GivenCase:
    """Facts as data, the places of their names in the file, and what the file does wrong.

    Where there are `problems`, the case is refused; what is wrong with the facts is told as well.
    """

    facts: Mapping[str, object]
    places: Mapping[str, GivenPlace] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()


def read_one(file: str, raw: bytes) -> GivenCase:
    """Read one case; JSON if the text is JSON, else YAML. Raises `FactError`."""
    if len(raw) > MOST_BYTES:
        raise FactError([problem("NIC601", "the facts have more than 10 MB", Place(file, 1, 1))])
    text = decode(file, raw)
    looks_like_json = raw.removeprefix(BOM).lstrip().startswith(b"{")
    if isinstance(text, Diagnostic):
        if text.code != "NIC103" or not looks_like_json:
            raise FactError([text])
        text = raw.decode("utf-8-sig")  # JSON allows characters that YAML does not
    if not text.strip():
        hint = "`{}` is a case of which nothing is known"
        raise FactError([problem("NIC501", "there are no facts here", Place(file, 1, 1), hint)])
    if file.lower().endswith((".yaml", ".yml")) or not looks_like_json:
        return _read_yaml(file, text)
    try:
        return _read_json(file, text)
    except _NotJson as error:
        if not file.lower().endswith(".json"):  # `{a: 1}` is YAML
            try:
                return _read_yaml(file, text)
            except FactError:
                pass
        place = Source(file, text).place(min(error.at, max(len(text) - 1, 0)))
        raise FactError([problem(error.code, error.message, place)]) from None


class _NotJson(Exception):
    def __init__(self, message: str, at: int, code: str = "NIC601") -> None:
        super().__init__(message)
        self.message, self.at, self.code = message, at, code


def number_or_text(text: str) -> JsonNumber:
    """Keep a number of JSON as it was written."""
    return JsonNumber(text)


class RepeatedKey(ValueError):
    """An object has a key twice."""


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, refusing a key that stands twice; raises `RepeatedKey`."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise RepeatedKey(f"key {shown(key)} stands twice")
        seen[key] = value
    return seen


JSON = json.JSONDecoder(
    object_pairs_hook=each_key_once,
    parse_float=number_or_text,
    parse_int=number_or_text,
    parse_constant=number_or_text,  # NaN and Infinity: no number by the grammar of facts
)
"""Reads JSON with numbers as written and no key twice."""


def _read_json(file: str, text: str) -> GivenCase:
    """Read the outer object by hand, so that each fact has a place."""
    source = Source(file, text)
    facts: dict[str, object] = {}
    places: dict[str, GivenPlace] = {}
    problems: list[Diagnostic] = []
    at_char = _skip(text, text.index("{") + 1)
    while text[at_char : at_char + 1] != "}" or facts:
        if text[at_char : at_char + 1] != '"':
            raise _NotJson("expected the name of a fact in double quotes", at_char)
        place = source.place(at_char)
        name, value, start, after = _member(text, at_char)
        if name in facts:
            message = f"fact {shown(name)} is told twice"
            problems.append(problem("NIC509", message, place, "keep one of them"))
        facts[name], places[name] = value, GivenPlace(place, source.place(start))
        at_char = _skip(text, after)
        if text[at_char : at_char + 1] == "}":
            break
        if text[at_char : at_char + 1] != ",":
            raise _NotJson("expected `,` or `}`", at_char)
        at_char = _skip(text, at_char + 1)
    rest = _skip(text, at_char + 1)
    if rest < len(text):
        raise _NotJson("something stands after the facts", rest)
    return GivenCase(facts, places, tuple(problems))


def _member(text: str, start: int) -> tuple[str, object, int, int]:
    """Read one fact: its name, its value, and where the value begins and ends."""
    try:
        name, after = JSON.raw_decode(text, start)
        colon = _skip(text, after)
        if text[colon : colon + 1] != ":":
            raise _NotJson("expected `:`", colon)
        begins = _skip(text, colon + 1)
        value, end = JSON.raw_decode(text, begins)
    except json.JSONDecodeError as error:
        raise _NotJson(f"this is not JSON: {what_is_wrong(error)}", error.pos) from None
    except RepeatedKey as error:
        raise _NotJson(str(error), start, "NIC509") from None
    except RecursionError:
        raise _NotJson("nested too deep", start) from None
    return name, value, begins, end


def what_is_wrong(error: json.JSONDecodeError) -> str:
    """Say what is wrong with a JSON text, without its place."""
    return error.msg.lower().removesuffix(" at").removesuffix(" starting")


def _skip(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _read_yaml(file: str, text: str) -> GivenCase:
    from nic_rules.rulebook.read import read_text  # YAML costs, and most cases are JSON

    node, problems = read_text(file, text)
    if not isinstance(node, MappingNode):
        message = "the facts of a case are an object from fact to value"
        place = node.place if node is not None else Place(file, 1, 1)
        raise FactError(problems or [problem("NIC501", message, place)])
    places = {name: GivenPlace(key, at(node, name).place) for name, key in node.keys.items()}
    return GivenCase(given_data(node), places, tuple(problems))
