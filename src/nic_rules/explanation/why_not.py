"""Why not another outcome: the rows that would give it, and what stands in the way of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from nic_rules.diagnostics import RequestError, nearest
from nic_rules.explanation.grounds import mattering
from nic_rules.explanation.trace import (
    Cell,
    FoundNode,
    Leaf,
    RowNode,
    TableNode,
    Trace,
    as_json,
    parts_of,
)

SCHEMA = "nic-rules/why-not/1"


class Obstacle(NamedTuple):
    """A cell of a row that does not fit, with the findings and values that make it so.

    Of a table below, `ways` are the rows there that would give what is wanted.
    """

    cell: Cell
    findings: tuple[FoundNode, ...]
    values: tuple[Leaf, ...]
    ways: tuple[Way, ...]


class Way(NamedTuple):
    """A row that would give the outcome, and what stands in its way.

    `before` are the earlier rows that would still come first if the obstacles were gone.
    """

    row: RowNode
    obstacles: tuple[Obstacle, ...]
    before: tuple[RowNode, ...]


class WhyNot(NamedTuple):
    """Why a case has not an outcome; `has_it`: it has."""

    trace: Trace
    outcome: str
    title: str
    has_it: bool
    ways: tuple[Way, ...]

    def as_data(self) -> dict[str, Any]:
        """Give the answer as JSON has it."""
        decision = self.trace.decision
        given = decision.outcome
        return {
            "schema": SCHEMA,
            "table": decision.table,
            "subject": decision.subject,
            "outcome": given if isinstance(given, str) else list(given),
            "asked": self.outcome,
            "has_it": self.has_it,
            "ways": as_json(self.ways),
        }


def why_not(trace: Trace, outcome: str) -> WhyNot:
    """Say why a case has not an outcome; raises `RequestError` if the table has no such outcome."""
    titles = dict(trace.table.declared)
    if outcome not in titles:
        hint = nearest(outcome, titles) or f"it has {', '.join(titles)}"
        message = f"`{trace.table.name}` has no outcome `{outcome}`"
        raise RequestError.of("NIC702", message, hint)
    has_it = outcome in (name for name, _ in trace.table.outcomes)
    inner = {one.name: one for one in trace.inner}
    ways = () if has_it else tuple(_ways(trace.table, {outcome}, inner))
    if not isinstance(trace.decision.outcome, str):  # where all rows that fit give, none is first
        ways = tuple(way._replace(before=()) for way in ways)
    return WhyNot(trace, outcome, titles[outcome], has_it, ways)


def _ways(table: TableNode, wanted: set[str], inner: dict[str, TableNode]) -> Iterator[Way]:
    for position, row in enumerate(table.rows):
        if row.then in wanted and row.state != "gave":
            unfit = {cell.name: cell for cell in row.cells if not cell.fits}
            obstacles = (_obstacle(cell, table, inner) for cell in unfit.values())
            gave = (one for one in table.rows[:position] if one.state == "gave")
            yield Way(row, tuple(obstacles), tuple(r for r in gave if not _gives_way(r, unfit)))


def _gives_way(row: RowNode, unfit: dict[str, Cell]) -> bool:
    """Tell whether a row need no longer fit if what did not fit were as it is wanted."""
    wanted = {name: {*cell.tokens} for name, cell in unfit.items()}
    return any(wanted.get(cell.name, set()) - {*cell.tokens} for cell in row.cells)


def _obstacle(cell: Cell, table: TableNode, inner: dict[str, TableNode]) -> Obstacle:
    if cell.name in inner:
        ways = tuple(_ways(inner[cell.name], {*cell.tokens}, inner))
        return Obstacle(cell, (), (), ways)
    tops: list[FoundNode | Leaf] = [*table.found, *table.looked_at]
    top = next(node for node in tops if node.name == cell.name)
    nodes = {node.name: node for node in mattering(top)}.values()
    findings = [n for n in nodes if isinstance(n, FoundNode) and not _goes_on(n)]
    return Obstacle(cell, tuple(findings), tuple(n for n in nodes if isinstance(n, Leaf)), ())


def _goes_on(node: FoundNode) -> bool:
    """Tell whether a finding is as it is because of criteria below it, which are told instead."""
    return any(part.finding == node.finding for part in parts_of(node))
