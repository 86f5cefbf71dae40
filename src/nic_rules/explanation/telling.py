"""What is told of rules alike for all cases, worked out once for an edition and a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from nic_rules.diagnostics import Place
from nic_rules.engine.edition import Edition
from nic_rules.explanation.trace import Cited, Ground, spot_of
from nic_rules.explanation.words import words
from nic_rules.language.syntax import Compare, Expression, Name, names, to_text
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Rules, Table
from nic_rules.rulebook.people import Measure, measure_of


class Telling:
    """Titles, grounds, and the writing and measures of expressions, in one language."""

    def __init__(self, rules: Rules, language: str) -> None:
        self.rules = rules
        self.language = language
        self.words = words(language)
        self._grounds: dict[int, Ground] = {}
        self._tokens: dict[str, dict[str, str]] = {}
        self._texts: dict[int, str] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._links: dict[int, tuple[Compare, ...]] = {}
        self._measures: dict[str, Measure] = {}
        self._measured: dict[int, Measure] = {}
        self._outcomes: dict[str, dict[str, str]] = {}
        self._wants: dict[int, tuple[str, ...]] = {}

    @classmethod
    def of(cls, edition: Edition, language: str) -> Telling:
        """Give the one of an edition and a language."""
        beside = edition.compiled.beside
        key = f"telling {language}"
        if key not in beside:
            beside[key] = cls(edition.rules, language)
        telling = beside[key]
        assert isinstance(telling, Telling)
        return telling

    def text(self, text: Mapping[str, str] | None) -> str | None:
        """Give a text in the language."""
        return None if text is None else text[self.language]

    @cached_property
    def source_titles(self) -> dict[str, str]:
        """The titles of the sources, by name."""
        return {s.name: s.written.title[self.language] for s in self.rules.book.sources}

    def ground(self, rule: written.Resting, place: Place) -> Ground:
        """Give what a rule rests on, and where it stands. Rules live as long as the edition."""
        if id(rule) not in self._grounds:
            book = self.rules.book
            clauses = [
                (book.clauses[name].source, book.clauses[name].written) for name in rule.cites
            ]
            cites = (
                Cited(c.clause, self.source_titles[source], c.place, c.says[self.language])
                for source, c in clauses
            )
            spot = spot_of(place, book.folder)
            self._grounds[id(rule)] = Ground(rule.basis, self.text(rule.why), tuple(cites), spot)
        return self._grounds[id(rule)]

    def tokens(self, name: str) -> dict[str, str]:
        """Say the tokens of a name that a table looks at."""
        if name not in self._tokens:
            self._tokens[name] = self._told_tokens(name)
        return self._tokens[name]

    def _told_tokens(self, name: str) -> dict[str, str]:
        if name in self.rules.tables:
            return self.outcomes(self.rules.tables[name])
        word = self.words
        told = {token: word[token] for token in ("met", "not_met", "unknown")}
        if name in self.rules.facts:
            told = {"true": word["yes"], "false": word["no"], "unknown": word["not_known"]}
            choices = self.rules.facts[name].choices.items()
            told |= {value: names[self.language] for value, names in choices}
        return told

    def outcomes(self, table: Table) -> dict[str, str]:
        """Give the titles of a table's outcomes."""
        if table.name not in self._outcomes:
            outcomes = table.item.written.outcomes
            told = {o.outcome: o.name[self.language] for o in outcomes}
            self._outcomes[table.name] = told
        return self._outcomes[table.name]

    def wants(self, name: str, tokens: list[str]) -> tuple[str, ...]:
        """Say the tokens that a row wants of a name. Rows live as long as the edition."""
        if id(tokens) not in self._wants:
            told = self.tokens(name)
            self._wants[id(tokens)] = tuple(told.get(one, one) for one in tokens)
        return self._wants[id(tokens)]

    def title(self, name: str) -> str:
        """Give the title of a name that a table looks at."""
        rules = self.rules
        item = rules.tables.get(name) or rules.criteria.get(name) or rules.facts[name]
        return item.item.written.name[self.language]

    # --- expressions, which live as long as the edition

    def written(self, node: Expression) -> str:
        """Give an expression as rule files write it."""
        if id(node) not in self._texts:
            self._texts[id(node)] = to_text(node)
        return self._texts[id(node)]

    def links(self, node: Compare) -> tuple[Compare, ...]:
        """Give a chain's comparisons as expressions of their own, the same ones each time."""
        if id(node) not in self._links:
            links = (Compare((sign,), (a, b), node.at) for a, sign, b in node.links)
            self._links[id(node)] = tuple(links)
        return self._links[id(node)]

    def names(self, node: Expression) -> tuple[str, ...]:
        """Give the names of an expression, each once."""
        if id(node) not in self._names:
            self._names[id(node)] = tuple(dict.fromkeys(name for name, _ in names(node)))
        return self._names[id(node)]

    def measure(self, name: str) -> Measure:
        """Give the decimals and the unit of what a name stands for."""
        if name not in self._measures:
            self._measures[name] = measure_of(Name(name), self.rules)
        return self._measures[name]

    def measured(self, node: Expression) -> Measure:
        """Give the decimals and the unit of an expression."""
        if id(node) not in self._measured:
            self._measured[id(node)] = measure_of(node, self.rules)
        return self._measured[id(node)]
