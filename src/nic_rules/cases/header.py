"""Which columns a file of cases may have: `subject`, two days, facts, and their evidence."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from nic_rules.diagnostics import Diagnostic, Place, nearest, problem, shown
from nic_rules.rulebook.given import EVIDENCE_KEYS

OWN_COLUMNS = ("subject", "as_of", "rules_on")


def is_column(column: str, facts: Container[str]) -> bool:
    """Tell whether a file may have a column of this name."""
    fact, dot, key = column.partition(".")
    if dot:
        return fact in facts and key in EVIDENCE_KEYS
    return column in facts or column in OWN_COLUMNS


def nearest_column(column: str, facts: Iterable[str]) -> str | None:
    """Hint at the column most like one that is none."""
    facts = tuple(facts)
    beside = (f"{fact}.{key}" for fact in facts for key in EVIDENCE_KEYS if "." in column)
    return nearest(column, (*facts, *OWN_COLUMNS, *beside))


def wrong_columns(
    header: Sequence[str], places: Sequence[Place], facts: Sequence[str], place: Place
) -> Iterator[Diagnostic]:
    """Give all that is wrong with the names of a file's columns, each with its place.

    `place` is that of the header, where something is missing.
    """
    known = frozenset(facts)
    for position, (column, at) in enumerate(zip(header, places, strict=True)):
        if not column:
            message = f"column {position + 1} of the header has no name"
            yield problem("NIC602", message, at)
        elif column in header[:position]:
            yield problem("NIC602", f"column {shown(column)} stands twice", at)
        elif not is_column(column, known):
            message = f"column {shown(column)} is no fact"
            yield problem("NIC602", message, at, nearest_column(column, facts))
    if "subject" not in header:
        yield problem("NIC602", "there is no column `subject`", place)
