"""The generated functions of a table, linked to what they call, and ready to be asked.

`generate.py` writes them. What it wrote can be kept, and linked again by another process of the
same Python.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from nic_rules.language import packed
from nic_rules.rulebook.book import Fact, Rules
from nic_rules.rulebook.given import BadFact, read_value

SURPRISES = (TypeError, ValueError, OverflowError, AttributeError)
"""What a generated function may raise on facts that are not final values."""

Tokens = tuple[bool | str | None, ...]
"""What tables see, unmerged: a truth, an enum fact's value, None for unknown."""

Findings = tuple[tuple[bool | None, ...], tuple[bool | None, ...], tuple[int, ...]]
"""Truths of the criteria; whether those with `applies_when` apply; masks of the facts they lack."""

_CALLED: dict[str, Any] = {
    "__builtins__": {},
    "_type": type, "_int": int, "_str": str, "_divmod": divmod, "_date": date,
    "_Decimal": Decimal, "_days": packed.days, "_add_years": packed.add_years,
}  # fmt: skip
"""What generated functions call, by the names that they call it by."""


class Generated(NamedTuple):
    """One generated function: its source, and that compiled, in the form of this Python alone.

    `constants` are values that it names; `texts` the facts whose text it checks by `_is_<fact>`.
    """

    name: str
    source: str
    constants: Mapping[str, Any]
    texts: tuple[str, ...]
    code: bytes

    @classmethod
    def of(
        cls, name: str, source: str, constants: Mapping[str, Any], texts: tuple[str, ...]
    ) -> Generated:
        """Compile a function's source."""
        code = marshal.dumps(compile(source, "<rules>", "exec"))
        return cls(name, source, constants, texts, code)

    def linked(self, rules: Rules) -> Any:
        """Give the function itself."""
        checks = {f"_is_{fact}": _text_check(rules.facts[fact]) for fact in self.texts}
        names = {**_CALLED, **self.constants, **checks}
        exec(marshal.loads(self.code), names)
        return names[self.name]


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

    def lacking(self, mask: int) -> list[str]:
        """Give the facts of a mask, sorted."""
        return sorted(name for bit, name in enumerate(self.facts) if mask >> bit & 1)


def _text_check(fact: Fact) -> Callable[[object], bool]:
    @lru_cache(4096)
    def is_right(value: object) -> bool:
        try:
            return type(value) is str and read_value(fact, value) == value
        except BadFact:
            return False

    return is_right
