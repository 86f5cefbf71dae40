"""A case that was decided, written as a scenario ready to paste into a rule book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from nic_rules.decision import Decision
from nic_rules.engine.edition import Edition
from nic_rules.language.types import Text
from nic_rules.language.words import MOST_IN_A_NAME
from nic_rules.rulebook.given import Case, value_text


def decided_scenario(edition: Edition, decision: Decision) -> str:
    """Write the scenario of a decision, which expects its outcome, rows, needs and what is stuck.

    Texts are left out: they decide nothing, and may say whose case it was.
    """
    outcome = decision.outcome
    told = outcome if isinstance(outcome, str) else _listed(outcome)
    expect = {
        "outcome": told,
        "rows": _listed(decision.rows),
        "needs": _listed(decision.needs),
        "stuck": _listed(decision.stuck),
    }
    days = (decision.as_of, decision.rules_on)
    lines = _scenario(
        edition, decision.table, decision.subject, days, decision.facts, expect, told.strip("[]")
    )
    return "\n".join(lines)


def refused_scenario(
    edition: Edition, table: str, subject: str | None, as_of: date, case: Case, breaks: list[str]
) -> str:
    """Write the scenario of a case that constraints refuse."""
    facts = {n: value_text(edition.rules.facts[n], v) for n, v in case.values.items()}
    expect = {"breaks": _listed(breaks)}
    days = (as_of, edition.rules_on)
    lines = _scenario(edition, table, subject, days, facts, expect, "refused")
    return "\n".join(lines)


def _scenario(
    edition: Edition,
    table: str,
    subject: str | None,
    days: tuple[date, date],
    facts: Mapping[str, str | bool | int],
    expect: Mapping[str, str],
    result: str,
) -> Iterator[str]:
    as_of, rules_on = days
    yield f"- scenario: {_name(subject or 'a_case', table, as_of)}"
    about = f"{subject or 'A case'}, {as_of}: {result or 'nothing'}."
    yield f"  about: {_quoted(about)}"
    yield f"  table: {table}"
    yield f"  as_of: {as_of}"
    if rules_on != as_of:
        yield f"  rules_on: {rules_on}"
    given = [
        f"    {name}: {_plain(facts[name])}"
        for name, fact in edition.rules.facts.items()
        if name in facts and not isinstance(fact.type, Text)
    ]
    yield from ["  given:", *given] if given else ["  given: {}"]
    yield "  expect:"
    for key, value in expect.items():
        yield f"    {key}: {value}"


def _plain(value: str | bool | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(names)}]"


def _name(*parts: object) -> str:
    """Make a name of what tells the case apart."""
    words = re.sub(r"[^a-z0-9]+", "_", "_".join(map(str, parts)).lower()).strip("_")
    return ("" if words[:1].isalpha() else "case_") + words[: MOST_IN_A_NAME - 5].rstrip("_")


def _quoted(text: str) -> str:
    """Write a text in double quotes, what cannot be printed as an escape."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
