"""Placeholders in texts: `{name}`, `{failing}`, `{lacking}`; `{{` and `}}` are braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from nic_rules.language.words import is_name

SPECIAL = ("failing", "lacking")
"""What a row's `because` may name besides facts, parameters and derived facts."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Placeholder(NamedTuple):
    """A name between braces, and its offset in the text."""

    name: str
    at: int


class Misplaced(NamedTuple):
    """A brace that opens or closes nothing, or holds no name."""

    at: int
    written: str


def placeholders(text: str) -> Iterator[Placeholder | Misplaced]:
    """Give the placeholders of a text, and what looks like one and is none."""
    for piece in _PIECE.finditer(text):
        name = piece.group(1)
        if piece.group() in ("{{", "}}"):
            continue
        if name is not None and is_name(name):
            yield Placeholder(name, piece.start())
        else:
            yield Misplaced(piece.start(), piece.group())


def named_in(text: str) -> set[str]:
    """Give the names of a text's placeholders."""
    return {piece.name for piece in placeholders(text) if isinstance(piece, Placeholder)}


def fill(text: str, value: Callable[[str], str]) -> str:
    """Fill the placeholders of a text that has been checked."""

    def filled(piece: re.Match[str]) -> str:
        return value(piece.group(1)) if piece.group(1) else piece.group()[0]

    return _PIECE.sub(filled, text)
