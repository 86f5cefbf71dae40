"""The JSON Schemas hold of what they describe, and refuse what is not so."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import nic_rules
from nic_rules.diagnostics import FactError, RuleBookError
from nic_rules.records.schema import DECISION
from nic_rules.records.trace_schema import trace_schema
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.facts_schema import facts_schema
from nic_rules.rulebook.rules_schema import rules_schema
from tests.cli.running import run
from tests.fixture_years import NIC, YEARS, reviewed
from tests.strategies import books, cases

ROOT = Path(__file__).parents[2]
BOOKS = ("nic", "halls")


def problems(schema: dict[str, Any], value: object) -> list[str]:
    """Give what a validator of others says of a value."""
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def facts_of(book: Book, language: str) -> dict[str, Any]:
    """Give the schema of all facts of a book."""
    return facts_schema(book.facts.values(), language)


@pytest.mark.parametrize("what", ["facts", "decision", "trace", "rules"])
@pytest.mark.parametrize("book", BOOKS)
def test_schemas_are_schemas(what: str, book: str) -> None:
    """Each is a right schema of the dialect it names, whatever the book."""
    schema = json.loads(run("schema", what, "--rules", book).out)
    assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("year", YEARS)
def test_decisions_and_their_reasons_are_as_the_schemas_say(year: int) -> None:
    """Every decision of the fixture years, in its JSON, and the reasons of each in one language."""
    trace = trace_schema()
    for at, decision in enumerate(reviewed(year).decisions.values()):
        assert [] == problems(DECISION, json.loads(decision.to_json()))
        told = NIC.edition(decision.rules_on).explain(decision, ("nb", "en")[at % 2]).as_data()
        assert [] == problems(trace, json.loads(json.dumps(told)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_decisions_are_as_the_schema_says(data: st.DataObject) -> None:
    """Those of random rule books: collecting tables, tables below, evidence, unknowns."""
    drawn = data.draw(books())
    case = data.draw(cases(drawn))
    edition = drawn.load().edition(case.rules_on)
    schema = facts_of(edition.rules.book, edition.rules.book.languages[0])
    for table in edition.tables:
        try:
            decision = edition.decide(table, case.data, as_of=case.as_of)
        except FactError:
            continue
        assert [] == problems(DECISION, json.loads(decision.to_json()))
        assert [] == problems(schema, dict(decision.facts))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_random_reasons_are_as_the_schema_says(data: st.DataObject) -> None:
    """Those of random rule books: every form of expression, unknowns, tables below, evidence."""
    drawn = data.draw(books())
    case = data.draw(cases(drawn))
    edition = drawn.load().edition(case.rules_on)
    facts = {name: {"value": value, "by": "someone"} for name, value in case.data.items()}
    for table in edition.tables:
        try:
            decision = edition.decide(table, facts, as_of=case.as_of)
        except FactError:
            continue
        told = json.loads(json.dumps(edition.explain(decision).as_data()))
        assert [] == problems(trace_schema(), told)


def parts_of(told: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path of every object below a value."""
    if isinstance(told, dict):
        yield path
        for key, value in told.items():
            yield from parts_of(value, (*path, key))
    elif isinstance(told, list):
        for at, value in enumerate(told):
            yield from parts_of(value, (*path, at))


def test_what_is_no_trace_is_refused() -> None:
    """A key more or one less is seen, in any part of a trace that is not the record's own."""
    record = ROOT / "fixtures/records/kl-049-2016.json"
    told = json.loads(run("explain", record, "--format", "json").out)
    validator = Draft202012Validator(trace_schema())
    assert [] == problems(trace_schema(), told)
    paths = [path for path in parts_of(told) if not {"decision", "evidence"} & {*path}]
    assert len(paths) > 100
    for path in paths[:: len(paths) // 60]:
        changed = copy.deepcopy(told)
        part: Any = changed
        for key in path:
            part = part[key]
        part["more"] = 1
        assert not validator.is_valid(changed), path
        del part["more"]
        del part[min(part)]
        assert not validator.is_valid(changed), path


CHANGED_RECORDS = [
    ("subject", 12),
    ("outcome", None),
    ("rows", ["a", "a"]),
    ("findings", {"a": {"finding": "perhaps", "lacks": []}}),
    ("as_of", "1 March 2016"),
    ("digest", "sha256:12"),
    ("more", 1),
]


@pytest.mark.parametrize(("key", "value"), CHANGED_RECORDS)
def test_what_is_no_decision_is_refused(key: str, value: object) -> None:
    """One key put wrong is seen."""
    record = json.loads((ROOT / "fixtures/records/kl-049-2016.json").read_text(encoding="utf-8"))
    assert [] == problems(DECISION, record)
    assert [] != problems(DECISION, record | {key: value})


# --- rule files, as an editor reads them

_CORE: list[tuple[re.Pattern[str], Callable[[str], object]]] = [
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
]
"""What YAML 1.2 makes of a plain scalar."""


def as_editors_read(node: yaml.Node) -> Any:
    """Turn a YAML node into the JSON that an editor validates."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): as_editors_read(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_editors_read(item) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        for pattern, read in _CORE:
            if pattern.fullmatch(node.value):
                return read(node.value)
    return node.value


def rule_files() -> Iterator[Path]:
    """Give every shipped rule file."""
    yield from sorted((ROOT / "rules").rglob("*.yaml"))


@pytest.mark.parametrize("path", [*rule_files()], ids=lambda path: path.name)
def test_shipped_rule_files_are_as_the_schema_says(path: Path) -> None:
    """An editor underlines nothing in a rule file that is right."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert node is not None
    assert [] == problems(rules_schema(), as_editors_read(node))


SEEN = ("nic201", "nic202", "nic203", "nic204")
"""Codes of what is wrong with the shape of an item, which a schema can see."""

BEYOND = {"nic203_outcome_of_a_scenario"}
"""Examples of which a schema cannot know what the item meant, a table, is like."""


def bad_rule_files() -> Iterator[Path]:
    """Give the examples of a wrong shape that are YAML and of one file."""
    for folder in sorted((ROOT / "fixtures" / "bad").iterdir()):
        files = sorted(folder.glob("*.yaml"))
        if folder.name.startswith(SEEN) and folder.name not in BEYOND and len(files) == 1:
            yield files[0]


@pytest.mark.parametrize("path", [*bad_rule_files()], ids=lambda path: path.parent.name)
def test_wrong_shapes_are_seen_in_editors(path: Path) -> None:
    """What the check refuses for its shape an editor underlines."""
    with pytest.raises(RuleBookError):
        nic_rules.load(path.parent)
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert node is not None
    assert [] != problems(rules_schema(), as_editors_read(node))
