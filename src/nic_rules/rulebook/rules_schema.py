"""JSON Schema of a rule file, for editors: made of the classes that rule files are read into.

It tells keys, shapes, how single values are written, and which keys ask for others. What names
mean, and what expressions say, is the check's business. It keeps to what editors' plugins know:
keywords of draft 7, and `$defs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from nic_rules.rulebook import seen, written
from nic_rules.rulebook.declare import NAMESPACE
from nic_rules.rulebook.seen import DIALECT, SCALAR, Schema


class _AsEditorsSee(GenerateJsonSchema):
    """Writes a class's schema, its scalars typed as editors type them."""

    def str_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ARG002 - pydantic's
        return {"type": SCALAR}

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])  # left out, but never null

    def dict_schema(self, schema: Any) -> JsonSchemaValue:
        values = self.generate_inner(schema["values_schema"])
        return {"type": "object", "propertyNames": seen.NAME, "additionalProperties": values}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's
        return False


def rules_schema() -> Schema:
    """Give the schema of a rule file: an item, a list of items, or nothing."""
    models = dict(written.KINDS)
    models |= {_of(kind): model for kind, model in written.FACT_TYPES.items()}
    definitions = {name: _item(name, model) for name, model in models.items()}
    return {
        "$schema": DIALECT,
        "title": "A rule file of nic-rules",
        "type": ["array", "object", "null"],
        "items": _ref("item"),
        "if": {"type": "object"},
        "then": _ref("item"),
        "$defs": {
            "item": _any_item(),
            **{name: _with_references(one) for name, one in definitions.items()},
            **_NAMED,
        },
    }


def _any_item() -> Schema:
    """Tell the kinds apart by the key that names them; a scenario has also a key `table`."""
    kinds = sorted(written.KINDS, key=lambda kind: kind == "table")
    told = {kind: {"description": written.KINDS[kind].__doc__} for kind in kinds}
    chosen: Schema = {"properties": told, "additionalProperties": False, "minProperties": 1}
    for kind in reversed(kinds):
        chosen = {
            "if": {"type": "object", "required": [kind]},
            "then": _ref(kind),
            "else": chosen,
        }
    return {"type": "object", **chosen}


def _of(kind: str) -> str:
    return f"{kind}_fact"


def _item(name: str, model: type[written.Written]) -> Schema:
    """Give the schema of a kind of item, and of a type of fact."""
    if model is written.Fact:
        return _any_fact()
    schema = TypeAdapter(model).json_schema(schema_generator=_AsEditorsSee)
    properties = schema["properties"]
    kind = "fact" if issubclass(model, written.Fact) else name
    if kind in NAMESPACE:
        properties[kind] |= seen.OWN_NAME
    if model is written.IntegerFact:
        properties["min"] |= seen.WHOLE
        properties["max"] |= seen.WHOLE
    for key in properties.keys() & {"languages", "review", "notes"}:
        properties[key]["uniqueItems"] = True
    if name in _MORE:
        schema["allOf"] = _MORE[name]
    if model is written.Table:
        properties["rows"]["items"]["allOf"] = _RESTING
    return schema


def _any_fact() -> Schema:
    """Tell the types of facts apart."""
    types = [*written.FACT_TYPES]
    return {
        "description": written.Fact.__doc__,
        "required": ["fact", "name", "type"],
        "properties": {"type": {"enum": types}},
        "allOf": [_where("type", kind, _ref(_of(kind))) for kind in types],
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _where(key: str, value: str, then: Schema, otherwise: Schema | None = None) -> Schema:
    """Ask for something where a key has a value."""
    has_it = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": has_it, "then": then, **({} if otherwise is None else {"else": otherwise})}


def _without(key: str) -> Schema:
    return {"properties": {key: False}}


_RESTING = [
    _where("basis", "interpretation", {"required": ["why"]}),
    _where("basis", "source", {"properties": {"cites": {"minItems": 1}}}),
]
"""What a rule rests on: an interpretation says why, what the source says is cited."""

_MORE: Mapping[str, list[Schema]] = {
    "criterion": _RESTING,
    "parameter": [
        *_RESTING,
        _where("type", "decimal", {"required": ["decimals"]}, _without("decimals")),
        _where("type", "boolean", _without("unit")),
        _where("type", "date", _without("unit")),
    ],
    "scenario": [{"if": {"required": ["like"]}, "else": {"required": ["table", "as_of", "given"]}}],
}
"""What keys ask of each other."""

_NAMED: Mapping[str, Schema] = {
    "text": seen.TEXT,
    "day": seen.DAY,
    "name": seen.NAME,
    "own_name": seen.OWN_NAME,
    "value_name": seen.VALUE_NAME,
    "clause": seen.CITED,
    "given": seen.GIVEN,
    "condition": seen.CONDITION,
}
"""What many items have, by the name that it is referred to by."""


def _with_references(value: Any) -> Any:
    """Put a reference in the place of what is told once for all."""
    if isinstance(value, list):
        return [_with_references(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    told = {key: value[key] for key in value if key == "description"}
    for name, named in _NAMED.items():
        if {**named, **told} == value:
            return {**told, **_ref(name)}
    return {key: _with_references(inner) for key, inner in value.items()}
