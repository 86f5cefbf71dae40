"""Recorded decisions, made again by the archives of the rules that made them.

A record names its edition; the rules come from that edition's archive and from nowhere else. What
comes out is held against the whole record, but for the version of the library, and against the
reasons that were recorded with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple

from nic_rules.canonical import Json, canonical
from nic_rules.decision import Decision, EditionRef
from nic_rules.diagnostics import (
    Diagnostic,
    FactError,
    RecordError,
    RequestError,
    RuleBookError,
    problem,
)
from nic_rules.engine.again import decided_again
from nic_rules.engine.book import RuleBook
from nic_rules.library import explain
from nic_rules.records.archive import archive_name, read_archive
from nic_rules.records.recorded import Recorded, read_records

KEYS = (
    "table", "subject", "as_of", "rules_on", "outcome", "rows", "findings", "needs", "stuck",
    "inner", "facts", "evidence", "edition", "digest",
)  # fmt: skip
"""What of a record has to come out again, in the order in which differences are looked for."""


class Nothing:
    """What stands where only one of two has something."""


NOTHING = Nothing()


class Difference(NamedTuple):
    """The first thing that came out otherwise: of the decision, or of its reasons alone.

    `key` leads to it, as in `findings.enough_members.finding`. Where the case is now refused, `key`
    is empty, and `got` says why.
    """

    kind: Literal["decision", "reasons", "refused"]
    key: str
    expected: Json | Nothing
    got: Json | Nothing


class Replayed(NamedTuple):
    """What came of one record: the same, a difference, or that it could not be made again.

    `wrong` says why it could not; it is empty where that was told of another record already.
    """

    recorded: Recorded
    state: Literal["equal", "differs", "unusable"]
    difference: Difference | None = None
    wrong: tuple[Diagnostic, ...] = ()


def replay(records: Path, archives: Path) -> Iterator[Replayed]:
    """Make each record of a file or folder again, by the archives of a folder, one at a time.

    Raises `RecordError` if there are no records, or no such folder.
    """
    kept = _Archives(archives)
    for recorded in read_records(records):
        decision = recorded.decision
        if decision is None:
            yield Replayed(recorded, "unusable", wrong=recorded.wrong)
            continue
        book = kept.book(decision.edition, recorded)
        if not isinstance(book, RuleBook):
            yield Replayed(recorded, "unusable", wrong=book)
            continue
        difference = _difference(book, decision, recorded.reasons)
        yield Replayed(recorded, "differs" if difference else "equal", difference)


class _Archives:
    """A folder of archives; each is read once, when the first record asks for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.books: dict[EditionRef, RuleBook | None] = {}
        try:
            self.names = {path.name for path in folder.iterdir()}
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no folder can have this name"
            message = f"the archives in `{folder}` cannot be read: {why}"
            raise RecordError([problem("NIC706", message)]) from None

    def book(self, edition: EditionRef, recorded: Recorded) -> RuleBook | tuple[Diagnostic, ...]:
        """Give the rule book of an edition's archive, or what is wrong, told once."""
        if edition in self.books:
            return self.books[edition] or ()
        self.books[edition] = None
        name = archive_name(edition)
        if name not in self.names:
            message = f"the archive of its rules, `{name}`, is not in `{self.folder}`"
            return (problem("NIC706", message, recorded.place, self._like(edition)),)
        try:
            found = RuleBook(read_archive(self.folder / name, edition), explain=explain)
        except (RecordError, RuleBookError) as error:
            return error.diagnostics
        self.books[edition] = found
        return found

    def _like(self, edition: EditionRef) -> str | None:
        """Hint at an archive of the same logic: its texts, or its days, are others."""
        name = archive_name(edition)
        begins, logic = f"{edition.rulebook}-", name.split("-")[-2]
        like = sorted(n for n in self.names if n.startswith(begins) and f"-{logic}-" in n)
        return f"`{like[0]}` has the same logic, but other texts or days" if like else None


# --- made again, and compared


def _difference(
    book: RuleBook, recorded: Decision, reasons: dict[str, Any] | None
) -> Difference | None:
    """Make a decision again, and give the first difference."""
    try:
        again = decided_again(book.edition(recorded.rules_on), recorded)
    except (FactError, RequestError) as error:
        return Difference("refused", "", NOTHING, str(error.diagnostics[0]))
    # of the record's library, which says only who decided then
    now = Decision.of(again.told, again.rest._replace(library=recorded.library))
    if now.to_json() != recorded.to_json():
        return next(_apart("decision", "", _in_order(recorded), _in_order(now)))
    if reasons is None:
        return None
    language = reasons.get("language")
    trace = again.explain(language if language in book.languages else None).as_data()
    del trace["decision"]
    if all(_is_of_other_rules(told, recorded.edition) for told in (reasons, trace)):
        trace["lasting"] = reasons["lasting"]
    return next(_apart("reasons", "", reasons, trace), None)


def _is_of_other_rules(reasons: dict[str, Any], edition: EditionRef) -> bool:
    """Tell whether reasons say of days after the edition until when the outcome holds.

    The rules of those days are no part of the edition; they may have come after its archive.
    """
    lasting = reasons.get("lasting")
    if edition.until is None or not isinstance(lasting, dict):
        return False
    until = lasting.get("until")
    return until is None or (isinstance(until, str) and until >= edition.until.isoformat())


def _in_order(decision: Decision) -> dict[str, Json]:
    record = json.loads(decision.to_json())
    return {key: record[key] for key in KEYS}


def _apart(
    kind: Literal["decision", "reasons"], key: str, then: Json | Nothing, now: Json | Nothing
) -> Iterator[Difference]:
    """Give what differs between two values of JSON, as deep down as there is something in both."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name in {**then, **now}:
            inner = f"{key}.{name}" if key else name
            yield from _apart(kind, inner, then.get(name, NOTHING), now.get(name, NOTHING))
    elif isinstance(then, list) and isinstance(now, list) and _holds_more([*then, *now]):
        pairs = zip_longest(then, now, fillvalue=NOTHING)
        for number, (one, other) in enumerate(pairs):
            yield from _apart(kind, f"{key}[{number}]", one, other)
    elif isinstance(then, Nothing) or isinstance(now, Nothing) or canonical(then) != canonical(now):
        yield Difference(kind, key, then, now)


def _holds_more(members: list[Json]) -> bool:
    """Tell whether a list is more than one of names, which is told whole."""
    return any(isinstance(member, dict | list) for member in members)
