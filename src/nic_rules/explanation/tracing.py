"""From a decision to its trace: decided again by the walk, compared, and told in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from nic_rules.decision import Decision, Names, refuse_another_book
from nic_rules.diagnostics import RequestError
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.explanation.steps import Steps
from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import (
    Cell,
    FoundNode,
    Ground,
    Lasting,
    Leaf,
    Missing,
    RowNode,
    TableNode,
    Trace,
    lowest,
    spot_of,
)
from nic_rules.explanation.until import in_words, until
from nic_rules.explanation.words import words
from nic_rules.language.definitions import Definitions, Value
from nic_rules.language.syntax import Call, Expression, Name, parts, to_text
from nic_rules.language.values import as_text, of_decimal
from nic_rules.language.walk import Got, Held, Walk
from nic_rules.rulebook.book import Criterion, Row, Rules, Table
from nic_rules.rulebook.given import read_case
from nic_rules.rulebook.people import filled, told_name, told_unit


def book_of(edition: Edition) -> RuleBook:
    """Give the rule book of an edition, which knows the rules of other days."""
    return edition.book or RuleBook(edition.rules.book)


class TraceFault(Exception):
    """The walk finds otherwise than the decision says: a fault of this library."""


def reasons(edition: Edition, decision: Decision, language: str) -> tuple[str, ...]:
    """Give the reasons of a decision as its trace has them, without the rest of the trace."""
    tracer = _Tracer(edition, decision, language)
    return tuple(tracer.because(row) for row in tracer.main.rows if row.name in decision.rows)


def trace(edition: Edition, decision: Decision, language: str) -> Trace:
    """Trace a decision of an edition.

    Raises `RequestError` if other rules decided, `TraceFault` if the walk decides otherwise.
    """
    mine, its = edition.reference, decision.edition
    refuse_another_book(decision, mine.rulebook)
    if its.logic != mine.logic:
        message = f"other rules than those of `{mine.rulebook}` on {edition.rules_on} decided this"
        hint = "the digests of their logic differ: take the rule book as it was then"
        raise RequestError.of("NIC704", message, hint)
    return _Tracer(edition, decision, language).trace()


class _KeepingWalk(Walk):
    """The plain walk, which evaluates each expression once: a trace asks for the same ones again.

    An expression is kept with what came of it, so that its id stays its own.
    """

    def __init__(self, names: Definitions, facts: Mapping[str, Value], as_of: date) -> None:
        super().__init__(names, facts, as_of)
        self._truths: dict[int, tuple[Expression, Held]] = {}
        self._values: dict[int, tuple[Expression, Got]] = {}

    def truth(self, node: Expression) -> Held:
        """Evaluate what is true, false or unknown."""
        if id(node) not in self._truths:
            self._truths[id(node)] = node, super().truth(node)
        return self._truths[id(node)][1]

    def value(self, node: Expression) -> Got:
        """Evaluate a number, a date, or an enum fact."""
        if id(node) not in self._values:
            self._values[id(node)] = node, super().value(node)
        return self._values[id(node)][1]


class _Tracer:
    def __init__(self, edition: Edition, decision: Decision, language: str) -> None:
        self.rules: Rules = edition.rules
        self.book = book_of(edition)
        self.decision = decision
        self.language = language
        case = read_case(self.rules.facts, decision.facts)
        self.walk: Walk = edition.walk(case, decision.as_of, _KeepingWalk)
        running = edition.running(decision.table)
        self.tables = {name: table.table for name, table in running.below.items()}
        self.main: Table = running.table
        self.answers: dict[str, str] = {}
        self._found: dict[str, FoundNode] = {}
        self._leaves: dict[str, Leaf] = {}
        self.telling = Telling.of(edition, language)
        self.steps = Steps(self.telling, self.walk, self.part)
        self.compare_findings(running.criteria)
        self.compare_tables()

    # --- decided again

    def compare_findings(self, criteria: Iterable[str]) -> None:
        for name in criteria:
            found, recorded = self.walk.finding(name), self.decision.findings.get(name)
            said = _said(recorded.finding, recorded.lacks) if recorded else "nothing"
            _same(name, said, _said(found.finding, sorted(found.lacks)))

    def compare_tables(self) -> None:
        """Walk over the rows of each table, lowest first, and compare what comes."""
        decision = self.decision
        for name, table in self.tables.items():
            inner = decision.inner.get(name)
            outcomes, rows = self.answer(table)
            _same(name, _said(inner.outcome, inner.rows) if inner else "nothing",
                  _said(outcomes[0], rows))  # fmt: skip
            self.answers[name] = outcomes[0]
        outcomes, rows = self.answer(self.main)
        outcome = decision.outcome
        said = outcome if isinstance(outcome, str) else "; ".join(outcome)
        _same(self.main.name, _said(said, decision.rows), _said("; ".join(outcomes), rows))

    def answer(self, table: Table) -> tuple[list[str], list[str]]:
        """Give the outcomes and rows of a table, by the plainest reading of its rows."""
        rows = [row for row in table.rows if self.fits(row)]
        if table.item.written.hit_policy in ("first", "unique"):
            rows = rows[:1]
        return list(dict.fromkeys(row.written.then for row in rows)), [row.name for row in rows]

    def fits(self, row: Row) -> bool:
        return all(self.token(name) in tokens for name, tokens in row.when.items())

    def token(self, name: str) -> str:
        if name in self.rules.criteria:
            return self.walk.finding(name).token
        if name in self.answers:
            return self.answers[name]
        value = self.walk.facts.get(name)
        return str(value).lower() if value is not None else "unknown"

    # --- tables and rows

    def trace(self) -> Trace:
        decision, facts = self.decision, self.rules.facts
        outcomes = decision.outcome
        given = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
        missing = (facts[name].item.written for name in decision.needs)
        text = self.telling.text
        return Trace(
            decision,
            self.language,
            self.rules.book.item.written.title[self.language],
            self.table(self.main, given, decision.rows),
            tuple(
                self.table(self.tables[name], (inner.outcome,), inner.rows)
                for name, inner in decision.inner.items()
            ),
            tuple(
                Missing(f.fact, f.name[self.language], text(f.ask), text(f.supplied_by))
                for f in missing
            ),
            tuple(dict.fromkeys(self.stuck())),
            self.lasting(),
        )

    def lasting(self) -> Lasting:
        """Look ahead: by the rules of each later day, unless another day's were chosen."""
        decision = self.decision
        rules_on = None if decision.rules_on == decision.as_of else decision.rules_on
        facts = dict(decision.facts)
        found = until(self.book, decision.table, facts, decision.as_of, rules_on=rules_on)
        becomes = found.becomes
        return Lasting(
            None if found.until is None else found.until.isoformat(),
            tuple(becomes) if isinstance(becomes, Names) else becomes,
            found.horizon.isoformat(),
            in_words(self.book, found, facts, self.language),
        )

    def stuck(self) -> Iterator[str]:
        """Name what no fact would settle: the lowest criteria that are unknown for that reason."""
        for name in self.decision.stuck:
            nodes = lowest([self.found(self.rules.criteria[name])], "unknown")
            yield from (node.title for node in nodes if not node.lacks)

    def table(self, table: Table, outcomes: tuple[str, ...], rows: Iterable[str]) -> TableNode:
        titles = self.telling.outcomes(table)
        criteria, facts = self.rules.criteria, self.rules.facts
        gave = tuple(rows)
        return TableNode(
            table.name,
            table.item.written.name[self.language],
            tuple((name, titles[name]) for name in outcomes),
            tuple(self.row(table, row, row.name in gave) for row in table.rows),
            tuple(self.found(criteria[name]) for name in table.columns if name in criteria),
            tuple(self.leaf(name) for name in table.columns if name in facts),
            tuple(self.found(criteria[name]) for name in table.notes),
            tuple(titles.items()),
        )

    def row(self, table: Table, row: Row, gave: bool) -> RowNode:
        return RowNode(
            row.name,
            "gave" if gave else "later" if self.fits(row) else "unfit",
            self.telling.outcomes(table)[row.written.then],
            self.because(row) if gave else None,
            self.telling.ground(row.written, table.item.at("rows", row.position)),
            tuple(self.cell(name, tokens) for name, tokens in row.when.items()),
            row.written.then,
        )

    def because(self, row: Row) -> str:
        special = {"failing": self.failing(row), "lacking": self.lacking(row)}
        text = row.written.because[self.language]
        return filled(text, self.language, self.rules, self.walk, **special)

    def cell(self, name: str, tokens: list[str]) -> Cell:
        token = self.token(name)
        found = self.telling.tokens(name).get(token, token)
        wants = self.telling.wants(name, tokens)
        return Cell(name, self.telling.title(name), wants, found, token in tokens, tuple(tokens))

    # --- findings and values

    def part(self, name: str) -> FoundNode | Leaf:
        """Give what stands below an expression under a name."""
        criterion = self.rules.criteria.get(name)
        return self.leaf(name) if criterion is None else self.found(criterion)

    def found(self, criterion: Criterion) -> FoundNode:
        if criterion.name not in self._found:
            self._found[criterion.name] = self._find(criterion)
        return self._found[criterion.name]

    def _find(self, criterion: Criterion) -> FoundNode:
        item = criterion.item.written
        found = self.walk.finding(criterion.name)
        text = {"met": item.met, "not_met": item.not_met}.get(found.finding)
        said = None
        if text is not None:
            said = filled(text[self.language], self.language, self.rules, self.walk)
        applies = criterion.applies_when
        return FoundNode(
            criterion.name,
            item.name[self.language],
            found.finding,
            said,
            tuple(self.causes(criterion)) if found.finding == "unknown" else (),
            criterion.is_aim,
            self.telling.ground(item, criterion.item.place),
            tuple(sorted(found.lacks)),
            None if applies is None else self.steps.truth(applies),
            self.steps.truth(criterion.met_when),
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

    def leaf(self, name: str) -> Leaf:
        if name not in self._leaves:
            self._leaves[name] = self._leaf(name)
        return self._leaves[name]

    def _leaf(self, name: str) -> Leaf:
        if name in self.rules.derived:
            return self._derived(name)
        if name in self.rules.parameters:
            return self._parameter(name)
        fact = self.rules.facts[name].item.written
        value = self.decision.facts.get(name)
        return Leaf(
            name, "fact", fact.name[self.language], value, self.shown(name, value is not None),
            self.telling.text(fact.supplied_by), self.decision.evidence.get(name),
        )  # fmt: skip

    def _derived(self, name: str) -> Leaf:
        derived = self.rules.derived[name]
        found = self.walk.derived(name).value
        value = _as_record(found, self.telling.measure(name).decimals)
        title = derived.item.written.name[self.language]
        place = spot_of(derived.item.place, self.rules.book.folder)
        return Leaf(
            name, "derived", title, value, self.shown(name, found is not None),
            ground=Ground("derived", None, (), place), condition=self.steps.value(derived.value),
        )  # fmt: skip

    def _parameter(self, name: str) -> Leaf:
        parameter = self.rules.book.parameters[name]
        item = parameter.item.written
        key = parameter.by and self.walk.facts.get(parameter.by)
        found = self.rules.parameters[name].get(None if parameter.by is None else str(key))
        since = parameter.since(self.rules.days.start)
        return Leaf(
            name, "parameter", item.name[self.language],
            _as_record(found, self.telling.measure(name).decimals),
            self.shown(name, found is not None),
            since=since.isoformat() if since and found is not None else None,
            ground=self.telling.ground(item, parameter.item.place),
        )  # fmt: skip

    def shown(self, name: str, known: bool) -> str:
        value = told_name(name, self.language, self.rules, self.walk)
        unit = self.telling.measure(name).unit
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
        return _listed(node.title for node in lowest(self.below(row), "not_met"))

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
                lacking.update(dict.fromkeys(one.title for one in lowest([node], "unknown")))
        return _listed(lacking)


def _same(name: str, said: str, found: str) -> None:
    """Hold what a decision says against what the walk found."""
    if said != found:
        raise TraceFault(f"`{name}`: the decision says {said}, the walk {found}")


def _said(word: str, names: Iterable[str]) -> str:
    return f"{word} [{', '.join(names)}]"


def _shares(expressions: Iterable[Expression]) -> Iterator[Call]:
    for expression in expressions:
        if isinstance(expression, Call) and expression.function == "share":
            yield expression
        yield from _shares(parts(expression))


def _as_record(value: object, decimals: int) -> str | bool | int | None:
    """Give a value as a record has it: decimals and dates as text."""
    match value:
        case None | bool() | str():
            return value
        case date():
            return value.isoformat()
        case Fraction():
            scaled = value * 10**decimals
            return as_text(scaled.numerator, decimals) if decimals else scaled.numerator
        case Decimal():
            return as_text(of_decimal(value, decimals), decimals)
        case int():
            return as_text(value * 10**decimals, decimals) if decimals else value
    raise TypeError(value)


def _listed(titles: Iterable[str]) -> str:
    """List names in one line; they may hold commas themselves."""
    return "; ".join(dict.fromkeys(titles)) or "–"
