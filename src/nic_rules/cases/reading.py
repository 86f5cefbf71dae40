"""How files of cases are written, where that cannot be told from the files themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nic_rules.diagnostics import RequestError

Encoding = Literal["utf-8", "windows-1252"]

ENCODINGS: dict[str, str] = {"utf-8": "UTF-8", "windows-1252": "Windows-1252"}
"""The encodings that CSV is read in, and what they are called."""

DELIMITERS: dict[str, str] = {",": "comma", ";": "semicolon", "\t": "tab"}
"""What parts the cells of CSV, and what it is called; first the one that a tie goes to."""


@dataclass(frozen=True)
class Reading:
    """How CSV files are written, as their user says. What is not said is not guessed.

    The delimiter alone is found out from the header if None: the names there are known. Files of
    other kinds say by themselves how they are written.
    """

    encoding: Encoding = "utf-8"
    decimal_comma: bool = False
    delimiter: str | None = None

    def __post_init__(self) -> None:
        if self.encoding not in ENCODINGS:
            known = ", ".join(f"`{encoding}`" for encoding in ENCODINGS)
            raise RequestError.of("NIC702", f"an encoding is one of {known}")
        if self.delimiter is not None and self.delimiter not in DELIMITERS:
            raise RequestError.of("NIC702", "cells are parted by a comma, a semicolon or a tab")


PLAIN = Reading()
"""How files are written if nothing is said."""
