"""The trace of a decision: rows, findings and values, each with clause and basis, as data.

It decides again by the walk and compares: an explanation of another answer than the one recorded
is an error of this library, never an explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from nic_rules.decision import Decision, FrozenMap
from nic_rules.engine.edition import Edition
from nic_rules.explanation.words import words
from nic_rules.language.syntax import Call, Expression, Name, names, parts, to_text
from nic_rules.language.walk import Walk
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Criterion, Derived, Row, Rules, Table
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import filled, told_name, told_unit


class TraceFault(Exception):
    """The walk finds otherwise than the decision says: a fault of this library."""


class Cited(NamedTuple):
    """A clause that a rule rests on, and its place in the source."""

    clause: str
    place: str
    says: str


class Rest(NamedTuple):
    """What a rule rests on; `why` says what an interpretation chose."""

    basis: str
    why: str | None
    cites: tuple[Cited, ...]


class Leaf(NamedTuple):
    """A fact, parameter or derived fact that a finding used, with its value for people."""

    name: str
    kind: str
    title: str
    value: str
    known: bool
    supplied_by: str | None = None
    evidence: FrozenMap[str] | None = None
    rest: Rest | None = None
    parts: tuple[Leaf, ...] = ()


class FoundNode(NamedTuple):
    """A criterion's finding, with the criteria and values below it."""

    name: str
    title: str
    finding: str
    said: str | None
    causes: tuple[str, ...]
    is_aim: bool
    rest: Rest
    lacks: tuple[str, ...]
    parts: tuple[FoundNode, ...]
    leaves: tuple[Leaf, ...]


class FiredRow(NamedTuple):
    """A row that gave the outcome, its reason filled in, and the names that it looked at."""

    name: str
    because: str
    rest: Rest
    looked_at: tuple[str, ...]


class Missing(NamedTuple):
    """A fact worth asking for, with the question and who is to answer it."""

    name: str
    title: str
    ask: str | None
    supplied_by: str | None


class TableTrace(NamedTuple):
    """One table's answer: outcomes by their names, the rows, and the findings it looked at."""

    name: str
    title: str
    outcomes: tuple[tuple[str, str], ...]
    rows: tuple[FiredRow, ...]
    found: tuple[FoundNode, ...]
    looked_at: tuple[Leaf, ...]
    notes: tuple[FoundNode, ...]


class Trace(NamedTuple):
    """The whole of a decision's reasons in one language."""

    decision: Decision
    language: str
    table: TableTrace
    inner: tuple[TableTrace, ...]
    missing: tuple[Missing, ...]
    stuck: tuple[str, ...]

    @property
    def interpretations(self) -> Iterator[tuple[str, str]]:
        """Give the title and why of each interpretation that the decision used, each once."""
        seen: dict[str, str] = {}
        for table in (self.table, *self.inner):
            for row in table.rows:
                if row.rest.why is not None:
                    seen.setdefault(row.because, row.rest.why)
            for node in _all(table.found):
                if node.rest.why is not None:
                    seen.setdefault(node.title, node.rest.why)
                for leaf in node.leaves:
                    if leaf.rest is not None and leaf.rest.why is not None:
                        seen.setdefault(leaf.title, leaf.rest.why)
        yield from seen.items()


def _all(nodes: Iterable[FoundNode]) -> Iterator[FoundNode]:
    for node in nodes:
        yield node
        yield from _all(node.parts)


def trace(edition: Edition, decision: Decision, language: str) -> Trace:
    """Trace a decision of an edition; raises `TraceFault` if the walk decides otherwise."""
    return _Tracer(edition, decision, language).trace()


class _Tracer:
    def __init__(self, edition: Edition, decision: Decision, language: str) -> None:
        self.rules: Rules = edition.rules
        self.decision = decision
        self.language = language
        case = read_case(self.rules.facts, decision.facts)
        self.walk: Walk = edition.walk(case, decision.as_of)
        running = edition.running(decision.table)
        self.tables = {name: table.table for name, table in running.below.items()}
        self.main: Table = running.table
        self._found: dict[str, FoundNode] = {}
        self.compare_findings(running.criteria)
        self.compare_tables()

    def compare_findings(self, criteria: Iterable[str]) -> None:
        for name in criteria:
            found, recorded = self.walk.finding(name), self.decision.findings.get(name)
            said = _said(recorded.finding, recorded.lacks) if recorded else "nothing"
            _same(name, said, _said(found.finding, sorted(found.lacks)))

    def compare_tables(self) -> None:
        """Walk over the rows of each table, lowest first, and compare what comes."""
        decision = self.decision
        answers: dict[str, str] = {}
        for name, table in self.tables.items():
            inner = decision.inner.get(name)
            outcomes, rows = self.answer(table, answers)
            _same(name, _said(inner.outcome, inner.rows) if inner else "nothing",
                  _said(outcomes[0], rows))  # fmt: skip
            answers[name] = outcomes[0]
        outcomes, rows = self.answer(self.main, answers)
        outcome = decision.outcome
        said = outcome if isinstance(outcome, str) else "; ".join(outcome)
        _same(self.main.name, _said(said, decision.rows), _said("; ".join(outcomes), rows))

    def answer(self, table: Table, answers: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """Give the outcomes and rows of a table, by the plainest reading of its rows."""
        rows = [
            row
            for row in table.rows
            if all(self.token(name, answers) in tokens for name, tokens in row.when.items())
        ]
        if table.item.written.hit_policy in ("first", "unique"):
            rows = rows[:1]
        return list(dict.fromkeys(row.written.then for row in rows)), [row.name for row in rows]

    def token(self, name: str, answers: Mapping[str, str]) -> str:
        if name in self.rules.criteria:
            return self.walk.finding(name).token
        if name in answers:
            return answers[name]
        value = self.walk.facts.get(name)
        return str(value).lower() if value is not None else "unknown"

    def trace(self) -> Trace:
        decision, facts = self.decision, self.rules.facts
        outcomes = decision.outcome
        given = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
        missing = (facts[name].item.written for name in decision.needs)
        return Trace(
            decision,
            self.language,
            self.table(self.main, given, decision.rows),
            tuple(
                self.table(self.tables[name], (inner.outcome,), inner.rows)
                for name, inner in decision.inner.items()
            ),
            tuple(
                Missing(f.fact, f.name[self.language], self.text(f.ask), self.text(f.supplied_by))
                for f in missing
            ),
            tuple(self.rules.criteria[n].item.written.name[self.language] for n in decision.stuck),
        )

    def text(self, text: Mapping[str, str] | None) -> str | None:
        return None if text is None else text[self.language]

    def table(self, table: Table, outcomes: tuple[str, ...], rows: Iterable[str]) -> TableTrace:
        written_outcomes = table.item.written.outcomes
        titles = {o.outcome: o.name[self.language] for o in written_outcomes}
        by_name = {row.name: row for row in table.rows}
        criteria, facts = self.rules.criteria, self.rules.facts
        return TableTrace(
            table.name,
            table.item.written.name[self.language],
            tuple((name, titles[name]) for name in outcomes),
            tuple(self.row(by_name[name]) for name in rows),
            tuple(self.found(criteria[name]) for name in table.columns if name in criteria),
            tuple(self.leaf(name) for name in table.columns if name in facts),
            tuple(self.found(criteria[name]) for name in table.notes),
        )

    def row(self, row: Row) -> FiredRow:
        special = {"failing": self.failing(row), "lacking": self.lacking(row)}
        text = row.written.because[self.language]
        because = filled(text, self.language, self.rules, self.walk, **special)
        return FiredRow(row.name, because, self.rest(row.written), tuple(row.when))

    def rest(self, rule: written.Resting) -> Rest:
        clauses = [self.rules.book.clauses[name].written for name in rule.cites]
        return Rest(
            rule.basis,
            self.text(rule.why),
            tuple(Cited(c.clause, c.place, c.says[self.language]) for c in clauses),
        )

    # --- findings and values

    def found(self, criterion: Criterion) -> FoundNode:
        if criterion.name not in self._found:
            self._found[criterion.name] = self._find(criterion)
        return self._found[criterion.name]

    def _find(self, criterion: Criterion) -> FoundNode:
        item = criterion.item.written
        found = self.walk.finding(criterion.name)
        said = {"met": item.met, "not_met": item.not_met}.get(found.finding)
        used = self.used(criterion)
        return FoundNode(
            criterion.name,
            item.name[self.language],
            found.finding,
            None if said is None else self.filled(said),
            tuple(self.causes(criterion)) if found.finding == "unknown" else (),
            criterion.is_aim,
            self.rest(item),
            tuple(sorted(found.lacks)),
            tuple(self.found(self.rules.criteria[n]) for n in used if n in self.rules.criteria),
            tuple(self.leaf(name) for name in used if name not in self.rules.criteria),
        )

    def causes(self, criterion: Criterion) -> Iterator[str]:
        """Say why a criterion is unknown where no fact lacks: a share of zero."""
        for share in _shares(criterion.expressions.values()):
            whole = share.arguments[1]
            if self.walk.value(whole).value == 0:
                title = to_text(whole)
                if isinstance(whole, Name):
                    title = self.leaf(whole.name).title
                yield words(self.language)["whole_is_zero"].format(whole=title)

    def filled(self, text: Mapping[str, str]) -> str:
        return filled(text[self.language], self.language, self.rules, self.walk)

    def used(self, item: Criterion | Derived) -> tuple[str, ...]:
        trees = item.expressions.values()
        return tuple(dict.fromkeys(name for tree in trees for name, _ in names(tree)))

    def leaf(self, name: str) -> Leaf:
        value = told_name(name, self.language, self.rules, self.walk)
        if name in self.rules.derived:
            derived = self.rules.derived[name]
            title, unit = derived.item.written.name, derived.item.written.unit
            known = self.walk.derived(name).value is not None
            leaf = Leaf(name, "derived", title[self.language], value, known)
            parts = tuple(self.leaf(n) for n in self.used(derived))
            return _with(leaf, self.unit(value, known, unit), parts=parts)
        if name in self.rules.parameters:
            item = self.rules.book.parameters[name].item.written
            key = self.rules.book.parameters[name].by
            values = self.rules.parameters[name]
            known = (None if key is None else str(self.walk.facts.get(key))) in values
            leaf = Leaf(
                name, "parameter", item.name[self.language], value, known, rest=self.rest(item)
            )
            return _with(leaf, self.unit(value, known, item.unit))
        fact = self.rules.facts[name].item.written
        known = self.walk.facts.get(name) is not None
        leaf = Leaf(
            name, "fact", fact.name[self.language], value, known, self.text(fact.supplied_by),
            self.decision.evidence.get(name),
        )  # fmt: skip
        return _with(leaf, self.unit(value, known, getattr(fact, "unit", None)))

    def unit(self, value: str, known: bool, unit: dict[str, str] | None) -> str:
        return value + told_unit(unit, self.language) if known else value

    # --- what a row's reason may list

    def below(self, row: Row) -> Iterator[FoundNode]:
        """Give the findings that a row names, those of the rows of tables below it included."""
        for name in row.when:
            if name in self.rules.criteria:
                yield self.found(self.rules.criteria[name])
            elif name in self.tables:
                inner = self.decision.inner[name]
                for below in self.tables[name].rows:
                    if below.name in inner.rows:
                        yield from self.below(below)

    def failing(self, row: Row) -> str:
        """List what is not met: the lowest criteria that are not, by name."""
        return _listed(_lowest(self.below(row), "not_met"))

    def lacking(self, row: Row) -> str:
        """List what is unknown: the facts that lack, and criteria that no fact would settle."""
        facts = self.rules.facts
        lacking: dict[str, None] = {}
        for name in row.when:
            if name in facts and self.walk.facts.get(name) is None:
                lacking[facts[name].item.written.name[self.language]] = None
        for node in self.below(row):
            if node.finding != "unknown":
                continue
            for name in node.lacks:
                lacking[facts[name].item.written.name[self.language]] = None
            if not node.lacks:
                lacking.update(dict.fromkeys(_lowest([node], "unknown")))
        return _listed(lacking)


def _same(name: str, said: str, found: str) -> None:
    """Hold what a decision says against what the walk found."""
    if said != found:
        raise TraceFault(f"`{name}`: the decision says {said}, the walk {found}")


def _said(word: str, names: Iterable[str]) -> str:
    return f"{word} [{', '.join(names)}]"


def _lowest(nodes: Iterable[FoundNode], finding: str) -> Iterator[str]:
    """Give the titles of the nodes of a finding that have none of it below them."""
    for node in _all(nodes):
        if node.finding == finding and not any(part.finding == finding for part in node.parts):
            yield node.title


def _shares(expressions: Iterable[Expression]) -> Iterator[Call]:
    for expression in expressions:
        if isinstance(expression, Call) and expression.function == "share":
            yield expression
        yield from _shares(parts(expression))


def _with(leaf: Leaf, value: str, parts: tuple[Leaf, ...] = ()) -> Leaf:
    return Leaf(
        leaf.name, leaf.kind, leaf.title, value, leaf.known, leaf.supplied_by, leaf.evidence,
        leaf.rest, parts,
    )  # fmt: skip


def _listed(titles: Iterable[str]) -> str:
    """List names in one line; they may hold commas themselves."""
    return "; ".join(dict.fromkeys(titles)) or "–"
