"""Tables over many cases: answers numbered, and gathered by situation.

Distinct situations are asked of the same memory as one case is, and their answers kept in a dense
list or joined. Only where a batch has more than `MOST_SITUATIONS` of them are rows walked in
columns (`walking.py`). A fixed sample is asked all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import polars as pl

from nic_rules.decision import Names
from nic_rules.engine.columns.lacking import WORD
from nic_rules.engine.columns.lookup import PLACE, repeated
from nic_rules.engine.columns.situations import Situations, inner_column
from nic_rules.engine.columns.walking import Walk
from nic_rules.engine.rows import TablePattern
from nic_rules.engine.tables import RunningTable, pattern_of

MOST_SITUATIONS = 20_000
"""Situations in a batch that are asked one by one."""

FIRST = 60_000
"""The first cases of a batch, which tell whether situations are many."""

SAMPLE = 200
"""Situations of a table walked in columns that are asked all the same, out of the first cases."""


class ColumnFault(Exception):
    """The column engine and the memory of one case differ: a fault of this library."""


class ColumnTable:
    """One table: which of its answers each case has. Answers are numbered as they come up."""

    def __init__(self, running: RunningTable, codes: Mapping[str, int]) -> None:
        self.running = running
        self.name = running.table.name
        self._codes = codes
        self.pattern: TablePattern = pattern_of(running.rules, running.table)
        self.situations = Situations(running.rules, self.pattern, codes)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._lock = threading.Lock()
        self._dense: pl.Series | None = None
        words = dict.fromkeys(self.situations.key_names, pl.Int64)
        self._known = pl.DataFrame(schema={**words, "_answer": pl.UInt32})

    @property
    def own_columns(self) -> list[str]:
        """The tokens that it looks at, but for what tables below give."""
        return [name for name in self.pattern.columns if name not in self.running.direct]

    # --- answers

    def number(self, fitting: Sequence[int]) -> int:
        """Number the answer that some fitting rows give; the hit policy is applied here."""
        policy = self.running.table.item.written.hit_policy
        rows = tuple(fitting) if policy in ("any", "collect") else tuple(fitting[:1])
        with self._lock:
            return self._numbers.setdefault(rows, len(self._numbers))

    @property
    def answers(self) -> list[tuple[int, ...]]:
        """The rows of each answer, by its number."""
        with self._lock:
            return list(self._numbers)

    def outcome(self, rows: Sequence[int]) -> Names:
        """Give the outcomes that some rows give, each once."""
        thens = (self.running.table.rows[index].written.then for index in rows)
        found = Names(dict.fromkeys(thens))
        return found if self.running.table.collects else Names(found[:1])

    def row_names(self, rows: Sequence[int]) -> Names:
        """Give the names of rows."""
        return Names(self.running.table.rows[index].name for index in rows)

    # --- asking

    def ask(self, keys: pl.DataFrame) -> list[int]:
        """Ask the memory of one case about each situation."""
        return [self.number(self.running.matcher.fitting(s)) for s in self.situations.of_keys(keys)]

    def answered(self, cases: pl.DataFrame, batch: Batch) -> pl.Series:
        """Give the number of each case's answer: `cases` has a column for each of the tokens."""
        if self.name in batch.walked:
            return self._walked(cases)
        ask, first = self._densely, None
        if not self.situations.is_dense:
            ask = self._joined
            if cases.height > MOST_SITUATIONS:
                first = self._situations_of(cases.head(FIRST))
        if first is None or first.height <= MOST_SITUATIONS:
            found = ask(self.situations.keys(cases), batch)
            if found is not None:
                return found
        found = self._walked(cases)
        if first is None:
            first = self._situations_of(cases)
        batch.walked[self.name] = self._check_some(first, found)
        return found

    def _situations_of(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Give each situation once, with the place of a case that it is of."""
        numbered = self.situations.keys(cases).with_row_index("_at")
        return numbered.unique(self.situations.key_names, keep="first", maintain_order=True)

    def _densely(self, keys: pl.DataFrame, batch: Batch) -> pl.Series | None:
        """Ask for each situation not yet in the list; None if the batch has too many."""
        key = keys.to_series()
        with self._lock:
            dense = self._dense
        if dense is None:
            dense = repeated(None, self.situations.space, pl.UInt32)
        found = dense[key]
        if not found.null_count():
            return found.alias(self.name)
        new = keys.filter(found.is_null()).unique()
        if batch.too_many(self.name, new.height):
            return None
        asked = pl.Series(self.ask(new), dtype=pl.UInt32)
        with self._lock:
            dense = dense if self._dense is None else self._dense.clone()
            self._dense = dense = dense.scatter(new.to_series(), asked)
        return dense[key].alias(self.name)

    def _joined(self, keys: pl.DataFrame, batch: Batch) -> pl.Series | None:
        """Ask for each distinct situation once; None if the batch has too many."""
        with self._lock:
            known = self._known
        found = keys.join(known, on=keys.columns, how="left", maintain_order="left")["_answer"]
        if not found.null_count():
            return found.alias(self.name)
        new = keys.filter(found.is_null()).unique()
        if batch.too_many(self.name, new.height):
            return None
        asked = new.with_columns(pl.Series("_answer", self.ask(new), dtype=pl.UInt32))
        every = pl.concat([known, asked])
        with self._lock:
            self._known = every if every.height <= MOST_SITUATIONS else asked
        answer = keys.join(every, on=keys.columns, how="left", maintain_order="left")["_answer"]
        return answer.alias(self.name)

    # --- walking

    def _walked(self, cases: pl.DataFrame) -> pl.Series:
        """Walk the rows in columns."""
        walk = Walk(self.running.rules, self.pattern, self._codes, cases)
        if self.running.table.item.written.hit_policy in ("any", "collect"):
            return self._all_fitting(walk, cases.height).alias(self.name)
        numbers = [self.number((row,)) for row in range(len(self.pattern.rows))]
        return pl.Series(numbers, dtype=pl.UInt32)[walk.first()].alias(self.name)

    def _check_some(self, first: pl.DataFrame, found: pl.Series) -> int:
        """Ask about a sample of the first cases' situations all the same; give how many."""
        sample = first.gather_every(max(first.height // SAMPLE, 1)).head(SAMPLE)
        if self.ask(sample) != found.gather(sample["_at"]).to_list():
            raise ColumnFault(f"table `{self.name}`: its memory differs from the walked rows")
        return sample.height

    def _all_fitting(self, walk: Walk, height: int) -> pl.Series:
        masks = walk.all()
        if not masks.columns:  # no rows are in force
            return repeated(self.number(()), height, pl.UInt32)
        distinct = masks.unique()
        numbers = []
        for found in distinct.iter_rows():
            whole = sum(mask << (WORD * at) for at, mask in enumerate(found))
            numbers.append(
                self.number([n for n in range(len(self.pattern.rows)) if whole >> n & 1])
            )
        told = distinct.with_columns(pl.Series("_answer", numbers, dtype=pl.UInt32))
        return masks.join(told, on=masks.columns, how="left", maintain_order="left")["_answer"]

    def inner_codes(self, found: pl.Series) -> pl.Series:
        """Give the outcomes as their places among those of the table, for tables above."""
        outcomes = self.running.table.outcomes
        places = [outcomes.index(self.outcome(rows)[0]) for rows in self.answers]
        return pl.Series(places, dtype=PLACE)[found].alias(inner_column(self.name))


class Batch:
    """What is kept over the chunks of one batch: situations asked about, and tables walked."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.walked: dict[str, int] = {}

    def too_many(self, table: str, new: int) -> bool:
        """Tell whether a table would be asked too often with some more situations."""
        self.asked[table] = self.asked.get(table, 0) + new
        return self.asked[table] > MOST_SITUATIONS
