"""What was told of equal things, kept."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Memory(Generic[V]):
    """At most `size` things by what they depend on: in two halves, one filled before the other.

    What is used moves to the half that fills; when that is full the other is dropped, and whatever
    is dropped was used less recently than whatever is kept. Threads that meet here can only make
    it forget too early, so no lock is taken.
    """

    def __init__(self, size: int = 4096) -> None:
        self._half = size // 2
        self.recent: dict[Hashable, V] = {}
        """The half that fills: who asks often may look there first, and take no turn."""
        self._older: dict[Hashable, V] = {}

    def __len__(self) -> int:
        return len(self.recent.keys() | self._older.keys())

    def get(self, key: Hashable) -> V | None:
        """Give what is kept, if anything is."""
        kept = self.recent.get(key)
        if kept is None:
            kept = self._older.get(key)
            if kept is not None:
                self.keep(key, kept)
        return kept

    def keep(self, key: Hashable, made: V) -> None:
        """Keep what was made."""
        if len(self.recent) >= self._half:
            self._older, self.recent = self.recent, {}
        self.recent[key] = made
