"""JSON Schema of a trace, made of the types that it is made of (`explanation/trace.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from nic_rules.decision import Decision
from nic_rules.explanation.trace import KINDS, SCHEMA, Ahead, Lasting, Trace
from nic_rules.records.schema import DECISION
from nic_rules.rulebook.seen import DIALECT, Schema

_SINGLE: Mapping[Any, str] = {str: "string", bool: "boolean", int: "integer", type(None): "null"}


def trace_schema() -> Schema:
    """Give the schema of what `decide --explain --format json` prints."""
    parts = _Parts()
    kinds = get_type_hints(Trace).items()
    told = {name: parts.schema(kind) for name, kind in kinds if name != "retold"}
    record = {key: value for key, value in DECISION.items() if key not in ("$schema", "$defs")}
    return {
        "$schema": DIALECT,
        "title": "The reasons of a decision of nic-rules",
        "description": Trace.__doc__,
        **_object({"schema": {"const": SCHEMA}, **told}),
        "$defs": {**DECISION["$defs"], Decision.__name__: record, **parts.defined},
    }


class _Parts:
    """Gives the schema of a type, and defines each kind of part once."""

    def __init__(self) -> None:
        self.defined: dict[str, Schema] = {}

    def schema(self, kind: Any) -> Schema:
        origin, of = get_origin(kind), get_args(kind)
        if kind in _SINGLE:
            return {"type": _SINGLE[kind]}
        if origin is Literal:
            return {"enum": [*of]}
        if origin in (Union, UnionType):
            return self.one_of(of)
        if origin is tuple:
            return self.row(of)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.schema(of[0])}
        if kind is Ahead:
            kind = Lasting
        if kind is not Decision:
            self.define(kind)
        return {"$ref": f"#/$defs/{kind.__name__}"}

    def one_of(self, kinds: tuple[Any, ...]) -> Schema:
        if all(kind in _SINGLE for kind in kinds):
            return {"type": [_SINGLE[kind] for kind in kinds]}
        return {"anyOf": [self.schema(kind) for kind in kinds]}

    def row(self, of: tuple[Any, ...]) -> Schema:
        if of[-1] is Ellipsis:
            return {"type": "array", "items": self.schema(of[0])}
        items = [self.schema(kind) for kind in of]
        return {"type": "array", "prefixItems": items, "minItems": len(of), "maxItems": len(of)}

    def define(self, kind: Any) -> None:
        if kind.__name__ in self.defined:
            return
        self.defined[kind.__name__] = {}  # a step may have steps below
        node = {"node": {"const": KINDS[kind]}} if kind in KINDS else {}
        keys = {name: self.schema(value) for name, value in get_type_hints(kind).items()}
        self.defined[kind.__name__] = {"description": kind.__doc__, **_object({**node, **keys})}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*properties],
        "additionalProperties": False,
    }
