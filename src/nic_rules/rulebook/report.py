"""What a check collects: problems, and what is broken and so not missed a second time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from nic_rules.diagnostics import Diagnostic, Place, problem
from nic_rules.rulebook.book import Days


@dataclass
class Report:
    """Collects problems, and the names of items that are there but broken."""

    problems: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    days: dict[Diagnostic, list[Days]] = field(default_factory=dict)
    lost_sources: bool = False
    """Whether a source could not be read, so that its clauses are not known."""

    def wrong(self, code: str, place: Place, message: str, hint: str | None = None) -> None:
        """Add a problem at a place."""
        self.problems.append(problem(code, message, place, hint))

    def on_days(
        self, days: Days, code: str, place: Place, message: str, hint: str | None = None
    ) -> None:
        """Add a problem that one interval has; which have it is told if not all do."""
        self.wrong(code, place, message, hint)
        self.days.setdefault(self.problems[-1], []).append(days)

    def tell_days(self, intervals: int) -> None:
        """Say from when problems are, where they are not on all days."""
        for found, days in self.days.items():
            if len(days) < intervals:
                when = ", and ".join(str(span) for span in _joined(days))
                said = replace(found, message=f"{when}: {found.message}")
                self.problems[:] = [said if wrong == found else wrong for wrong in self.problems]


def _joined(intervals: list[Days]) -> list[Days]:
    """Join intervals that follow each other without a break."""
    joined: list[Days] = []
    for days in intervals:
        if joined and joined[-1].end == days.start:
            days = Days(joined.pop().start, days.end)
        joined.append(days)
    return joined
