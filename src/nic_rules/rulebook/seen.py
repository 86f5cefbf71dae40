"""What the values of rule files look like to JSON Schema, typed as editors type them.

To us every scalar is the text written; an editor reads YAML 1.2 and sees numbers and truths where
there are no quotes. So numbers and truths are allowed as such, and also in quotes. A plain `null`,
or nothing, is allowed nowhere: where a text stands it is hardly ever meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nic_rules.language.types import LARGEST_FACT
from nic_rules.language.words import MOST_CHARACTERS, MOST_IN_A_NAME, RESERVED, TOKENS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCALAR = ["string", "number", "boolean"]
"""The types of JSON that a single value may be seen as."""

_NAME = "[a-z][a-z0-9_]*"
_CLAUSE = rf"{_NAME}(\.[a-z0-9_]+)*"
_NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"

_SAYS_NAME = "Names are a-z, 0-9 and _, and begin with a letter."
_SAYS_FREE = (
    "Names are a-z, 0-9 and _, begin with a letter, and are no words of the language's or Python's."
)


def _without(words: Iterable[str]) -> str:
    """Give a pattern of names that are none of some words."""
    return rf"^(?!({'|'.join(sorted(words))})$){_NAME}$"


NAME: Schema = {
    "type": "string",
    "pattern": f"^{_NAME}$",
    "maxLength": MOST_IN_A_NAME,
    "patternErrorMessage": _SAYS_NAME,
}
OWN_NAME: Schema = {**NAME, "pattern": _without(RESERVED), "patternErrorMessage": _SAYS_FREE}
"""A name of the flat namespace."""
VALUE_NAME: Schema = {**NAME, "pattern": _without(TOKENS), "patternErrorMessage": _SAYS_FREE}
CLAUSE_NAME: Schema = {"type": "string", "pattern": f"^{_CLAUSE}$", "maxLength": MOST_IN_A_NAME}
CITED: Schema = {"type": "string", "pattern": f"^({_NAME}/)?{_CLAUSE}$"}
SAID: Schema = {"type": SCALAR, "pattern": r"\S"}
TEXT: Schema = {
    "type": "object",
    "propertyNames": NAME,
    "additionalProperties": SAID,
    "minProperties": 1,
}
FLAG: Schema = {"enum": [True, False, "true", "false"]}
DAY: Schema = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
}
_BOUNDS: Schema = {"minimum": -LARGEST_FACT, "maximum": LARGEST_FACT}
NUMBER: Schema = {"type": ["number", "string"], "pattern": f"^{_NUMBER}$", **_BOUNDS}
WHOLE: Schema = {"type": ["integer", "string"], "pattern": "^-?(0|[1-9][0-9]*)$"}
DECIMALS: Schema = {
    "type": ["integer", "string"],
    "minimum": 0,
    "maximum": 9,
    "pattern": "^[0-9]$",
}
CONDITION: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS}
EXPRESSION: Schema = {**CONDITION, "type": ["string", "number"]}
TOKEN: Schema = {"type": ["string", "boolean"], "pattern": f"^{_NAME}$"}
TOKENS_THAT_FIT: Schema = {
    "type": ["string", "boolean", "array"],
    "pattern": f"^{_NAME}$",
    "items": TOKEN,
    "minItems": 1,
    "uniqueItems": True,
}
NAME_OR_NAMES: Schema = {**NAME, "type": ["string", "array"], "items": NAME}
VALUE_OR_VALUES: Schema = {
    "type": [*SCALAR, "object"],
    "minLength": 1,
    "propertyNames": NAME,
    "additionalProperties": {"type": SCALAR, "minLength": 1},
}
GIVEN: Schema = {
    "type": "object",
    "propertyNames": NAME,
    "additionalProperties": {
        "type": ["null", *SCALAR, "object"],
        "minLength": 1,
        "properties": {
            "value": {"type": ["null", *SCALAR], "minLength": 1},
            "evidence": {"type": ["null", *SCALAR], "minLength": 1},
            "recorded_on": {**DAY, "type": ["null", "string"]},
            "by": {"type": ["null", *SCALAR], "minLength": 1},
        },
        "required": ["value"],
        "additionalProperties": False,
    },
}


class Seen:
    """Says what JSON Schema tells of a value; pydantic validates it as it did without."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> Schema:
        """Give JSON Schema what it tells."""
        return dict(self.schema)
