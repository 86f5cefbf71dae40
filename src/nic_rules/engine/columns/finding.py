"""Findings of many cases: the core forms written as polars expressions, and what is lacked.

Columns of facts are as the core forms have them (`reading.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

import polars as pl

from nic_rules.engine.columns.lacking import (
    WORD,
    Lacking,
    unknown_column,
    unknown_word,
    words_of,
)
from nic_rules.engine.columns.lookup import counted
from nic_rules.engine.generate import below
from nic_rules.language.columns import number, truth
from nic_rules.language.lower import AS_OF, Lowering
from nic_rules.language.operators import CONSTANT, INPUT, OPERATORS, Constant, Core
from nic_rules.rulebook.book import Rules

BROKEN = "_broken"
"""The column that tells where constraints are broken."""


def codes_of(rules: Rules) -> dict[str, int]:
    """Number all values of enum facts, each text once, whatever facts have it."""
    values = (value for fact in rules.facts.values() for value in fact.choices)
    return {value: code for code, value in enumerate(dict.fromkeys(values))}


def applies_column(criterion: str) -> str:
    """Name the column that tells where a criterion applies."""
    return f"_applies_{criterion}"


@dataclass
class ColumnFinder:
    """Expressions of derived facts, criteria and constraints, in steps: each needs those before.

    A `full` one also tells what each criterion lacks where it is unknown (`lacking.py` puts that
    into masks), but not which constraints are broken.
    """

    rules: Rules
    codes: Mapping[str, int]
    derived: Sequence[str]
    criteria: Sequence[str]
    full: bool
    steps: list[dict[str, pl.Expr]] = field(default_factory=list)
    lacking: dict[str, Lacking] = field(default_factory=dict)
    broken: pl.Expr | None = None
    _step_of: dict[str, int] = field(default_factory=dict)
    _below: dict[str, frozenset[str]] = field(default_factory=dict)
    never_stuck: set[str] = field(default_factory=set)
    """Criteria that lack something wherever they are unknown."""
    _exact: set[str] = field(default_factory=set)
    _parts: int = 0
    _used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.facts = list(self.rules.facts)
        self.words = words_of(len(self.facts))
        self._places = {name: position for position, name in enumerate(self.facts)}
        decimals = self.rules.decimals
        lowering = Lowering(decimals, self.rules.parameters)
        self._below = {fact: frozenset({fact}) for fact in self.facts}
        for name in self.derived:
            scaled = lowering.value(self.rules.derived[name].value)
            decimals[name] = scaled.decimals
            self._below[name] = self._inputs(scaled.core)
            if self._is_exact(scaled.core):
                self._exact.add(name)
            step = self._step_for(scaled.core)
            _put(self.steps, step, name, self.column(scaled.core))
            self._step_of[name] = step + 1
        holds = [lowering.truth(c.holds_when) for c in self.rules.constraints.values()]
        if holds and not self.full:  # they are asked about with the tokens
            self.broken = reduce(or_, (truth(self.column(h)).eq_missing(False) for h in holds))
        for name in self.criteria:
            self._criterion(name, lowering)

    def found(self, facts: pl.LazyFrame, known: Collection[str] = ()) -> pl.LazyFrame:
        """Add all columns but those known to those of the facts, and `_broken` for constraints."""
        for step in self.steps:
            new = {name: column for name, column in step.items() if name not in known}
            facts = facts.with_columns(**new) if new else facts
        if self.broken is not None:
            facts = facts.with_columns(self.broken.alias(BROKEN))
        return facts

    def mask_of(self, facts: Iterable[str], word: int) -> int:
        """Give one word of the mask of some facts."""
        bits = (self._places[fact] - word * WORD for fact in facts)
        return sum(1 << bit for bit in bits if 0 <= bit < WORD)

    @cached_property
    def unknown(self) -> list[pl.Expr]:
        """Tell where each criterion is unknown, and which facts are, once all is found."""
        found = [pl.col(name).is_null().alias(unknown_column(name)) for name in self.criteria]
        return [*found, *map(self._unknown, self.words)]

    def _unknown(self, word: int) -> pl.Expr:
        """Set a bit for each unknown fact that is used: eight at a time, in bytes."""
        facts = list(enumerate(self.facts[word * WORD : (word + 1) * WORD]))
        found = number(0)
        for first in range(0, len(facts), 8):
            bits = [
                counted(pl.col(fact).is_null(), 1 << (bit - first), pl.UInt8)
                for bit, fact in facts[first : first + 8]
                if fact in self._used
            ]
            if bits:
                found |= reduce(or_, bits).cast(pl.Int64) * number(1 << first)
        return found.alias(unknown_word(word))

    def _step_for(self, core: Core) -> int:
        return max((self._step_of.get(name, 0) for name in core.inputs), default=0)

    def _criterion(self, name: str, lowering: Lowering) -> None:
        criterion = self.rules.criteria[name]
        if criterion.applies_when is None:
            core = lowering.truth(criterion.met_when)
        else:
            core = lowering.applied(criterion.applies_when, criterion.met_when)
        step = self._step_for(core)
        _put(self.steps, step, name, truth(self.column(core)))
        self._step_of[name] = step + 1
        if not self.full:
            return
        if criterion.applies_when is not None:
            applies = lowering.truth(criterion.applies_when)
            at = self._step_for(applies)  # it may rest on what is not left in the whole
            _put(self.steps, at, applies_column(name), truth(self.column(applies)))
        self._used |= self._inputs(core)
        self.lacking[name] = self._lacking(core)
        if self._is_exact(core):
            self.never_stuck.add(name)

    def _lacking(self, core: Core) -> Lacking:
        """Give what an expression lacks where it is unknown."""
        if core.operator == CONSTANT:
            return Lacking()
        if core.operator == INPUT and str(core.constant) in self.rules.criteria:
            return Lacking(criteria=frozenset({str(core.constant)}))
        if not (core.operator in OPERATORS and OPERATORS[core.operator].joins):
            return Lacking(self._inputs(core))
        if len(core.operands) == 1:  # unknown where its operand is
            return self._lacking(core.operands[0])
        facts, criteria, parts = frozenset[str](), frozenset[str](), []
        for operand in core.operands:
            below = self._lacking(operand)
            if self._is_exact(operand) or (below.criteria and operand.operator == INPUT):
                facts |= below.facts
                criteria |= below.criteria
            else:
                parts.append((self._unknown_part(operand), below))
        return Lacking(facts, criteria, tuple(parts))

    def _unknown_part(self, core: Core) -> str:
        """Add a column that tells where a part of a criterion is unknown; give its name."""
        name = f"_part_{self._parts}"
        self._parts += 1
        _put(self.steps, self._step_for(core), name, self.column(core).is_null())
        return name

    def _is_exact(self, core: Core) -> bool:
        """Tell whether an expression is unknown exactly where some fact below it is."""
        if core.operator == CONSTANT:
            return core.constant is not None
        if core.operator == INPUT:
            name = str(core.constant)
            return name in self.rules.facts or name == AS_OF or name in self._exact
        operator = OPERATORS[core.operator]
        return operator.strict and not operator.partial and all(map(self._is_exact, core.operands))

    def _inputs(self, core: Core) -> frozenset[str]:
        """Give the facts below an expression, through derived facts."""
        return frozenset().union(*(self._below.get(name, frozenset()) for name in core.inputs))

    def column(self, core: Core) -> pl.Expr:
        """Write a core expression."""
        if core.operator == CONSTANT:
            return self._constant(core.constant)
        if core.operator == INPUT:
            return pl.col(str(core.constant))
        constant: object = core.constant
        if isinstance(constant, tuple):
            # a key that no fact has is never asked for
            constant = [(self.codes[key], v) for key, v in constant if key in self.codes]
        operands = [self.column(operand) for operand in core.operands]
        column: pl.Expr = OPERATORS[core.operator].column(constant, *operands)
        return column

    def _constant(self, value: Constant) -> pl.Expr:
        if isinstance(value, bool):
            return pl.lit(value)
        if isinstance(value, str):
            return number(self.codes.get(value, -1))
        assert value is None or isinstance(value, int)
        return pl.lit(value, pl.Int64)


def _put(steps: list[dict[str, pl.Expr]], step: int, name: str, column: pl.Expr) -> None:
    while len(steps) <= step:
        steps.append({})
    steps[step][name] = column


def finder_of(
    rules: Rules,
    names: Sequence[str],
    derived: Sequence[str],
    criteria: Sequence[str],
    *,
    full: bool,
) -> ColumnFinder:
    """Give what finds some names alone; derived facts and criteria come in order of use."""
    needed = below(rules, names)
    return ColumnFinder(
        rules,
        codes_of(rules),
        [name for name in derived if name in needed],
        [name for name in criteria if name in needed],
        full=full,
    )
