"""Which rows fit, answered by durable-rules: the only module that imports it.

Each row is a rule, each situation one flat fact of texts in a session of its own. This is the
subset of durable-rules that agrees with the plain walk; docstrings and comments below say which
of its bounds are kept, and how. Its C module is called directly: the Python layer above it starts
timer threads, swallows exceptions of actions, and adds nothing that is needed here.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
import weakref
from collections.abc import Sequence
from contextlib import suppress
from operator import getitem
from typing import Any

from nic_rules.engine.rows import (
    ASKING,
    PlainRows,
    RowMatcher,
    RowPattern,
    TableFault,
    TablePattern,
    taking,
)

__all__ = ["DurableRows", "TableFault", "make_matcher"]

MOST_ROWS = 40
"""Rows of one rule set. durable-rules holds at most 64 conditions open at a time (error 303), one
for each row at worst, and miscounts in silence where 256 rows have the same conditions."""

MOST_CONDITIONS = 240
"""Different conditions of one rule set. A fact may have 254 properties, three of which are not
columns; and where 512 conditions follow one, durable-rules loops for ever."""

MOST_LISTS = 14
"""Cells of one row written as `$or`. An expression holds 31 operators and ends; each `$or` takes
two, the `$and` around them two."""

LONGEST_LIST = 100
"""Tokens of one cell written as `$or`: all of them follow one condition."""

SENTINEL = "always"
"""A rule which fits every fact, and the property by which it does."""

_FIRED = re.compile(r'\{"(\w+)":')
"""How durable-rules tells a rule that fired; the fact follows, which takes longest to read."""

_numbers = itertools.count(1)


def make_matcher(table: TablePattern) -> RowMatcher:
    """Give the table to durable-rules, or to the plain walk where that cannot be imported.

    `carrier` of what is returned tells which. Raises `TableFault` if durable-rules refuses it.
    """
    try:
        _engine()
    except ImportError:
        return PlainRows(table)
    return DurableRows(table)


def _engine() -> Any:  # a C module without types
    """Import durable-rules at the first table: importing this module must not load it."""
    return importlib.import_module("durable_rules_engine")


class DurableRows:
    """The rows of one table as rules of durable-rules: one rule set, or several for a long table.

    Any number of threads may ask; they are answered one at a time. After a fork both processes go
    on, each with its own copy. Whatever goes wrong is a `TableFault`.

    `sessions_opened` counts the situations that durable-rules was asked about, each in a session
    of its own (of one name in all rule sets).
    """

    carrier = "durable-rules"

    def __init__(self, table: TablePattern) -> None:
        self.sessions_opened = 0
        self._table = table
        self._domains = tuple(frozenset(domain) for domain in table.domains)
        with ASKING:
            try:
                self._rule_sets = [_RuleSet(table, rows) for rows in _parted(table)]
            except Exception as problem:
                what = f"durable-rules refuses it: {problem}"
                raise TableFault(table.name, None, what) from problem

    def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
        """Give the indices of all rows that fit, in file order; raise `TableFault`."""
        self._check(situation)
        rows: list[int] = []
        with ASKING:
            self.sessions_opened += 1
            session = str(self.sessions_opened)
            try:
                for rule_set in self._rule_sets:
                    rows += rule_set.ask(session, situation)
            except Exception as problem:
                what = f"durable-rules gave no answer: {problem}"
                raise self._fault(situation, what) from problem
        return tuple(sorted(rows))

    def _check(self, situation: tuple[str, ...]) -> None:
        # INVARIANT one-cell-a-column: relied on by `$neq`, which takes any other token
        if len(situation) != len(self._domains):
            what = f"{len(situation)} tokens for {len(self._domains)} columns"
            raise self._fault(situation, what)
        for column, domain, token in zip(
            self._table.columns, self._domains, situation, strict=True
        ):
            if token not in domain:
                raise self._fault(situation, f"`{column}` is never `{token}`")

    def _fault(self, situation: tuple[str, ...], what: str) -> TableFault:
        return TableFault(self._table.name, self._table.named(situation), what)


class _RuleSet:
    """Some rows of a table inside durable-rules; freed there when this object is."""

    def __init__(self, table: TablePattern, rows: Sequence[int]) -> None:
        self._engine = _engine()
        self._rows = {f"r{index}": index for index in rows}
        looked_at = [
            column
            for column in range(len(table.columns))
            if any(table.rows[index].cells[column] is not None for index in rows)
        ]
        self._looked_at = taking(looked_at)
        self._written = [_written(column, ("", *table.domains[column])) for column in looked_at]
        definition = json.dumps(rule_definition(table, rows))
        # Any name does, but two editions may have tables of the same one.
        self._handle: int = self._engine.create_ruleset(f"rules{next(_numbers)}", definition)
        # Freed without the lock: it is one call, and of a rule set that nobody can ask any more.
        freed = weakref.finalize(self, self._engine.delete_ruleset, self._handle)
        freed.atexit = False
        self._open_first_session([""] * len(table.columns))

    def _open_first_session(self, situation: Sequence[str]) -> None:
        """Try the rules once, which also makes it safe to delete a session where none fires.

        durable-rules leaves two pointers of a session unset until a rule fires in it, and frees
        them with the session. All sessions, being one at a time, use the memory of the first: so
        this one is deleted only after a rule fired.
        """
        _, state = self._engine.assert_fact(self._handle, self._fact("0", situation))
        if self._engine.start_action_for_state(self._handle, state) is None:
            raise RuntimeError("no rule fires")
        self._engine.delete_state(self._handle, "0")

    def ask(self, session: str, situation: Sequence[str]) -> list[int]:
        """Give the indices of the rows that fire on a situation, in no order."""
        try:
            fired = self._fire(self._fact(session, situation))
        except BaseException:
            with suppress(Exception):  # perhaps it was never opened
                self._engine.delete_state(self._handle, session)
            raise
        self._engine.delete_state(self._handle, session)
        if SENTINEL not in fired:
            raise RuntimeError("the rule that always fires did not")
        return [self._rows[name] for name in fired if name != SENTINEL]

    def _fact(self, session: str, situation: Sequence[str]) -> str:
        cells = "".join(map(getitem, self._written, self._looked_at(situation)))
        return f'{{"sid": "{session}", "{SENTINEL}": "yes"{cells}}}'

    def _fire(self, fact: str) -> set[str]:
        """Run one session; raise RuntimeError where a rule fires that should not."""
        fired: set[str] = set()
        result, state = self._engine.assert_fact(self._handle, fact)
        if result != 0:
            raise RuntimeError(f"the situation was not taken (result {result})")
        started = self._engine.start_action_for_state(self._handle, state)
        message = started[1] if started else None
        while message is not None:
            told = _FIRED.match(message)
            if told is None:
                raise RuntimeError(f"what fired cannot be read: {message[:40]}")
            name = told[1]
            if name != SENTINEL and name not in self._rows:
                raise RuntimeError(f"`{name}` fired, which is no rule")
            if name in fired:  # stops a runaway too: there are only so many rules
                raise RuntimeError(f"rule `{name}` fired twice")
            fired.add(name)
            message = self._engine.complete_and_start_action(self._handle, state)
        return fired


def _written(column: int, tokens: Sequence[str]) -> dict[str, str]:
    """Write one property of a fact with each of some tokens, to follow others."""
    return {token: f', "c{column}": {json.dumps(token)}' for token in tokens}


def _parted(table: TablePattern) -> list[list[int]]:
    """Part a table's rows so that each part keeps durable-rules' bounds; at least one part."""
    parts: list[list[int]] = [[]]
    conditions: set[tuple[int, str]] = set()
    for index, row in enumerate(table.rows):
        own = {(i, token) for i, cell in enumerate(row.cells) for token in cell or ()}
        full = len(parts[-1]) == MOST_ROWS or len(conditions | own) > MOST_CONDITIONS
        if parts[-1] and full:
            parts.append([])
            conditions = set()
        parts[-1].append(index)
        conditions |= own
    return parts


def rule_definition(table: TablePattern, rows: Sequence[int]) -> dict[str, Any]:
    """Write rows as durable-rules takes them: rule `r3` is row 3, property `c0` column 0."""
    rules = {f"r{index}": _rule(_conditions(table, table.rows[index])) for index in rows}
    return {**rules, SENTINEL: _rule([])}


def _rule(conditions: list[Any]) -> dict[str, Any]:
    return {"all": [{"m": {"$and": [{SENTINEL: "yes"}, *conditions]}}]}


def _conditions(table: TablePattern, row: RowPattern) -> list[Any]:
    conditions: list[Any] = []
    lists = 0
    for i, (cell, domain) in enumerate(zip(row.cells, table.domains, strict=True)):
        if cell is None:
            continue
        tokens = sorted(cell)
        if len(tokens) == 1:
            conditions.append({f"c{i}": tokens[0]})
        elif tokens and len(tokens) <= LONGEST_LIST and lists < MOST_LISTS:
            lists += 1
            conditions.append({"$or": [{f"c{i}": token} for token in tokens]})
        else:  # the same, told by what it is not: without bounds, and for an empty cell too
            conditions.extend({"$neq": {f"c{i}": token}} for token in domain if token not in cell)
    return conditions
