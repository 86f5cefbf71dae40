"""What a matcher answered, kept: the same table and the same situation have the same rows."""

from __future__ import annotations

from operator import getitem

from nic_rules.engine.rows import ASKING, RowMatcher, TableFault, TablePattern


class RememberedRows:
    """Answers out of memory, and asks the matcher once for what it does not remember.

    Tokens of a column are merged if each row admits both or neither; of merged situations the
    matcher is asked about one. At most `size` answers are kept (at least two), in two halves: one
    that fills, and the one filled before it. What is used moves to the first; when that is full
    the other is dropped, and whatever is dropped was used less recently than whatever is kept.

    A hit in the first half takes no lock: it reads one dict, which is never taken from, only left.
    """

    def __init__(self, table: TablePattern, matcher: RowMatcher, size: int = 4096) -> None:
        if size < 2:
            raise ValueError(f"a memory of {size} is too small")
        self._table = table
        self._matcher = matcher
        self._half = size // 2
        self._merged = tuple(merged(table, column) for column in range(len(table.columns)))
        self._recent: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._older: dict[tuple[str, ...], tuple[int, ...]] = {}

    @property
    def carrier(self) -> str:
        """What answers where the memory does not."""
        return self._matcher.carrier

    def __len__(self) -> int:
        # one answer may for a while be in both halves
        return len(self._recent.keys() | self._older.keys())

    def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
        """Give the indices of all rows that fit, in file order; raise `TableFault`."""
        key = self.representative(situation)
        rows = self._recent.get(key)
        return self._recall(key) if rows is None else rows

    def representative(self, situation: tuple[str, ...]) -> tuple[str, ...]:
        """Put one token for all those merged with it, in every column: the key of the memory."""
        # INVARIANT one-cell-a-column: what breaks it is refused, never cut short
        if len(situation) != len(self._merged):
            what = f"{len(situation)} tokens for {len(self._merged)} columns"
            raise TableFault(self._table.name, self._table.named(situation), what)
        try:
            return tuple(map(getitem, self._merged, situation))
        except KeyError as problem:
            what = f"{problem} is no token of its column"
            raise TableFault(self._table.name, self._table.named(situation), what) from problem

    def _recall(self, key: tuple[str, ...]) -> tuple[int, ...]:
        with ASKING:
            rows = self._recent.get(key)  # another thread may just have asked
            if rows is not None:
                return rows
            rows = self._older.get(key)
            if rows is None:
                rows = self._matcher.fitting(key)
            if len(self._recent) >= self._half:
                self._older, self._recent = self._recent, {}
            self._recent[key] = rows
            return rows


def merged(table: TablePattern, column: int) -> dict[str, str]:
    """Map each token of a column to the first that every row treats alike."""
    cells = [row.cells[column] for row in table.rows]
    first: dict[tuple[bool, ...], str] = {}
    return {
        token: first.setdefault(tuple(cell is None or token in cell for cell in cells), token)
        for token in table.domains[column]
    }
