"""Parts of an explanation as phrases of one language, for every form that sets them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from nic_rules.decision import EditionRef
from nic_rules.explanation.calculated import Calculations
from nic_rules.explanation.grounds import Interpretation
from nic_rules.explanation.trace import Ground, Leaf
from nic_rules.explanation.words import words
from nic_rules.rulebook.people import told


class Rests(NamedTuple):
    """What a rule rests on, each place with its clause; `chosen`: somebody chose a reading."""

    basis: str
    chosen: bool
    places: tuple[tuple[str, str], ...]
    spot: str


class Choice(NamedTuple):
    """What somebody chose, and for which rules."""

    titles: tuple[str, ...]
    why: str


class Phrases:
    """Says the parts of a trace in a language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = words(language)
        self.calculations = Calculations(language)

    def day(self, day: date | str) -> str:
        """Write a day."""
        return told(date.fromisoformat(day) if isinstance(day, str) else day, self.language)

    def rests(self, ground: Ground) -> Rests:
        """Say what a rule rests on."""
        places = tuple((cited.place, cited.clause) for cited in ground.cites)
        spot = f"{ground.spot.file}:{ground.spot.line}"
        basis = self.words[ground.basis if places or ground.why is None else "no_clause"]
        return Rests(basis, ground.why is not None, places, spot)

    def origin(self, leaf: Leaf) -> str:
        """Say where a value comes from: who told it, or since when the rules have it."""
        if leaf.kind == "fact":
            return leaf.supplied_by or ""
        since = [self.words["since"].format(day=self.day(leaf.since))] if leaf.since else []
        return ", ".join([self.words[leaf.kind], *since])

    def evidence(self, leaf: Leaf) -> str:
        """Say what shows a fact: the evidence itself, when it was recorded, by whom."""
        given: Mapping[str, str] = leaf.evidence or {}
        said = [given["evidence"]] if "evidence" in given else []
        if "recorded_on" in given:
            said.append(self.words["recorded_on"].format(what=self.day(given["recorded_on"])))
        if "by" in given:
            said.append(self.words["by"].format(what=given["by"]))
        return ", ".join(said)

    def about(self, leaf: Leaf) -> str:
        """Say both in one line, for a value that stands in no table."""
        origin, evidence = self.origin(leaf), self.evidence(leaf)
        if leaf.kind == "fact" and origin:
            origin = self.words["from"].format(who=origin)
        if leaf.kind == "derived":
            origin = self.calculations.kind(leaf)
        if "evidence" in (leaf.evidence or {}):
            evidence = self.words["evidence"].format(what=evidence)
        return ", ".join(filter(None, (origin, evidence)))

    def in_force(self, edition: EditionRef) -> str:
        """Say on which days an edition is in force."""
        days = []
        if edition.start is not None:
            days.append(self.words["from"].format(who=self.day(edition.start)))
        if edition.until is not None:
            last = edition.until - timedelta(days=1)
            days.append(self.words["up_to"].format(day=self.day(last)))
        return " ".join(days)


def grouped(interpretations: Iterable[Interpretation]) -> Iterator[Choice]:
    """Give each reason for a choice once, with all that it was chosen for."""
    titles: dict[str, list[str]] = {}
    for one in interpretations:
        titles.setdefault(one.why, []).append(one.title)
    for why, named in titles.items():
        yield Choice(tuple(named), why)


def clean(text: str) -> str:
    """Keep what prints, and spaces that do not break a line; all else becomes a space."""
    return "".join(c if c.isprintable() or c in "\u00a0\u202f" else " " for c in text).strip()


def cleaned(value: Any) -> Any:
    """Clean every text of nested tuples."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        parts = [cleaned(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value
