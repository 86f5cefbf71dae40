"""Outcomes over all, and by the facts that the rule book names."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from nic_rules.portfolio.report.charts import Bar, Part, bars, swatch
from nic_rules.portfolio.report.model import (
    Cell,
    Column,
    Figure,
    Question,
    Table,
)
from nic_rules.portfolio.report.names import lowered
from nic_rules.portfolio.report.setting import Setting


def question(at: Setting, table: str) -> Question:
    """Tell what a table came to."""
    figures = [_overall(at, table)]
    figures += [_grouped(at, table, fact) for fact in at.reporting.by]
    return Question(at.id("table", table), at.names.title(table), tuple(figures))


def _overall(at: Setting, table: str) -> Figure:
    tally, word, titles = at.tally, at.word, at.names.outcomes(table)
    found, colours = at.found(table), at.colours(table)
    counts = {o: tally.outcomes[table, o] for o in found}
    rows = [Bar(titles[o], (Part(titles[o], n, colours[o]),)) for o, n in counts.items()]
    key, title = at.id("figure", table), at.names.title(table)
    percent = {o: word["percent"].format(n=_percent(n, tally.decided)) for o, n in counts.items()}
    return Figure(
        key, word["in_all"], bars(key, title, _said(at, titles, counts), rows),
        Table(
            title,
            (Column(word["outcome"]), Column(word["cases"], True), Column(word["share"], True)),
            tuple(
                (Cell(titles[o]), Cell(str(n), True), Cell(percent[o], True))
                for o, n in counts.items()
            ),
        ),
        word["collects"] if table in at.collecting else "",
    )  # fmt: skip


def _said(at: Setting, titles: Mapping[str, str], counts: Mapping[str, int]) -> str:
    told = (f"{titles[o]}: {n}" for o, n in counts.items())
    return f"{'; '.join(told)}. {at.word['chart']}"


def _grouped(at: Setting, table: str, fact: str) -> Figure:
    tally, names, titles = at.tally, at.names, at.names.outcomes(table)
    found, colours = at.found(table), at.colours(table)
    values = names.values(fact, {value for one, value in tally.sizes if one == fact})
    counts = {v: [tally.groups[fact, v, table, o] for o in found] for v in values}
    key = "by_year" if names.is_date(fact) else "by_value"
    title = at.word[key].format(fact=lowered(names.title(fact)))
    head = at.word["year"] if names.is_date(fact) else names.title(fact)
    sizes = {v: tally.sizes[fact, v] for v in values}
    chart = Markup()
    if table not in at.collecting:
        rows = [
            Bar(names.value(fact, v), tuple(
                Part(titles[o], n, colours[o]) for o, n in zip(found, counts[v], strict=True)
            ))
            for v in values
        ]  # fmt: skip
        said = "; ".join(f"{names.value(fact, v)}: {n}" for v, n in sizes.items())
        key = at.id("figure", table, fact)
        chart = bars(key, f"{names.title(table)} {title}", f"{said}. {at.word['chart']}", rows)
    return Figure(
        at.id("by", table, fact), title, chart,
        Table(
            title,
            (
                Column(head),
                *(Column(titles[o], True) for o in found),
                Column(at.word["cases"], True),
            ),
            tuple(
                (
                    Cell(names.value(fact, v)),
                    *(Cell(_dash(n), True) for n in counts[v]),
                    Cell(str(sizes[v]), True),
                )
                for v in values
            ),
            (
                Cell(at.word["in_all"]),
                *(Cell(_dash(tally.outcomes[table, o]), True) for o in found),
                Cell(str(tally.decided), True),
            ),
        ),
        legend=tuple((swatch(colours[o]), titles[o]) for o in found) if chart else (),
        is_wide=True,
    )  # fmt: skip


def _percent(part: int, whole: int) -> str:
    """Write a share in whole hundredths, rounded half up."""
    return str((200 * part + whole) // (2 * whole)) if whole else "0"


def _dash(n: int) -> str:
    return str(n) if n else "–"
