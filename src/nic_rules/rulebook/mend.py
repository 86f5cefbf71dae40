"""An item without what is wrong in it, so that the rest of it is checked all the same.

What is wrong has been told. Texts, and what a rule rests on, say nothing to the rest of a check, so
others stand in for them; a key that no item has, and a row, are left out. Whatever else is wrong
cannot be done without.
"""

from __future__ import annotations

from collections.abc import Iterable

from nic_rules.diagnostics import Place
from nic_rules.rulebook import written
from nic_rules.rulebook.nodes import Mapping, Node, Scalar, Sequence, Source

TEXTS = ("name", "title", "message")
LEFT_OUT = ("met", "not_met", "unit", "ask", "supplied_by", "notes")
RESTING = ("basis", "why", "cites")

Wrong = tuple[str | int, ...]
"""Where something is wrong in an item: keys and positions, down from its top."""


def mended(
    node: Mapping, wrong: Iterable[Wrong], kind: type[written.Written], languages: Iterable[str]
) -> Mapping | None:
    """Give a node without what is wrong in it; None if it cannot do without.

    INVARIANT not-whole: a node that a row was left out of is not whole.
    """
    fields = {field.rstrip("_") for field in kind.fields()}
    entries, rows = dict(node.entries), set[int]()
    for path in wrong:
        key = path[0]
        if key == "rows" and len(path) > 1 and isinstance(path[1], int):
            rows.add(path[1])
        elif (key in LEFT_OUT or key not in fields) and isinstance(key, str):
            entries.pop(key, None)
        elif key in TEXTS:
            entries[str(key)] = _text(node.place, languages)
        elif key in RESTING:
            entries["basis"] = _scalar("interpretation", node.place)
            entries["why"] = _text(node.place, languages)
            entries["cites"] = Sequence((), node.place)
        else:
            return None
    listed = entries.get("rows")
    if rows and isinstance(listed, Sequence):
        kept = tuple(row for at, row in enumerate(listed.items) if at not in rows)
        entries["rows"] = Sequence(kept, listed.place)
    return Mapping(entries, node.keys, node.place, is_whole=not rows)


def _text(place: Place, languages: Iterable[str]) -> Node:
    return Mapping({one: _scalar("–", place) for one in languages}, {}, place)


def _scalar(text: str, place: Place) -> Scalar:
    return Scalar(text, False, place, Source(place.file, ""), 0, 0)
