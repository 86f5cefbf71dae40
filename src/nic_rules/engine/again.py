"""A recorded decision, made again by the rules that it names.

A digest is no signature: whoever wrote a record could make its digest anew.
"""

from __future__ import annotations

from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, Place, RecordError, RequestError, problem
from nic_rules.engine.edition import Edition


def decided_again(edition: Edition, decision: Decision) -> Decision:
    """Decide again on what was recorded, by the rules of the day of its rules.

    Raises `FactError` or `RequestError` if it cannot be.
    """
    facts: dict[str, object] = dict(decision.facts)
    for name, told in decision.evidence.items():
        facts[name] = {"value": facts.get(name), **told}
    ours = edition.at(decision.rules_on)
    return ours.decide(decision.table, facts, subject=decision.subject, as_of=decision.as_of)


def refuse_what_is_not_so(edition: Edition, decision: Decision, place: Place | None = None) -> None:
    """Raise `RecordError` if an edition does not decide as a record of its rules says."""
    try:
        holds = decided_again(edition, decision).digest == decision.digest
    except (FactError, RequestError):
        holds = False
    if not holds:
        message = "the rules that this record names do not decide as it says"
        raise RecordError([problem("NIC703", message, place)])
