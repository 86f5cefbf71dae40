"""What an edition's two digests are made of: its logic, and all the rest."""

from __future__ import annotations

from typing import Any

from nic_rules.canonical import Json, digest
from nic_rules.decision import EditionRef
from nic_rules.language.syntax import to_text
from nic_rules.language.types import Day, Number
from nic_rules.language.values import as_text
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Rules
from nic_rules.rulebook.items import Item

TEXT_KEYS = frozenset(
    {"title", "name", "says", "place", "no_rule", "ask", "unit", "why", "met", "not_met"}
    | {"because", "message", "about", "languages"}
    | {"supplied_by", "cites", "basis", "changeable", "wanted", "from", "until"}
    | {"report"}
)
"""The keys that change no decision; all others are logic."""


def reference(rules: Rules) -> EditionRef:
    """Give what a decision tells of the edition: its interval, and the digests of its rules."""
    days = rules.days
    logic, text = logic_digest(rules), text_digest(rules)
    return EditionRef(rules.book.name, days.start, days.end, logic, text)


def logic_digest(rules: Rules) -> str:
    """Digest all that decides: items in force without texts, by name, rows in order."""
    return digest(logic_of(rules))


def text_digest(rules: Rules) -> str:
    """Digest all the rest: texts, citations, bases, days, sources and scenarios."""
    book = rules.book
    return digest(
        {
            **_by_kind(rules, _text),
            "source": {item.name: _read(item) for item in book.sources},
            "scenario": {name: _read(s.item) for name, s in book.scenarios.items()},
        }
    )


def logic_of(rules: Rules) -> dict[str, Json]:
    """Give the logic in force, expressions and values in their one canonical writing."""
    logic = _by_kind(rules, _logic)
    for name, fact in rules.facts.items():
        entry = _object(logic, "fact", name)
        match fact.type:
            case Number(decimals, low, high):
                entry |= {"min": as_text(low, decimals), "max": as_text(high, decimals)}
            case Day(low_day, high_day):
                entry |= {"min": low_day.isoformat(), "max": high_day.isoformat()}
        if isinstance(fact.item.written, written.EnumFact):
            entry["values"] = [*sorted(fact.choices)]
    for name, values in rules.parameters.items():
        told = {key or "": str(value) for key, value in values.items()}
        _object(logic, "parameter", name)["values"] = dict(told)
    for kind in ("derived", "criterion", "constraint"):
        for name, item in getattr(rules, _ATTRIBUTES[kind]).items():
            for key, expression in item.expressions.items():
                _object(logic, kind, name)[key] = to_text(expression)
    for name, table in rules.tables.items():
        entry = _object(logic, "table", name)
        entry["notes"] = [*sorted(table.notes)]
        entry["outcomes"] = [*sorted(table.outcomes)]
        entry["rows"] = [
            {
                "row": row.name,
                "when": {column: [*sorted(tokens)] for column, tokens in row.when.items()},
                "then": row.written.then,
            }
            for row in table.rows
        ]
    return logic


_ATTRIBUTES = {
    "fact": "facts",
    "derived": "derived",
    "criterion": "criteria",
    "constraint": "constraints",
    "table": "tables",
}


def _by_kind(rules: Rules, part: Any) -> dict[str, Json]:
    """Give a part of every item in force, by kind and name."""
    kinds: dict[str, Json] = {
        kind: {name: part(_read(item.item)) for name, item in getattr(rules, at).items()}
        for kind, at in _ATTRIBUTES.items()
    }
    parameters = rules.book.parameters.items()
    kinds["parameter"] = {name: part(_read(p.item)) for name, p in parameters}
    kinds["rulebook"] = part(_read(rules.book.item))
    return kinds


def _object(logic: dict[str, Json], kind: str, name: str) -> dict[str, Json]:
    entry = logic[kind][name]  # type: ignore[call-overload, index]
    assert isinstance(entry, dict)
    return entry


def _read(item: Item[Any]) -> Any:
    """Give what was read of an item."""
    if not item.node.is_whole:
        raise ValueError(f"{item.kind} `{item.name}` was kept without what was read")
    return item.plain


def _logic(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _logic(inner) for key, inner in value.items() if key not in TEXT_KEYS}
    return [_logic(inner) for inner in value] if isinstance(value, list) else value


def _text(value: Any) -> Any:
    """Keep texts, and of all else only what leads to them; nothing where nothing does."""
    if isinstance(value, dict):
        kept = ((key, inner if key in TEXT_KEYS else _text(inner)) for key, inner in value.items())
        return {key: inner for key, inner in kept if key in TEXT_KEYS or inner}
    return [_text(inner) for inner in value if inner] if _has_texts(value) else None


def _has_texts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(inner, dict) for inner in value)
