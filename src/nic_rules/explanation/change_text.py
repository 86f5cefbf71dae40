"""What would change a decision as text for a terminal, as people write names and values."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from nic_rules.decision import Decision
from nic_rules.diagnostics import one_line
from nic_rules.engine.edition import Edition
from nic_rules.explanation.change import Change, Changes
from nic_rules.explanation.text import Style, plainly
from nic_rules.explanation.words import words
from nic_rules.language.walk import Walk
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import told, told_name, told_unit


def as_text(
    found: Changes, edition: Edition, language: str, style: Style = plainly, width: int = 100
) -> str:
    """Render what would change a decision in one of the rule book's languages."""
    return "\n".join(_Page(found, edition, language, style, width).lines()) + "\n"


class _Page:
    def __init__(
        self, found: Changes, edition: Edition, language: str, style: Style, width: int
    ) -> None:
        self.found = found
        self.edition = edition
        self.rules = edition.rules
        self.language = language
        self.style = style
        self.width = max(width, 40)
        self.words = words(language)
        table = self.rules.tables[found.decision.table].item.written
        self.title = table.name[language]
        self.outcomes = {one.outcome: one.name[language] for one in table.outcomes}
        self.now = self.walk(found.decision)

    def lines(self) -> Iterator[str]:
        decision = self.found.decision
        yield from self.wrapped(self.days(decision), 0, role="faint")
        yield from self.wrapped(self.title, 0)
        yield from self.given(decision, 2)
        yield ""
        if self.found.has_it:
            said = self.words["has_already"].format(outcome=self.listed(self.had(), "and"))
            yield from self.wrapped(said, 0)
            if self.found.missing:
                yield from self.wrapped(self.words["may_change"], 0)
                yield ""
                yield from self.missing("missing")
        elif self.found.changes:
            yield from self.changes()
        elif self.found.missing:
            yield from self.missing("known_first")
        else:
            wanted = self.listed(self.found.to, "or")
            yield from self.wrapped(self.words["no_change"].format(outcome=wanted), 0)

    def changes(self) -> Iterator[str]:
        some = "changes_one" if len(self.found.changes) == 1 else "changes_some"
        yield from self.wrapped(self.words[some], 0, role="head")
        for change in self.found.changes:
            yield ""
            yield from self.change(change)

    def change(self, change: Change) -> Iterator[str]:
        if len(change.facts) > 1:
            yield from self.wrapped(self.words["change_all"], 2, role="faint")
        after = self.walk(change.decision)
        for name in change.facts:
            fact = self.rules.facts[name].item.written
            about = [self.words["now"].format(value=self.value(name, self.now))]
            if fact.supplied_by is not None:
                about.append(self.words["from"].format(who=fact.supplied_by[self.language]))
            title = fact.name[self.language]
            line = f"{title}: {self.value(name, after)} ({', '.join(about)})"
            yield from self.wrapped(line, 2, "· ")
        yield from self.given(change.decision, 4)

    def missing(self, word: str) -> Iterator[str]:
        yield from self.wrapped(self.words[word], 0, role="head")
        for name in self.found.missing:
            fact = self.rules.facts[name].item.written
            title = fact.name[self.language]
            if fact.supplied_by is not None:
                who = self.words["from"].format(who=fact.supplied_by[self.language])
                title = f"{title} ({who})"
            yield from self.wrapped(f"{title} [{name}]", 2, "? ")
            if fact.ask is not None:
                yield from self.wrapped(fact.ask[self.language], 4)

    # --- parts

    def had(self) -> list[str]:
        """Give the outcomes of those asked for that the case has already."""
        return [one for one in self.found.to if one in _all(self.found.decision)]

    def days(self, decision: Decision) -> str:
        """Write the day of the facts, and that of the rules where it is another."""
        days = self.words["as_of"].format(day=told(decision.as_of, self.language))
        if decision.rules_on != decision.as_of:
            on = told(decision.rules_on, self.language)
            days += ", " + self.words["rules_on"].format(day=on)
        return days[0].upper() + days[1:]

    def given(self, decision: Decision, indent: int) -> Iterator[str]:
        """Write the outcomes of a decision."""
        names = [self.outcomes[one] for one in _all(decision)] or [self.words["nothing"]]
        for name in names:
            yield from self.wrapped(name, indent, "→ ", "outcome")

    def listed(self, outcomes: Iterable[str], word: str) -> str:
        """List outcomes in a sentence."""
        quoted = self.words["quoted"]
        *others, last = [quoted.format(text=self.outcomes[one]) for one in outcomes]
        return self.words[word].join(filter(None, (", ".join(others), last)))

    def walk(self, decision: Decision) -> Walk:
        """Give the facts of a decision as texts are filled from."""
        case = read_case(self.rules.facts, decision.facts)
        return self.edition.walk(case, decision.as_of)

    def value(self, name: str, walk: Walk) -> str:
        """Write a fact's value with its unit."""
        unit = getattr(self.rules.facts[name].item.written, "unit", None)
        return told_name(name, self.language, self.rules, walk) + told_unit(unit, self.language)

    def wrapped(self, text: str, indent: int, first: str = "", role: str = "") -> Iterator[str]:
        """Break a text into lines; `first` stands before it, later lines are indented under it."""
        room = max(self.width - indent - len(first), 20)
        lines = textwrap.wrap(one_line(text), room, break_on_hyphens=False)
        for number, line in enumerate(lines or [""]):
            lead = first if number == 0 else " " * len(first)
            yield " " * indent + lead + (self.style(line, role) if role else line)


def _all(decision: Decision) -> tuple[str, ...]:
    outcome = decision.outcome
    return (outcome,) if isinstance(outcome, str) else tuple(outcome)
