"""From nodes to written items, with a diagnostic for every key and value that does not fit.

Pydantic holds each node against the class of its kind.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from nic_rules.diagnostics import Diagnostic, Place, nearest, problem, shown
from nic_rules.rulebook import written
from nic_rules.rulebook.items import Item, Named, plain
from nic_rules.rulebook.mend import mended
from nic_rules.rulebook.nodes import Mapping, Node, Scalar, at


def read_item(
    named: Named, languages: list[str] | None, problems: list[Diagnostic]
) -> Item[written.Written] | None:
    """Validate one item; add its problems if it does not fit its kind.

    Gives what can still be checked of it: an item whose node is not whole if parts of it are
    missing, None if nothing is left.
    """
    if not named.node.is_whole:
        return None
    model = _model(named, problems)
    if model is None:
        return None
    item, wrong = _validated(model, named.node, languages)
    if wrong:
        problems.extend(_diagnostic(named, model, one, languages) for one in wrong)
        node = mended(named.node, (one["loc"] for one in wrong), model, languages or ())
        if node is None:
            return None
        named = Named(named.kind, named.name, node)
        item, _ = _validated(model, node, languages)
    return None if item is None else Item(named.kind, named.name, item, named.node)


def _validated(
    model: type[written.Written], node: Mapping, languages: list[str] | None
) -> tuple[written.Written | None, list[Any]]:
    try:
        context = {"languages": languages}
        return _adapter(model).validate_python(plain(node), context=context), []
    except ValidationError as error:
        return None, list(error.errors())


_ADAPTERS: dict[type[written.Written], TypeAdapter[written.Written]] = {}


def _adapter(model: type[written.Written]) -> TypeAdapter[written.Written]:
    """Make pydantic's validator of a kind when the first item of it comes."""
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


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


def _place_of(node: Node | None, named: Named) -> Place:
    return node.place if node is not None else named.node.keys["type"]


_SHAPES = {
    "string_type": "a single value",
    "list_type": "a list",
    "dict_type": "a map",
}


_TEXTS = (
    "title", "name", "says", "no_rule", "ask", "supplied_by", "unit", "why", "met", "not_met",
    "because", "message",
)  # fmt: skip
"""The keys of texts."""


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
        hint = None
        if kind == "dict_type" and isinstance(given, str) and str(last) in _TEXTS and languages:
            hint = f'write `{{{languages[0]}: "…"}}`, with each of its languages'
        return problem("NIC203", f"expected {_SHAPES[kind]}", place, hint)
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
    return [field.rstrip("_") for field in model.fields()]


def _inner(model: type[written.Written], key: str) -> type[written.Written]:
    """Give the dataclass of what stands under a key, alone or in a list."""
    candidates = [model.fields().get(key)]
    while candidates:
        candidate = candidates.pop()
        if isinstance(candidate, type) and issubclass(candidate, written.Written):
            return candidate
        candidates += get_args(candidate)
    return model
