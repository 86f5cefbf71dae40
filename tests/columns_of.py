"""Cases as columns, and what many at once and each alone say of them: to be held together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from nic_rules import Edition, FactError
from nic_rules.engine.columns.decided import ManyDecided
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.language.values import Plain
from nic_rules.rulebook.book import Fact

Told = dict[str, Any]
Case = Mapping[str, object]


def typed(facts: Mapping[str, Fact], cases: Sequence[Case]) -> pl.DataFrame:
    """Put final values into columns of their own types."""
    return pl.DataFrame(
        {
            name: pl.Series([case.get(name) for case in cases], dtype=_type(fact), strict=True)
            for name, fact in facts.items()
        },
        height=len(cases),
    )


def _type(fact: Fact) -> Any:
    match fact.type:
        case Truth():
            return pl.Boolean
        case Number(decimals):
            return pl.Decimal(38, decimals) if fact.is_decimal else pl.Int64
        case Day():
            return pl.Date
        case Choice(values):
            return pl.Enum(values)
        case Text():
            return pl.String


def written(facts: Mapping[str, Fact], cases: Sequence[Case]) -> pl.DataFrame:
    """Put values into columns of text, as a file of cases has them."""
    return pl.DataFrame(
        {
            name: pl.Series([cell(case.get(name)) for case in cases], dtype=pl.String)
            for name in facts
        },
        height=len(cases),
    )


def cell(value: object) -> str | None:
    """Write a value into a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or isinstance(value, str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def as_cells(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Give the rows of a frame of texts as the reader of files hands them on."""
    return [
        {name: Plain(value) if value else None for name, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]


def one_by_one(
    edition: Edition, table: str, cases: Sequence[Case], days: Sequence[date]
) -> list[Told]:
    """Say of each case what `decide` says, or what is wrong with it."""
    told: list[Told] = []
    for case, day in zip(cases, days, strict=True):
        try:
            decision = edition.decide(table, dict(case), as_of=day)
        except FactError as error:
            told.append(
                {
                    "problems": sorted(
                        (d.fact or "", d.value or "", d.code, d.message, d.hint)
                        for d in error.diagnostics
                    )
                }
            )
            continue
        outcome = decision.outcome
        told.append(
            {
                "outcome": outcome if isinstance(outcome, str) else ";".join(outcome),
                "rows": ";".join(decision.rows),
                "needs": ";".join(decision.needs),
                "stuck": ";".join(decision.stuck),
                "findings": {n: f.finding for n, f in decision.findings.items()},
                "lacks": {n: ";".join(f.lacks) for n, f in decision.findings.items()},
                "digest": decision.digest,
            }
        )
    return told


def at_once(many: ManyDecided, table: str) -> list[Told]:
    """Say of each case what was found in columns, in the same form."""
    frame, needs, findings = many.frame, many.needs(table), many.findings(table)
    names = [name for name in findings.columns if not name.endswith(".lacks")]
    problems: dict[int, list[Any]] = {}
    for row, *wrong in many.problems.iter_rows():
        problems.setdefault(row, []).append(tuple(wrong))
    decisions = many.decisions(table)
    told: list[Told] = []
    for index, row in enumerate(frame["row"]):
        if row in problems:
            assert frame[table][index] is None
            assert needs[f"{table}.needs"][index] is None
            told.append({"problems": sorted(problems[row])})
            continue
        told.append(
            {
                "outcome": frame[table][index],
                "rows": frame[f"{table}.rows"][index],
                "needs": needs[f"{table}.needs"][index],
                "stuck": needs[f"{table}.stuck"][index],
                "findings": {name: findings[name][index] for name in names},
                "lacks": {name: findings[f"{name}.lacks"][index] for name in names},
                "digest": next(decisions).digest,
            }
        )
    assert [] == list(decisions)
    return told
