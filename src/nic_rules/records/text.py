"""A comparison as text for a terminal, with names and values as people write them.

The texts are the rule book's. What only a record knows, because the rule book has changed since,
is written as it stands in the record.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property

from nic_rules.decision import Decision, EditionRef, Finding, Inner, Names
from nic_rules.diagnostics import one_line
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.explanation.words import words as words_of_findings
from nic_rules.records.compare import Comparison
from nic_rules.records.moved import AS_OF, RULES_ON, Moved
from nic_rules.records.words import words
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import told, told_name, told_unit

Style = Callable[[str, str], str]
"""Dresses a text for a role: `head`, `outcome`, `faint`."""

MOST_SETS = 10
"""Sets of changes that are written out; JSON has all."""


def plainly(text: str, role: str) -> str:  # noqa: ARG001 - a style that dresses nothing
    """Leave texts as they are."""
    return text


def as_text(
    comparison: Comparison,
    book: RuleBook,
    language: str,
    style: Style = plainly,
    width: int = 100,
) -> str:
    """Render a comparison in one of the rule book's languages, at most `width` wide."""
    return "\n".join(_Page(comparison, book, language, style, width).lines()) + "\n"


class _Told:
    """One of the two decisions, in the words of the rule book at hand."""

    def __init__(self, decision: Decision, edition: Edition, language: str) -> None:
        self.decision = decision
        self.language = language
        self.rules = edition.rules
        self.words = words(language)
        self.case = read_case(self.rules.facts, decision.facts)
        self.walk = edition.walk(self.case, decision.as_of)

    def fact(self, name: str) -> str:
        """Write a fact's value; one that the rule book no longer takes as it was recorded."""
        recorded = self.decision.facts.get(name)
        if recorded is None:
            return told(None, self.language)
        if name not in self.case.values:
            return one_line(told(recorded, self.language))
        unit = getattr(self.rules.facts[name].item.written, "unit", None)
        value = told_name(name, self.language, self.rules, self.walk)
        return one_line(value + told_unit(unit, self.language))

    def finding(self, found: Finding | None, title: Callable[[str], str]) -> str:
        if found is None:
            return self.words["absent"]
        finding = words_of_findings(self.language)[found.finding]
        if not found.lacks:
            return finding
        facts = "; ".join(map(title, found.lacks))
        return self.words["lacking"].format(finding=finding, facts=facts)

    def inner(self, name: str, inner: Inner | None) -> str:
        return self.words["absent"] if inner is None else self.outcome(name, inner.outcome)

    def outcome(self, table: str, outcome: str | Names) -> str:
        """Write an outcome's name; all of them where the table collects."""
        given = (outcome,) if isinstance(outcome, str) else outcome
        known = self.rules.tables.get(table)
        outcomes = known.item.written.outcomes if known is not None else []
        titles = {o.outcome: o.name[self.language] for o in outcomes}
        names = "; ".join(one_line(titles.get(name, name)) for name in given)
        return names or self.words["nothing"]

    def change(self, name: str) -> str:
        """Write what a change that moved the outcome is from, or to."""
        if name == AS_OF:
            return told(self.decision.as_of, self.language)
        if name == RULES_ON:
            return told(self.decision.rules_on, self.language)
        return self.fact(name)


class _Page:
    def __init__(
        self, comparison: Comparison, book: RuleBook, language: str, style: Style, width: int
    ) -> None:
        self.comparison = comparison
        self.book = book.book
        self.language = language
        self.style = style
        self.width = max(width, 40)
        self.words = words(language)
        self.before, self.after = (
            _Told(decision, book.edition(decision.rules_on), language)
            for decision in (comparison.before, comparison.after)
        )

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.moved()
        yield from self.facts()
        yield from self.findings()
        yield from self.others()
        yield from self.days()

    def wrapped(self, text: str, indent: int, first: str = "", role: str = "") -> Iterator[str]:
        """Break a text into lines; `first` stands before it, later lines are indented under it."""
        room = self.width - indent - len(first)
        lines = textwrap.wrap(text, max(room, 20), break_on_hyphens=False)
        for number, line in enumerate(lines or [""]):
            lead = first if number == 0 else " " * len(first)
            yield " " * indent + lead + (self.style(line, role) if role else line)

    def section(self, word: str) -> Iterator[str]:
        yield ""
        yield self.style(self.words[word], "head")

    def listed(self, lines: Iterable[str], indent: int = 2) -> Iterator[str]:
        for line in lines:
            yield from self.wrapped(line, indent, "· ")

    # --- names

    def title_of(self, name: str) -> str:
        """Give what people call an item, a day or the rules; the name itself of what is gone."""
        if name in (AS_OF, RULES_ON):
            return self.words[name]
        item = self.titles.get(name)
        return one_line(name if item is None else item[self.language])

    @cached_property
    def titles(self) -> Mapping[str, Mapping[str, str]]:
        book = self.book
        titles = {fact.name: fact.item.written.name for fact in book.facts.values()}
        titles |= {table.name: table.item.written.name for table in book.tables}
        return titles | {one.name: one.item.written.name for one in book.criteria}

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Put names in the order of the rule files, those that are gone last."""
        order = [*self.book.facts, *(criterion.name for criterion in self.book.criteria)]
        place = {name: number for number, name in reversed([*enumerate(order)])}
        return sorted(names, key=lambda name: (place.get(name, len(order)), name))

    # --- sections

    def head(self) -> Iterator[str]:
        decision = self.comparison.after
        if decision.subject is not None:
            yield from self.wrapped(one_line(decision.subject), 0, role="faint")
        yield from self.wrapped(self.title_of(decision.table), 0)
        for word, side in (("before", self.before), ("after", self.after)):
            days = words_of_findings(self.language)["as_of"]
            when = days.format(day=told(side.decision.as_of, self.language))
            yield from self.wrapped(f"{self.words[word]}, {when}", 2, role="faint")
            outcome = side.outcome(decision.table, side.decision.outcome)
            yield from self.wrapped(outcome, 4, "→ ", "outcome")
            if side.decision.rows:
                rows = one_line(", ".join(side.decision.rows))
                yield from self.wrapped(f"[{rows}]", 6, role="faint")

    def moved(self) -> Iterator[str]:
        yield from self.section("moved")
        moved = self.comparison.moved
        if moved is None:
            assert self.comparison.silence is not None
            yield from self.wrapped(self.words[self.comparison.silence], 2)
        elif not moved.sets:
            yield from self.wrapped(self.words["none_found"].format(tried=moved.tried), 2)
        else:
            yield from self.sets(moved)

    def sets(self, moved: Moved) -> Iterator[str]:
        several, large = len(moved.sets) > 1, len(moved.sets[0]) > 1
        word = ("groups" if several else "all") if large else ("any" if several else "this")
        before = self.comparison.before
        outcome = self.before.outcome(before.table, before.outcome)
        yield from self.wrapped(self.words[word].format(outcome=outcome), 2)
        for number, names in enumerate(moved.sets[:MOST_SETS], start=1):
            if word == "groups":
                yield from self.wrapped(self.words["group"].format(number=number), 2)
            yield from self.listed(self.changes(names), 4 if word == "groups" else 2)
        if len(moved.sets) > MOST_SETS:
            more = len(moved.sets) - MOST_SETS
            yield from self.wrapped(self.words["more_sets"].format(count=more), 2)
        if not moved.is_complete:
            yield from self.wrapped(self.words["tried"].format(tried=moved.tried), 2)

    def changes(self, names: Sequence[str]) -> Iterator[str]:
        for name in names:
            before, after = self.before.change(name), self.after.change(name)
            yield f"{self.title_of(name)}: {before} → {after}"

    def facts(self) -> Iterator[str]:
        yield from self.section("facts")
        if not self.comparison.facts:
            yield "  " + self.words["no_facts"]
        yield from self.listed(self.changes(self.in_order(self.comparison.facts)))

    def findings(self) -> Iterator[str]:
        yield from self.section("findings")
        if not self.comparison.findings:
            yield "  " + self.words["no_findings"]
        for name in self.in_order(self.comparison.findings):
            change = self.comparison.findings[name]
            before = self.before.finding(change.before, self.title_of)
            after = self.after.finding(change.after, self.title_of)
            yield from self.listed([f"{self.title_of(name)}: {before} → {after}"])

    def others(self) -> Iterator[str]:
        if self.comparison.inner:
            yield from self.section("inner")
        for name, change in self.comparison.inner.items():
            before = self.before.inner(name, change.before)
            after = self.after.inner(name, change.after)
            yield from self.listed([f"{self.title_of(name)}: {before} → {after}"])
        if self.comparison.evidence:
            yield from self.section("evidence")
            yield from self.listed(map(self.title_of, self.in_order(self.comparison.evidence)))

    def days(self) -> Iterator[str]:
        yield from self.section("days")
        for name in (AS_OF, RULES_ON):
            before, after = self.before.change(name), self.after.change(name)
            same = self.words["unchanged"].format(what=after)
            told_change = same if before == after else f"{before} → {after}"
            yield from self.listed([f"{self.title_of(name)}: {told_change}"])
        one, two = self.comparison.before.edition, self.comparison.after.edition
        word = "same_rules" if one.text == two.text else "other_texts"
        yield from self.listed([self.words[word if one.logic == two.logic else "other_rules"]])
        if (one.start, one.until) != (two.start, two.until):
            change = f"{self.interval(one)} → {self.interval(two)}"
            yield from self.listed([f"{self.words['in_force']}: {change}"])

    def interval(self, edition: EditionRef) -> str:
        """Write the first and the last day of an edition."""
        last = edition.until and edition.until - timedelta(1)
        days = {"first": edition.start, "last": last}
        written = {key: told(day, self.language) if day else "…" for key, day in days.items()}
        return self.words["interval"].format(**written)
