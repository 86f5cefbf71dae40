"""Cases that one interval's rules decided, and the decision of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from nic_rules.decision import Decision
from nic_rules.engine.columns.days import day_column
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.problems import ROW
from nic_rules.engine.columns.reading import OWN_COLUMNS, RULES_ON, Reader, final_values
from nic_rules.engine.columns.rules import ColumnRules
from nic_rules.engine.columns.values import is_text
from nic_rules.language.lower import AS_OF
from nic_rules.language.packed import unpack
from nic_rules.rulebook.given import EVIDENCE_KEYS

if TYPE_CHECKING:
    from nic_rules.engine.edition import Edition

FEW = 1 << 17
"""Cases up to which what was read and found of them is kept for the next question."""


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
    core: pl.DataFrame | None = None
    """The facts as the core forms have them, and what was found for the answers: of many cases only
    the truths among that, which take two bits each."""


def lightened(part: Part) -> Part:
    """Let go of what was read of many cases."""
    if part.core is None:
        return part
    facts = part.rules.reader.facts
    truths = (name for name, dtype in part.core.schema.items() if dtype == pl.Boolean)
    kept = part.core.select(name for name in truths if name not in facts)
    return part._replace(core=kept.rechunk() if kept.width else None)


def core_of(part: Part) -> pl.DataFrame:
    """Give the facts as the core forms have them, and what was found: read again if not kept."""
    if part.core is not None and AS_OF in part.core.columns:
        return part.core
    read = part.rules.reader.read(part.cases, part.first_row, part.as_of).core
    return read if part.core is None else pl.concat([read, part.core], how="horizontal")


def rows_of(part: Part) -> pl.Series:
    """Number the rows as the whole batch does."""
    if part.rows is not None:
        return part.rows.alias(ROW)
    first = part.first_row
    return pl.int_range(first, first + part.cases.height, eager=True).alias(ROW)


def only(part: Part, rows: pl.Series) -> Part:
    """Give some of the rows of a part."""
    return part._replace(
        cases=part.cases.filter(rows), rows=rows_of(part).filter(rows),
        answers=part.answers.filter(rows),
        core=None if part.core is None else part.core.filter(rows),
    )  # fmt: skip


def cut(part: Part, first: int, until: int) -> Part:
    """Give the rows of a part whose numbers lie from one to before another."""
    if part.rows is None:
        start, end = (min(max(n - part.first_row, 0), part.cases.height) for n in (first, until))
        rows, first_row = None, part.first_row + start
    else:
        start, end = (part.rows.search_sorted(n) for n in (first, until))
        rows, first_row = part.rows[start:end], part.first_row
    return part._replace(
        cases=part.cases.slice(start, end - start), first_row=first_row, rows=rows,
        answers=part.answers[start:end],
        core=None if part.core is None else part.core[start:end],
    )  # fmt: skip


def together(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Give, in order, the parts whose rows lie between each other's."""
    for _, group in groupby(parts, lambda part: part.first_row):
        yield list(group)


def dates(cases: pl.DataFrame, name: str, instead: date) -> pl.Series:
    """Give the days of a column that is no fact's as dates; null for what is no day."""
    if name not in cases.columns:
        return repeated(instead, cases.height, pl.Date)
    column = cases[name]
    if column.dtype == pl.Date:
        return column.fill_null(instead)
    day = repeated(None, cases.height, pl.Date)
    nothing = column.is_null()
    if is_text(column.dtype):
        text = column.cast(pl.String)
        right = day_column(column).is_not_null()
        day = day.zip_with(~right, text.str.to_date("%Y-%m-%d", strict=False))
        nothing = (text == "").fill_null(True)
    return day.zip_with(~nothing, repeated(instead, cases.height, pl.Date))


def decisions_of(part: Part, tables: Sequence[str]) -> Iterator[Decision]:
    """Give the decisions of cases that were decided, by each of some tables."""
    if not tables:
        return
    core = core_of(part)
    own = [part.cases[name] if name in part.cases.columns else None for name in OWN_COLUMNS]
    rules_on = dates(part.cases, RULES_ON, part.edition.rules_on)
    bad = (
        pl.Series([False] * part.cases.height) if not tables else part.answers[tables[0]].is_null()
    )
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
