"""An edition: the rules of an interval in which nothing changes, ready to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from nic_rules.decision import KNOWN, Decision, EditionRef, FrozenMap, Names, Rest
from nic_rules.diagnostics import Diagnostic, FactError, RequestError, nearest, problem
from nic_rules.engine.compiled import Compiled
from nic_rules.engine.finder import SURPRISES, Tokens
from nic_rules.engine.tables import RunningTable
from nic_rules.language.definitions import Value
from nic_rules.language.packed import pack
from nic_rules.language.values import has_lone_surrogate
from nic_rules.language.walk import Walk
from nic_rules.rulebook.book import Rules
from nic_rules.rulebook.given import Case, GivenPlace, read_case, value_text
from nic_rules.rulebook.people import filled

if TYPE_CHECKING:
    from nic_rules.engine.book import RuleBook
    from nic_rules.engine.columns.decided import ManyDecided


Explain = Callable[["Edition", Decision, str], Any]
"""Gives the trace of a decision: of a room above this one, handed in when a book is loaded."""


class Edition:
    """The rules of one day, and of all days of the interval around it in which nothing changes.

    Many threads may share an edition; it may be kept for as long as one likes.
    """

    def __init__(
        self,
        compiled: Compiled,
        rules_on: date,
        book: RuleBook | None = None,
        explain: Explain | None = None,
    ) -> None:
        self.compiled = compiled
        self.rules_on = rules_on
        self.book = book
        self._explain = explain

    @property
    def rules(self) -> Rules:
        """The checked rules in force."""
        return self.compiled.rules

    @property
    def reference(self) -> EditionRef:
        """The rule book's name, the interval (until: the first day after it) and the digests."""
        return self.compiled.reference

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables in force."""
        return tuple(self.rules.tables)

    def decide(
        self,
        table: str,
        facts: Mapping[str, object],
        *,
        subject: str | None = None,
        as_of: date | None = None,
        places: Mapping[str, GivenPlace] | None = None,
        language: str | None = None,
    ) -> Decision:
        """Decide one case by one table.

        `facts` go from name to value, or to an object with `value` and `evidence`, `recorded_on`
        or `by`; what is absent or None is unknown. `as_of` is the day of the facts, by default
        the edition's day. `places` say where facts were read, and `language` in which of the
        book's languages to tell what facts contradict each other: both only for messages.

        Raises `FactError` with every problem of the facts, `RequestError` for a table that is not
        in force on the edition's day.
        """
        compiled = self.compiled
        try:
            running, find_tokens, known_answer, packed_day, names, blank = compiled.ready[table]
        except (KeyError, TypeError):
            self.running(table)
            raise
        if language is not None:
            self._check_language(language)
        day = self.rules_on if as_of is None else as_of
        if type(day) is not date:
            day = _day(day)
        if subject is not None:
            _check_subject(subject)
        if type(facts) is not dict:
            return self._decide_read((running,), facts, subject, day, language, places)[0]
        own = facts.copy()
        try:
            for name in own:
                if names[name] is not name:  # Python finds arguments fast by the texts of programs
                    own = blank | own
                break
            tokens = find_tokens(packed_day(day) or compiled.packed[day], **own)
            if tokens is None:
                tokens = find_tokens(compiled.packed[day], **compiled.written.read(own))
        except SURPRISES:
            tokens = None
        if tokens is None:
            return self._decide_read((running,), facts, subject, day, language, places)[0]
        answer = known_answer(tokens) or running.answers[tokens]
        decision = Decision()
        decision.held = (
            table, subject, day, self.rules_on, answer,
            self, running, tokens, own, _NO_EVIDENCE,
        )  # fmt: skip
        return decision

    def _decide_read(
        self,
        tables: Sequence[RunningTable],
        facts: Mapping[str, object],
        subject: str | None,
        day: date,
        language: str | None,
        places: Mapping[str, GivenPlace] | None = None,
    ) -> list[Decision]:
        """Decide one case whose facts have to be read, or are wrong."""
        case = read_case(self.rules.facts, facts, places)
        packed = self.compiled.packed[day]
        found = [] if case.problems else [t.find_tokens(packed, **case.values) for t in tables]
        if None in found or not found:
            problems = [
                *case.problems,
                *self.breaches(case, self.walk(case, day), language, places),
            ]
            if problems:
                raise FactError(problems)
        return [self.told(table, case.values, case.evidence, subject, day) for table in tables]

    def decide_all(
        self,
        tables: Sequence[str],
        facts: Mapping[str, object],
        *,
        subject: str | None = None,
        as_of: date | None = None,
        language: str | None = None,
    ) -> list[Decision]:
        """Decide one case by several tables, reading its facts once; raises as `decide` does."""
        if isinstance(tables, str) or not isinstance(tables, Iterable):
            message = f"`tables` is a list of tables, not {_a(tables)}"
            raise RequestError.of("NIC702", message, "give a list of the names of tables")
        running = [self.running(table) for table in tables]
        if language is not None:
            self._check_language(language)
        day = _day(self.rules_on if as_of is None else as_of)
        _check_subject(subject)
        return self._decide_read(running, facts, subject, day, language)

    def decide_many(
        self,
        tables: str | Sequence[str],
        cases: Any,
        *,
        as_of: date | None = None,
        language: str | None = None,
    ) -> ManyDecided:
        """Decide many cases in columns, each as `decide` would.

        `cases` are a polars frame, lazy or not, an Arrow table (whatever has `__arrow_c_stream__`),
        or the path of a file; a column for each fact that is known of any, and if one likes
        `subject`, `as_of` and `rules_on`. A bad row is refused alone.

        Raises `CasesError` for columns of no fact, `RequestError` as `decide_all` does.
        """
        from nic_rules.engine.columns.many import decide_many  # polars takes long to load

        if not isinstance(tables, str | Iterable):
            message = f"`tables` is a list of tables, not {_a(tables)}"
            raise RequestError.of("NIC702", message, "give a list of the names of tables")
        asked = [tables] if isinstance(tables, str) else tables
        names = list(dict.fromkeys(self.running(table).table.name for table in asked))
        if language is not None:
            self._check_language(language)
        day = _day(self.rules_on if as_of is None else as_of)
        return decide_many(self, names, cases, day, language)

    def at(self, day: date) -> Edition:
        """Give the edition of another day of the same rule book."""
        days = self.rules.days
        after = days.start is None or days.start <= day
        if after and (days.end is None or day < days.end):
            return Edition(self.compiled, day, self.book, self._explain)
        if self.book is None:
            message = "this edition was made without its rule book, and knows no other day's rules"
            raise RequestError.of("NIC704", message, "load the book by `nic_rules.load`")
        return self.book.edition(day)

    def told(
        self,
        running: RunningTable,
        values: dict[str, Value],
        evidence: Mapping[str, Mapping[str, str]],
        subject: str | None,
        day: date,
    ) -> Decision:
        """Give the decision of one case whose facts have been read."""
        tokens = running.find_tokens(pack(day), **values)
        if tokens is None:
            raise EngineFault(f"table `{running.table.name}` refuses facts that are right")
        answer = running.answer(tokens)
        decision = Decision()
        decision.held = (
            running.table.name, subject, day, self.rules_on, answer,
            self, running, tokens, values, evidence,
        )  # fmt: skip
        return decision

    def explain(self, decision: Decision, language: str | None = None) -> Any:
        """Give the whole trace of a decision of these rules, as data, in one of their languages.

        Raises `RequestError` if other rules decided, or the rule book has no such language;
        `RecordError` if these rules do not decide as a record says.
        """
        if self._explain is None:
            message = "this edition was made without a way to explain"
            raise RequestError.of("NIC704", message, "load the book by `nic_rules.load`")
        return self._explain(self, decision, language or self.rules.book.languages[0])

    def rest_of(
        self,
        running: RunningTable,
        tokens: Tokens,
        values: Mapping[str, Value],
        evidence: Mapping[str, Mapping[str, str]],
        as_of: date,
    ) -> Rest:
        """Work out what a decision rests on."""
        finder = running.finder
        found = finder.findings(pack(as_of), **values)
        assert found is not None  # it took the same facts for the tokens
        truths, applies, masks = found
        findings = finder.found(truths, masks)
        for name, applied in zip(finder.conditional, applies, strict=True):
            if applied is False:
                findings[name] = KNOWN["not_applicable"]
        told = {name: FrozenMap(beside) for name, beside in evidence.items()} if evidence else None
        needs: Iterable[str] = ()
        stuck: tuple[str, ...] = ()
        answer = running.answer(tokens)
        if answer.unknown:
            stuck = tuple([n for n in answer.unknown if n in findings and not findings[n].lacks])
            counting = running.counting_of(tokens, stuck)
            needs = {n for c in counting for n in (findings[c].lacks if c in findings else (c,))}
        return Rest(
            FrozenMap(findings),
            Names(sorted(needs)),
            Names(sorted(stuck)),
            answer.inner,
            FrozenMap(self.recorded(values)),
            FrozenMap(told) if told else _NOTHING,
            self.reference,
        )

    def recorded(self, values: Mapping[str, Value]) -> dict[str, Any]:
        """Give the known facts as a record has them: decimals and dates as text."""
        known: dict[str, Any] = {name: v for name, v in values.items() if v is not None}
        for name, fact in self.compiled.written_otherwise.items():
            if name in known:
                known[name] = value_text(fact, known[name])
        return known

    def running(self, table: str) -> RunningTable:
        """Find a table in force; raises `RequestError`."""
        if not isinstance(table, str):
            raise RequestError.of("NIC701", "a table is named by a text")
        running = self.compiled.tables.get(table)
        if running is not None:
            return running
        if table in {known.name for known in self.rules.book.tables}:
            message = f"table `{table}` is not in force on {self.rules_on}"
            raise RequestError.of("NIC701", message)
        hint = nearest(table, self.compiled.tables)
        raise RequestError.of("NIC701", f"there is no table `{table}`", hint)

    def _check_language(self, language: str) -> None:
        if language not in self.rules.book.languages:
            raise RequestError.of("NIC702", f"the rule book has no language `{language}`")

    def walk(self, case: Case, as_of: date, kind: type[Walk] = Walk) -> Walk:
        """Start the walk for one case."""
        walk = kind(self.compiled.definitions, case.values, as_of)
        for name in self.compiled.derived_in_order:
            walk.derived(name)
        return walk

    def breaches(
        self,
        case: Case,
        walk: Walk,
        language: str | None = None,
        places: Mapping[str, GivenPlace] | None = None,
    ) -> list[Diagnostic]:
        """Give the constraints broken by facts that could be read, where the first of them is."""
        told = places or {}
        found = []
        for name, facts in self.compiled.facts_of_constraints.items():
            if facts & case.unread:
                continue
            constraint = self.rules.constraints[name]
            if walk.truth(constraint.holds_when).truth is False:
                spoken = language or self.rules.book.languages[0]
                message = constraint.item.written.message[spoken]
                said = filled(message, spoken, self.rules, walk)
                at = min((told[fact].value for fact in facts if fact in told), default=None)
                found.append(replace(problem("NIC508", said, at), value=name))
        return found


_NOTHING: FrozenMap[FrozenMap[str]] = FrozenMap({})
_NO_EVIDENCE: Mapping[str, Mapping[str, str]] = {}


class EngineFault(Exception):
    """Two evaluators differ: a fault of this library, never of a rule book or a case."""


def _day(day: object) -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    message = f"`as_of` is a day, not {_a(day)}"
    raise RequestError.of("NIC702", message, "give a `datetime.date`")


def _a(value: object) -> str:
    """Name the type of an argument that is of the wrong one."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _check_subject(subject: object) -> None:
    if subject is None or (isinstance(subject, str) and not has_lone_surrogate(subject)):
        return
    raise RequestError.of("NIC702", "a subject is a text that can be written as UTF-8")
