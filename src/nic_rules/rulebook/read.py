"""YAML as nodes with places, every scalar as the text that was written (contract, section 1).

libyaml composes the nodes; its own resolution of scalars is off, so `no`, `2014-06-01` and `1.10`
stay what they look like. What the contract forbids in YAML (anchors, tags, merge keys, keys that
stand twice, several documents) is a diagnostic here, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from nic_rules.diagnostics import Diagnostic, Place, problem, shown

MOST_BYTES_IN_A_FILE = 1_000_000
MOST_NESTING = 100

_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:#.*)?\r?\n)*(%(?!YAML 1\.2\s))")
_PLAIN, _QUOTED = "plain", "quoted"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar: the text written; `plain` if it had no quotes; `places` finds its characters."""

    text: str
    plain: bool
    place: Place
    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def is_nothing(self) -> bool:
        """Tell whether this is plain `null`, `~` or nothing at all."""
        return self.plain and self.text in ("", "~", "null")

    def place_at(self, offset: int) -> Place:
        """Find where the character at an offset of the text stands in the file."""
        return self.source.place(self._index_of(offset))

    def _index_of(self, offset: int) -> int:
        """Walk along the text and its source together, past folds, indents and escapes."""
        raw, index = self.source.text, self.start
        if not self.plain and raw[index : index + 1] in ("|", ">"):
            index = raw.find("\n", index) + 1  # the header of a block has no character of the text
        found = index
        for char in self.text[: offset + 1]:
            while index < self.end and raw[index] != char and not char.isspace():
                index += 1
            if char.isspace():
                index += 1
                continue
            found = index
            index += 1
        return min(found, max(self.end - 1, self.start))


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; `keys` are the places of its keys."""

    entries: dict[str, Node]
    keys: dict[str, Place]
    place: Place
    is_whole: bool = True
    """False if something below could not be read, which has been told."""


Node = Scalar | Sequence | Mapping


class Source:
    """A file's text, and the places in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def place(self, index: int) -> Place:
        """Find line and column of a character."""
        line = self.text.count("\n", 0, index)
        return Place(self.file, line + 1, index - (self.text.rfind("\n", 0, index) + 1) + 1)


class _Loader(yaml.CSafeLoader):
    """Composes nodes whose tags say only whether a scalar was plain or quoted."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:  # noqa: ARG002 - PyYAML's
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit[0] else _QUOTED
        return kind.__name__  # type: ignore[no-any-return]


def at(node: Node, *path: str | int) -> Node:
    """Follow keys and positions down from a node, as far as they lead."""
    for step in path:
        if isinstance(node, Mapping) and step in node.entries:
            node = node.entries[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
    return node


def decode(file: str, raw: bytes) -> str | Diagnostic:
    """Turn a file's bytes into text, or say why they are none that YAML allows."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        place = Place(file, line, column)
        return problem("NIC102", f"byte {raw[error.start]:#04x} is not UTF-8", place)
    stranger = _NOT_ALLOWED.search(text)
    if stranger is not None:
        message = f"character U+{ord(stranger.group()):04X} is not allowed"
        return problem("NIC103", message, Source(file, text).place(stranger.start()))
    return text


def read_text(file: str, text: str) -> tuple[Node | None, list[Diagnostic]]:
    """Compose one document; give its root (None if there is none) and every problem."""
    source = Source(file, text)
    directive = _DIRECTIVE.search(text)
    if directive is not None:
        place = source.place(directive.start(1))
        return None, [problem("NIC105", "directives other than `%YAML 1.2` are not used", place)]
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        return None, [_not_yaml(error, source)]
    except (yaml.YAMLError, RecursionError) as error:
        return None, [problem("NIC105", f"this is not YAML: {error}", Place(file, 1, 1))]
    if root is None:
        return None, []
    reader = _Reader(source)
    node = reader.node(root, 0)
    if isinstance(node, Scalar) and node.plain and not node.text:
        return None, []  # only `---`
    return node, reader.problems


def _not_yaml(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    place = Place(source.file, mark.line + 1, mark.column + 1) if mark else None
    if error.context and "single document" in error.context:
        return problem("NIC106", "a second document begins here", place, "one document a file")
    if "alias" in (error.problem or "") or "anchor" in (error.problem or ""):
        return problem("NIC107", "anchors and aliases are not used", place)
    wanted_quotes = ("expected ',' or '}'", "mapping values are not allowed", "expected key")
    hint = None
    if any(words in (error.problem or "") for words in wanted_quotes):
        hint = "write texts in quotes"
    return problem("NIC105", f"this is not YAML: {error.problem or error.context}", place, hint)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.seen: set[int] = set()

    def wrong(self, code: str, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(problem(code, message, place, hint))

    def node(self, node: Any, depth: int) -> Node | None:
        place = Place(self.source.file, node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self.seen:  # an alias; its anchor has been reported
            return None
        self.seen.add(id(node))
        if depth > MOST_NESTING:
            self.wrong("NIC105", place, f"nested deeper than {MOST_NESTING}")
            return None
        if not self.without_properties(node, place):
            return None
        if isinstance(node, yaml.ScalarNode):
            marks = node.start_mark.index, node.end_mark.index
            return Scalar(node.value, node.tag == _PLAIN, place, self.source, *marks)
        if isinstance(node, yaml.SequenceNode):
            items = [self.node(item, depth + 1) for item in node.value]
            return Sequence(tuple(item for item in items if item is not None), place)
        return self.mapping(node, place, depth)

    def without_properties(self, node: Any, place: Place) -> bool:
        """Refuse a tag or anchor: the only things that put these signs before a node."""
        sign = self.source.text[node.start_mark.index : node.start_mark.index + 1]
        if sign == "&":
            self.wrong("NIC107", place, "anchors and aliases are not used", "write it out twice")
        elif sign == "!":
            hint = "a text that begins with `!` wants quotes"
            self.wrong("NIC107", place, "tags are not used", hint)
        else:
            return True
        return False

    def mapping(self, node: Any, place: Place, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        before = len(self.problems)
        for name, value in self.pairs(node):
            key = Place(self.source.file, name.start_mark.line + 1, name.start_mark.column + 1)
            if not isinstance(name, yaml.ScalarNode):
                self.wrong("NIC203", key, "a key is a name, not a list or map")
                continue
            if not self.without_properties(name, key):
                continue
            if name.value == "<<" and name.tag == _PLAIN:
                self.wrong("NIC107", key, "merge keys are not used", "write the keys out")
                continue
            if name.value in keys:
                first = keys[name.value]
                hint = f"it stands already at line {first.line}"
                self.wrong("NIC108", key, f"key {shown(name.value)} stands twice", hint)
                continue
            keys[name.value] = key
            inner = self.node(value, depth + 1)
            if inner is not None:
                entries[name.value] = inner
        return Mapping(entries, keys, place, len(self.problems) == before)

    @staticmethod
    def pairs(node: Any) -> Iterator[tuple[Any, Any]]:
        yield from node.value
