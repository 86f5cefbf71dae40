"""From nodes to written items, with a diagnostic for every key and value that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from nic_rules.diagnostics import Diagnostic, Place, nearest, problem, shown
from nic_rules.rulebook import written
from nic_rules.rulebook.read import Mapping, Node, Scalar, Sequence, at

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


def read_item(
    named: Named, languages: list[str] | None, problems: list[Diagnostic]
) -> Item[written.Written] | None:
    """Validate one item; None and its problems if it does not fit its kind."""
    if not named.node.is_whole:
        return None
    model = _model(named, problems)
    if model is None:
        return None
    try:
        item = model.model_validate(plain(named.node), context={"languages": languages})
    except ValidationError as error:
        problems.extend(_diagnostic(named, model, wrong, languages) for wrong in error.errors())
        return None
    return Item(named.kind, named.name, item, named.node)


def _model(named: Named, problems: list[Diagnostic]) -> type[written.Written] | None:
    if named.kind != "fact":
        return written.KINDS[named.kind]
    if "type" not in named.node.keys:
        place = named.node.keys["fact"]
        problems.append(problem("NIC201", "key `type` is missing", place))
        return None
    kind = named.node.entries.get("type")
    text = kind.text if isinstance(kind, Scalar) else ""
    if not isinstance(kind, Scalar):
        problems.append(problem("NIC203", "expected a single value", _place_of(kind, named)))
        return None
    if text not in written.FACT_TYPES:
        listed = f"types are {', '.join(written.FACT_TYPES)}"
        near = nearest(text, written.FACT_TYPES)
        hint = f"{near} {listed}" if near else listed
        problems.append(problem("NIC209", f"{shown(text)} is no type of fact", kind.place, hint))
        return None
    return written.FACT_TYPES[text]


def plain(node: Node) -> Any:
    """Turn nodes into plain data, every scalar the text written."""
    match node:
        case Scalar(text):
            return text
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping(entries):
            return {key: plain(value) for key, value in entries.items()}


def _place_of(node: Node | None, named: Named) -> Place:
    return node.place if node is not None else named.node.keys["type"]


_SHAPES = {
    "string_type": "a single value",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
    "model_attributes_type": "a map",
}


def _diagnostic(
    named: Named, model: type[written.Written], wrong: Any, languages: list[str] | None
) -> Diagnostic:
    path: tuple[str | int, ...] = wrong["loc"]
    if path[-1] == "[key]":
        path = path[:-1]
    *above, last = path
    holder = at(named.node, *above)
    place = at(named.node, *path).place
    kind, given = wrong["type"], wrong["input"]
    if kind == "missing":
        here = next(iter(holder.keys.values())) if isinstance(holder, Mapping) else holder.place
        return problem("NIC201", f"key `{last}` is missing", here)
    if kind == "extra_forbidden":
        if isinstance(holder, Mapping) and last in holder.keys:
            place = holder.keys[str(last)]
        keys = _keys(model, tuple(above))
        hint: str | None = nearest(str(last), keys) or f"keys are {', '.join(keys)}"
        return problem("NIC202", f"there is no key {shown(last)} here", place, hint)
    if kind == "literal_error":
        choices = wrong["ctx"]["expected"].replace("'", "`")
        words = [word.strip("` ") for word in choices.replace(" or ", ",").split(",")]
        hint = nearest(str(given), words)
        return problem("NIC209", f"{shown(given)} is not {choices}", place, hint)
    if kind == "too_short":
        return problem("NIC209", f"`{last}` has at least one member", place)
    if kind == "string_type" and isinstance(given, dict) and last in (languages or ()):
        return problem("NIC208", "a text wanted quotes", place, "write it in quotes")
    if kind in _SHAPES:
        return problem("NIC203", f"expected {_SHAPES[kind]}", place)
    key = wrong["ctx"].get("key")
    if key is not None:
        place = named_key(at(named.node, *path), key)
    return problem(kind, wrong["msg"], place, wrong["ctx"]["hint"])


def named_key(node: Node, key: str) -> Place:
    """Give the place of a key of a map."""
    return node.keys[key] if isinstance(node, Mapping) and key in node.keys else node.place


def _keys(model: type[written.Written], above: tuple[str | int, ...]) -> list[str]:
    """Give the keys that the model found at a path allows."""
    for step in above:
        if isinstance(step, str):
            model = _inner(model, step)
    return [field.alias or name for name, field in model.model_fields.items()]


def _inner(model: type[written.Written], key: str) -> type[written.Written]:
    for name, field in model.model_fields.items():
        if key in (field.alias, name):
            for candidate in (field.annotation, *getattr(field.annotation, "__args__", ())):
                if isinstance(candidate, type) and issubclass(candidate, written.Written):
                    return candidate
    return model
