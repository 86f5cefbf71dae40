"""Until when a decision's outcome holds, as its trace tells it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from nic_rules.decision import Decision, Names
from nic_rules.engine.book import RuleBook
from nic_rules.engine.tables import RunningTable
from nic_rules.explanation.trace import Ahead, Lasting
from nic_rules.explanation.until import Until, in_words, until
from nic_rules.language.values import LAST_DAY


class LookingAhead:
    """Tells until when the outcomes of one table hold, in one language."""

    def __init__(self, book: RuleBook, running: RunningTable, language: str) -> None:
        self._book, self._running, self._language = book, running, language
        self._of_all = lru_cache(256)(self._told_of_all)

    def of(self, decision: Decision) -> Ahead:
        """Look ahead: by the rules of each later day, unless another day's were chosen."""
        day = decision.as_of
        rules_on = None if decision.rules_on == day else decision.rules_on
        if decision.was_decided:
            of_all = self._of_all(decision.outcome, day, rules_on)
            return of_all or Ahead(lambda: self._looked(decision, rules_on))
        return Ahead(self._looked(decision, rules_on))  # it may turn out to contradict itself

    def _looked(self, decision: Decision, rules_on: date | None) -> Lasting:
        facts = decision.facts.as_dict()
        found = until(self._book, decision.table, facts, decision.as_of, rules_on=rules_on)
        return self._told(found, facts)

    def _told_of_all(
        self, outcome: str | Names, as_of: date, rules_on: date | None
    ) -> Ahead | None:
        """Tell it of all cases with an outcome, if no later day can change it whatever the facts.

        So it is where no other rules come, and nothing in these asks for the day.
        """
        days = self._running.rules.days
        by = as_of if rules_on is None else rules_on
        is_ours = (days.start is None or days.start <= by) and (days.end is None or by < days.end)
        others_come = rules_on is None and days.end is not None
        if not is_ours or others_come or self._running.over_days.moving:
            return None
        table = self._running.table.name
        never = Until(table, as_of, outcome, None, None, LAST_DAY, rules_on)
        return Ahead(self._told(never, {}))

    def _told(self, found: Until, facts: dict[str, str | bool | int]) -> Lasting:
        becomes = found.becomes
        return Lasting(
            None if found.until is None else found.until.isoformat(),
            tuple(becomes) if isinstance(becomes, Names) else becomes,
            found.horizon.isoformat(),
            in_words(self._book, found, facts, self._language),
        )
