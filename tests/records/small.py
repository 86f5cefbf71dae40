"""Decisions by the small rule book, recorded as a program would keep them."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nic_rules
from nic_rules import Decision
from nic_rules.records.files import Record
from tests.cli.small import BOOK

DAY = date(2016, 11, 15)
SOUND = {"level": "arena", "years": 4, "seats": 4, "firm_seats": 4}
"""Facts for which support is given."""

UNSOUND = {"level": "arena", "years": 2, "seats": 6, "firm_seats": 3}
"""Facts for which it is refused: too short a time, and too few seats of firms."""


@cache
def book(changed: tuple[tuple[str, str], ...] = ()) -> nic_rules.RuleBook:
    """Load the small rule book, with some of its text put differently."""
    text = BOOK
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    with TemporaryDirectory() as folder:
        (Path(folder) / "small.yaml").write_text(text, encoding="utf-8")
        return nic_rules.load(folder)


def record(
    facts: dict[str, object],
    *,
    subject: str | None = "nord",
    as_of: date = DAY,
    rules_on: date | None = None,
    table: str = "support",
    by: nic_rules.RuleBook | None = None,
) -> Record:
    """Decide, and read the record of it."""
    edition = (by or book()).edition(rules_on or as_of)
    made = edition.decide(table, facts, subject=subject, as_of=as_of)
    return Record(Decision.from_json(made.to_json()))
