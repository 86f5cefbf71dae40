"""`nic-rules schema`: JSON Schema of what goes in and what comes out, for editors and programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from nic_rules.cli.options import lang_option, language_of, open_book, rules_option
from nic_rules.cli.printing import say
from nic_rules.diagnostics import RequestError

Schema = dict[str, Any]


@click.command()
@click.argument("what", type=click.Choice(["facts", "decision", "trace", "rules"]))
@click.argument("table", required=False)
@rules_option
@lang_option
def command(what: str, table: str | None, rules: str, lang: str | None) -> None:
    """Print a JSON Schema (2020-12).

    `facts`: the facts of a case, those that TABLE asks for or all of the rule book's; the only one
    that depends on the rule book. `decision`: the record of a decision. `trace`: its reasons as
    data. `rules`: a rule file, for editors.

    \b
    Example:
      nic-rules schema facts eligibility --lang en > facts.schema.json
      nic-rules schema rules > rules.schema.json
    """
    if table is not None and what != "facts":
        raise RequestError.of("NIC702", f"the schema `{what}` is the same for all tables")
    schema = facts_of(table, rules, lang) if what == "facts" else _SCHEMAS[what]()
    say(json.dumps(schema, ensure_ascii=False, indent=2))


def facts_of(table: str | None, rules: str, lang: str | None) -> Schema:
    """Give the schema of the facts of a rule book, or of one of its tables."""
    from nic_rules.rulebook.facts_schema import facts_schema

    book = open_book(rules)
    language = language_of(book, lang)
    asked = book.all_facts if table is None else book.facts(table)
    facts = (book.book.facts[fact.name] for fact in asked)
    return facts_schema(facts, language)


def _decision() -> Schema:
    from nic_rules.records.schema import DECISION

    return DECISION


def _trace() -> Schema:
    from nic_rules.records.trace_schema import trace_schema

    return trace_schema()


def _rules() -> Schema:
    from nic_rules.rulebook.rules_schema import rules_schema

    return rules_schema()


_SCHEMAS: dict[str, Callable[[], Schema]] = {
    "decision": _decision,
    "trace": _trace,
    "rules": _rules,
}
"""The schemas that no rule book changes, each made where it is asked for."""
