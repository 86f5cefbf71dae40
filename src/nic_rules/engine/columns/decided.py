"""Many cases decided: codes first; names, findings, needs and decisions where somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from nic_rules.decision import Decision
from nic_rules.engine.columns.finding import (
    ColumnFinder,
    applies_column,
    lacks_column,
)
from nic_rules.engine.columns.needing import needs_masks, stuck_masks
from nic_rules.engine.columns.reading import (
    OWN_COLUMNS,
    ROW,
    RULES_ON,
    SUBJECT,
    Reader,
    day_column,
)
from nic_rules.engine.columns.rules import ColumnRules
from nic_rules.language.definitions import Value
from nic_rules.language.lower import AS_OF
from nic_rules.language.packed import unpack
from nic_rules.language.types import Choice, Day, Number
from nic_rules.language.values import as_decimal
from nic_rules.rulebook.given import EVIDENCE_KEYS

if TYPE_CHECKING:
    from nic_rules.engine.edition import Edition

FINDINGS = ("met", "not_met", "not_applicable", "unknown")


class Part(NamedTuple):
    """Some cases that one interval's rules decided: the answers' numbers, null for bad rows."""

    edition: Edition
    rules: ColumnRules
    cases: pl.DataFrame
    first_row: int
    rows: pl.Series | None
    """The rows' numbers, where they do not follow each other from `first_row` on."""
    answers: pl.DataFrame
    as_of: date
    """The day of rows without one."""


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
        found: dict[str, int] = {}
        for part in self._parts:
            made = part.rules.tables[table]
            numbers = part.answers[table].drop_nulls().value_counts()
            for number, count in numbers.iter_rows():
                for outcome in made.outcome(made.answers[number]):
                    found[outcome] = found.get(outcome, 0) + count
        return found

    def needs(self, table: str) -> Any:
        """What is worth asking for, joined by `;`, and what is stuck."""
        return self._like(self._joined(lambda part: _needs(part, table)))

    def findings(self, table: str, *, lacks: bool = True) -> Any:
        """Each criterion's finding as an enumerated column, and beside it what it lacks."""
        return self._like(self._joined(lambda part: _findings(part, table, lacks)))

    def masks(self, table: str) -> Iterator[pl.DataFrame]:
        """Give, a chunk at a time, what `needs` and `findings` are made of: truths and masks.

        Masks are 64-bit integers with a bit for each fact in the order of the rule files, 62 to a
        word; those of what is stuck, of the table's tokens.
        """
        for part in self._parts:
            yield _masked(part, table)

    def decisions(self, table: str | None = None) -> Iterator[Decision]:
        """Give the decisions of all cases that were decided, each as `decide` gives it.

        Cases come in order, and of one case the tables in the order that they were given in.
        """
        for part in self._in_order():
            yield from _decisions(part, [table] if table else self.tables)

    # --- putting together

    def _in_order(self) -> Iterator[Part]:
        """Give parts whose rows follow each other."""
        at = 0
        while at < len(self._parts):
            group = [self._parts[at]]
            while at + 1 < len(self._parts) and self._parts[at + 1].first_row == group[0].first_row:
                at += 1
                group.append(self._parts[at])
            at += 1
            if len(group) == 1:
                yield group[0]
                continue
            runs = sorted((row, i, n) for i, p in enumerate(group) for n, row in enumerate(p.rows))  # type: ignore[arg-type]
            for row, which, n in runs:
                part = group[which]
                yield part._replace(
                    cases=part.cases[n : n + 1], first_row=row, rows=None,
                    answers=part.answers[n : n + 1],
                )  # fmt: skip

    def _joined(self, *columns: Callable[[Part], list[pl.Series]]) -> pl.DataFrame:
        frames = []
        for part in self._parts:
            made = [column for one in columns for column in one(part)]
            frame = pl.DataFrame(made)
            if part.rows is not None:
                frame = frame.with_columns(part.rows.alias("_row"))
            frames.append(frame)
        if not frames:
            return pl.DataFrame()
        if any(part.rows is not None for part in self._parts):
            told = [
                frame.with_columns(_rows_of(part).alias("_row"))
                for frame, part in zip(frames, self._parts, strict=True)
            ]
            return pl.concat(told, how="diagonal_relaxed").sort("_row").drop("_row")
        return pl.concat(frames)

    @staticmethod
    def _own(part: Part) -> list[pl.Series]:
        height = part.cases.height
        nothing = pl.Series([None] * height, dtype=pl.String)
        subject = part.cases[SUBJECT] if SUBJECT in part.cases.columns else nothing
        days = {AS_OF: part.as_of, RULES_ON: part.edition.rules_on}
        return [
            _rows_of(part),
            subject.cast(pl.String, strict=False).alias(SUBJECT),
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
        made = {id(part.rules): part.rules.tables[table] for part in self._parts}
        texts = {key: [told(one, rows) for rows in one.answers] for key, one in made.items()}
        every = pl.Enum(sorted({text for names in texts.values() for text in names}))
        return {key: pl.Series(names, dtype=every) for key, names in texts.items()}


def _rows_of(part: Part) -> pl.Series:
    if part.rows is not None:
        return part.rows.alias(ROW)
    first = part.first_row
    return pl.int_range(first, first + part.cases.height, eager=True).alias(ROW)


def _named(part: Part, table: str, names: pl.Series, name: str) -> pl.Series:
    return names.gather(part.answers[table]).alias(name)


def dates(cases: pl.DataFrame, name: str, instead: date) -> pl.Series:
    """Give the days of a column that is no fact's as dates."""
    if name not in cases.columns:
        return pl.repeat(instead, cases.height, dtype=pl.Date, eager=True)
    column = cases[name]
    if column.dtype != pl.Date:
        right = day_column(column).is_not_null()
        text = column.cast(pl.String, strict=False)
        column = text.to_frame().select(
            pl.first().str.to_date("%Y-%m-%d", strict=False)
        ).to_series().zip_with(right, pl.Series([None], dtype=pl.Date))  # fmt: skip
    return column.fill_null(instead)


def _bad(part: Part, table: str) -> pl.Series:
    return part.answers[table].is_null()


def _masked(part: Part, table: str) -> pl.DataFrame:
    """Find everything about some cases again, and what they need."""
    running = part.edition.compiled.tables[table]
    finder = part.rules.whole(running)
    core = part.rules.reader.read(part.cases, part.first_row, part.as_of).core
    names = [AS_OF, *finder.criteria, *(n for n in running.tokens if n in finder.facts)]
    names += [applies_column(n) for n in conditional(finder)]
    names += [lacks_column(n, word) for n in finder.criteria for word in finder.words]
    found = finder.found(core.lazy()).select(names).collect()
    needs = needs_masks(finder, running, found, part.rules.counted[table])
    stuck = found.with_columns(stuck_masks(finder, running))
    return pl.concat([stuck, needs], how="horizontal")


def conditional(finder: ColumnFinder) -> list[str]:
    """Give the criteria that may not apply."""
    return [n for n in finder.criteria if finder.rules.criteria[n].applies_when is not None]


def _needs(part: Part, table: str) -> list[pl.Series]:
    running = part.edition.compiled.tables[table]
    finder = part.rules.whole(running)
    masked = _masked(part, table)
    bad = _bad(part, table)
    words = [f"_needs_{word}" for word in finder.words]
    needs = _texts(masked, words, finder.named).alias(f"{table}.needs")
    tokens = [name for name in masked.columns if name.startswith("_stuck_")]

    def named(masks: Sequence[int]) -> list[str]:
        whole = sum(mask << (62 * word) for word, mask in enumerate(masks))
        return sorted(n for bit, n in enumerate(running.tokens) if whole >> bit & 1)

    stuck = _texts(masked, tokens, named).alias(f"{table}.stuck")
    return [_without(needs, bad), _without(stuck, bad)]


def _findings(part: Part, table: str, lacks: bool) -> list[pl.Series]:
    finder = part.rules.whole(part.edition.compiled.tables[table])
    masked, bad = _masked(part, table), _bad(part, table)
    word = pl.Enum(FINDINGS)
    columns = []
    for name in finder.criteria:
        truth = pl.col(name)
        found = (~truth).cast(pl.UInt32).fill_null(FINDINGS.index("unknown"))
        if finder.rules.criteria[name].applies_when is not None:
            not_applied = pl.col(applies_column(name)).eq_missing(False)
            not_applicable = pl.lit(FINDINGS.index("not_applicable"), pl.UInt32)
            found = pl.when(not_applied).then(not_applicable).otherwise(found)
        codes = masked.select(found.alias(name))[name]
        columns.append(_without(pl.Series(FINDINGS, dtype=word).gather(codes).alias(name), bad))
        if lacks:
            words = [lacks_column(name, at) for at in finder.words]
            told = _texts(masked, words, finder.named).alias(f"{name}.lacks")
            columns.append(_without(told, bad))
    return columns


def _texts(
    masked: pl.DataFrame, words: Sequence[str], named: Callable[[Sequence[int]], list[str]]
) -> pl.Series:
    """Turn masks into names joined by `;`, each different mask once."""
    masks = masked.select(words)
    distinct = masks.unique()
    texts = [";".join(named(row)) for row in distinct.iter_rows()]
    told = distinct.with_columns(pl.Series("_text", texts, dtype=pl.String))
    return masks.join(told, on=list(words), how="left", maintain_order="left")["_text"]


def _without(column: pl.Series, bad: pl.Series) -> pl.Series:
    if not bad.any():
        return column
    return column.zip_with(~bad, pl.Series([None], dtype=column.dtype))


# --- decisions, one by one


def _decisions(part: Part, tables: Sequence[str]) -> Iterator[Decision]:
    core = part.rules.reader.read(part.cases, part.first_row, part.as_of).core
    own = [part.cases[name] if name in part.cases.columns else None for name in OWN_COLUMNS]
    rules_on = dates(part.cases, RULES_ON, part.edition.rules_on)
    bad = pl.Series([False] * part.cases.height) if not tables else _bad(part, tables[0])
    as_of = core[AS_OF]
    for index in range(part.cases.height):
        if bad[index]:
            continue
        values = final_values(part.rules.reader, core, index)
        evidence = _evidence(part.cases, part.rules.reader, index)
        subject = None if own[0] is None else own[0][index]
        for table in tables:
            made = part.rules.tables[table]
            yield part.edition.at(rules_on[index]).told(
                made.running, values, evidence, subject, unpack(as_of[index])
            )


def final_values(reader: Reader, core: pl.DataFrame, index: int) -> dict[str, Value]:
    """Give the known values of one case as one case has them."""
    values: dict[str, Value] = {}
    for name, fact in reader.facts.items():
        value = core[name][index]
        if value is None:
            continue
        match fact.type:
            case Number(decimals) if fact.is_decimal:
                value = as_decimal(value, decimals)
            case Day():
                value = unpack(value)
            case Choice():
                value = reader.values[value]
        values[name] = value
    return values


def _evidence(cases: pl.DataFrame, reader: Reader, index: int) -> dict[str, dict[str, str]]:
    evidence: dict[str, dict[str, str]] = {}
    for fact in reader.facts:
        for key in EVIDENCE_KEYS:
            column = f"{fact}.{key}"
            told = cases[column][index] if column in cases.columns else None
            if told is not None and told != "":
                text = told.isoformat() if isinstance(told, date) else str(told)
                evidence.setdefault(fact, {})[key] = text
    return evidence
