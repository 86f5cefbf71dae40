"""Days and decimals that are given as texts, as JSON has them: read once and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nic_rules.language.definitions import Value
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import BadFact, read_value

MOST_READ = 4_096
"""Texts remembered of one fact."""


class WrittenValues:
    """Reads the texts of a case's days and decimals."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._texts = [(name, _Texts(fact)) for name, fact in facts.items()]

    def read(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Put final values for texts into the facts given, and give them.

        Raises `ValueError` for a text that its fact cannot have.
        """
        for name, texts in self._texts:
            value = facts.get(name)
            if type(value) is str:
                facts[name] = texts[value]
        return facts


class _Texts(dict[str, Value]):
    """The values of one fact, by how they were written."""

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self._fact = fact

    def __missing__(self, text: str) -> Value:
        try:
            value = read_value(self._fact, text)
        except BadFact as wrong:
            raise ValueError(wrong.message) from None
        if len(self) >= MOST_READ:
            self.clear()
        self[text] = value
        return value
