"""What a review decided of some rows: what its files and its report are made of.

Rows are decided in columns, and those that columns cannot hold one by one. Both end in a frame of
the same columns, in the order of the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.decision import Decision
from nic_rules.language.calendar import add_years
from nic_rules.language.values import LAST_DAY

NUMBER, SUBJECT, AS_OF, RULES_ON = "number", "subject", "as_of", "rules_on"

NAMES = pl.Categorical(pl.Categories("nic-rules names"))
"""Texts of which there are few different ones: they are held as numbers."""

Rejected = tuple[GivenRow, Sequence[RowProblem]]

Record = tuple[int, str]
"""The number of a row, and its records in the order of the tables, a line each."""


def rows_column(table: str) -> str:
    """Name the column of the rows that gave a table's outcome."""
    return f"{table}.rows"


def needs_column(table: str) -> str:
    """Name the column of what is worth asking for."""
    return f"{table}.needs"


def stuck_column(table: str) -> str:
    """Name the column of what stays unknown whatever is told."""
    return f"{table}.stuck"


def later_column(table: str) -> str:
    """Name the column of a table's outcome a year later, null where nothing is decided then."""
    return f"later {table}"


def not_met_column(criterion: str) -> str:
    """Name the column that tells whether a criterion is not met."""
    return f"not met {criterion}"


def fact_column(fact: str) -> str:
    """Name the column of a fact's value, as text."""
    return f"fact {fact}"


class Wanted(NamedTuple):
    """What is wanted of each row besides outcomes, rows and needs."""

    facts: tuple[str, ...] = ()
    """The facts whose values are."""
    later: tuple[str, ...] = ()
    """The tables whose outcome a year later is."""
    not_met: bool = False
    """Whether the criteria that are not met are."""


@dataclass
class Decided:
    """Some rows of a review, decided or rejected."""

    rows: pl.DataFrame
    """Those decided: number, subject, days; each table's outcome, rows, needs and what is stuck, as
    texts joined by `;`; what is not met, and what facts are, as far as a report asks for it."""
    records: Iterator[Record]
    """The records of those decided, in their order."""
    rejects: list[Rejected]
    decisions: Callable[[int], Sequence[Decision]]
    """Gives the decisions of a row that was decided, by its number."""


def schema(tables: Iterable[str]) -> dict[str, pl.DataType]:
    """Give the columns that every frame of rows has."""
    text = pl.String()
    own = {NUMBER: pl.Int64(), SUBJECT: text, AS_OF: pl.Date(), RULES_ON: pl.Date()}
    of = (rows_column, needs_column, stuck_column)
    return {**own, **{name: NAMES for t in tables for name in (t, *(one(t) for one in of))}}


def table_columns(tables: Iterable[str]) -> dict[str, pl.DataType]:
    """Give the columns of the table that people and programs get."""
    return {name: kind for name, kind in schema(tables).items() if name != NUMBER}


def as_names(texts: pl.Series) -> pl.Series:
    """Hold texts as numbers; those of a list by their places in it, which is much faster."""
    if isinstance(texts.dtype, pl.Enum):
        listed = pl.Series(texts.name, texts.dtype.categories).cast(NAMES)
        return listed.gather(texts.to_physical())
    return texts.cast(NAMES)


def joined(names: str | Iterable[str]) -> str:
    """Give names as a cell has them."""
    return names if isinstance(names, str) else ";".join(names)


def parted(cell: str) -> tuple[str, ...]:
    """Give the names of a cell."""
    return tuple(cell.split(";")) if cell else ()


def row_of(
    number: int,
    subject: str | None,
    decisions: Sequence[Decision],
    wanted: Wanted,
    later: Mapping[str, str | None],
) -> dict[str, Any]:
    """Give a row that was decided one by one as the frame has it."""
    first = decisions[0]
    row: dict[str, Any] = {
        NUMBER: number,
        SUBJECT: subject,
        AS_OF: first.as_of,
        RULES_ON: first.rules_on,
    }
    for one in decisions:
        row |= {
            one.table: joined(one.outcome),
            rows_column(one.table): joined(one.rows),
            needs_column(one.table): joined(one.needs),
            stuck_column(one.table): joined(one.stuck),
        }
        if wanted.not_met:
            row |= {not_met_column(n): f.finding == "not_met" for n, f in one.findings.items()}
    row |= {later_column(table): outcome for table, outcome in later.items()}
    return row | {fact_column(name): _text(first.facts.get(name)) for name in wanted.facts}


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def a_year_after(day: date) -> date:
    """Give the same day of the next year, as the rule language counts, but not beyond its days."""
    later = add_years(day, 1)
    return LAST_DAY if later is None else min(later, LAST_DAY)
