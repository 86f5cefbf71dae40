"""JSON Schema of the record of a decision (contract, section 4).

What holds between its parts, such as the digest, is told by `Decision.from_json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nic_rules.decision import SCHEMA
from nic_rules.rulebook.seen import DAY, DIALECT, NAME

Schema = dict[str, Any]


def _object(properties: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    """Give an object of just these keys; all of them, if no others are said to be required."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [*properties] if required is None else required,
        "additionalProperties": False,
    }


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "propertyNames": NAME_, "additionalProperties": values}


NAME_ = {"$ref": "#/$defs/name"}
NAMES = {"$ref": "#/$defs/names"}
DAY_ = {"$ref": "#/$defs/day"}
DIGEST = {"$ref": "#/$defs/digest"}
FOUND = _object(
    {"finding": {"enum": ["met", "not_met", "not_applicable", "unknown"]}, "lacks": NAMES}
)

DECISION: Schema = {
    "$schema": DIALECT,
    "title": "A decision of nic-rules",
    **_object(
        {
            "schema": {"const": SCHEMA},
            "table": NAME_,
            "subject": {"type": ["string", "null"], "description": "Whose case it is."},
            "as_of": {**DAY_, "description": "The day of the facts."},
            "rules_on": {**DAY_, "description": "The day whose rules were used."},
            "outcome": {
                "description": "The outcome; a list where the table collects.",
                "anyOf": [NAME_, NAMES],
            },
            "rows": {**NAMES, "description": "The rows that gave it, in file order."},
            "findings": _by_name(FOUND),
            "needs": {**NAMES, "description": "The facts worth asking for."},
            "stuck": {**NAMES, "description": "The criteria that no fact can settle."},
            "inner": _by_name(_object({"outcome": NAME_, "rows": NAMES})),
            "facts": _by_name({"type": ["string", "boolean", "integer"], "minLength": 1}),
            "evidence": _by_name(
                {
                    **_object(
                        {
                            "evidence": {"type": "string", "minLength": 1},
                            "recorded_on": DAY_,
                            "by": {"type": "string", "minLength": 1},
                        },
                        required=[],
                    ),
                    "minProperties": 1,
                }
            ),
            "edition": _object(
                {
                    "rulebook": NAME_,
                    "from": {"anyOf": [DAY_, {"type": "null"}]},
                    "until": {"anyOf": [DAY_, {"type": "null"}]},
                    "logic": DIGEST,
                    "text": DIGEST,
                }
            ),
            "library": {"type": "string", "minLength": 1},
            "digest": DIGEST,
        }
    ),
    "$defs": {
        "name": {key: NAME[key] for key in ("type", "pattern", "maxLength")},
        "names": {"type": "array", "items": NAME_, "uniqueItems": True},
        "day": DAY,
        "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
    },
}
