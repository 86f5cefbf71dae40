"""The grounds of a decision, in the order in which Norwegian administrative law wants them.

The rules that it rests on, the facts that it rests on, the main considerations (the Public
Administration Act, section 25); what somebody chose stands apart. Only what mattered is in them:
of alternatives those that held, of requirements those that failed, of the unknown what is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nic_rules.explanation.trace import (
    Cited,
    FoundNode,
    Ground,
    Leaf,
    Missing,
    RowNode,
    Step,
    TableNode,
    Trace,
    below,
    parts_of,
)

Node = FoundNode | Leaf


class Rule(NamedTuple):
    """A clause that the decision rests on, and the titles of the rules that cite it."""

    clause: Cited
    rules: tuple[str, ...]


class Consideration(NamedTuple):
    """A finding that mattered, as a sentence; `said` is its own, where it has one."""

    title: str
    finding: str
    said: str | None
    causes: tuple[str, ...]
    ground: Ground


class Interpretation(NamedTuple):
    """What somebody chose, and why."""

    title: str
    why: str


class Grounds(NamedTuple):
    """The grounds of one decision in one language."""

    trace: Trace
    rows: tuple[RowNode, ...]
    rules: tuple[Rule, ...]
    facts: tuple[Leaf, ...]
    values: tuple[Leaf, ...]
    considerations: tuple[Consideration, ...]
    interpretations: tuple[Interpretation, ...]
    noted: tuple[FoundNode, ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Give the facts worth asking for."""
        return self.trace.missing


def grounds_of(trace: Trace) -> Grounds:
    """Choose what mattered of a trace."""
    rows = tuple(dict.fromkeys(rows_that_gave(trace.table, trace)))
    nodes = list({node.name: node for node in _mattered(trace)}.values())
    found = [node for node in nodes if isinstance(node, FoundNode)]
    leaves = [node for node in nodes if isinstance(node, Leaf)]
    return Grounds(
        trace,
        rows,
        tuple(_rules(trace, rows, found, leaves)),
        tuple(leaf for leaf in leaves if leaf.kind == "fact"),
        tuple(leaf for leaf in leaves if leaf.kind != "fact"),
        tuple(Consideration(n.title, n.finding, n.said, n.causes, n.ground) for n in found),
        tuple(_interpretations(trace, rows, found, leaves)),
        trace.table.notes,
    )


def rows_that_gave(table: TableNode, trace: Trace) -> Iterator[RowNode]:
    """Give the rows that gave a table's outcome, and those of the tables that they looked at."""
    inner = {one.name: one for one in trace.inner}
    for row in table.gave:
        yield row
        for cell in row.cells:
            if cell.name in inner:
                yield from rows_that_gave(inner[cell.name], trace)


def _mattered(trace: Trace) -> Iterator[Node]:
    yield from _of_table(trace.table, {one.name: one for one in trace.inner})


def _of_table(table: TableNode, inner: dict[str, TableNode]) -> Iterator[Node]:
    nodes: dict[str, Node] = {node.name: node for node in table.found}
    nodes |= {leaf.name: leaf for leaf in table.looked_at}
    for row in table.gave:
        for name in rests_on(table, row):
            if name in inner:
                yield from _of_table(inner[name], inner)
            else:
                yield from mattering(nodes[name])
    if not table.gave:  # nothing was collected: each row has something that it wants and lacks
        for row in table.rows:
            for cell in row.cells:
                if not cell.fits and cell.name in nodes:
                    yield from mattering(nodes[cell.name])


def rests_on(table: TableNode, row: RowNode) -> list[str]:
    """Give the names that a row looks at; without cells, those that kept earlier rows away."""
    if row.cells:
        return [cell.name for cell in row.cells]
    unfit = [one for one in table.rows[: table.rows.index(row)] if one.state == "unfit"]
    return [next(cell.name for cell in one.cells if not cell.fits) for one in unfit]


def mattering(node: Node) -> Iterator[Node]:
    """Give a finding or value and, below it, what made it come out as it did."""
    yield node
    if isinstance(node, FoundNode):
        if node.applies is not None:
            yield from _of_step(node.applies)
        if node.finding != "not_applicable":
            yield from _of_step(node.condition)
    elif node.condition is not None:
        yield from _of_step(node.condition)


def _of_step(step: Step) -> Iterator[Node]:
    for part in decisive(step):
        yield from _of_step(part) if isinstance(part, Step) else mattering(part)


def decisive(step: Step) -> Iterable[Step | Node]:
    """Give the parts that made an expression come out as it did.

    One false part settles an `and`, one true part an `or`; what is unknown is so by its unknown
    parts; otherwise all parts matter.
    """
    if step.form not in ("and", "or"):
        return step.parts
    settles = "false" if step.form == "and" else "true"
    if step.came in (settles, "unknown"):
        return tuple(part for part in step.parts if _came(part) == step.came)
    return step.parts


def _came(part: Step | Node) -> str:
    if isinstance(part, FoundNode):
        return {"not_met": "false", "unknown": "unknown"}.get(part.finding, "true")
    if isinstance(part, Step):
        return part.came
    return "unknown" if part.value is None else str(part.value).lower()


def _rules(
    trace: Trace, rows: Iterable[RowNode], found: Iterable[FoundNode], leaves: Iterable[Leaf]
) -> Iterator[Rule]:
    """Give each clause once, in the order of what mattered, with the rules that rest on it.

    Rows, and criteria made of others, often cite whatever is below them: of these clauses those
    are left out that belong to a criterion which did not matter.
    """
    found = list(found)
    single = [node for node in found if not parts_of(node)]
    kept = {clause for node in single for clause in node.ground.cites}
    left_out = {clause for node in _single(trace) for clause in node.ground.cites} - kept
    titles: dict[Cited, dict[str, None]] = {}
    grounds = [(row.outcome, row.ground) for row in rows]
    grounds += [(node.title, node.ground) for node in found]
    grounds += [(leaf.title, leaf.ground) for leaf in leaves if leaf.ground is not None]
    for title, ground in grounds:
        for clause in ground.cites:
            if clause not in left_out:
                titles.setdefault(clause, {})[title] = None
    for clause, rules in titles.items():
        yield Rule(clause, tuple(rules))


def _single(trace: Trace) -> Iterator[FoundNode]:
    """Give every criterion of a trace that is not made of others."""
    for table in trace.tables:
        for top in table.found:
            yield from (n for n in below(top) if isinstance(n, FoundNode) and not parts_of(n))


def _interpretations(
    trace: Trace, rows: Iterable[RowNode], found: Iterable[FoundNode], leaves: Iterable[Leaf]
) -> Iterator[Interpretation]:
    """Give what somebody chose, each once: of rows, findings, and values laid down."""
    titles = {row: table.title for table in trace.tables for row in table.gave}
    named = [(f"{titles[row]} {row.outcome}", row.ground.why) for row in rows]
    named += [(node.title, node.ground.why) for node in found]
    named += [(leaf.title, leaf.ground.why) for leaf in leaves if leaf.ground is not None]
    yield from dict.fromkeys(Interpretation(title, why) for title, why in named if why is not None)
