"""From a decision to its trace: decided again by the walk, compared, and told in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat

from nic_rules.decision import Decision, Finding, Names, refuse_another_book
from nic_rules.diagnostics import RequestError, shown
from nic_rules.engine.again import refuse_what_is_not_so
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.explanation.known import Known
from nic_rules.explanation.lasting import LookingAhead
from nic_rules.explanation.parts import Case, Parts
from nic_rules.explanation.tables import Answer, TableTelling
from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import FoundNode, Leaf, Missing, RowNode, TableNode, Trace, lowest
from nic_rules.rulebook.book import Row
from nic_rules.rulebook.texts import fill


class TraceFault(Exception):
    """The walk finds otherwise than the decision says: a fault of this library."""


def reasons(edition: Edition, decision: Decision, language: str) -> tuple[str, ...]:
    """Give the reasons of a decision as its trace has them, without the rest of the trace."""
    told = _Told(_Outline.of(edition, decision.table, language), decision)
    rows = told.rows(told.outline.main)
    return tuple(row.because for row in rows if row.because is not None)


def trace(edition: Edition, decision: Decision, language: str) -> Trace:
    """Trace a decision of an edition.

    Raises `RequestError` if other rules decided or the rule book has no such language,
    `RecordError` if these rules do not decide as a record says, `TraceFault` if the walk does not.
    """
    retold = False
    if decision.edition is not edition.reference:
        _refuse_other_rules(edition, decision)
        refuse_what_is_not_so(edition, decision)
        retold = decision.edition.text != edition.reference.text
    found = _Told(_Outline.of(edition, decision.table, language), decision).trace()
    return found._replace(retold=True) if retold else found


def _refuse_other_rules(edition: Edition, decision: Decision) -> None:
    mine = edition.reference
    refuse_another_book(decision, mine.rulebook)
    if decision.edition.logic != mine.logic:
        message = f"other rules than those of `{mine.rulebook}` on {edition.rules_on} decided this"
        hint = "the digests of their logic differ: take the rule book as it was then"
        raise RequestError.of("NIC704", message, hint)


class _Outline:
    """A table with all below it, laid out once for an edition and a language, to be told."""

    def __init__(self, edition: Edition, table: str, parts: Parts) -> None:
        running = edition.running(table)
        self.parts = parts
        self.rules, self.language = edition.rules, parts.telling.language
        self.title = self.rules.book.item.written.title[self.language]
        self._missing: dict[str, Missing] = {}
        self.criteria = running.criteria
        names = tuple(dict.fromkeys((*running.criteria, *running.tokens)))
        self.order = parts.order(names)
        places = {name: at for at, name in enumerate((*names, *running.below))}
        self.main = TableTelling(parts.telling, running.table, places)
        self.inner = {
            name: TableTelling(parts.telling, below.table, places)
            for name, below in running.below.items()
        }
        book = edition.book or RuleBook(self.rules.book)
        self.lasting = LookingAhead(book, running, self.language).of

    @classmethod
    def of(cls, edition: Edition, table: str, language: str) -> _Outline:
        """Give the one of an edition, a table and a language; raises `RequestError`."""
        beside = edition.compiled.beside
        known = beside.get(f"{table} told in {language}")
        if known is None:
            if language not in edition.rules.book.languages:
                message = f"the rule book has no language {shown(language)}"
                hint = f"its languages are {', '.join(edition.rules.book.languages)}"
                raise RequestError.of("NIC702", message, hint)
            parts = beside.setdefault(
                f"told in {language}", Parts(Telling(edition.rules, language))
            )
            known = beside[f"{table} told in {language}"] = cls(edition, table, parts)
        assert isinstance(known, cls)
        return known

    def missing(self, name: str) -> Missing:
        """Tell a fact worth asking for."""
        known = self._missing.get(name)
        if known is None:
            fact, text = self.rules.facts[name].item.written, self.parts.telling.text
            known = Missing(name, fact.name[self.language], text(fact.ask), text(fact.supplied_by))
            self._missing[name] = known
        return known


class _Told:
    """One decision, decided again and compared."""

    def __init__(self, outline: _Outline, decision: Decision) -> None:
        self.outline, self.decision, self.rest = outline, decision, decision.rest
        self.case = Case(outline.parts, decision)
        walked = self.case.walk(outline.order)
        columns = zip(*walked, strict=True) if walked else repeat((), len(Known._fields))
        _, _, parts, _, _, seen, findings = columns
        self.parts: tuple[FoundNode | Leaf, ...] = parts
        self._compare_findings(findings[: len(outline.criteria)])
        tokens = list(seen)
        self.answers: dict[str, Answer] = {}
        for name, table in outline.inner.items():
            answer = self.answers[name] = table.answer(tokens)
            inner = self.rest.inner.get(name)
            self._compare(table, answer, inner and inner.outcome, inner and inner.rows)
            tokens.append(answer.outcomes[0])
        answer = self.answers[decision.table] = outline.main.answer(tokens)
        self._compare(outline.main, answer, decision.outcome, decision.rows)

    def _compare(
        self, table: TableTelling, answer: Answer, outcome: str | Names | None, rows: Names | None
    ) -> None:
        outcomes = (outcome,) if isinstance(outcome, str) else outcome
        if outcomes == answer.outcomes and rows == answer.names:
            return
        said = "nothing" if outcomes is None or rows is None else _said("; ".join(outcomes), rows)
        _same(table.name, said, _said("; ".join(answer.outcomes), answer.names))

    def _compare_findings(self, walked: tuple[Finding | None, ...]) -> None:
        criteria, recorded = self.outline.criteria, self.rest.findings
        if walked == tuple(recorded.taken(criteria)):
            return
        for name, found in zip(criteria, walked, strict=True):
            said = _said(*recorded[name]) if name in recorded else "nothing"
            assert found is not None
            _same(name, said, _said(*found))

    # --- told

    def trace(self) -> Trace:
        """Give the whole of it."""
        outline, decision, rest = self.outline, self.decision, self.rest
        return Trace(
            decision,
            outline.language,
            outline.title,
            self.table(outline.main),
            tuple([self.table(outline.inner[name]) for name in rest.inner]) if rest.inner else (),
            tuple([outline.missing(name) for name in rest.needs]),
            tuple(dict.fromkeys(self.stuck())) if rest.stuck else (),
            outline.lasting(decision),
        )

    def stuck(self) -> Iterator[str]:
        """Name what no fact would settle: the lowest criteria that are unknown for that reason."""
        for name in self.rest.stuck:
            nodes = lowest([self.found(name)], "unknown")
            yield from (node.title for node in nodes if not node.lacks)

    def table(self, table: TableTelling) -> TableNode:
        return table.told(self.parts, self.answers[table.name], self.rows(table))

    def rows(self, table: TableTelling) -> tuple[RowNode, ...]:
        """Give the rows of a table, with all reasons of those that gave the outcome."""
        answer = self.answers[table.name]
        if not answer.unfilled:
            return answer.nodes
        nodes = list(answer.nodes)
        for at in answer.unfilled:
            nodes[at] = nodes[at]._replace(because=self.because(table.rows[at]))
        return tuple(nodes)

    # --- reasons that name what there is of a case

    def because(self, row: Row) -> str:
        special = {"failing": self.failing, "lacking": self.lacking}

        def value(name: str) -> str:
            return special[name](row) if name in special else self.case.part(name).told

        return fill(row.written.because[self.outline.language], value)

    def found(self, name: str) -> FoundNode:
        node = self.case.part(name).part
        assert isinstance(node, FoundNode)
        return node

    def below(self, row: Row) -> Iterator[FoundNode]:
        """Give the findings that a row names, those of the rows of tables below it included."""
        for name in row.when:
            if name in self.outline.rules.criteria:
                yield self.found(name)
            elif name in self.outline.inner:
                for below in self.outline.inner[name].rows:
                    if below.name in self.answers[name].names:
                        yield from self.below(below)

    def failing(self, row: Row) -> str:
        """List what is not met: the lowest criteria that are not, by name."""
        return _listed(node.title for node in lowest(self.below(row), "not_met"))

    def lacking(self, row: Row) -> str:
        """List what is unknown: the facts that lack, and criteria that no fact would settle."""
        facts = self.outline.rules.facts
        lacking: dict[str, None] = {}
        for name in row.when:
            if name in facts and self.case.part(name).value is None:
                lacking[self.case.part(name).part.title] = None
        for node in self.below(row):
            if node.finding != "unknown":
                continue
            for name in node.lacks:
                lacking[self.case.part(name).part.title] = None
            if not node.lacks:
                lacking.update(dict.fromkeys(one.title for one in lowest([node], "unknown")))
        return _listed(lacking)


def _same(name: str, said: str, found: str) -> None:
    """Hold what a decision says against what the walk found."""
    if said != found:
        raise TraceFault(f"`{name}`: the decision says {said}, the walk {found}")


def _said(word: str, names: Iterable[str]) -> str:
    return f"{word} [{', '.join(names)}]"


def _listed(titles: Iterable[str]) -> str:
    """List names in one line; they may hold commas themselves."""
    return "; ".join(dict.fromkeys(titles)) or "–"
