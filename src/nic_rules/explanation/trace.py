"""The trace of a decision: rows, findings and values, each with clause and basis, as data.

It decides again by the walk and compares: an explanation of another answer than the one recorded
is an error of this library, never an explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from nic_rules.decision import Decision, FrozenMap
from nic_rules.diagnostics import Place

SCHEMA = "nic-rules/trace/1"


class Cited(NamedTuple):
    """A clause that a rule rests on, and its place in the source."""

    clause: str
    source: str
    place: str
    says: str


class Spot(NamedTuple):
    """Where a rule stands in the rule book's folder."""

    file: str
    line: int


class Ground(NamedTuple):
    """What a rule rests on; `why` says what an interpretation chose."""

    basis: str
    why: str | None
    cites: tuple[Cited, ...]
    spot: Spot


class Leaf(NamedTuple):
    """A fact, parameter or derived fact that a finding used, with its value for people.

    `value` is as the record has it, None if unknown; `shown` has its unit. A parameter's value
    holds `since` a day.
    """

    name: str
    kind: Literal["fact", "parameter", "derived"]
    title: str
    value: str | bool | int | None
    shown: str
    supplied_by: str | None = None
    evidence: FrozenMap[str] | None = None
    since: str | None = None
    ground: Ground | None = None
    condition: Step | None = None

    @property
    def known(self) -> bool:
        """Tell whether it has a value."""
        return self.value is not None


class Step(NamedTuple):
    """One expression below a criterion: how it was written, how it is said, what came of it.

    `form` is `and`, `or`, `not`, `is` (a comparison, or being one of some) or `value`; `came` is
    true, false, unknown or, of a `value`, the value for people.
    """

    form: Literal["and", "or", "not", "is", "value"]
    text: str
    said: str
    came: str
    lacks: tuple[str, ...]
    parts: tuple[Step | FoundNode | Leaf, ...]


class FoundNode(NamedTuple):
    """A criterion's finding, with all that is below it."""

    name: str
    title: str
    finding: str
    said: str | None
    causes: tuple[str, ...]
    is_aim: bool
    ground: Ground
    lacks: tuple[str, ...]
    applies: Step | None
    condition: Step


class Cell(NamedTuple):
    """What a row wants of one name, and what was found of it; `tokens` as the rules write them."""

    name: str
    title: str
    wants: tuple[str, ...]
    found: str
    fits: bool
    tokens: tuple[str, ...]


class RowNode(NamedTuple):
    """A row of a table: whether it gave the outcome, fits but comes later, or does not fit.

    `outcome` is told as people know it, `then` as the rules write it.
    """

    name: str
    state: Literal["gave", "later", "unfit"]
    outcome: str
    because: str | None
    ground: Ground
    cells: tuple[Cell, ...]
    then: str


class Missing(NamedTuple):
    """A fact worth asking for, with the question and who is to answer it."""

    name: str
    title: str
    ask: str | None
    supplied_by: str | None


class TableNode(NamedTuple):
    """One table's answer: outcomes by their names, its rows, and the findings it looked at."""

    name: str
    title: str
    outcomes: tuple[tuple[str, str], ...]
    rows: tuple[RowNode, ...]
    found: tuple[FoundNode, ...]
    looked_at: tuple[Leaf, ...]
    notes: tuple[FoundNode, ...]
    declared: tuple[tuple[str, str], ...]
    """Every outcome that it can give."""

    @property
    def gave(self) -> tuple[RowNode, ...]:
        """Give the rows that gave the outcome."""
        return tuple(row for row in self.rows if row.state == "gave")


class Lasting(NamedTuple):
    """Until when the outcome holds though no fact changes, and what it becomes; days as text.

    `until` is the first day of another outcome, None where there is none up to the horizon.
    `becomes` is None too where nothing can be decided on that day; a table that collects has a
    list. `said` says it in sentences.
    """

    until: str | None
    becomes: str | tuple[str, ...] | None
    horizon: str
    said: tuple[str, ...]


class Ahead:
    """What lies ahead of an outcome: looked for when it is first read, for that takes longest."""

    __slots__ = ("_lasting",)

    def __init__(self, lasting: Lasting | Callable[[], Lasting]) -> None:
        """Hold it, or what finds it."""
        self._lasting = lasting

    @property
    def lasting(self) -> Lasting:
        """Everything of it."""
        lasting = self._lasting
        if not isinstance(lasting, Lasting):
            lasting = self._lasting = lasting()
        return lasting

    @property
    def until(self) -> str | None:
        """The first day of another outcome, None where there is none up to the horizon."""
        return self.lasting.until

    @property
    def becomes(self) -> str | tuple[str, ...] | None:
        """The other outcome, None too where nothing can be decided then."""
        return self.lasting.becomes

    @property
    def horizon(self) -> str:
        """The last day that was looked at."""
        return self.lasting.horizon

    @property
    def said(self) -> tuple[str, ...]:
        """All of it in sentences."""
        return self.lasting.said

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ahead) and self.lasting == other.lasting

    def __hash__(self) -> int:
        return hash(self.lasting)

    def __reduce__(self) -> tuple[type, tuple[Lasting]]:
        return type(self), (self.lasting,)

    def __repr__(self) -> str:
        return repr(self.lasting)


class Trace(NamedTuple):
    """The whole of a decision's reasons in one language."""

    decision: Decision
    language: str
    rulebook: str
    table: TableNode
    inner: tuple[TableNode, ...]
    missing: tuple[Missing, ...]
    stuck: tuple[str, ...]
    lasting: Ahead
    retold: bool = False
    """The texts of the rules were others when it was decided; JSON has their digest alone."""

    @property
    def tables(self) -> tuple[TableNode, ...]:
        """Give the table that was asked, and those below it."""
        return (self.table, *self.inner)

    def as_data(self) -> dict[str, Any]:
        """Give the trace as JSON has it, with the record of the decision."""
        import json

        told = {
            name: as_json(value)
            for name, value in self._asdict().items()
            if name not in ("decision", "retold")
        }
        return {"schema": SCHEMA, "decision": json.loads(self.decision.to_json()), **told}


_PLAIN = frozenset({str, bool, int, type(None)})
"""What JSON has as it is: most parts, which are told apart fast."""


def as_json(value: Any) -> Any:
    """Give any part of a trace as JSON has it."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    fields = getattr(kind, "_fields", None)
    if fields is not None:
        told = {"node": KINDS[kind]} if kind in KINDS else {}
        for name, part in zip(fields, value, strict=True):
            told[name] = part if type(part) in _PLAIN else as_json(part)
        return told
    if isinstance(value, Ahead):
        return as_json(value.lasting)
    if isinstance(value, Mapping):
        return {name: as_json(part) for name, part in value.items()}
    return [as_json(part) for part in value]


KINDS: dict[type, str] = {Leaf: "value", Step: "step", FoundNode: "finding"}
"""What a part of a step is, as JSON tells it."""


def below(node: FoundNode | Step | Leaf) -> Iterator[FoundNode | Leaf]:
    """Give every finding and value below a node, from the top down."""
    if isinstance(node, Step):
        for part in node.parts:
            yield from below(part)
        return
    yield node
    if node.condition is not None:
        yield from below(node.condition)
    if isinstance(node, FoundNode) and node.applies is not None:
        yield from below(node.applies)


def parts_of(node: FoundNode) -> tuple[FoundNode, ...]:
    """Give the criteria that a finding uses itself."""
    return tuple({part.name: part for part in _direct(node)}.values())


def _direct(node: FoundNode) -> Iterator[FoundNode]:
    for step in (node.applies, node.condition):
        if step is not None:
            yield from (part for part in _flat(step) if isinstance(part, FoundNode))


def _flat(step: Step) -> Iterator[FoundNode | Leaf]:
    for part in step.parts:
        if isinstance(part, Step):
            yield from _flat(part)
        else:
            yield part


def lowest(nodes: Iterable[FoundNode], finding: str) -> Iterator[FoundNode]:
    """Give the findings of one kind that have none of it below them."""
    for node in nodes:
        deeper = [one for one in below(node) if isinstance(one, FoundNode)]
        for one in deeper:
            if one.finding == finding and not any(p.finding == finding for p in parts_of(one)):
                yield one


def spot_of(place: Place, folder: str) -> Spot:
    """Name a place within the rule book's folder."""
    file = place.file
    if folder and file.startswith(folder):
        file = file[len(folder) :].lstrip("/\\")
    return Spot(file, place.line)
