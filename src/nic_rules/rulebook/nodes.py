"""A file's text, the places in it, and the nodes that were read from it.

A scalar is the text that was written; what it means is for the place where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from nic_rules.diagnostics import Diagnostic, Place, problem

_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_ESCAPES = {"x": 4, "u": 6, "U": 10}
"""How long the escapes of double quotes are that are longer than two characters."""

_GOES_ON = re.compile(r"\\\r?\n[ \t]*")
_FOLD = re.compile(r"[ \t\r\n]+")


class Scalar(NamedTuple):
    """A scalar: the text written; `plain` if it had no quotes; `places` finds its characters."""

    text: str
    plain: bool
    place: Place
    source: Source
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
        in_quotes = not self.plain and raw[index : index + 1] in ("'", '"')
        escapes = in_quotes and raw[index] == '"'
        found = index = index + in_quotes
        for char in self.text[: offset + 1]:
            if escapes:
                index = _to_character(raw, index, char)
                if raw[index] == "\\":
                    found = index
                    index += _ESCAPES.get(raw[index + 1], 2)
                    continue
            while index < self.end and raw[index] != char and not char.isspace():
                index += 1
            if char.isspace():
                index += 1
                continue
            found = index
            index += 1
        return min(found, max(self.end - 1, self.start))


def _to_character(raw: str, index: int, char: str) -> int:
    """Go past what makes no character in double quotes: lines that go on, and folded space."""
    for skipped in (_GOES_ON, _FOLD, _GOES_ON):
        if skipped is _FOLD and char in " \n":
            continue
        while space := skipped.match(raw, index):
            index = space.end()
    return index


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    place: Place


class Mapping(NamedTuple):
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
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, index: int) -> Place:
        """Find line and column of a character."""
        line = bisect_right(self._lines, index)
        return Place(self.file, line, index - self._lines[line - 1] + 1)


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
