"""Cases in columns read by the one grammar (contract, section 3), every problem with its row.

What `values.py` does not take at once is read by the one-case reader, each different value once.
So a column takes and refuses what one case does, in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nic_rules.diagnostics import Diagnostic
from nic_rules.engine.columns.days import day_column, wrong_days
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.problems import problem_frame, rows_at
from nic_rules.engine.columns.remembered import Remembered
from nic_rules.engine.columns.values import is_core, is_text
from nic_rules.language.definitions import Value
from nic_rules.language.lower import AS_OF, in_core_form
from nic_rules.language.packed import pack, unpack
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.language.values import Plain, as_decimal
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import EVIDENCE_KEYS, as_written, read_case

SUBJECT, RULES_ON = "subject", "rules_on"
OWN_COLUMNS = (SUBJECT, AS_OF, RULES_ON)


@dataclass
class Read:
    """A chunk of cases as the core forms have them, its bad rows, and what is wrong with them."""

    core: pl.DataFrame
    problems: list[pl.DataFrame] = field(default_factory=list)
    bad: pl.Series | None = None
    unread: dict[str, pl.Series] = field(default_factory=dict)
    """By fact: the rows whose value could not be read."""

    def refuse(self, rows: pl.Series, problems: pl.DataFrame) -> None:
        """Mark rows as bad, and keep what is wrong."""
        self.bad = rows if self.bad is None else self.bad | rows
        self.problems.append(problems)


def core_type(fact: Fact) -> pl.DataType:
    """Give the type of a fact's column in the core forms."""
    match fact.type:
        case Truth():
            return pl.Boolean()
        case Text():
            return pl.String()
        case _:
            return pl.Int64()


class Reader:
    """Reads chunks of cases by the facts of one rule book."""

    def __init__(self, facts: Mapping[str, Fact], codes: Mapping[str, int]) -> None:
        self.facts = facts
        self.codes = codes
        self.values = {code: value for value, code in codes.items()}
        self._remembered = Remembered(codes)

    def read(self, cases: pl.DataFrame, first_row: int, as_of: date) -> Read:
        """Read a chunk; its first row is numbered, and `as_of` is that of rows without one."""
        given = [name for name in self.facts if name in cases.columns]
        put = [n for n in given if not is_core(self.facts[n], cases[n])]
        columns = [self._remembered.taken(self.facts[n], cases[n]).alias(n) for n in put]
        # selected after they are put in: what is the same for all rows has all rows too
        core = (cases.with_columns(columns) if columns else cases).select(given)
        if not given:
            core = pl.DataFrame(height=cases.height)
        read = Read(core)
        for name in put:
            self._surprises(read, cases[name], self.facts[name], first_row)
        for column in cases.columns:
            fact, _, key = column.partition(".")
            if key:
                self._beside(read, cases[column], fact, key, first_row)
        read.core = read.core.with_columns(
            *(
                pl.lit(None, core_type(fact)).alias(name)
                for name, fact in self.facts.items()
                if name not in given
            ),
            self._days(read, cases, AS_OF, first_row, as_of),
        )
        return read

    def _surprises(self, read: Read, column: pl.Series, fact: Fact, first_row: int) -> None:
        """Read again, each different value once, what was not taken."""
        found = read.core[fact.name]
        surprised = _surprised(found, column)
        if not surprised.any():
            return
        new = self._remembered.new(fact, column.filter(surprised))
        if new is not None:
            found = found.scatter(surprised.arg_true(), new)
            read.core = read.core.with_columns(found.alias(fact.name))
            surprised = _surprised(found, column)
        indices = surprised.arg_true()
        values = column.gather(indices).to_list()
        takes: dict[Any, Any] = {}
        problems: list[tuple[int, Diagnostic]] = []
        bad: list[int] = []
        good: list[tuple[int, Any]] = []
        for index, value in zip(indices, values, strict=True):
            key = (
                value if isinstance(value, str | int) else repr(value)
            )  # -0.0 is written otherwise
            if key not in takes:
                takes[key] = self._one(fact, value, is_text(column.dtype))
            result = takes[key]
            if isinstance(result, tuple):
                bad.append(index)
                problems += ((index, wrong) for wrong in result)
            else:
                good.append((index, result))
        if good:
            put = pl.Series([value for _, value in good], dtype=core_type(fact))
            read.core = read.core.with_columns(
                found.scatter([index for index, _ in good], put).alias(fact.name)
            )
        if bad:
            self._not_read(read, fact.name, rows_at(bad, column.len()), problems, first_row)

    @staticmethod
    def _not_read(
        read: Read,
        fact: str,
        rows: pl.Series,
        problems: list[tuple[int, Diagnostic]],
        first_row: int,
    ) -> None:
        """Refuse rows for a fact of theirs that cannot be read."""
        before = read.unread.get(fact)
        read.unread[fact] = rows if before is None else before | rows
        read.refuse(rows, problem_frame(problems, first_row))

    def _one(self, fact: Fact, value: Any, text: bool) -> Any:
        """Read one value as one case's: in the core form, or what is wrong with it."""
        if text and "\0" in value:
            message = "this cell holds the character U+0000"
            return (Diagnostic("NIC103", "error", message, fact=fact.name, value=value),)
        case = read_case(self.facts, {fact.name: Plain(value) if text else value})
        if isinstance(value, Mapping) and not case.problems:
            case.problems.append(_object_in(fact, value))
        if case.problems:
            return tuple(case.problems)
        return self.core_form(fact, case.values[fact.name])

    def core_form(self, fact: Fact, value: Any) -> Any:
        """Give a final value as the columns have it."""
        if isinstance(fact.type, Choice):
            return self.codes[value]
        if isinstance(fact.type, Number):
            return in_core_form(value, fact.type.decimals)
        return value if isinstance(fact.type, Text) else in_core_form(value, 0)

    def _beside(self, read: Read, column: pl.Series, fact: str, key: str, first_row: int) -> None:
        """Check what is told beside values."""
        right = pl.Date if key == "recorded_on" else pl.String
        if column.dtype in (pl.Null, right) or (right == pl.String and is_text(column.dtype)):
            return
        values = (column.unique() if is_text(column.dtype) else column).to_list()
        wrong: dict[str, list[Diagnostic]] = {}  # by what is written: NaN equals nothing
        for value in values:
            if value is not None and value != "":
                found = read_case(self.facts, {fact: {"value": None, key: value}})
                if found.problems:
                    wrong[repr(value)] = found.problems
        if not wrong:
            return
        problems, bad = [], []
        for index, value in enumerate(column.to_list()):
            for one in wrong.get(repr(value), ()):
                bad.append(index)
                told = Diagnostic(
                    one.code, one.severity, one.message, one.hint,
                    fact=column.name, value=as_written(value),
                )  # fmt: skip
                problems.append((index, told))
        self._not_read(read, fact, rows_at(bad, column.len()), problems, first_row)

    def _days(
        self, read: Read, cases: pl.DataFrame, name: str, first_row: int, instead: date
    ) -> pl.Expr | pl.Series:
        """Read a column of days that are no fact's."""
        if name not in cases.columns:
            return pl.lit(pack(instead), pl.Int64).alias(name)
        days = day_column(cases[name])
        wrong = list(wrong_days(cases[name], days))
        if wrong:
            rows = rows_at([index for index, _ in wrong], days.len())
            read.refuse(rows, problem_frame(wrong, first_row))
        return days.fill_null(pack(instead)).alias(name)


def _object_in(fact: Fact, value: object) -> Diagnostic:
    """Refuse what one case may have, a value and what is told beside it, all in one column."""
    beside = ", ".join(f"`{fact.name}.{key}`" for key in EVIDENCE_KEYS)
    return Diagnostic(
        "NIC503", "error", "a column holds values alone, not objects",
        f"columns beside it can be {beside}", fact=fact.name, value=as_written(value),
    )  # fmt: skip


def _surprised(found: pl.Series, column: pl.Series) -> pl.Series:
    """Tell where something is in a column of which no value was found."""
    if found.null_count() == column.null_count():
        return repeated(False, column.len(), pl.Boolean)
    surprised = found.is_null() & column.is_not_null()
    if is_text(column.dtype):
        surprised &= column.cast(pl.String) != ""  # nothing written is unknown
    return surprised


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
