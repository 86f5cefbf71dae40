"""Names and texts of a rule book's items as a report writes them, whatever the day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from nic_rules.decision import Decision, EditionRef
from nic_rules.engine.book import RuleBook
from nic_rules.explanation.tracing import reasons
from nic_rules.language.types import Choice, Day
from nic_rules.portfolio.report.tally import NONE
from nic_rules.portfolio.report.words import words
from nic_rules.rulebook import written
from nic_rules.rulebook.people import told
from nic_rules.rulebook.texts import fill, named_in


class Names:
    """What a rule book calls its items in one language; the latest where there were several."""

    def __init__(self, book: RuleBook, language: str) -> None:
        self.book = book
        self.language = language
        self.word = words(language)
        self._because: dict[tuple[object, ...], tuple[str, ...] | None] = {}
        """By what reasons follow from: the reasons, or None where they name what a case has."""

    @cached_property
    def _tables(self) -> dict[str, list[written.Table]]:
        tables: dict[str, list[written.Table]] = {}
        for table in self.book.book.tables:
            tables.setdefault(table.name, []).append(table.item.written)
        return tables

    @cached_property
    def _titles(self) -> dict[str, str]:
        book = self.book.book
        kinds = (book.facts.values(), book.parameters.values(), book.derived, book.criteria)
        titles = {one.name: one.item.written.name[self.language] for kind in kinds for one in kind}
        return titles | {name: all_[-1].name[self.language] for name, all_ in self._tables.items()}

    def title(self, name: str) -> str:
        """Give the title of a fact, parameter, derived fact, criterion or table."""
        return self._titles.get(name, name)

    def column(self, name: str) -> str:
        """Give what a column of a file of cases is about."""
        fact, dot, beside = name.partition(".")
        own = {"": "–", "subject": self.word["subject"]}
        return own.get(name) or self.title(fact) + (f" ({beside})" if dot else "")

    def outcomes(self, table: str) -> dict[str, str]:
        """Give a table's outcomes by name, in order, that of nothing last."""
        found = {o.outcome: o.name[self.language] for t in self._tables[table] for o in t.outcomes}
        return {**found, NONE: self.word["nothing"]}

    def outcome(self, table: str, outcome: str) -> str:
        """Give the title of an outcome, or of several joined by `;`."""
        known = self.outcomes(table)
        return ", ".join(known.get(one, one) for one in outcome.split(";"))

    def row(self, table: str, name: str) -> str:
        """Give the text of a row; in brackets what differs from case to case."""
        rows = [row for one in self._tables[table] for row in one.rows if row.row == name]
        return fill(rows[-1].because[self.language], self._blank)

    def _blank(self, name: str) -> str:
        special = {"failing": self.word["failing"], "lacking": self.word["lacking_it"]}
        return f"[{special.get(name) or lowered(self.title(name))}]"

    def value(self, fact: str, value: str) -> str:
        """Give the name of a fact's value."""
        if value == NONE:
            return self.word["not_known"]
        choices = self.book.book.facts[fact].choices
        if value in choices:
            name = choices[value][self.language]
            return name[:1].upper() + name[1:]
        return {"true": self.word["yes"], "false": self.word["no"]}.get(value, value)

    def values(self, fact: str, found: set[str]) -> list[str]:
        """Put the values that were found in order, the unknown last; years without gaps."""
        kind, known = self.book.book.facts[fact].type, found - {NONE}
        unknown = [NONE] if NONE in found else []
        if isinstance(kind, Choice):
            return [v for v in self.book.book.facts[fact].choices if v in known] + unknown
        if isinstance(kind, Day):
            return sorted(known) + unknown
        return [v for v in ("true", "false") if v in known] + unknown

    def is_date(self, fact: str) -> bool:
        """Tell whether a fact is a day."""
        return isinstance(self.book.book.facts[fact].type, Day)

    def supplier(self, fact: str) -> str:
        """Give who supplies a fact."""
        who = self.book.book.facts[fact].item.written.supplied_by
        return self.word["from_nobody"] if who is None else who[self.language]

    def ask(self, fact: str) -> str:
        """Give the question to put for a fact, or its name."""
        asked = self.book.book.facts[fact].item.written.ask
        return self.title(fact) if asked is None else asked[self.language]

    def day(self, day: date | None) -> str:
        """Write a day."""
        return self.word["no_day"] if day is None else told(day, self.language)

    def in_force(self, edition: EditionRef) -> str:
        """Say which rules an edition is of, and from when until when they are in force."""
        start = edition.start and self.word["since"].format(day=self.day(edition.start))
        last = edition.until and edition.until - timedelta(days=1)
        end = last and self.word["until"].format(day=self.day(last))
        always = "" if end else self.word["always"]
        force = self.word["in_force"].format(from_=start or always, until=end or "")
        title = self.book.book.item.written.title[self.language]
        return f"{title} ({edition.rulebook}), {force}"

    def wrong(self, code: str, message: str) -> str:
        """Say what is wrong: in our words, and in the engine's where these are of the language."""
        said = self.word.get(code, self.word["NIC"])
        return f"{said} {code}: {message}" if self.language == "en" else f"{said} ({code})"

    def because(self, decision: Decision) -> tuple[str, ...]:
        """Give the reasons of a decision, filled with its values; once where they name none."""
        key = (decision.table, decision.rows, decision.edition)
        if key not in self._because:
            edition = self.book.edition(decision.rules_on)
            rows = edition.rules.tables[decision.table].rows
            texts = [
                row.written.because[self.language] for row in rows if row.name in decision.rows
            ]
            named = set[str]().union(*map(named_in, texts))
            self._because[key] = None if named else reasons(edition, decision, self.language)
        told = self._because[key]
        if told is None:
            return reasons(self.book.edition(decision.rules_on), decision, self.language)
        return told


def lowered(text: str) -> str:
    """Begin a text with a small letter, unless it begins with an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
