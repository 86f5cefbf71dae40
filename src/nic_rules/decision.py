"""A decision as plain frozen data (contract, section 4), and its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from nic_rules.canonical import Json, canonical, digest_of, put_together, read_json
from nic_rules.diagnostics import RecordError, RequestError, problem, shown
from nic_rules.version import __version__

SCHEMA = "nic-rules/decision/1"

V = TypeVar("V")


class Names(tuple[str, ...]):
    """Names in order: a tuple that also equals a list of the same names, as JSON has them."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


class FrozenMap(Mapping[str, V]):
    """A mapping that cannot change: hashable and picklable, equal to a dict of the same items."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def taken(self, names: Iterable[str]) -> list[V | None]:
        """Give the items of some names, None where there is none."""
        return list(map(self._items.get, names))

    def as_dict(self) -> dict[str, V]:
        """Give the items as a dict of one's own."""
        return self._items.copy()

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __reduce__(self) -> tuple[type, tuple[dict[str, V]]]:
        return type(self), (self._items,)

    def __repr__(self) -> str:
        return repr(self._items)


class Finding(NamedTuple):
    """What was found of one criterion: met, not_met, not_applicable or unknown, and what lacks."""

    finding: str
    lacks: Names


KNOWN = {w: Finding(w, Names()) for w in ("met", "not_met", "not_applicable", "unknown")}
"""Findings that lack nothing, each once: they are compared often."""


@lru_cache(4_096)
def lacking(facts: tuple[str, ...]) -> Finding:
    """Give the finding that lacks some facts; these are few, and come again."""
    return Finding("unknown", Names(facts))


class Inner(NamedTuple):
    """What a table below gave."""

    outcome: str
    rows: Names


class EditionRef(NamedTuple):
    """The edition that decided: the rule book, its interval and its digests."""

    rulebook: str
    start: date | None
    until: date | None
    logic: str
    text: str

    def recorded(self) -> Json:
        """Give the edition as a record has it."""
        return {
            "rulebook": self.rulebook,
            "from": self.start.isoformat() if self.start else None,
            "until": self.until.isoformat() if self.until else None,
            "logic": self.logic,
            "text": self.text,
        }


class Told(NamedTuple):
    """What a decision tells at once."""

    table: str
    subject: str | None
    as_of: date
    rules_on: date
    outcome: str | Names
    rows: Names


class Rest(NamedTuple):
    """What a decision rests on; worked out when somebody asks."""

    findings: FrozenMap[Finding]
    needs: Names
    stuck: Names
    inner: FrozenMap[Inner]
    facts: FrozenMap[str | bool | int]
    evidence: FrozenMap[FrozenMap[str]]
    edition: EditionRef
    library: str = __version__


_TOLD, _MADE = 5, 6
"""How many items a decision holds of what it told, and of that and its maker."""


class Maker(Protocol):
    """What made a decision, and can say more of it: an edition."""

    def rest_of(self, *arguments: Any) -> Rest:
        """Work out what a decision rests on."""

    def explain(self, decision: Decision, language: str | None = None) -> Any:
        """Explain a decision."""


class Decision:
    """The answer of one table for one case, with all that it rests on. It cannot change.

    What it rests on is worked out when first asked for, from facts that nobody else can reach.
    Equal records are equal and have one hash, whoever made them.

    `held` is set by what makes one: table, subject and both days; something that begins with the
    outcome and the rows; then its `Maker` and the maker's arguments but the day. A constructor
    would take a tenth of the time of a decision.
    """

    __slots__ = ("_digest", "_rest", "held")

    held: tuple[Any, ...]
    _rest: Rest
    _digest: str

    @classmethod
    def of(cls, told: Told, rest: Rest) -> Decision:
        """Make one of which everything is known."""
        decision = cls()
        decision.held = (*told[:4], told[4:])
        decision._rest = rest
        return decision

    @property
    def told(self) -> Told:
        """What the decision told at once."""
        *asked, answer = self.held[:_TOLD]
        return Told(*asked, *answer[:2])

    @property
    def rest(self) -> Rest:
        """All that the decision rests on."""
        held = self.held
        if len(held) > _MADE:
            maker: Maker = held[_TOLD]
            self._rest = maker.rest_of(*held[_MADE:], self.as_of)
            self.held = held[:_MADE]  # last: another thread may be here as well
        return self._rest

    @property
    def table(self) -> str:
        """The table that was asked."""
        return self.held[0]  # type: ignore[no-any-return]

    @property
    def subject(self) -> str | None:
        """Whose case it is, if that was told."""
        return self.held[1]  # type: ignore[no-any-return]

    @property
    def as_of(self) -> date:
        """The day of the facts."""
        return self.held[2]  # type: ignore[no-any-return]

    @property
    def rules_on(self) -> date:
        """The day whose rules were used."""
        return self.held[3]  # type: ignore[no-any-return]

    @property
    def outcome(self) -> str | Names:
        """The outcome's name; the names, in the order of the rows, if the table collects."""
        return self.held[4][0]  # type: ignore[no-any-return]

    @property
    def rows(self) -> Names:
        """The rows that gave it, in file order."""
        return self.held[4][1]  # type: ignore[no-any-return]

    @property
    def findings(self) -> FrozenMap[Finding]:
        """Every criterion that the table and those below name or note, and all that these use."""
        return self.rest.findings

    @property
    def needs(self) -> Names:
        """The facts worth asking for, sorted; if there are none, no answer changes the outcome."""
        return self.rest.needs

    @property
    def stuck(self) -> Names:
        """The criteria among the tables' tokens that stay unknown whatever is told, sorted."""
        return self.rest.stuck

    @property
    def inner(self) -> FrozenMap[Inner]:
        """What every table below gave."""
        return self.rest.inner

    @property
    def facts(self) -> FrozenMap[str | bool | int]:
        """The known facts as JSON has them: decimals and dates as text."""
        return self.rest.facts

    @property
    def evidence(self) -> FrozenMap[FrozenMap[str]]:
        """What was given of `evidence`, `recorded_on` and `by`, by fact."""
        return self.rest.evidence

    @property
    def edition(self) -> EditionRef:
        """The edition that decided."""
        return self.rest.edition

    @property
    def library(self) -> str:
        """The version of the library that decided."""
        return self.rest.library

    @property
    def was_decided(self) -> bool:
        """Tell whether an edition made it here: then its facts are right. What was read may lie."""
        return len(self.held) > _TOLD

    @property
    def digest(self) -> str:
        """Digest of all but evidence and library: same logic, facts, dates, subject: the same."""
        if not hasattr(self, "_digest"):
            self._digest_of(self._pieces())
        return self._digest

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.told == other.told and self.rest == other.rest

    def __hash__(self) -> int:
        return hash(self.told)

    def __repr__(self) -> str:
        return f"Decision({self.table!r}, {self.subject!r}, {self.outcome!r})"

    def __reduce__(self) -> tuple[Callable[[Told, Rest], Decision], tuple[Told, Rest]]:
        return type(self).of, (self.told, self.rest)

    def explain(self, language: str | None = None) -> Any:
        """Give the whole trace of the reasons, as data, by the edition that decided.

        `language` is one of the rule book's, by default its first. The trace is decided again by
        another walk and compared. Raises `RequestError` where no edition is at hand: a record
        that was read, or pickled, is explained by `edition.explain(decision)`.
        """
        if len(self.held) == _TOLD:
            message = "a record that was read does not know the rules that made it"
            hint = "give it to its edition: `edition.explain(decision)`"
            raise RequestError.of("NIC704", message, hint)
        maker: Maker = self.held[_TOLD]
        return maker.explain(self, language)

    def to_json(self) -> str:
        """Write the decision in RFC 8785 form, its digest included."""
        pieces = self._pieces()
        return put_together({**pieces, "digest": canonical(self._digest_of(pieces))})

    def _digest_of(self, pieces: Mapping[str, str]) -> str:
        if not hasattr(self, "_digest"):
            text = put_together(digested(pieces, self.edition))
            self._digest: str = digest_of(text.encode("utf-8"))
        return self._digest

    def _pieces(self) -> dict[str, str]:
        """Write what stands at each key of the record."""
        return {key: canonical(value) for key, value in self._record().items()}

    def _record(self) -> dict[str, Json]:
        return {
            "schema": SCHEMA,
            "table": self.table,
            "subject": self.subject,
            "as_of": self.as_of.isoformat(),
            "rules_on": self.rules_on.isoformat(),
            "outcome": self.outcome if isinstance(self.outcome, str) else list(self.outcome),
            "rows": list(self.rows),
            "findings": {
                name: {"finding": found.finding, "lacks": list(found.lacks)}
                for name, found in self.findings.items()
            },
            "needs": list(self.needs),
            "stuck": list(self.stuck),
            "inner": {
                name: {"outcome": inner.outcome, "rows": list(inner.rows)}
                for name, inner in self.inner.items()
            },
            "facts": dict(self.facts),
            "evidence": {fact: dict(told) for fact, told in self.evidence.items()},
            "edition": self.edition.recorded(),
            "library": self.library,
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> Decision:
        """Read a recorded decision; raises `RecordError` if it is none or its digest fails."""
        try:
            record = read_json(text)
        except (ValueError, RecursionError):
            raise _no_record("it is not JSON, or a key stands twice") from None
        if not isinstance(record, dict) or record.get("schema") != SCHEMA:
            raise _no_record(f"its schema is not {SCHEMA}")
        try:
            decision = _read(record)
            read = json.loads(decision.to_json())
        except KeyError as error:
            raise _no_record(f"key `{error.args[0]}` is missing") from None
        except (ValueError, TypeError, AttributeError):
            raise _no_record("it has not the shape of one") from None
        if record.get("digest") != decision.digest:
            message = "the digest of this record does not hold: it was changed"
            raise RecordError([problem("NIC703", message)])
        if read != record:
            raise _no_record("it holds what a decision does not")
        return decision


P = TypeVar("P")


def digested(pieces: Mapping[str, P], edition: EditionRef) -> dict[str, P | str]:
    """Give the pieces that a record's digest is of, each written at its key."""
    kept = {key: piece for key, piece in pieces.items() if key not in ("evidence", "library")}
    return {**kept, "edition": canonical({"rulebook": edition.rulebook, "logic": edition.logic})}


def refuse_another_book(decision: Decision, rulebook: str) -> None:
    """Raise `RequestError` if another rule book than the one at hand decided."""
    if decision.edition.rulebook != rulebook:
        message = f"{shown(decision.edition.rulebook)} decided this, not the rule book `{rulebook}`"
        raise RequestError.of("NIC704", message, "choose it with `--rules`")


def _no_record(why: str) -> RecordError:
    return RecordError([problem("NIC703", f"this is no record of a decision: {why}")])


def _read(record: dict[str, Any]) -> Decision:
    edition, outcome = record["edition"], record["outcome"]
    subject = record["subject"]
    told = Told(
        _word(record["table"]),
        None if subject is None else _word(subject),
        date.fromisoformat(record["as_of"]),
        date.fromisoformat(record["rules_on"]),
        outcome if isinstance(outcome, str) else _names(outcome),
        _names(record["rows"]),
    )
    inner = {n: Inner(_word(i["outcome"]), _names(i["rows"])) for n, i in record["inner"].items()}
    found = record["findings"].items()
    evidence = record["evidence"].items()
    rest = Rest(
        FrozenMap({n: Finding(_found(f["finding"]), _names(f["lacks"])) for n, f in found}),
        _names(record["needs"]),
        _names(record["stuck"]),
        FrozenMap(inner),
        FrozenMap({name: _fact(value) for name, value in record["facts"].items()}),
        FrozenMap({fact: FrozenMap(_beside(told)) for fact, told in evidence}),
        EditionRef(
            _word(edition["rulebook"]),
            _day_or_none(edition["from"]),
            _day_or_none(edition["until"]),
            _word(edition["logic"]),
            _word(edition["text"]),
        ),
        _word(record["library"]),
    )
    return Decision.of(told, rest)


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _names(names: Iterable[Any]) -> Names:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("names are not a list of texts")
    return Names(names)


def _word(word: Any) -> str:
    if not isinstance(word, str):
        raise ValueError(f"{word!r} is no text")
    return word


def _found(word: Any) -> str:
    if word not in ("met", "not_met", "not_applicable", "unknown"):
        raise ValueError(f"{word!r} is no finding")
    return _word(word)


def _beside(told: dict[str, Any]) -> dict[str, str]:
    """Read what was told beside a value, in the order in which a case is read."""
    first = [key for key in ("evidence", "recorded_on", "by") if key in told]
    return {key: _word(told[key]) for key in dict.fromkeys((*first, *told))}


def _fact(value: Any) -> str | bool | int:
    if not isinstance(value, str | bool | int):
        raise ValueError(f"{value!r} is no fact")
    return value
