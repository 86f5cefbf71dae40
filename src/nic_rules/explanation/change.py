"""What would change a decision: the smallest changes within a case's power that give an outcome.

Every answer is decided again by the ordinary engine before it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from nic_rules.canonical import Json, canonical
from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, RequestError, nearest, shown
from nic_rules.engine.edition import Edition, EngineFault
from nic_rules.language.definitions import Value
from nic_rules.rulebook.book import Table
from nic_rules.rulebook.given import read_case, value_text

SCHEMA = "nic-rules/changes/1"

FactValue = str | bool | int


class Change(NamedTuple):
    """Facts that change together, by name, each to its value as a record has it.

    `decision` is the one that they lead to.
    """

    facts: Mapping[str, FactValue]
    decision: Decision


class Changes(NamedTuple):
    """What would give a case one of some outcomes, each of the changes enough by itself.

    `missing` are the unknown facts that have to be known first: while there are some, there are no
    changes. Where there are neither, the case has the outcome, or can do nothing to get it.
    """

    decision: Decision
    to: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def has_it(self) -> bool:
        """Tell whether the case has one of the outcomes already."""
        return gives(self.decision, self.to)

    def to_json(self) -> str:
        """Write it as JSON."""
        outcome = self.decision.outcome
        data: dict[str, Json] = {
            "schema": SCHEMA,
            "table": self.decision.table,
            "from": outcome if isinstance(outcome, str) else list(outcome),
            "to": self.to[0] if len(self.to) == 1 else list(self.to),
            "changes": [{"set": dict(change.facts)} for change in self.changes],
        }
        if self.missing:
            data["missing"] = list(self.missing)
        return canonical(data)


def change(
    edition: Edition,
    table: str,
    facts: Mapping[str, object],
    *,
    as_of: date | None = None,
    to: str | None = None,
) -> Changes:
    """Say what would give a case another outcome of a table: `to`, by default any wanted one.

    Raises `FactError` and `RequestError` as a decision does; `RequestError` too for an outcome that
    the table has not, or that no facts can give it, and where z3 is not installed.
    """
    decision = edition.decide(table, facts, as_of=as_of)
    wanted = _wanted(edition.rules.tables[table], to)
    if gives(decision, wanted):
        return Changes(decision, wanted, missing=tuple(decision.needs))
    try:
        from nic_rules.engine.solver import Lowered
        from nic_rules.explanation import nearest as solving
    except ImportError as error:
        if error.name != "z3":
            raise
        message = "what would change a decision is worked out by z3, which is not installed"
        raise RequestError.of("NIC702", message, "install `nic-rules[prove]`") from None

    lowered, day = Lowered.of(edition, table), decision.as_of
    values = read_case(edition.rules.facts, decision.facts).values
    missing = tuple(decision.needs)
    if not missing:
        found = solving.smallest_changes(lowered, values, day, wanted)
        if found:
            changes = (_decided_again(edition, decision, one, wanted) for one in found)
            return Changes(decision, wanted, tuple(changes))
        missing = solving.still_missing(lowered, values, day, wanted) or ()
    if not solving.can_be(lowered, day, wanted):
        raise _impossible(table, wanted, day)
    return Changes(decision, wanted, missing=missing)


def gives(decision: Decision, wanted: tuple[str, ...]) -> bool:
    """Tell whether a decision has one of some outcomes."""
    outcome = decision.outcome
    return any(one == outcome if isinstance(outcome, str) else one in outcome for one in wanted)


def _wanted(table: Table, to: str | None) -> tuple[str, ...]:
    """Give the outcomes that are hoped for; raises `RequestError` if the table has none such."""
    if to is None:
        wanted = tuple(one.outcome for one in table.item.written.outcomes if one.wanted)
        if wanted:
            return wanted
        hint = f"say which by `--to`: it has {', '.join(table.outcomes)}"
        message = f"`{table.name}` says of no outcome that it is wanted"
        raise RequestError.of("NIC702", message, hint)
    if to not in table.outcomes:
        hint = nearest(to, table.outcomes) or f"it has {', '.join(table.outcomes)}"
        raise RequestError.of("NIC702", f"`{table.name}` has no outcome {shown(to)}", hint)
    return (to,)


def _impossible(table: str, wanted: tuple[str, ...], day: date) -> RequestError:
    listed = " or ".join(f"`{one}`" for one in wanted)
    return RequestError.of(
        "NIC702", f"no facts at all give `{table}` the outcome {listed} on {day}"
    )


def _decided_again(
    edition: Edition, decision: Decision, changed: Mapping[str, Value], wanted: tuple[str, ...]
) -> Change:
    """Hold the solver's answer against the engine's."""
    facts = edition.rules.facts
    told = {name: value_text(facts[name], value) for name, value in changed.items()}
    try:
        again = edition.decide(decision.table, {**decision.facts, **changed}, as_of=decision.as_of)
    except FactError as error:
        raise EngineFault(f"the solver changes {told}, which is refused: {error}") from None
    if not gives(again, wanted):
        raise EngineFault(f"the solver changes {told}, the engine then gives `{again.outcome}`")
    return Change(told, again)
