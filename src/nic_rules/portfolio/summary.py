"""What a review came to, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nic_rules.decision import EditionRef
from nic_rules.portfolio.decided import AS_OF, RULES_ON, parted


@dataclass
class Summary:
    """What a review came to. `outcomes` counts each table's outcomes."""

    as_of: date
    rows: int = 0
    decided: int = 0
    rejected: int = 0
    taken_over: int = 0
    """Of those decided, how many came out of an earlier review, because nothing changed."""
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    editions: dict[EditionRef, None] = field(default_factory=dict)
    has_own_days: bool = False
    """Whether a row was decided as of a day of its own."""

    def count(
        self, rows: pl.DataFrame, rejected: int, edition: Callable[[date], EditionRef]
    ) -> None:
        """Add rows: those decided by all tables, and how many were rejected."""
        self.rows += rows.height + rejected
        self.rejected += rejected
        self.decided += rows.height
        for table, counts in self.outcomes.items():
            for outcome, count in _counted(rows[table], counts):
                for one in parted(outcome):
                    counts[one] += count
        self.has_own_days |= bool((rows[AS_OF] != self.as_of).any())
        for day in rows[RULES_ON].unique(maintain_order=True):
            self.editions[edition(day)] = None

    def as_data(self) -> dict[str, Any]:
        """Give the summary as the contract has it."""
        return {
            "schema": "nic-rules/summary/1",
            "rows": self.rows,
            "decided": self.decided,
            "rejected": self.rejected,
            "outcomes": {table: dict(counts) for table, counts in self.outcomes.items()},
            "editions": edition_data(self.editions),
            "as_of": self.as_of.isoformat(),
        }

    def as_noted(self) -> dict[str, Any]:
        """Give all that is to be gone on with after a stop."""
        beside = {"taken_over": self.taken_over, "has_own_days": self.has_own_days}
        return {"summary": self.as_data(), **beside}

    def put_back(self, noted: Mapping[str, Any]) -> None:
        """Go on counting from what was noted."""
        data = noted["summary"]
        self.rows, self.decided, self.rejected = data["rows"], data["decided"], data["rejected"]
        self.taken_over, self.has_own_days = noted["taken_over"], noted["has_own_days"]
        for table, counts in data["outcomes"].items():
            self.outcomes[table].update(counts)
        for one in data["editions"]:
            start, until = (one[k] and date.fromisoformat(one[k]) for k in ("from", "until"))
            reference = EditionRef(one["rulebook"], start, until, one["logic"], one["text"])
            self.editions[reference] = None


def _counted(outcomes: pl.Series, known: Collection[str]) -> list[tuple[str, int]]:
    """Count outcomes; in the order that they come in, where one comes for the first time."""
    counted = outcomes.value_counts().rows()
    if all(one in known for outcome, _ in counted for one in parted(outcome)):
        return counted
    return outcomes.to_frame().group_by(outcomes.name, maintain_order=True).len().rows()


def edition_data(editions: Iterable[EditionRef]) -> list[dict[str, str | None]]:
    """Give editions as the contract has them."""
    return [
        {
            "rulebook": edition.rulebook,
            "from": edition.start.isoformat() if edition.start else None,
            "until": edition.until.isoformat() if edition.until else None,
            "logic": edition.logic,
            "text": edition.text,
        }
        for edition in editions
    ]
