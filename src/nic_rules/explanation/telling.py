"""What is told of rules alike for all cases, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from nic_rules.diagnostics import Place
from nic_rules.explanation.trace import Cited, Ground, spot_of
from nic_rules.explanation.words import words
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Criterion, Rules


class Telling:
    """Titles, tokens and grounds of an edition, in one language."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.rules = rules
        self.language = language
        self.words = words(language)
        self._tokens: dict[str, dict[str, str]] = {}

    def text(self, text: Mapping[str, str] | None) -> str | None:
        """Give a text in the language."""
        return None if text is None else text[self.language]

    def said(self, criterion: Criterion) -> dict[str, str]:
        """Give what is said of a criterion by its finding, with placeholders."""
        item = criterion.item.written
        texts = {"met": item.met, "not_met": item.not_met}
        return {finding: text[self.language] for finding, text in texts.items() if text is not None}

    @cached_property
    def source_titles(self) -> dict[str, str]:
        """The titles of the sources, by name."""
        return {s.name: s.written.title[self.language] for s in self.rules.book.sources}

    def ground(self, rule: written.Resting, place: Place) -> Ground:
        """Give what a rule rests on, and where it stands."""
        book = self.rules.book
        clauses = [(book.clauses[name].source, book.clauses[name].written) for name in rule.cites]
        cites = (
            Cited(c.clause, self.source_titles[source], c.place, c.says[self.language])
            for source, c in clauses
        )
        spot = spot_of(place, book.folder)
        return Ground(rule.basis, self.text(rule.why), tuple(cites), spot)

    def tokens(self, name: str) -> dict[str, str]:
        """Say the tokens of a name that a table looks at; of a table, its outcomes."""
        if name not in self._tokens:
            self._tokens[name] = self._told_tokens(name)
        return self._tokens[name]

    def _told_tokens(self, name: str) -> dict[str, str]:
        word = self.words
        if name in self.rules.tables:
            outcomes = self.rules.tables[name].item.written.outcomes
            return {o.outcome: o.name[self.language] for o in outcomes}
        if name in self.rules.criteria:
            return {token: word[token] for token in ("met", "not_met", "unknown")}
        told = {"true": word["yes"], "false": word["no"], "unknown": word["not_known"]}
        choices = self.rules.facts[name].choices.items()
        return told | {value: names[self.language] for value, names in choices}

    def title(self, name: str) -> str:
        """Give the title of a name that a table looks at."""
        rules = self.rules
        item = rules.tables.get(name) or rules.criteria.get(name) or rules.facts[name]
        return item.item.written.name[self.language]
