"""The one text of a value of JSON (RFC 8785), and its digest; and how such a text is read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What records are made of: no floats, and keys of ASCII."""


def canonical(value: Json) -> str:
    """Write a value in the canonical form of RFC 8785.

    Without floats and with keys of ASCII, that is: no spaces, keys sorted, texts as they are.
    """
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def put_together(pieces: Mapping[str, str]) -> str:
    """Write an object whose values are in the canonical form already."""
    return "{" + ",".join([f'"{key}":{pieces[key]}' for key in sorted(pieces)]) + "}"


def digest(value: Json) -> str:
    """Give the digest of a value: of its canonical form."""
    return digest_of(canonical(value).encode("utf-8"))


def digest_of(text: bytes) -> str:
    """Give the SHA-256 of a text in UTF-8, as `sha256:` and hexadecimal digits."""
    return "sha256:" + hashlib.sha256(text).hexdigest()


def read_json(text: str | bytes) -> Any:
    """Read a text of JSON; raises `ValueError` if it is none, or if a key stands twice in it."""
    return json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_number)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a key stands twice")
    return held


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
