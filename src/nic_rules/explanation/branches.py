"""Everything that was tried, as branches to fold: those that mattered are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from nic_rules.explanation.grounds import Consideration, Grounds, Node, decisive
from nic_rules.explanation.phrases import Phrases, Rests
from nic_rules.explanation.text import CAME, SIGNS, STATES
from nic_rules.explanation.trace import FoundNode, Leaf, RowNode, Step, TableNode

_WORDS = {"true": "came_true", "false": "came_false", "unknown": "unknown"}
"""How the truth of a step is said."""


class Branch(NamedTuple):
    """A row, a finding, a step of an expression or a value, with what is below it.

    `word` says how it came out; of a value, it is the value. `sign` is empty where nothing came
    out; `name` is the rules' own, where it helps to find the rule. `texts` of a step say how its
    sides were calculated, of a value where it comes from.
    """

    kind: Literal["row", "finding", "step", "value"]
    sign: str
    finding: str
    title: str
    word: str
    name: str
    texts: tuple[str, ...]
    rests: Rests | None
    mattered: bool
    branches: tuple[Branch, ...]


class TableTree(NamedTuple):
    """All that was tried for one table."""

    title: str
    name: str
    given: str
    rows: tuple[Branch, ...]
    branches: tuple[Branch, ...]


def tree_of(grounds: Grounds) -> tuple[TableTree, ...]:
    """Give the tree of every table of a decision."""
    grower = _Grower(grounds)
    return tuple(map(grower.table, grounds.trace.tables))


class _Grower:
    def __init__(self, grounds: Grounds) -> None:
        self.phrases = Phrases(grounds.trace.language)
        self.words = self.phrases.words
        self.considered = set(grounds.considerations)
        self.looked_at = {leaf.name for leaf in (*grounds.facts, *grounds.values)}

    def table(self, table: TableNode) -> TableTree:
        nodes: list[Node] = [*table.found, *table.looked_at]
        return TableTree(
            table.title,
            table.name,
            ", ".join(title for _, title in table.outcomes) or self.words["nothing"],
            tuple(map(self.row, table.rows)),
            (
                *(self.node(node, mattered=self.mattered(node)) for node in nodes),
                *(self.node(node, mattered=False) for node in table.notes),
            ),
        )

    def row(self, row: RowNode) -> Branch:
        wants = self.words["wants"]
        unfit = [cell for cell in row.cells if not cell.fits] if row.state == "unfit" else []
        texts = (
            f"{c.title}: {wants.format(wants=' / '.join(c.wants), found=c.found)}" for c in unfit
        )
        finding, word = STATES[row.state], self.words[f"row_{row.state}"]
        return Branch(
            "row", SIGNS[finding], finding, row.outcome, word, row.name,
            tuple(texts), self.phrases.rests(row.ground), row.state == "gave", (),
        )  # fmt: skip

    def mattered(self, node: Node) -> bool:
        """Tell whether a finding or value that a table looks at is among the grounds."""
        if isinstance(node, Leaf):
            return node.name in self.looked_at
        one = Consideration(node.title, node.finding, node.said, node.causes, node.ground)
        return one in self.considered

    def node(self, node: Node, *, mattered: bool) -> Branch:
        if isinstance(node, Leaf):
            return self.value(node, mattered)
        return Branch(
            "finding", SIGNS[node.finding], node.finding, node.title, self.words[node.finding], "",
            (*((node.said,) if node.said else ()), *node.causes),
            self.phrases.rests(node.ground), mattered, tuple(self.below(node, mattered)),
        )  # fmt: skip

    def below(self, node: FoundNode, mattered: bool) -> Iterator[Branch]:
        if node.applies is not None:
            applies = tuple(self.step(node.applies, mattered))
            yield Branch(
                "step", "", "", self.words["applies_when"], "", "", (), None, mattered, applies
            )
        decides = mattered and node.finding != "not_applicable"
        yield from self.step(node.condition, decides)

    def step(self, step: Step, mattered: bool, *, outermost: bool = True) -> Iterator[Branch]:
        """Give a step; one that only names what stands below it is that alone.

        So is an outermost `and`: that all parts of a criterion must hold goes without saying.
        """
        parts = tuple(self.parts(step, mattered))
        is_all = step.form == "and" and outermost
        if is_all or (step.form == "is" and step.text.isidentifier()):
            yield from parts
            return
        finding = CAME[step.came]
        word = self.words["unknown" if finding == "unknown" else f"came_{step.came}"]
        sides = tuple(self.phrases.calculations.beside(step))
        yield Branch(
            "step", SIGNS[finding], finding, step.said, word, "", sides, None, mattered, parts
        )

    def parts(self, step: Step, mattered: bool) -> Iterator[Branch]:
        decided = {id(part) for part in decisive(step)} if mattered else set()
        for part in step.parts:
            if isinstance(part, Step):
                yield from self.step(part, id(part) in decided, outermost=False)
            else:
                yield self.node(part, mattered=id(part) in decided)

    def value(self, leaf: Leaf, mattered: bool) -> Branch:
        about = self.phrases.about(leaf)
        rests = self.phrases.rests(leaf.ground) if leaf.ground is not None else None
        if rests is not None and leaf.kind == "derived":
            rests = rests._replace(basis="")  # that it was calculated, and how, stands before it
        below: Iterable[Node | Step] = () if leaf.condition is None else leaf.condition.parts
        return Branch(
            "value", "", "" if leaf.known else "unknown", leaf.title, leaf.shown, "",
            (about,) if about else (),
            rests, mattered,
            tuple(self.value(part, mattered) for part in below if isinstance(part, Leaf)),
        )  # fmt: skip
