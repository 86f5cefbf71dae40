"""What to ask of a case: the facts that matter, in the order that settles it soonest.

Which facts matter is what `needs` of the decision says. The order is that of `soonest.py`; here a
case's tokens and what they lack are handed to it, and each fact is told as a form needs it, with
the clauses that it is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from nic_rules.canonical import Json
from nic_rules.decision import Decision, Names
from nic_rules.engine.book import AskedFact, asked_fact
from nic_rules.engine.edition import Edition
from nic_rules.engine.tables import RunningTable
from nic_rules.explanation.left import functions_left
from nic_rules.explanation.soonest import Soonest, bits
from nic_rules.explanation.within import first_to_settle, resting_on
from nic_rules.rulebook.book import Rules
from nic_rules.rulebook.given import read_case

SCHEMA = "nic-rules/questions/1"


class Clause(NamedTuple):
    """A clause that a fact is asked for. Texts go from language to text."""

    clause: str
    source: Mapping[str, str]
    place: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for, and the clauses that it is asked for."""

    fact: AskedFact
    clauses: tuple[Clause, ...]

    def as_data(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return {**asdict(self.fact), "clauses": [dict(c._asdict()) for c in self.clauses]}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask of a case, the question to put now first; none: no answer changes the outcome.

    `average` is how many of them have to be put on average, if each known value of a token that is
    unknown is equally likely; `is_exact` tells whether no other order has fewer. `left_open` are
    facts that nobody can tell and without which the outcome may not stand.
    """

    decision: Decision
    questions: tuple[Question, ...]
    average: Fraction
    is_exact: bool
    left_open: Names

    @property
    def is_settled(self) -> bool:
        """Tell whether the outcome stands whatever else becomes known."""
        return not self.decision.needs

    def as_data(self) -> dict[str, Any]:
        """Give it as JSON has it, texts in all languages of the rule book."""
        decision = self.decision
        one_or_many = decision.outcome
        hundredths = round(self.average * 100)
        outcome: Json = one_or_many if isinstance(one_or_many, str) else list(one_or_many)
        return {
            "schema": SCHEMA,
            "table": decision.table,
            "subject": decision.subject,
            "as_of": decision.as_of.isoformat(),
            "rules_on": decision.rules_on.isoformat(),
            "outcome": outcome,
            "settled": self.is_settled,
            "average": f"{hundredths // 100}.{hundredths % 100:02}",
            "exact": self.is_exact,
            "questions": [question.as_data() for question in self.questions],
        }


def ask(
    edition: Edition,
    table: str,
    facts: Mapping[str, object],
    *,
    subject: str | None = None,
    as_of: date | None = None,
    not_known: Collection[str] = (),
    last: Collection[str] = (),
    language: str | None = None,
) -> Plan:
    """Give what to ask of a case for a table, in the order that settles it soonest.

    `not_known` are facts that nobody can tell: they are not asked for, and what rests on them alone
    stays unknown. `last` are facts to ask for after all others. Raises as `decide` does, and in
    the `language` that it does.
    """
    decision = edition.decide(table, facts, subject=subject, as_of=as_of, language=language)
    return plan(edition, decision, not_known=not_known, last=last)


def plan(
    edition: Edition,
    decision: Decision,
    *,
    not_known: Collection[str] = (),
    last: Collection[str] = (),
) -> Plan:
    """Give what to ask of a case that an edition has decided."""
    if not decision.needs:
        return Plan(decision, (), Fraction(0), True, Names())
    return Planner(edition, decision, frozenset(not_known), frozenset(last)).plan()


class Planner:
    """Hands what is unknown of a case to what finds the order, and tells what came of it."""

    def __init__(
        self,
        edition: Edition,
        decision: Decision,
        not_known: frozenset[str] = frozenset(),
        last: frozenset[str] = frozenset(),
    ) -> None:
        self.rules: Rules = edition.rules
        self.decision = decision
        self.not_known = not_known
        self.late = not_known | last
        self.running: RunningTable = edition.running(decision.table)
        case = read_case(self.rules.facts, decision.facts)
        self.walk = edition.walk(case, decision.as_of)
        for name in self.running.criteria:  # used ones first: chains may be long
            self.walk.finding(name)
        self.facts = list(self.rules.facts)
        """The facts by their numbers: the order of the rule files."""
        self._number = {name: number for number, name in enumerate(self.facts)}
        known = {name: self.token(name) for name in self.running.tokens}
        free = [name for name in known if self.is_free(name, known[name])]
        diagram, functions = functions_left(
            self.running.needs, {name: token for name, token in known.items() if name not in free}
        )
        self.tokens: list[str] = diagram.variables
        lacks = [self.mask(self.lacks(name)) for name in self.tokens]
        self.soonest = Soonest(diagram, functions, lacks, self.mask(self.late))

    # --- what is unknown

    def token(self, name: str) -> str:
        """Give what a table sees of a name."""
        found = self.decision.findings.get(name)
        if found is not None:
            return "met" if found.finding == "not_applicable" else found.finding
        value = self.decision.facts.get(name)
        return "unknown" if value is None else str(value).lower()

    def lacks(self, name: str) -> Sequence[str]:
        """Give the facts that an unknown token lacks; a fact lacks itself."""
        found = self.decision.findings.get(name)
        return (name,) if found is None else found.lacks

    def is_free(self, name: str, token: str) -> bool:
        """Tell whether a token is unknown and may become known."""
        return token == "unknown" and not self.not_known.issuperset(self.lacks(name))

    def mask(self, facts: Collection[str]) -> int:
        """Give facts as a mask of their numbers."""
        return sum(1 << self._number[name] for name in facts if name in self._number)

    # --- what to ask

    def plan(self) -> Plan:
        """Give the plan."""
        order = [self.facts[number] for number in self.soonest.order(self.within)]
        asked = [name for name in order if name not in self.not_known]
        average = Fraction(0)
        if order:
            average = Fraction(self.soonest.average(), self.soonest.ways)
        return Plan(
            self.decision,
            tuple(self.question(name) for name in asked),
            average,
            self.soonest.is_exact,
            Names(name for name in self.decision.needs if name in self.not_known),
        )

    def within(self, token: int, facts: int) -> list[int]:
        """Order the facts that a token lacks: those first that may settle it soonest."""
        order = first_to_settle(self.rules, self.walk, self.tokens[token], self.late)
        place = {self._number[fact]: place for place, fact in enumerate(order)}
        return sorted(bits(facts), key=lambda fact: place[fact])

    def question(self, fact: str) -> Question:
        """Give the question for a fact."""
        cited = dict.fromkeys(self.cited(fact))
        return Question(asked_fact(self.rules.facts[fact]), tuple(map(self.clause, cited)))

    def cited(self, fact: str) -> list[str]:
        """Name the clauses of the criteria that lack a fact, else of rows that look at them."""
        tokens = [name for name in self.tokens if fact in self.lacks(name)]
        found: list[str] = []
        for name in tokens:
            for criterion in resting_on(self.rules, self.decision, name, fact):
                found += criterion.item.written.cites
        if not found:
            for table in (self.running, *self.running.below.values()):
                for row in table.table.rows:
                    if not row.when.keys().isdisjoint(tokens):
                        found += row.written.cites
        return found

    def clause(self, name: str) -> Clause:
        """Give a clause with its texts."""
        book = self.rules.book
        clause = book.clauses[name]
        titles = {source.name: source.written.title for source in book.sources}
        written = clause.written
        return Clause(written.clause, titles[clause.source], written.place, written.says)
