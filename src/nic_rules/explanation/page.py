"""Grounds as a page: all its parts in the words of one language, for Markdown and HTML to set.

Every text of it is one line of characters that print: no form has to look for others again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

from nic_rules.decision import Decision
from nic_rules.explanation.branches import TableTree, tree_of
from nic_rules.explanation.grounds import Consideration, Grounds
from nic_rules.explanation.phrases import Choice, Phrases, Rests, cleaned, grouped
from nic_rules.explanation.text import SIGNS
from nic_rules.explanation.trace import FoundNode, Leaf


class Reason(NamedTuple):
    """Why a row gave the outcome."""

    text: str
    rests: Rests


class Clause(NamedTuple):
    """A clause that the decision rests on."""

    says: str
    place: str
    source: str
    name: str


class Value(NamedTuple):
    """A fact, or a value of the rules or computed: where it comes from, and what shows it.

    `how` says how it was calculated; `about` says all of it in one line.
    """

    title: str
    shown: str
    known: bool
    origin: str
    evidence: str
    how: str
    about: str
    rests: Rests | None


class Point(NamedTuple):
    """A finding: `word` says how it came out, `texts` why."""

    sign: str
    finding: str
    title: str
    word: str
    texts: tuple[str, ...]
    rests: Rests


class Question(NamedTuple):
    """What to ask for, and of whom."""

    title: str
    ask: str
    who: str
    name: str


class Entry(NamedTuple):
    """One line of the record; `is_name`: a name of the rules or a digest, not to be reworded."""

    what: str
    value: str
    is_name: bool


class Page(NamedTuple):
    """The grounds of one decision as people read them."""

    language: str
    subject: str
    days: str
    question: str
    outcomes: tuple[str, ...]
    lasting: tuple[str, ...]
    may_change: bool
    reasons: tuple[Reason, ...]
    clauses: tuple[Clause, ...]
    facts: tuple[Value, ...]
    values: tuple[Value, ...]
    considerations: tuple[Point, ...]
    choices: tuple[Choice, ...]
    noted: tuple[Point, ...]
    missing: tuple[Question, ...]
    stuck: tuple[str, ...]
    tree: tuple[TableTree, ...]
    record: tuple[Entry, ...]


def page_of(grounds: Grounds) -> Page:
    """Set out grounds in their language."""
    return cast(Page, cleaned(_Setter(grounds).page()))


class _Setter:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.trace = grounds.trace
        self.phrases = Phrases(self.trace.language)
        self.words = self.phrases.words

    def page(self) -> Page:
        grounds, trace, rests = self.grounds, self.trace, self.phrases.rests
        return Page(
            language=trace.language,
            subject=trace.decision.subject or "",
            days=self.days(trace.decision),
            question=trace.table.title,
            outcomes=tuple(title for _, title in trace.table.outcomes) or (self.none(),),
            lasting=trace.lasting.said,
            may_change=bool(trace.missing) and not isinstance(trace.decision.outcome, str),
            reasons=tuple(Reason(r.because or "", rests(r.ground)) for r in grounds.rows),
            clauses=tuple(Clause(c.says, c.place, c.source, c.clause) for c, _ in grounds.rules),
            facts=tuple(map(self.value, grounds.facts)),
            values=tuple(map(self.value, grounds.values)),
            considerations=tuple(map(self.point, grounds.considerations)),
            choices=tuple(grouped(grounds.interpretations)),
            noted=tuple(map(self.point, grounds.noted)),
            missing=tuple(
                Question(m.title, m.ask or "", m.supplied_by or "", m.name) for m in trace.missing
            ),
            stuck=trace.stuck,
            tree=tree_of(grounds),
            record=tuple(self.record(trace.decision)),
        )

    def none(self) -> str:
        """Say that nothing was collected, or not yet."""
        return self.words["unsettled" if self.trace.missing else "nothing"]

    def days(self, decision: Decision) -> str:
        said = self.words["as_of"].format(day=self.phrases.day(decision.as_of))
        if decision.subject is None:
            said = said[0].upper() + said[1:]
        if decision.rules_on == decision.as_of:
            return said
        return f"{said}, {self.words['rules_on'].format(day=self.phrases.day(decision.rules_on))}"

    def value(self, leaf: Leaf) -> Value:
        phrases, ground = self.phrases, leaf.ground
        return Value(
            leaf.title, leaf.shown, leaf.known, phrases.origin(leaf), phrases.evidence(leaf),
            phrases.calculations.of(leaf), phrases.about(leaf),
            phrases.rests(ground) if ground and ground.cites else None,
        )  # fmt: skip

    def point(self, one: Consideration | FoundNode) -> Point:
        texts = (*((one.said,) if one.said else ()), *one.causes)
        word = self.words[one.finding]
        return Point(
            SIGNS[one.finding], one.finding, one.title, word, texts, self.phrases.rests(one.ground)
        )

    def record(self, decision: Decision) -> Iterator[Entry]:
        edition, outcome = decision.edition, decision.outcome
        outcomes = [outcome] if isinstance(outcome, str) else [*outcome]
        in_force = self.phrases.in_force(edition) or "–"
        yield Entry(self.words["rule_book"], f"{self.trace.rulebook} ({edition.rulebook})", False)
        yield Entry(self.words["in_force"], in_force, False)
        yield Entry(self.words["table"], decision.table, True)
        yield Entry(self.words["row"], ", ".join(decision.rows) or "–", True)
        yield Entry(self.words["outcome"], ", ".join(outcomes) or "–", True)
        yield Entry(self.words["rules_digest"], edition.logic, True)
        yield Entry(self.words["texts_digest"], edition.text, True)
        if self.trace.retold:
            yield Entry(self.words["texts"], self.words["retold"], False)
        yield Entry(self.words["digest"], decision.digest, True)
        yield Entry(self.words["library"], f"nic-rules {decision.library}", False)
