"""Two decisions of one subject: what changed between them, and what moved the outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from nic_rules.canonical import Json
from nic_rules.decision import Decision, Finding, FrozenMap, Inner, refuse_another_book
from nic_rules.diagnostics import Diagnostic, RequestError, problem, shown
from nic_rules.engine.again import refuse_what_is_not_so
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.records.files import Record
from nic_rules.records.moved import Moved, Situation, moved
from nic_rules.rulebook.given import read_case

SCHEMA = "nic-rules/comparison/1"

V = TypeVar("V")


class Change(NamedTuple, Generic[V]):
    """What something was and what it is; None where the decision has no such thing."""

    before: V | None
    after: V | None


FactValue = str | bool | int
Silence = Literal["outcome_is_the_same", "rules_are_not_at_hand"]


@dataclass(frozen=True)
class Comparison:
    """Two decisions of one subject by one table, and all that differs between them.

    `moved` is what moved the outcome; None where nothing is said of it, and `silence` says why.
    """

    before: Decision
    after: Decision
    facts: Mapping[str, Change[FactValue]]
    evidence: Mapping[str, Change[FrozenMap[str]]]
    findings: Mapping[str, Change[Finding]]
    inner: Mapping[str, Change[Inner]]
    moved: Moved | None
    silence: Silence | None

    def as_data(self) -> dict[str, Json]:
        """Give the comparison as JSON has it; what the records hold stands there as in them."""
        one, two = (json.loads(decision.to_json()) for decision in (self.before, self.after))
        return {
            "schema": SCHEMA,
            "rulebook": self.after.edition.rulebook,
            "table": self.after.table,
            "subject": self.after.subject,
            "before": {key: one[key] for key in _OF_EACH},
            "after": {key: two[key] for key in _OF_EACH},
            **{
                kind: {
                    name: {"before": one[kind].get(name), "after": two[kind].get(name)}
                    for name in getattr(self, kind)
                }
                for kind in ("facts", "evidence", "findings", "inner")
            },
            "moved": None if self.moved is None else self.moved.as_data(),
            "silence": self.silence,
        }


_OF_EACH = (
    "as_of", "rules_on", "outcome", "rows", "needs", "stuck", "edition", "library", "digest",
)  # fmt: skip
"""What a comparison repeats of each of its records."""


def compare(book: RuleBook, before: Record, after: Record) -> Comparison:
    """Compare two records of one subject; the rule book at hand tells what moved the outcome.

    Raises `RequestError` if they do not go together or the rule book is another than theirs, and
    `RecordError` if the book has the rules of a record, which decide otherwise.
    """
    refuse_apart(before, after)
    one, two = before.decision, after.decision
    refuse_another_book(one, book.name)
    ends = [_situation(book, record) for record in (before, after)]
    found: Moved | None = None
    silence: Silence | None = None
    if one.outcome == two.outcome:
        silence = "outcome_is_the_same"
    elif ends[0] is None or ends[1] is None:
        silence = "rules_are_not_at_hand"
    else:
        found = moved(one.table, ends[0], ends[1])
    return Comparison(
        one,
        two,
        _changes(one.facts, two.facts),
        _changes(one.evidence, two.evidence),
        _changes(one.findings, two.findings),
        _changes(one.inner, two.inner),
        found,
        silence,
    )


def refuse_apart(before: Record, after: Record) -> None:
    """Raise `RequestError` if two records are not of one subject, table and rule book."""
    if problems := list(_apart(before.decision, after.decision)):
        raise RequestError(problems)


def _apart(one: Decision, two: Decision) -> Iterator[Diagnostic]:
    """Tell what two records differ in that cannot be compared."""
    pairs = {
        "subjects": (one.subject, two.subject),
        "tables": (one.table, two.table),
        "rule books": (one.edition.rulebook, two.edition.rulebook),
    }
    for what, (first, second) in pairs.items():
        if first != second:
            told = " and ".join("none" if name is None else shown(name) for name in (first, second))
            yield problem("NIC705", f"the records are of two {what}: {told}")


def edition_of(book: RuleBook, record: Record) -> Edition | None:
    """Give the edition of a book that made a record, None if the book has not those rules.

    Raises `RecordError` if the rules decide otherwise.
    """
    decision = record.decision
    edition = book.edition(decision.rules_on)
    if edition.reference.logic != decision.edition.logic:
        return None
    refuse_what_is_not_so(edition, decision, record.place)
    return edition


def _situation(book: RuleBook, record: Record) -> Situation | None:
    """Give what a record's outcome followed from, None if the book has not its rules."""
    edition = edition_of(book, record)
    if edition is None:
        return None
    values = read_case(edition.rules.facts, record.decision.facts).values
    return Situation(values, record.decision.as_of, edition)


def _changes(before: Mapping[str, V], after: Mapping[str, V]) -> dict[str, Change[V]]:
    """Give what differs between two maps, by name."""
    return {
        name: Change(before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if not _same(before.get(name), after.get(name))
    }


def _same(one: object, two: object) -> bool:
    """Tell whether two values are one; 0 and false are not."""
    return one == two and isinstance(one, bool) == isinstance(two, bool)
