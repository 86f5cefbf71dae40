"""Many cases decided: codes first; names, findings, needs and decisions where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from nic_rules.decision import Decision
from nic_rules.diagnostics import RequestError, nearest, shown
from nic_rules.engine.columns.found import Found
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.parts import FEW, Part, cut, dates, decisions_of, rows_of, together
from nic_rules.engine.columns.reading import RULES_ON, SUBJECT
from nic_rules.engine.columns.records import records_of
from nic_rules.engine.columns.subjects import texts_of
from nic_rules.engine.columns.told import findings_of, needs_of, values_of
from nic_rules.language.lower import AS_OF

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

RECORDS = 1 << 12
"""Cases whose records are written at a time."""


class ManyDecided:
    """What `decide_many` gives. Frames have a row for each case, in the order of the cases.

    Frames come as the cases came: from a lazy frame lazy, from an Arrow table as one. Rows of bad
    cases hold nulls; `problems` says why.
    """

    def __init__(
        self,
        tables: Sequence[str],
        parts: Sequence[Part],
        problems: pl.DataFrame,
        rejected: int,
        walked: Mapping[str, int],
        like: Callable[[pl.DataFrame], Any],
    ) -> None:
        self.tables = tuple(tables)
        self.walked = dict(walked)
        """Tables with too many situations to be asked one by one: rows were walked in columns, and
        so many situations of a fixed sample asked as well."""
        self.rows = sum(part.cases.height for part in parts)
        self.rejected = rejected
        self._parts = parts
        self._problems = problems
        self._like = like
        self._kept: dict[int, Found] = {}

    @property
    def decided(self) -> int:
        """Count the cases that were decided."""
        return self.rows - self.rejected

    @property
    def problems(self) -> Any:
        """Every problem of every bad row: row, column, value, code, message, hint."""
        return self._like(self._problems)

    @property
    def frame(self) -> Any:
        """Row, subject and days of each case, and each table's outcome and rows."""
        return self._like(self._joined(self._own, *(self._answers(t) for t in self.tables)))

    @property
    def outcomes(self) -> Any:
        """Each table's outcome alone, as an enumerated column."""
        return self._like(self._joined(*(self._outcome(table) for table in self.tables)))

    def counts(self, table: str) -> dict[str, int]:
        """Count the cases of each outcome; of a collecting table, of each that was collected."""
        self._check_asked((table,))
        found: dict[str, int] = {}
        for part in self._parts:
            if table not in part.rules.tables:
                continue
            made = part.rules.tables[table]
            numbers = part.answers[table].drop_nulls().value_counts()
            for number, count in numbers.iter_rows():
                for outcome in made.outcome(made.answers[number]):
                    found[outcome] = found.get(outcome, 0) + count
        return found

    def needs(self, *tables: str, dtype: PolarsDataType = pl.String) -> Any:
        """What is worth asking for by each of some tables, joined by `;`, and what is stuck.

        Tables that are asked about together are worked out together, in one pass over the cases.
        The texts are few: a type that holds them as numbers takes less memory and time.
        """
        self._check_asked(tables)

        def told(part: Part) -> list[pl.Series]:
            found = self._found(part, tables)
            asked = dict.fromkeys(tables)
            return [column for table in asked for column in needs_of(found, table, dtype)]

        return self._like(self._joined(told))

    def findings(self, *tables: str, lacks: bool = True) -> Any:
        """Each criterion's finding as an enumerated column, and beside it what it lacks.

        A criterion that several of the tables rest on comes once.
        """
        self._check_asked(tables)

        def told(part: Part) -> list[pl.Series]:
            found = self._found(part, tables)
            told = (column for table in tables for column in findings_of(found, table, lacks))
            return [*{column.name: column for column in told}.values()]

        return self._like(self._joined(told))

    def values(self, facts: Sequence[str]) -> Any:
        """Give facts as their values were read, in the text that a record has; null if unknown."""
        known = self._parts[0].rules.reader.facts
        names = list(dict.fromkeys(facts))
        for name in names:
            if name not in known:
                message = f"there is no fact {shown(name)}"
                raise RequestError.of("NIC702", message, nearest(str(name), known))
        return self._like(self._joined(lambda part: values_of(self._found(part, ()), names)))

    def masks(self, table: str) -> Iterator[pl.DataFrame]:
        """Give, a chunk at a time, what `needs` and `findings` are made of: truths and masks.

        Masks are 64-bit integers with a bit for each fact in the order of the rule files, 62 to a
        word; those of what is stuck, of the table's tokens.
        """
        self._check_asked((table,))
        for part in self._parts:
            if table in part.rules.tables:
                yield Found(part, [table]).masked(table)

    def decisions(self, table: str | None = None) -> Iterator[Decision]:
        """Give the decisions of all cases that were decided, each as `decide` gives it.

        Cases come in order, and of one case the tables in the order that they were given in.
        """
        tables = self.tables if table is None else (table,)
        self._check_asked(tables)
        for part in self._in_order():
            yield from decisions_of(part, tables)

    def records(self, table: str) -> pl.Series:
        """Give the record of each case, as `Decision.to_json` writes it.

        Records are long: for many cases, take them a chunk at a time by `record_frames`.
        """
        self._check_asked((table,))
        nothing = pl.Series(table, [], dtype=pl.String)
        return pl.concat([nothing, *(frame[table] for frame in self.record_frames([table]))])

    def record_frames(self, tables: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Give the records of some thousand cases at a time, a column for each table.

        Cases come in order; a record is null where the case was refused.
        """
        names = list(self.tables if tables is None else tables)
        self._check_asked(names)
        for group in together(self._parts) if names else ():
            first = group[0].first_row
            until = first + sum(part.cases.height for part in group)
            for start in range(first, until, RECORDS):
                some = [cut(part, start, start + RECORDS) for part in group]
                made = [
                    records_of(part, names).with_columns(rows_of(part).alias("_row"))
                    for part in some
                    if part.cases.height
                ]
                yield pl.concat(made).sort("_row").drop("_row")

    # --- putting together

    def _check_asked(self, tables: Sequence[str]) -> None:
        for table in tables:
            if not isinstance(table, str):
                raise RequestError.of("NIC701", "a table is named by a text")
            if table not in self.tables:
                message = f"no case was decided by table {shown(table)} here"
                raise RequestError.of("NIC701", message, nearest(table, self.tables))

    def _found(self, part: Part, tables: Sequence[str]) -> Found:
        """Give what is found of a part by some tables; of few cases by all tables, and kept."""
        if self.rows > FEW:
            return Found(part, tables)
        return self._kept.setdefault(id(part), Found(part, part.answers.columns))

    def _in_order(self) -> Iterator[Part]:
        """Give parts whose rows follow each other."""
        for group in together(self._parts):
            if len(group) == 1:
                yield group[0]
                continue
            for row, which in sorted((row, at) for at, p in enumerate(group) for row in rows_of(p)):
                yield cut(group[which], row, row + 1)

    def _joined(self, *columns: Callable[[Part], list[pl.Series]]) -> pl.DataFrame:
        frames = []
        for part in self._parts:
            made = [column for one in columns for column in one(part)]
            frames.append(pl.DataFrame([*made, rows_of(part).alias("_row")]))
        if not frames:
            return pl.DataFrame()
        if len({id(part.rules) for part in self._parts}) == 1:
            return pl.concat(frames).drop("_row")
        # the rules of another day have other criteria; their rows may lie between these
        return pl.concat(frames, how="diagonal_relaxed").sort("_row").drop("_row")

    @staticmethod
    def _own(part: Part) -> list[pl.Series]:
        height = part.cases.height
        nothing = repeated(None, height, pl.String)
        subject = texts_of(part.cases[SUBJECT]) if SUBJECT in part.cases.columns else nothing
        days = {AS_OF: part.as_of, RULES_ON: part.edition.rules_on}
        return [
            rows_of(part),
            subject.alias(SUBJECT),
            *(dates(part.cases, name, day).alias(name) for name, day in days.items()),
        ]

    def _outcome(self, table: str) -> Callable[[Part], list[pl.Series]]:
        every = self._names(table, lambda made, rows: ";".join(made.outcome(rows)))
        return lambda part: [_named(part, table, every[id(part.rules)], table)]

    def _answers(self, table: str) -> Callable[[Part], list[pl.Series]]:
        rows = self._names(table, lambda made, rows: ";".join(made.row_names(rows)))
        outcome, name = self._outcome(table), f"{table}.rows"
        return lambda part: [*outcome(part), _named(part, table, rows[id(part.rules)], name)]

    def _names(self, table: str, told: Callable[..., str]) -> dict[int, pl.Series]:
        """Give, for each interval's rules, the text of each answer as one enumerated type."""
        made = {id(part.rules): part.rules.tables.get(table) for part in self._parts}
        texts = {
            key: [told(one, rows) for rows in one.answers] if one else []  # it is not in force
            for key, one in made.items()
        }
        every = pl.Enum(sorted({text for names in texts.values() for text in names}))
        return {key: pl.Series(names, dtype=every) for key, names in texts.items()}


def _named(part: Part, table: str, names: pl.Series, name: str) -> pl.Series:
    return names[part.answers[table]].alias(name)
