"""Items exactly as written: one class a kind (contract, section 1).

They know keys, shapes and how single values are written; pydantic holds what was read against
them (`validate.py`). What an item means beside others is the check's business. The code of a
`Refused` is that of its diagnostic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from inspect import get_annotations
from typing import Annotated, Any, Literal, NoReturn, dataclass_transform, get_type_hints

from nic_rules.diagnostics import nearest, shown
from nic_rules.language.values import NotWrittenRight, day
from nic_rules.language.words import MOST_IN_A_NAME, TOKENS, is_clause_name, is_name
from nic_rules.rulebook import seen
from nic_rules.rulebook.seen import Seen


class Refused(ValueError):
    """A value that is not written as its place demands; `key`: which key of a map is meant."""

    def __init__(
        self, code: str, message: str, hint: str | None = None, key: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.key = code, message, hint, key


def _refuse(
    code: str, message: str, hint: str | None = None, *, key: str | None = None
) -> NoReturn:
    raise Refused(code, message, hint, key)


class Checked(Seen):
    """Says by which function a value is checked, and whether before pydantic reads its shape,
    after that, or instead; and what JSON Schema can tell of it.

    `in_languages`: the function also takes the rule book's languages, None if they are not known.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        schema: Mapping[str, Any],
        when: Literal["before", "after", "instead"] = "after",
        *,
        in_languages: bool = False,
    ) -> None:
        super().__init__(schema)
        self.function, self.when, self.in_languages = function, when, in_languages

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Give pydantic its schema."""
        from pydantic_core import PydanticCustomError, core_schema  # only where files are read

        def check(value: Any, info: Any) -> Any:
            languages = (info.context["languages"],) if self.in_languages else ()
            try:
                return self.function(value, *languages)
            except Refused as no:
                told = {"said": no.message, "hint": no.hint, "key": no.key}
                # braces in a message would be read as places to fill in
                raise PydanticCustomError(no.code, "{said}", told) from None

        if self.when == "instead":
            return core_schema.with_info_plain_validator_function(check)
        if self.when == "before":
            return core_schema.with_info_before_validator_function(check, handler(source))
        return core_schema.with_info_after_validator_function(check, handler(source))


class _Some:
    """Marks a list that has at least one member."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), "min_length": 1}


def _name(text: str) -> str:
    if not is_name(text):
        _refuse(
            "NIC204",
            f"{shown(text)} is no name",
            f"names are a-z, 0-9 and _, begin with a letter, at most {MOST_IN_A_NAME} characters",
        )
    return text


def _value_name(text: str) -> str:
    if text in TOKENS:
        _refuse("NIC205", f"`{text}` is a word of the engine's and cannot be a value or outcome")
    return _name(text)


def _clause_name(text: str) -> str:
    if not is_clause_name(text):
        _refuse("NIC204", f"{shown(text)} is no name of a clause", "names, with dots between them")
    return text


def _day(text: Any) -> date:
    try:
        return day(text if isinstance(text, str) else "")
    except NotWrittenRight as wrong:
        _refuse("NIC209", f"{shown(text)} is not {wrong}")


def _flag(text: Any) -> bool:
    if text not in ("true", "false"):
        _refuse("NIC209", f"{shown(text)} is neither `true` nor `false`")
    return bool(text == "true")


def _said(text: str) -> str:
    if not text.strip():
        _refuse("NIC209", "this is empty")
    return text


def _text(texts: dict[str, str], languages: list[str] | None) -> dict[str, str]:
    if languages is None:  # the rulebook item is broken, and says so itself
        return texts
    strangers = [language for language in texts if language not in languages]
    for stranger in strangers:
        if not texts[stranger]:
            message = f"a text wanted quotes at {shown(stranger)}"
            _refuse("NIC208", message, "write it in quotes", key=stranger)
    if strangers:
        hint = nearest(strangers[0], languages) or f"its languages are {', '.join(languages)}"
        message = f"the rule book has no language {shown(strangers[0])}"
        _refuse("NIC207", message, hint, key=strangers[0])
    lacking = [language for language in languages if language not in texts]
    if lacking:
        _refuse("NIC207", f"the text is missing in {', '.join(f'`{x}`' for x in lacking)}")
    empty = [language for language in languages if not texts[language].strip()]
    if empty:
        _refuse("NIC207", f"the text is empty in {', '.join(f'`{x}`' for x in empty)}")
    return texts


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _text_or_list(value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(member, str) for member in value):
        return value
    _refuse("NIC203", "expected a name or a list of names")


def _value_or_map(value: Any) -> str | dict[str, str]:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and all(isinstance(member, str) for member in value.values()):
        return value
    _refuse("NIC203", "expected a value, or a map from an enum fact's values to values")


NameText = Annotated[str, Checked(_name, seen.NAME)]
ValueName = Annotated[str, Checked(_value_name, seen.VALUE_NAME)]
ClauseName = Annotated[str, Checked(_clause_name, seen.CLAUSE_NAME)]
Said = Annotated[str, Checked(_said, seen.SAID)]
Flag = Annotated[bool, Checked(_flag, seen.FLAG, "instead")]
Day = Annotated[date, Checked(_day, seen.DAY, "instead")]
Text = Annotated[dict[str, str], Checked(_text, seen.TEXT, in_languages=True)]
OneOrMore = Annotated[list[str], Checked(_one_or_more, seen.TOKENS_THAT_FIT, "before")]
Outcomes = Annotated[str | list[str] | None, Checked(_text_or_list, seen.NAME_OR_NAMES, "instead")]
Values = Annotated[str | dict[str, str], Checked(_value_or_map, seen.VALUE_OR_VALUES, "instead")]
Some = _Some()

# looked at by the check; to pydantic any text will do
Known = Annotated[str, Seen(seen.NAME)]
Cited = Annotated[str, Seen(seen.CITED)]
Number = Annotated[str, Seen(seen.NUMBER)]
Decimals = Annotated[str, Seen(seen.DECIMALS)]
Condition = Annotated[str, Seen(seen.CONDITION)]
Expression = Annotated[str, Seen(seen.EXPRESSION)]
Given = Annotated[dict[str, Any], Seen(seen.GIVEN)]

NOTHING: list[str] = []
"""A list that is left out."""

Basis = Literal["source", "interpretation"]
Changeable = Literal["any", "up", "down", "never"]


@dataclass_transform(kw_only_default=True)
class Written:
    """What all items have in common: the keys they name, no others.

    A key that Python reserves is a field with `_` behind its name. Type checkers take these classes
    for dataclasses; they are plain ones, because making two dozen dataclasses is half of the time
    that a command needs to start.
    """

    def __init__(self, **keys: Any) -> None:
        self.__dict__.update(keys)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._told() == other._told()

    __hash__ = None  # type: ignore[assignment]

    def _told(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.fields()}

    @classmethod
    def fields(cls) -> dict[str, Any]:
        """Give the fields with their types, its own before those of its bases."""
        hints = get_type_hints(cls, include_extras=True)
        own = [field for base in cls.__mro__ for field in get_annotations(base)]
        return {field: hints[field] for field in own}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Give pydantic its schema: the keys and what may stand under each."""
        from pydantic_core import core_schema  # only where files are read

        keys = {
            field.rstrip("_"): core_schema.typed_dict_field(
                handler.generate_schema(kind), required=not hasattr(cls, field)
            )
            for field, kind in cls.fields().items()
        }
        shape = core_schema.typed_dict_schema(keys, extra_behavior="forbid")
        names = {field.rstrip("_"): field for field in cls.fields()}

        def made(told: dict[str, Any]) -> Written:
            return cls(**{names[key]: value for key, value in told.items()})

        return core_schema.no_info_after_validator_function(made, shape)

    @classmethod
    def __get_pydantic_json_schema__(cls, shape: Any, handler: Any) -> seen.Schema:
        """Give JSON Schema the keys, each with what it says."""
        from nic_rules.rulebook.keys import told_of  # only where a schema is made

        schema: seen.Schema = handler(shape)
        for key, value in schema["properties"].items():
            value["description"] = told_of(cls.__name__, key)
        return {"description": cls.__doc__, **schema}


class Worklist(Written):
    """Cases that somebody has to see to, by what tables answer, now or a year on."""

    worklist: NameText
    name: Text
    of: dict[str, OneOrMore] | None = None
    becomes: dict[str, OneOrMore] | None = None
    day: Known | None = None


class Reporting(Written):
    """How the report of a review is laid out."""

    called: Known | None = None
    by: list[Known] = NOTHING
    worklists: list[Worklist] = []  # noqa: RUF012 - never changed


class Rulebook(Written):
    """The book itself."""

    rulebook: NameText
    title: Text
    languages: Annotated[list[NameText], Some]
    review: list[Known] = NOTHING
    report: Reporting | None = None


class Clause(Written):
    """A numbered place in a source, in our own words."""

    clause: ClauseName
    place: Said
    says: Text
    normative: Flag
    no_rule: Text | None = None


class Source(Written):
    """A document that rules come from."""

    source: NameText
    title: Text
    clauses: list[Clause]


class Fact(Written):
    """What all facts have: a declared input."""

    fact: NameText
    name: Text
    type: str
    supplied_by: Text | None = None
    ask: Text | None = None
    changeable: Changeable = "any"


class EnumValue(Written):
    """One of an enum fact's values."""

    value: ValueName
    name: Text


class EnumFact(Fact):
    """One of a few values."""

    values: Annotated[list[EnumValue], Some]


class IntegerFact(Fact):
    """A whole number within bounds."""

    min: Number
    max: Number
    unit: Text | None = None


class DecimalFact(IntegerFact):
    """A number of so many decimals within bounds."""

    decimals: Decimals


class DateFact(Fact):
    """A day within bounds."""

    min: Day | None = None
    max: Day | None = None


class TextFact(Fact):
    """Text, carried and never computed with."""

    format: Literal["organisation_number"] | None = None


class BooleanFact(Fact):
    """True or false."""


class Constraint(Written):
    """What facts must satisfy not to contradict each other."""

    constraint: NameText
    holds_when: Condition
    message: Text
    cites: list[Cited] = NOTHING
    from_: Day | None = None
    until: Day | None = None


class Resting(Written):
    """What a rule rests on."""

    basis: Basis
    why: Text | None = None
    cites: list[Cited]


class Entry(Written):
    """A parameter's value, or its values by an enum fact, from a day on."""

    from_: Day
    value: Values


class Parameter(Resting):
    """A dated value, or a table of values keyed by one enum fact."""

    parameter: NameText
    name: Text
    type: Literal["boolean", "integer", "decimal", "date"]
    decimals: Decimals | None = None
    unit: Text | None = None
    by: Known | None = None
    values: Annotated[list[Entry], Some]


class Derived(Written):
    """A named number or date over facts."""

    derived: NameText
    name: Text
    value: Expression
    unit: Text | None = None
    from_: Day | None = None
    until: Day | None = None


class Criterion(Resting):
    """A named condition."""

    criterion: NameText
    name: Text
    met: Text | None = None
    not_met: Text | None = None
    met_when: Condition
    applies_when: Condition | None = None
    kind: Literal["requirement", "aim"]
    from_: Day | None = None
    until: Day | None = None


class Outcome(Written):
    """One answer of a table; `wanted` is what a case hopes for."""

    outcome: ValueName
    name: Text
    wanted: Flag = False


class Row(Resting):
    """A row of a decision table."""

    row: NameText
    when: dict[str, OneOrMore]
    then: Known
    because: Text
    from_: Day | None = None
    until: Day | None = None


class Table(Written):
    """A decision table with a hit policy."""

    table: NameText
    name: Text
    hit_policy: Literal["unique", "any", "first", "collect"]
    notes: list[Known] = NOTHING
    outcomes: Annotated[list[Outcome], Some]
    rows: list[Row]
    from_: Day | None = None
    until: Day | None = None


class Expect(Written):
    """What a scenario expects; what is left out is not checked."""

    outcome: Outcomes = None
    rows: list[Known] | None = None
    findings: dict[str, Literal["met", "not_met", "not_applicable", "unknown"]] | None = None
    lacks: dict[str, list[Known]] | None = None
    needs: list[Known] | None = None
    stuck: list[Known] | None = None
    breaks: list[Known] | None = None


class Scenario(Written):
    """Facts, and the decision expected of them."""

    scenario: NameText
    about: Said
    like: Known | None = None
    table: Known | None = None
    as_of: Day | None = None
    rules_on: Day | None = None
    given: Given | None = None
    expect: Expect


KINDS: dict[str, type[Written]] = {
    "rulebook": Rulebook,
    "source": Source,
    "fact": Fact,
    "constraint": Constraint,
    "parameter": Parameter,
    "derived": Derived,
    "criterion": Criterion,
    "table": Table,
    "scenario": Scenario,
}

FACT_TYPES: dict[str, type[Fact]] = {
    "boolean": BooleanFact,
    "integer": IntegerFact,
    "decimal": DecimalFact,
    "date": DateFact,
    "enum": EnumFact,
    "text": TextFact,
}
