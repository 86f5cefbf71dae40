"""The generated functions of a table, linked to what they call, and ready to be asked.

`generate.py` writes them. What it wrote can be kept, and linked again by another process of the
same Python.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from nic_rules.decision import KNOWN, Finding, lacking
from nic_rules.language import packed
from nic_rules.language.definitions import Value
from nic_rules.language.types import Number
from nic_rules.language.values import of_decimal
from nic_rules.rulebook.book import Fact, Rules
from nic_rules.rulebook.given import BadFact, read_value

MOST_READ = 4_096
"""Values remembered of one fact."""

SURPRISES = (TypeError, KeyError, ValueError, OverflowError, AttributeError)
"""What is raised on facts that are not final values, or are none of the rule book's."""

Tokens = tuple[bool | str | None, ...]
"""What tables see, unmerged: a truth, an enum fact's value, None for unknown."""

Findings = tuple[tuple[bool | None, ...], tuple[bool | None, ...], tuple[int, ...]]
"""Truths of the criteria; whether those with `applies_when` apply; masks of the facts they lack."""

_CALLED: dict[str, Any] = {
    "__builtins__": {},
    "_type": type, "_int": int, "_str": str, "_date": date, "_Decimal": Decimal,
    "_days": packed.days, "_add_years": packed.add_years,
}  # fmt: skip
"""What generated functions call, by the names that they call it by."""


_FINDINGS = {True: KNOWN["met"], False: KNOWN["not_met"], None: KNOWN["unknown"]}


class Generated(NamedTuple):
    """One generated function: its source, and that compiled, in the form of this Python alone.

    `constants` are values that it names; `reads` the facts that it reads by `_read_<fact>`, where
    `_known_<fact>` does not remember what was read.
    """

    name: str
    source: str
    constants: Mapping[str, Any]
    reads: tuple[str, ...]
    code: bytes

    @classmethod
    def of(
        cls, name: str, source: str, constants: Mapping[str, Any], reads: tuple[str, ...]
    ) -> Generated:
        """Compile a function's source."""
        code = marshal.dumps(compile(source, "<rules>", "exec"))
        return cls(name, source, constants, reads, code)

    def linked(self, rules: Rules) -> Any:
        """Give the function itself."""
        names = {**_CALLED, **{name: _interned(value) for name, value in self.constants.items()}}
        for fact in self.reads:
            reading = Reading(rules.facts[fact])
            names |= {f"_read_{fact}": reading, f"_known_{fact}": reading.get}
        exec(marshal.loads(self.code), names)
        return names[self.name]


def _interned(constant: Any) -> Any:
    """Give a set or table of texts with texts that Python finds by where they are."""
    if isinstance(constant, frozenset):
        return frozenset(map(sys.intern, constant))
    if isinstance(constant, dict):
        return {sys.intern(text): value for text, value in constant.items()}
    return constant


class FinderCode(NamedTuple):
    """Both functions of a table, and the names of what they give; it can be kept."""

    token_names: tuple[str, ...]
    criteria: tuple[str, ...]
    conditional: tuple[str, ...]
    tokens: Generated
    findings: Generated

    @property
    def source(self) -> str:
        """Give the Python of both functions, meant to be read."""
        return f"{self.tokens.source}\n\n{self.findings.source}"


class Finder:
    """The functions of one edition for a table: what checks facts and finds the findings."""

    def __init__(self, code: FinderCode, rules: Rules) -> None:
        self.token_names = code.token_names
        self.criteria = code.criteria
        self.conditional = code.conditional
        self.facts = tuple(rules.facts)
        self.source = code.source
        self.tokens: Callable[..., Tokens | None] = code.tokens.linked(rules)
        self.findings: Callable[..., Findings | None] = code.findings.linked(rules)

    def found(self, truths: tuple[bool | None, ...], masks: tuple[int, ...]) -> dict[str, Finding]:
        """Make findings, by criterion, of truths and of masks of the facts that each lacks."""
        findings = dict(zip(self.criteria, map(_FINDINGS.__getitem__, truths), strict=True))
        if any(masks):
            lacks = self._lacks
            for name, mask in zip(self.criteria, masks, strict=True):
                if mask:
                    findings[name] = lacks(mask)
        return findings

    @cached_property
    def _lacks(self) -> Callable[[int], Finding]:
        """What gives the finding that lacks the facts of a mask; these are few, and come again."""

        @lru_cache(4_096)
        def lacks(mask: int) -> Finding:
            return lacking(
                tuple(sorted(name for bit, name in enumerate(self.facts) if mask >> bit & 1))
            )

        return lacks


class Reading(dict[Value, "int | str"]):
    """Final values of a decimal, date or text, read once by the one grammar and remembered.

    `reading[value]` is the value as the core forms have it: a scaled integer, a packed date, the
    text; `ValueError` if the fact cannot have it. INVARIANT one-type: values asked for are of one
    type exactly, so that what Python takes for equal is equal.
    """

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self._fact = fact

    def __missing__(self, value: Value) -> int | str:
        try:
            read = read_value(self._fact, value)
        except BadFact as wrong:
            raise ValueError(wrong.message) from None
        if len(self) >= MOST_READ:
            self.clear()
        found = self[value] = self._in_core_form(read)
        return found

    def _in_core_form(self, value: Value) -> int | str:
        if isinstance(value, date):
            return packed.pack(value)
        if isinstance(value, Decimal):
            assert isinstance(self._fact.type, Number)
            return of_decimal(value, self._fact.type.decimals)
        return str(value)


class PackedDays(dict[date, int]):
    """Days as the core forms have them, each packed once and remembered; one-type as `Reading`."""

    def __missing__(self, day: date) -> int:
        if len(self) >= MOST_READ:
            self.clear()
        found = self[day] = packed.pack(day)
        return found
