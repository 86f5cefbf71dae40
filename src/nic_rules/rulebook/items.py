"""Items: what was written, and the node that it was read from, for the places of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from nic_rules.diagnostics import Diagnostic, Place, nearest, problem, shown
from nic_rules.rulebook import written
from nic_rules.rulebook.nodes import Mapping, Node, Scalar, Sequence, at

W = TypeVar("W", bound=written.Written, covariant=True)


@dataclass(frozen=True)
class Item(Generic[W]):
    """A written item and the node it was read from, for the places of its parts."""

    kind: str
    name: str
    written: W
    node: Mapping

    @property
    def place(self) -> Place:
        """Give where the item begins: its first key."""
        return self.node.keys[self.kind]

    @property
    def light(self) -> Item[W]:
        """Give the item without what was read, but for the places of itself and what it lists."""
        listed: dict[str, Node] = {
            key: Sequence(tuple(Mapping({}, {}, n.place, False) for n in node.items), node.place)
            for key, node in self.node.entries.items()
            if isinstance(node, Sequence)
        }
        node = Mapping(listed, {self.kind: self.place}, self.node.place, is_whole=False)
        return Item(self.kind, self.name, self.written, node)

    @cached_property
    def plain(self) -> Any:
        """The item as plain data, for all editions that it is in force in."""
        return plain(self.node)

    def at(self, *path: str | int) -> Place:
        """Give the place of a part, or of the nearest part above that is there."""
        return at(self.node, *path).place

    def key(self, *path: str | int) -> Place:
        """Give the place of a part's key."""
        *above, last = path
        holder = at(self.node, *above)
        if isinstance(holder, Mapping) and last in holder.keys:
            return holder.keys[str(last)]
        return self.at(*path)

    def within(self, offset: int, *path: str | int) -> Place:
        """Give the place of a character of a scalar part."""
        node = at(self.node, *path)
        return node.place_at(offset) if isinstance(node, Scalar) else node.place


@dataclass(frozen=True, slots=True)
class Named:
    """An item's node by its kind and name, before its keys are looked at."""

    kind: str
    name: str
    node: Mapping


def named_items(root: Node, problems: list[Diagnostic]) -> Iterator[Named]:
    """Give a file's items by kind and name; whatever else stands in the file is a problem."""
    for node in root.items if isinstance(root, Sequence) else (root,):
        if not isinstance(node, Mapping) or not node.keys:
            message = "an item is a map whose first key is its kind"
            problems.append(problem("NIC110", message, node.place))
            continue
        kind = next(iter(node.keys))
        if kind not in written.KINDS:
            hint = nearest(kind, written.KINDS) or f"kinds are {', '.join(written.KINDS)}"
            message = f"{shown(kind)} is no kind of item"
            problems.append(problem("NIC111", message, node.keys[kind], hint))
            continue
        name = node.entries.get(kind)
        yield Named(kind, name.text if isinstance(name, Scalar) else "", node)


def plain(node: Node) -> Any:
    """Turn nodes into plain data, every scalar the text written."""
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key: plain(value) for key, value in entries.items()}
