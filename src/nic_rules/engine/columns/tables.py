"""Tables over many cases: situations as integer codes, answers gathered by code.

Tokens that a table does not tell apart are merged, as the memory of one case merges them. Few
situations are packed into one small integer, and answers gathered from a dense list. Many are
packed with one bit for each token into words: a row fits where no bit that it forbids is set.
Either way distinct situations are asked of the same memory as one case is; only where a batch has
more than `MOST_SITUATIONS` of them are rows walked in columns, and a fixed sample asked as well.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from operator import and_, or_

import polars as pl

from nic_rules.decision import Names
from nic_rules.engine.columns.finding import WORD
from nic_rules.engine.memory import merged
from nic_rules.engine.rows import TablePattern
from nic_rules.engine.tables import RunningTable, pattern_of
from nic_rules.language.columns import chosen, number

DENSE = 1 << 18
"""Situations of a table whose answers are kept in a dense list."""

MOST_SITUATIONS = 20_000
"""Situations in a batch that are asked one by one."""

SAMPLE = 200
"""Situations of a table walked in columns that are asked all the same."""


class ColumnFault(Exception):
    """The column engine and the memory of one case differ: a fault of this library."""


@dataclass(frozen=True)
class Column:
    """One column of a table: its tokens, and which of them its rows treat alike."""

    name: str
    tokens: tuple[str, ...]
    classes: tuple[int, ...]
    """Each token's class, numbered from 0 in the order of tokens."""

    @property
    def size(self) -> int:
        """Count the classes."""
        return max(self.classes) + 1


class ColumnTable:
    """One table: which of its answers each case has. Answers are numbered as they come up."""

    def __init__(self, running: RunningTable, codes: Mapping[str, int]) -> None:
        self.running = running
        self.name = running.table.name
        self.pattern: TablePattern = pattern_of(running.rules, running.table)
        self.columns = [
            Column(name, tokens, tuple(_numbered(merged(self.pattern, at))))
            for at, (name, tokens) in enumerate(
                zip(self.pattern.columns, self.pattern.domains, strict=True)
            )
        ]
        self.space = prod(column.size for column in self.columns)
        self.is_dense = self.space <= DENSE
        self._codes = codes
        self._numbers: dict[tuple[int, ...], int] = {}
        self._lock = threading.Lock()
        self._dense: pl.Series | None = None
        self._known: pl.DataFrame | None = None

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

    # --- situations

    def class_of(self, column: Column) -> pl.Expr:
        """Give each case's class in one column, in 64 bits."""
        given = pl.col(column.name)
        rules = self.running.rules
        if column.name in rules.tables:
            classes = pl.lit(pl.Series(column.classes, dtype=pl.Int64))
            return classes.gather(pl.col(_inner(column.name)))
        unknown = column.classes[column.tokens.index("unknown")]
        if column.name in rules.facts and rules.facts[column.name].choices:
            pairs = zip(column.tokens, column.classes, strict=True)
            own = {self._codes[token]: of for token, of in pairs if token != "unknown"}
            by_code = [own.get(code, 0) for code in range(max(own) + 1)]
            classes = pl.lit(pl.Series(by_code, dtype=pl.Int64))
            return classes.gather(given).fill_null(unknown)
        yes, no = column.classes[0], column.classes[1]
        if yes == no:
            same = number(yes)
            return pl.when(given.is_null()).then(number(unknown)).otherwise(same)
        # classes are numbered in the order of tokens: what is met or true is of class 0
        return (~given).cast(pl.UInt8).fill_null(unknown).cast(pl.Int64)

    def own_keys(self) -> list[pl.Expr]:
        """Give what tells situations apart: one small integer, or words of one bit a token.

        Columns that are tables below are left out: `with_inner` puts them in.
        """
        return [
            reduce(self._join, parts, number(0)).alias(_key(self.name, word))
            for word, parts in enumerate(self._parts(inner=False))
        ]

    def with_inner(self) -> list[pl.Expr]:
        """Put what the tables below gave into what `own_keys` gave."""
        return [
            reduce(self._join, parts, pl.col(_key(self.name, word)))
            for word, parts in enumerate(self._parts(inner=True))
        ]

    def _parts(self, inner: bool) -> Iterator[list[pl.Expr]]:
        tables = self.running.rules.tables
        for fields in self._fields:
            yield [self._part(c, at) for c, at in fields if (c.name in tables) is inner]

    def _join(self, one: pl.Expr, other: pl.Expr) -> pl.Expr:
        return one + other if self.is_dense else one | other

    def _part(self, column: Column, at: int) -> pl.Expr:
        of = self.class_of(column)
        if self.is_dense:
            return of * number(at) if at > 1 else of
        bits = [1 << (at + n) for n in range(column.size)]
        return pl.lit(pl.Series(bits, dtype=pl.Int64)).gather(of)

    @cached_property
    def _fields(self) -> list[list[tuple[Column, int]]]:
        """The columns of each word, each with its factor or its first bit."""
        words: list[list[tuple[Column, int]]] = [[]]
        used = int(self.is_dense)
        for column in self.columns:
            if column.size < 2:
                continue
            if not self.is_dense and used + column.size > WORD and words[-1]:
                words.append([])
                used = 0
            words[-1].append((column, used))
            used = used * column.size if self.is_dense else used + column.size
        return words

    @property
    def key_names(self) -> list[str]:
        """The names of the columns that `own_keys` gives."""
        return [_key(self.name, at) for at in range(len(self._fields))]

    # --- asking

    def ask(self, keys: pl.DataFrame) -> list[int]:
        """Ask the memory of one case about each situation."""
        return [self.number(self.running.matcher.fitting(s)) for s in self._situations(keys)]

    def _situations(self, keys: pl.DataFrame) -> Iterator[tuple[str, ...]]:
        """Give the tokens of each key, those merged with others by their first."""
        for words in keys.select(self.key_names).iter_rows():
            classes: dict[str, int] = {}
            for word, fields in zip(words, self._fields, strict=True):
                for column, at in fields:
                    if self.is_dense:
                        classes[column.name] = word // at % column.size
                    else:
                        bits = word >> at & ((1 << column.size) - 1)
                        classes[column.name] = bits.bit_length() - 1
            yield tuple(c.tokens[c.classes.index(classes.get(c.name, 0))] for c in self.columns)

    def answered(self, cases: pl.DataFrame, batch: Batch) -> pl.Series:
        """Give the number of each case's answer: `cases` has the keys beside what they are of."""
        if self.is_dense:
            return self._densely(cases)
        if self.name not in batch.walked:
            found = self._joined(cases, batch)
            if found is not None:
                return found
        return self._walked(cases, batch)

    def _densely(self, cases: pl.DataFrame) -> pl.Series:
        key = cases[self.key_names[0]]
        with self._lock:
            dense = self._dense
        if dense is None:
            dense = pl.repeat(None, self.space, dtype=pl.UInt32, eager=True)
        found = dense.gather(key)
        if not found.null_count():
            return found.alias(self.name)
        new = cases.filter(found.is_null()).unique(self.key_names, keep="first")
        asked = pl.Series(self.ask(new), dtype=pl.UInt32)
        with self._lock:
            dense = dense if self._dense is None else self._dense.clone()
            self._dense = dense = dense.scatter(new[self.key_names[0]], asked)
        return dense.gather(key).alias(self.name)

    def _joined(self, cases: pl.DataFrame, batch: Batch) -> pl.Series | None:
        """Ask for each distinct situation once; None if there are too many."""
        known = batch.known.get(self.name)
        keys = cases.select(self.key_names)
        if known is not None:
            found = keys.join(known, on=self.key_names, how="left", maintain_order="left")
            if not found["_answer"].null_count():
                return found["_answer"].alias(self.name)
            is_new = found["_answer"].is_null()
            new = cases.filter(is_new).unique(self.key_names, keep="first")
        else:
            new = cases.unique(self.key_names, keep="first")
        already = 0 if known is None else known.height
        if already + new.height > MOST_SITUATIONS:
            return None
        asked = pl.Series("_answer", self.ask(new), dtype=pl.UInt32)
        told = new.select(self.key_names).with_columns(asked)
        batch.known[self.name] = told if known is None else pl.concat([known, told])
        return self._joined(cases, batch)

    # --- walking

    def _walked(self, cases: pl.DataFrame, batch: Batch) -> pl.Series:
        """Walk the rows in columns; of the first cases a fixed sample is asked as well."""
        policy = self.running.table.item.written.hit_policy
        if policy in ("any", "collect"):
            found = self._all_fitting(cases)
        else:
            first = chosen(
                *((self._fits(row), number(row)) for row in range(len(self.pattern.rows)))
            )
            rows = cases.with_columns(_row=first)["_row"]
            numbers = [self.number((row,)) for row in range(len(self.pattern.rows))]
            found = pl.Series(numbers, dtype=pl.UInt32).gather(rows)
        if self.name not in batch.walked:
            sample = cases.with_columns(_found=found).unique(
                self.key_names, keep="first", maintain_order=True
            )
            sample = sample.gather_every(max(sample.height // SAMPLE, 1)).head(SAMPLE)
            if self.ask(sample) != sample["_found"].to_list():
                raise ColumnFault(f"table `{self.name}`: its memory differs from the walked rows")
            batch.walked[self.name] = sample.height
        return found.alias(self.name)

    def _fits(self, row: int) -> pl.Expr:
        """Tell where a row fits: no bit of a token that it forbids is set."""
        cells = dict(zip(self.pattern.columns, self.pattern.rows[row].cells, strict=True))
        conditions = []
        for word, fields in enumerate(self._fields):
            forbidden = 0
            for column, at in fields:
                cell = cells[column.name]
                if cell is not None:
                    for token, of in zip(column.tokens, column.classes, strict=True):
                        forbidden |= 0 if token in cell else 1 << (at + of)
            if forbidden:
                conditions.append((pl.col(_key(self.name, word)) & number(forbidden)) == 0)
        return reduce(and_, conditions) if conditions else pl.lit(True)

    def _all_fitting(self, cases: pl.DataFrame) -> pl.Series:
        rows = range(len(self.pattern.rows))
        words = {
            f"_fitting_{first}": reduce(
                or_,
                (
                    self._fits(row).cast(pl.Int64) * number(1 << (row - first))
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
        return pl.Series(places, dtype=pl.Int64).gather(found).alias(_inner(self.name))


class Batch:
    """What is kept over the chunks of one batch: known situations, and the tables walked."""

    def __init__(self) -> None:
        self.known: dict[str, pl.DataFrame] = {}
        self.walked: dict[str, int] = {}


def _numbered(merged_to: dict[str, str]) -> Iterator[int]:
    numbers: dict[str, int] = {}
    for first in merged_to.values():
        yield numbers.setdefault(first, len(numbers))


def _key(table: str, word: int) -> str:
    return f"_key_{word}_{table}"


def _inner(table: str) -> str:
    return f"_outcome_{table}"
