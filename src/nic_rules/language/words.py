"""The words of the language: its functions, what names look like, and what they may not be."""

from __future__ import annotations

import keyword
import re
from typing import Literal

Truth = bool | None
"""Kleene's three values: true, false, and None for unknown."""

FindingWord = Literal["met", "not_met", "not_applicable", "unknown"]

FUNCTIONS = {
    "min": "min(a, b, …)",
    "max": "max(a, b, …)",
    "share": "share(part, whole)",
    "years_between": "years_between(a, b)",
    "months_between": "months_between(a, b)",
    "days_between": "days_between(a, b)",
    "add_years": "add_years(d, n)",
    "year": "year(d)",
    "date": "date('2014-06-01')",
}

TOKENS = frozenset({"met", "not_met", "not_applicable", "unknown", "true", "false", "null"})
"""Neither names nor enum values nor outcomes may be these."""

RESERVED = (
    TOKENS
    | frozenset(keyword.kwlist)
    | FUNCTIONS.keys()
    | {"as_of", "rules_on", "subject", "failing", "lacking"}
)
"""Names of the flat namespace may not be these."""

MOST_IN_A_NAME = 60
MOST_CHARACTERS = 2_000
"""Of an expression."""

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_CLAUSE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*", re.ASCII)


def is_name(text: str) -> bool:
    """Tell whether a text is written as names are."""
    return len(text) <= MOST_IN_A_NAME and _NAME.fullmatch(text) is not None


def is_clause_name(text: str) -> bool:
    """Tell whether a text is written as clauses' names are: names, with dots between parts."""
    return len(text) <= MOST_IN_A_NAME and _CLAUSE.fullmatch(text) is not None
