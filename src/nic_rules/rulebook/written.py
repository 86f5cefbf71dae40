"""Items exactly as written: one pydantic model a kind (contract, section 1).

The models know keys, shapes and how single values are written. What an item means beside others
is the check's business. A validator's error type is the code of its diagnostic.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from nic_rules.diagnostics import nearest, shown
from nic_rules.language.values import NotWrittenRight, day
from nic_rules.language.words import MOST_IN_A_NAME, TOKENS, is_clause_name, is_name


def _refuse(
    code: str, message: str, hint: str | None = None, *, key: str | None = None
) -> NoReturn:
    """Refuse a value, or a key of it; braces in a message would be read as places to fill in."""
    raise PydanticCustomError(code, "{said}", {"said": message, "hint": hint, "key": key})


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


def _text(texts: dict[str, str], info: ValidationInfo) -> dict[str, str]:
    languages: list[str] | None = (info.context or {}).get("languages")
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


NameText = Annotated[str, AfterValidator(_name)]
ValueName = Annotated[str, AfterValidator(_value_name)]
ClauseName = Annotated[str, AfterValidator(_clause_name)]
Said = Annotated[str, AfterValidator(_said)]
Flag = Annotated[bool, PlainValidator(_flag)]
Day = Annotated[date, PlainValidator(_day)]
Text = Annotated[dict[str, str], AfterValidator(_text)]
OneOrMore = Annotated[list[str], BeforeValidator(_one_or_more)]
Basis = Literal["source", "interpretation"]
Changeable = Literal["any", "up", "down", "never"]


class Written(BaseModel):
    """What all items have in common: the keys they name, no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Rulebook(Written):
    """The book itself."""

    rulebook: NameText
    title: Text
    languages: Annotated[list[NameText], Field(min_length=1)]
    review: list[str] = []


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

    values: Annotated[list[EnumValue], Field(min_length=1)]


class IntegerFact(Fact):
    """A whole number within bounds."""

    min: str
    max: str
    unit: Text | None = None


class DecimalFact(IntegerFact):
    """A number of so many decimals within bounds."""

    decimals: str


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
    holds_when: str
    message: Text
    cites: list[str] = []
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class Resting(Written):
    """What a rule rests on."""

    basis: Basis
    why: Text | None = None
    cites: list[str]


class Entry(Written):
    """A parameter's value, or its values by an enum fact, from a day on."""

    from_: Day = Field(alias="from")
    value: Annotated[str | dict[str, str], PlainValidator(_value_or_map)]


class Parameter(Resting):
    """A dated value, or a table of values keyed by one enum fact."""

    parameter: NameText
    name: Text
    type: Literal["boolean", "integer", "decimal", "date"]
    decimals: str | None = None
    unit: Text | None = None
    by: str | None = None
    values: Annotated[list[Entry], Field(min_length=1)]


class Derived(Written):
    """A named number or date over facts."""

    derived: NameText
    name: Text
    value: str
    unit: Text | None = None
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class Criterion(Resting):
    """A named condition."""

    criterion: NameText
    name: Text
    met: Text | None = None
    not_met: Text | None = None
    met_when: str
    applies_when: str | None = None
    kind: Literal["requirement", "aim"]
    from_: Day | None = Field(None, alias="from")
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
    then: str
    because: Text
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class Table(Written):
    """A decision table with a hit policy."""

    table: NameText
    name: Text
    hit_policy: Literal["unique", "any", "first", "collect"]
    notes: list[str] = []
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    rows: list[Row]
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class Expect(Written):
    """What a scenario expects; what is left out is not checked."""

    outcome: Annotated[str | list[str] | None, PlainValidator(_text_or_list)] = None
    rows: list[str] | None = None
    findings: dict[str, Literal["met", "not_met", "not_applicable", "unknown"]] | None = None
    lacks: dict[str, list[str]] | None = None
    needs: list[str] | None = None
    stuck: list[str] | None = None
    breaks: list[str] | None = None


class Scenario(Written):
    """Facts, and the decision expected of them."""

    scenario: NameText
    about: Said
    like: str | None = None
    table: str | None = None
    as_of: Day | None = None
    rules_on: Day | None = None
    given: dict[str, Any] | None = None
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
