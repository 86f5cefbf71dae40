"""The shipped book, and what several of its tests ask of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import nic_rules
from nic_rules import Decision, RuleBook
from nic_rules.explanation.grounds import grounds_of
from nic_rules.explanation.text import as_text
from nic_rules.explanation.tracing import trace
from nic_rules.rulebook.book import Scenario

NIC = Path(__file__).parents[2] / "rules" / "nic"
BOOK = nic_rules.load(NIC)
SCENARIOS: Mapping[str, Scenario] = BOOK.book.scenarios


def decide(
    scenario: str,
    given: Mapping[str, object] | None = None,
    *,
    table: str | None = None,
    book: RuleBook = BOOK,
    as_of: date | None = None,
) -> Decision:
    """Decide a scenario's case, some of its facts told otherwise (None: taken away)."""
    case = SCENARIOS[scenario]
    day = as_of or case.as_of
    facts = {**case.given, **(given or {})}
    return book.edition(day).decide(table or case.table, facts, as_of=day)


def explained(decision: Decision, language: str, book: RuleBook = BOOK) -> str:
    """Explain a decision, as one line without breaks."""
    edition = book.edition(decision.rules_on)
    grounds = grounds_of(trace(edition, decision, language))
    return " ".join(as_text(grounds, whole=True).split())


def read_otherwise(folder: Path, file: str, line: str, instead: str) -> RuleBook:
    """Load the book with one line of it written otherwise."""
    text = (NIC / file).read_text(encoding="utf-8")
    assert 1 == text.count(line)
    return with_file(folder, file, text.replace(line, instead))


def with_file(folder: Path, file: str, text: str) -> RuleBook:
    """Load the book with one of its files written otherwise; its scenarios stay as they are."""
    shutil.copytree(NIC, folder / "nic", ignore=shutil.ignore_patterns("scenarios"))
    (folder / "nic" / file).write_text(text, encoding="utf-8")
    return RuleBook(replace(nic_rules.load(folder / "nic").book, scenarios=SCENARIOS))
