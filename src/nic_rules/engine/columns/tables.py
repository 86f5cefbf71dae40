"""Tables over many cases: answers numbered, and gathered by situation.

Distinct situations are asked of the same memory as one case is, and their answers kept in a dense
list or joined. Only where a batch has more than `MOST_SITUATIONS` of them are rows walked in
columns: a row fits where no bit that it forbids is set. A fixed sample is asked all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import polars as pl

from nic_rules.decision import Names
from nic_rules.engine.columns.finding import WORD
from nic_rules.engine.columns.situations import Situations, inner_column
from nic_rules.engine.rows import TablePattern
from nic_rules.engine.tables import RunningTable, pattern_of
from nic_rules.language.columns import chosen, number

MOST_SITUATIONS = 20_000
"""Situations in a batch that are asked one by one."""

SAMPLE = 200
"""Situations of a table walked in columns that are asked all the same."""


class ColumnFault(Exception):
    """The column engine and the memory of one case differ: a fault of this library."""


class ColumnTable:
    """One table: which of its answers each case has. Answers are numbered as they come up."""

    def __init__(self, running: RunningTable, codes: Mapping[str, int]) -> None:
        self.running = running
        self.name = running.table.name
        self.pattern: TablePattern = pattern_of(running.rules, running.table)
        self.situations = Situations(running.rules, self.pattern, codes)
        self._numbers: dict[tuple[int, ...], int] = {}
        self._lock = threading.Lock()
        self._dense: pl.Series | None = None
        words = dict.fromkeys(self.situations.key_names, pl.Int64)
        self._known = pl.DataFrame(schema={**words, "_answer": pl.UInt32})

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
        """Give the number of each case's answer: `cases` has the keys beside what they are of."""
        if self.situations.is_dense:
            return self._densely(cases)
        if self.name not in batch.walked:
            found = self._joined(cases, batch)
            if found is not None:
                return found
        return self._walked(cases, batch)

    def _densely(self, cases: pl.DataFrame) -> pl.Series:
        key = cases[self.situations.key_names[0]]
        with self._lock:
            dense = self._dense
        if dense is None:
            dense = pl.repeat(None, self.situations.space, dtype=pl.UInt32, eager=True)
        found = dense.gather(key)
        if not found.null_count():
            return found.alias(self.name)
        new = cases.filter(found.is_null()).unique(self.situations.key_names, keep="first")
        asked = pl.Series(self.ask(new), dtype=pl.UInt32)
        with self._lock:
            dense = dense if self._dense is None else self._dense.clone()
            self._dense = dense = dense.scatter(new[self.situations.key_names[0]], asked)
        return dense.gather(key).alias(self.name)

    def _joined(self, cases: pl.DataFrame, batch: Batch) -> pl.Series | None:
        """Ask for each distinct situation once; None if the batch has too many."""
        with self._lock:
            known = self._known
        keys = cases.select(self.situations.key_names)
        found = keys.join(known, on=keys.columns, how="left", maintain_order="left")["_answer"]
        if not found.null_count():
            return found.alias(self.name)
        new = keys.filter(found.is_null()).unique()
        batch.asked[self.name] = batch.asked.get(self.name, 0) + new.height
        if batch.asked[self.name] > MOST_SITUATIONS:
            return None
        asked = new.with_columns(pl.Series("_answer", self.ask(new), dtype=pl.UInt32))
        every = pl.concat([known, asked])
        with self._lock:
            self._known = every if every.height <= MOST_SITUATIONS else asked
        answer = keys.join(every, on=keys.columns, how="left", maintain_order="left")["_answer"]
        return answer.alias(self.name)

    # --- walking

    def _walked(self, cases: pl.DataFrame, batch: Batch) -> pl.Series:
        """Walk the rows in columns; of the first cases a fixed sample is asked as well."""
        policy = self.running.table.item.written.hit_policy
        if policy in ("any", "collect"):
            found = self._all_fitting(cases)
        else:
            first = chosen(
                *((self.situations.fits(row), number(row)) for row in range(len(self.pattern.rows)))
            )
            rows = cases.with_columns(_row=first)["_row"]
            numbers = [self.number((row,)) for row in range(len(self.pattern.rows))]
            found = pl.Series(numbers, dtype=pl.UInt32).gather(rows)
        if self.name not in batch.walked:
            sample = cases.with_columns(_found=found).unique(
                self.situations.key_names, keep="first", maintain_order=True
            )
            sample = sample.gather_every(max(sample.height // SAMPLE, 1)).head(SAMPLE)
            if self.ask(sample) != sample["_found"].to_list():
                raise ColumnFault(f"table `{self.name}`: its memory differs from the walked rows")
            batch.walked[self.name] = sample.height
        return found.alias(self.name)

    def _all_fitting(self, cases: pl.DataFrame) -> pl.Series:
        rows = range(len(self.pattern.rows))
        if not rows:
            return pl.repeat(self.number(()), cases.height, dtype=pl.UInt32, eager=True)
        words = {
            f"_fitting_{first}": reduce(
                or_,
                (
                    self.situations.fits(row).cast(pl.Int64) * number(1 << (row - first))
                    for row in rows[first : first + WORD]
                ),
            )
            for first in rows[::WORD]
        }
        masks = cases.with_columns(**words).select(*words)
        distinct = masks.unique()
        numbers = []
        for found in distinct.iter_rows():
            whole = sum(mask << (WORD * at) for at, mask in enumerate(found))
            numbers.append(self.number([row for row in rows if whole >> row & 1]))
        told = distinct.with_columns(pl.Series("_answer", numbers, dtype=pl.UInt32))
        return masks.join(told, on=masks.columns, how="left", maintain_order="left")["_answer"]

    def inner_codes(self, found: pl.Series) -> pl.Series:
        """Give the outcomes as their places among those of the table, for tables above."""
        outcomes = self.running.table.outcomes
        places = [outcomes.index(self.outcome(rows)[0]) for rows in self.answers]
        return pl.Series(places, dtype=pl.Int64).gather(found).alias(inner_column(self.name))


class Batch:
    """What is kept over the chunks of one batch: situations asked about, and tables walked."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.walked: dict[str, int] = {}
