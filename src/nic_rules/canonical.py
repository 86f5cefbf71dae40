"""The one text of a value of JSON (RFC 8785), and its digest."""

from __future__ import annotations

import hashlib
import json

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What records are made of: no floats, and keys of ASCII."""


def canonical(value: Json) -> str:
    """Write a value in the canonical form of RFC 8785.

    Without floats and with keys of ASCII, that is: no spaces, keys sorted, texts as they are.
    """
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def digest(value: Json) -> str:
    """Give the SHA-256 of a value's canonical form, as `sha256:` and hexadecimal digits."""
    return "sha256:" + hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()
