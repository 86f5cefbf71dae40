"""Fills a tally from decided and rejected cases as they stream by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, RequestError
from nic_rules.engine.book import RuleBook
from nic_rules.explanation.until import until
from nic_rules.language.calendar import add_years
from nic_rules.language.types import Day
from nic_rules.language.values import LAST_DAY
from nic_rules.portfolio.report.previous import Previous
from nic_rules.portfolio.report.tally import (
    NONE,
    Asked,
    Changed,
    Entry,
    First,
    Rejected,
    Tally,
    Told,
    Who,
    by_day,
    by_row,
    new_list,
)
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Rules, used_names

CONTRADICTION = "NIC508"
MOST_SHOWN = 300
"""How many characters of a bad value are shown."""


class Gatherer:
    """Gathers what the report of a review tells."""

    def __init__(
        self, book: RuleBook, tables: tuple[str, ...], previous: Previous | None = None
    ) -> None:
        self.book = book
        self.tables = tables
        self.previous = previous
        self.reporting = book.book.item.written.report or written.Reporting()
        self.worklists = [
            one
            for one in self.reporting.worklists
            if {*(one.of or {}), *(one.becomes or {})} <= {*tables}
        ]
        self.tally = Tally(
            worklists={one.worklist: by_day() if one.of else by_row() for one in self.worklists}
        )
        self.favourable = {name: favourable(book, name) for name in tables}
        self.collecting = {t.name for t in book.book.tables if t.collects}
        self._below = cache(self._criteria_below)

    # --- decided cases

    def decided(self, row: GivenRow, decisions: Sequence[Decision]) -> None:
        """Add a case decided by all tables."""
        tally, facts = self.tally, decisions[0].facts
        called = facts.get(self.reporting.called or "", "")
        who = Who(row.number, row.subject or "", str(called))
        tally.decided += 1
        groups = [(fact, self._group(fact, facts.get(fact))) for fact in self.reporting.by]
        tally.sizes.update(groups)
        for decision in decisions:
            for outcome in outcomes_of(decision):
                tally.outcomes[decision.table, outcome] += 1
                for fact, value in groups:
                    tally.groups[fact, value, decision.table, outcome] += 1
            self._reasons(who, decision)
        self._ask(who, decisions)
        for one in self.worklists:
            self._list(one, who, decisions)
        if self.previous is not None:
            self._compare(self.previous, who, decisions)
        tally.cases.add(Told(who, tuple(decisions)))
        if not tally.is_small:
            tally.cases.kept.clear()

    def _group(self, fact: str, value: object) -> str:
        if value is None:
            return NONE
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return text[:4] if isinstance(self.book.book.facts[fact].type, Day) else text

    def _reasons(self, who: Who, decision: Decision) -> None:
        """Count why an outcome came that is not favourable: rows, criteria, missing facts."""
        table = decision.table
        rules = self.book.edition(decision.rules_on).rules
        rows = {row.name: row for row in rules.tables[table].rows}
        given = {rows[name].written.then: name for name in decision.rows}
        for outcome in outcomes_of(decision):
            if outcome in self.favourable[table]:
                continue
            key = (table, outcome)
            self.tally.unfavourable.setdefault(key, new_list("unfavourable")).add(
                Entry(who, decision, None)
            )
            if outcome == NONE:
                continue
            for name in decision.rows:
                if rows[name].written.then == outcome:
                    self.tally.reasons[table, outcome, name] += 1
            columns = tuple(rows[given[outcome]].when)
            for name in self._lowest_not_met(rules, columns, decision):
                self.tally.not_met[table, outcome, name] += 1
            if table not in self.collecting:
                self.tally.lacking.update((table, outcome, fact) for fact in decision.needs)

    def _lowest_not_met(
        self, rules: Rules, columns: tuple[str, ...], decision: Decision
    ) -> set[str]:
        """Give the criteria not met below those of a row, but for those that fail by others."""
        found = decision.findings
        failing = set()
        for column in columns:
            if column in rules.criteria and found[column].finding == "not_met":
                for name, parts in self._below(decision.rules_on, column):
                    if found[name].finding == "not_met" and not any(
                        found[part].finding == "not_met" for part in parts
                    ):
                        failing.add(name)
        return failing

    def _criteria_below(self, day: date, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Give a criterion and all below it, each with those that it uses itself."""
        criteria = self.book.edition(day).rules.criteria
        found: dict[str, tuple[str, ...]] = {}
        open_ = [name]
        while open_:
            one = open_.pop()
            if one not in found:
                found[one] = tuple(n for n in used_names(criteria[one]) if n in criteria)
                open_ += found[one]
        return tuple(found.items())

    def _ask(self, who: Who, decisions: Sequence[Decision]) -> None:
        needs = sorted({fact for decision in decisions for fact in decision.needs})
        self.tally.to_ask += bool(needs)
        self.tally.asked.update(needs)
        by_supplier: dict[str, list[str]] = {}
        for fact in needs:
            by_supplier.setdefault(supplier_of(self.book, fact), []).append(fact)
        for supplier, facts in by_supplier.items():
            self.tally.supplier(supplier).add(Asked(who, tuple(facts)))

    def _list(self, one: written.Worklist, who: Who, decisions: Sequence[Decision]) -> None:
        listed = self.tally.worklists[one.worklist]
        for decision in decisions:
            if one.of and {*outcomes_of(decision)} & {*one.of.get(decision.table, ())}:
                day = None if one.day is None else decision.facts.get(one.day)
                listed.add(Entry(who, decision, date.fromisoformat(str(day)) if day else None))
                return
            if one.becomes and decision.table in one.becomes:
                wanted = {*one.becomes[decision.table]}
                if self._a_year_on(decision) & wanted and not {*outcomes_of(decision)} & wanted:
                    listed.add(Entry(who, decision, self._first_day(decision, wanted, listed)))
                    return

    def _a_year_on(self, decision: Decision) -> set[str]:
        """Give the outcomes a year later, if no fact changes; none where nothing is decided."""
        day = a_year_after(decision.as_of)
        try:
            edition = self.book.edition(day)
            return {*outcomes_of(edition.decide(decision.table, dict(decision.facts), as_of=day))}
        except (FactError, RequestError):
            return set()

    def _first_day(self, decision: Decision, wanted: set[str], listed: First[Entry]) -> date | None:
        """Find the day on which time alone brings an outcome, of the cases that a list shows."""
        if listed.total >= listed.most:
            return None
        day, facts = decision.as_of, dict(decision.facts)
        horizon = a_year_after(day)
        while True:
            found = until(self.book, decision.table, facts, day, horizon=horizon)
            if found.until is None:
                return None
            day, becomes = found.until, found.becomes
            if becomes is None:
                return None
            if {becomes} & wanted if isinstance(becomes, str) else {*becomes} & wanted:
                return day

    def _compare(self, previous: Previous, who: Who, decisions: Sequence[Decision]) -> None:
        tally, had = self.tally, previous.take(who.subject)
        if had is None:
            tally.come += 1
            return
        self._count_before(had)
        before = dict(zip(previous.tables, had, strict=True))
        moved = False
        for decision in decisions:
            was = before[decision.table]
            now = ";".join(outcomes_of(decision))
            if was is not None:
                tally.moves[decision.table, was, now] += 1
                if was != now:
                    moved = True
                    tally.changed.add(Changed(who, decision.table, was, now))
        tally.moved += moved

    def _count_before(self, had: tuple[str | None, ...]) -> None:
        for table, outcome in zip(self.tables, had, strict=True):
            if outcome is not None:
                self.tally.before.update((table, one) for one in outcome.split(";"))

    # --- rejected rows, and the end

    def rejected(self, row: GivenRow, problems: Sequence[RowProblem], rules_on: date) -> None:
        """Add a row that is rejected. `rules_on` says whose rules its facts contradict."""
        self.tally.rejected += 1
        self.tally.codes.update({wrong.code for wrong in problems})
        if self.previous is not None and (subject := row.subject or row.label):
            had = self.previous.take(subject)
            if had is not None:
                self.tally.now_rejected += 1
                self._count_before(had)
        told = tuple((p.code, p.column, cut(p.value), cut(p.message)) for p in problems)
        messages: dict[tuple[str, str], str] = {}
        if any(p.code == CONTRADICTION for p in problems):
            messages = dict(self._contradictions(row, rules_on))
        self.tally.rejects.add(
            Rejected(
                row.number,
                row.file,
                row.row,
                row.line,
                cut(row.subject or row.label),
                told,
                messages,
            )
        )

    def _contradictions(
        self, row: GivenRow, rules_on: date
    ) -> Iterator[tuple[tuple[str, str], str]]:
        """Say in every language what contradicts what; the messages of others are the engine's."""
        for language in self.book.languages:
            try:
                self.book.edition(rules_on).decide_all(
                    self.tables, row.given, as_of=row.as_of or rules_on, language=language
                )
            except FactError as error:
                for wrong in error.diagnostics:
                    if wrong.code == CONTRADICTION:
                        yield (language, wrong.value or ""), wrong.message

    def ended(self) -> Tally:
        """Count who of the review before was not seen, and give the tally."""
        if self.previous is not None:
            self.tally.gone += len(self.previous.outcomes)
            for had in self.previous.outcomes.values():
                self._count_before(had)
            self.previous.outcomes.clear()
        return self.tally


def outcomes_of(decision: Decision) -> tuple[str, ...]:
    """Give the outcomes of a decision, `NONE` where nothing was collected."""
    outcome = decision.outcome
    return (outcome,) if isinstance(outcome, str) else tuple(outcome) or (NONE,)


def favourable(book: RuleBook, table: str) -> frozenset[str]:
    """Give the outcomes of a table that a case hopes for.

    Where a table says of none that it is wanted, to collect nothing is.
    """
    outcomes = [o for t in book.book.tables if t.name == table for o in t.item.written.outcomes]
    wanted = frozenset(one.outcome for one in outcomes if one.wanted)
    return wanted or frozenset({NONE})


def supplier_of(book: RuleBook, fact: str) -> str:
    """Give who supplies a fact, by the text of the book's first language; "" if none is told."""
    told = book.book.facts[fact].item.written.supplied_by
    return "" if told is None else told[book.languages[0]]


def cut(text: str) -> str:
    """Cut a text that nobody would read to its end."""
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def a_year_after(day: date) -> date:
    """Give the same day of the next year, as the rule language counts, but not beyond its days."""
    later = add_years(day, 1)
    return LAST_DAY if later is None else min(later, LAST_DAY)
