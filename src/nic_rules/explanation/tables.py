"""A table's rows, laid out once for an edition and a language: which fit, and why not the others.

All that they rest on is what the table sees, but for the values that a reason names: so they are
kept by that.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from nic_rules.engine.rows import taking
from nic_rules.explanation.memory import Memory
from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import Cell, RowNode, TableNode
from nic_rules.rulebook.book import Row, Table
from nic_rules.rulebook.texts import fill, named_in

Tokens = tuple[str, ...]
"""What a table sees, a token for each of its columns."""


class Answer(NamedTuple):
    """What the rows of a table give, by the plainest reading of them, and all of them told.

    Those at `unfilled` gave it for a reason that names values of the case, and have none yet.
    """

    outcomes: tuple[str, ...]
    titled: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    nodes: tuple[RowNode, ...]
    unfilled: tuple[int, ...]


class TableTelling:
    """One table of an edition, laid out to be told in one language."""

    def __init__(self, telling: Telling, table: Table, places: Mapping[str, int]) -> None:
        """Lay it out; `places` says where each name stands among all that was found of a case."""
        rules, language = telling.rules, telling.language
        self.name, self.rows = table.name, table.rows
        self._title = table.item.written.name[language]
        self._outcomes = telling.tokens(table.name)
        self._declared = tuple(self._outcomes.items())
        criteria = [name for name in table.columns if name in rules.criteria]
        facts = [name for name in table.columns if name in rules.facts]
        self._looked_at = taking(places[name] for name in table.columns)
        self._criteria, self._facts, self._notes = (
            taking(places[name] for name in names) for names in (criteria, facts, table.notes)
        )
        self._takes_one = table.item.written.hit_policy in ("first", "unique")
        columns = {name: at for at, name in enumerate(table.columns)}
        numbered = enumerate(table.rows, len(columns))
        self._rows = [_RowTelling(telling, table, row, columns, own) for own, row in numbered]
        self._numbers = tuple(range(len(self._rows)))
        self._answers: Memory[Answer] = Memory()
        self._nodes: Memory[RowNode] = Memory()

    def told(self, parts: Sequence[Any], answer: Answer, rows: tuple[RowNode, ...]) -> TableNode:
        """Tell the whole table for a case of which all parts have been told."""
        return TableNode(
            self.name,
            self._title,
            answer.titled,
            rows,
            self._criteria(parts),
            self._facts(parts),
            self._notes(parts),
            self._declared,
        )

    def answer(self, tokens_of_all: Sequence[str]) -> Answer:
        """Give what the rows give for what there is to see, out of memory if it can be."""
        tokens = self._looked_at(tokens_of_all)
        answer = self._answers.get(tokens)
        if answer is None:
            answer = self._answer(tokens)
            self._answers.keep(tokens, answer)
        return answer

    def _answer(self, tokens: Tokens) -> Answer:
        slots, kept = tokens + self._numbers, self._nodes.recent.get
        nodes = [kept(row.key(slots)) or self._node(row, slots) for row in self._rows]
        fitting = [at for at, node in enumerate(nodes) if node.state == "later"]
        gave = fitting[:1] if self._takes_one else fitting
        for at in gave:
            nodes[at] = nodes[at]._replace(state="gave", because=self._rows[at].because)
        outcomes = tuple(dict.fromkeys([nodes[at].then for at in gave]))
        return Answer(
            outcomes,
            tuple([(name, self._outcomes[name]) for name in outcomes]),
            tuple([nodes[at].name for at in gave]),
            tuple(nodes),
            tuple([at for at in gave if nodes[at].because is None]),
        )

    def _node(self, row: _RowTelling, slots: tuple[Hashable, ...]) -> RowNode:
        key = row.key(slots)
        node = self._nodes.get(key)
        if node is None:
            node = row.of(slots)
            self._nodes.keep(key, node)
        return node


class _RowTelling:
    """One row, to be told for what its table sees; `own` is where its number stands beside that."""

    def __init__(
        self, telling: Telling, table: Table, row: Row, columns: dict[str, int], own: int
    ) -> None:
        item, language = row.written, telling.language
        outcome = telling.tokens(table.name)[item.then]
        text = item.because[language]
        self.because = None if named_in(text) else fill(text, str)
        self._at = [columns[name] for name in row.when]
        self.key = itemgetter(own, *self._at)
        self._cells = [_Cells(telling, name, tuple(tokens)) for name, tokens in row.when.items()]
        self._unfit = RowNode(
            row.name, "unfit", outcome, None,
            telling.ground(item, table.item.at("rows", row.position)), (), item.then,
        )  # fmt: skip

    def of(self, slots: tuple[Hashable, ...]) -> RowNode:
        cells = tuple([cells[slots[at]] for cells, at in zip(self._cells, self._at, strict=True)])
        fits = all(cell.fits for cell in cells)
        return self._unfit._replace(state="later" if fits else "unfit", cells=cells)


class _Cells(dict[Hashable, Cell]):
    """What a row wants of a name, told for each token that was found so far."""

    def __init__(self, telling: Telling, name: str, tokens: Tokens) -> None:
        self._name, self._tokens, self._title = name, tokens, telling.title(name)
        self._told = telling.tokens(name)
        self._wants = tuple([self._told.get(token, token) for token in tokens])

    def __missing__(self, found: Hashable) -> Cell:
        assert isinstance(found, str)
        fits, told = found in self._tokens, self._told.get(found, found)
        self[found] = Cell(self._name, self._title, self._wants, told, fits, self._tokens)
        return self[found]
