"""A table of an edition, with all below it, as formulas over the facts.

What a formula is made of is found once for an edition and a table; formulas are written for each
question, with what is known put in. This module imports z3: import it only where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import z3

from nic_rules.engine.edition import Edition
from nic_rules.engine.tables import RunningTable
from nic_rules.language.definitions import Value
from nic_rules.language.lower import AS_OF, Lowering
from nic_rules.language.operators import Core
from nic_rules.language.packed import pack
from nic_rules.language.solver import Formulas, Term, Truth, Whole, is_a_day
from nic_rules.language.types import Choice, Day, Number
from nic_rules.language.types import Truth as TruthType
from nic_rules.language.values import of_decimal
from nic_rules.rulebook.book import Fact, Rules, used_names


@dataclass(frozen=True, slots=True)
class Free:
    """A fact left open: its term, the variable in it, whether it is known, what it may be."""

    term: Term
    variable: Any
    known: Any
    within: Any


@dataclass(frozen=True, slots=True)
class Written:
    """What some facts come to, as formulas: truths of criteria, outcomes, no contradiction."""

    criteria: Mapping[str, Truth]
    outcomes: Mapping[str, Mapping[str, Any]]
    consistent: Any


class Lowered:
    """What the rules of an edition come to in core forms, for one table and those below it."""

    def __init__(self, edition: Edition, table: str) -> None:
        self.rules: Rules = edition.rules
        self.running: RunningTable = edition.running(table)
        self._derived_in_order = edition.compiled.derived_in_order
        self.formulas = Formulas(_codes(self.rules))
        self.possible: dict[tuple[date, tuple[str, ...]], bool] = {}
        """Whether any facts at all give one of some outcomes on a day, as far as it was asked."""

    @classmethod
    def of(cls, edition: Edition, table: str) -> Lowered:
        """Give the one of an edition and a table."""
        beside = edition.compiled.beside
        key = f"lowered {table}"
        if key not in beside:
            beside[key] = cls(edition, table)
        lowered = beside[key]
        assert isinstance(lowered, Lowered)
        return lowered

    @cached_property
    def _lowering(self) -> Lowering:
        facts, parameters = self.rules.facts.values(), self.rules.book.parameters.values()
        decimals = {f.name: f.type.decimals for f in facts if isinstance(f.type, Number)}
        decimals |= {p.name: p.type.decimals for p in parameters if isinstance(p.type, Number)}
        lowering = Lowering(decimals, self.rules.parameters)
        for name in self._derived_in_order:
            decimals[name] = lowering.value(self.rules.derived[name].value).decimals
        return lowering

    @cached_property
    def derived(self) -> dict[str, Core]:
        """Derived facts, used ones before those that use them."""
        return {
            name: self._lowering.value(self.rules.derived[name].value).core
            for name in self._derived_in_order
        }

    @cached_property
    def criteria(self) -> dict[str, Core]:
        """The criteria that the tables look at or note, used ones before those that use them."""
        return {name: self._criterion(name) for name in self.running.criteria}

    def _criterion(self, name: str) -> Core:
        criterion = self.rules.criteria[name]
        if criterion.applies_when is None:
            return self._lowering.truth(criterion.met_when)
        return self._lowering.applied(criterion.applies_when, criterion.met_when)

    @cached_property
    def constraints(self) -> list[Core]:
        """Every constraint in force."""
        return [self._lowering.truth(one.holds_when) for one in self.rules.constraints.values()]

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts that the outcome or a constraint rests on, by name."""
        users = (self.rules.constraints.values(), map(self.rules.criteria.get, self.criteria))
        open_ = [n for some in users for user in some if user for n in used_names(user)]
        open_ += self.running.tokens
        found: set[str] = set()
        while open_:
            name = open_.pop()
            if name not in found:
                found.add(name)
                derived = self.rules.derived.get(name)
                open_ += used_names(derived) if derived is not None else ()
        return tuple(sorted(found & self.rules.facts.keys()))

    # --- facts

    def leaf(self, name: str, value: Value | None) -> Term:
        """Give a known fact, or None for an unknown one, as a term."""
        return self.formulas.leaf(in_core_form(self.rules.facts[name], value))

    def free(
        self, name: str, on: z3.Context | None = None, *, may_be_unknown: bool = False
    ) -> Free:
        """Leave a fact open, within its bounds; in a context of z3's, by default its main one."""
        kind = self.rules.facts[name].type
        known: Any = z3.Bool(f"{name} is known", on) if may_be_unknown else True
        forms = self.formulas
        if isinstance(kind, TruthType):
            flag = z3.Bool(name, on)
            term = Truth(forms.all_of((known, flag)), forms.all_of((known, z3.Not(flag))))
            return Free(term, flag, known, True)
        variable = z3.Int(name, on)
        match kind:
            case Number(_, low, high):
                within = z3.And(low <= variable, variable <= high)
            case Day(first, last):
                within = is_a_day(variable, first, last)
            case Choice(values):
                within = forms.any_of([variable == forms.code(value) for value in values])
            case _:
                within = True
        return Free(Whole(variable, known), variable, known, within)

    # --- formulas

    def written(self, facts: Mapping[str, Term], as_of: date) -> Written:
        """Write the formulas for facts, each a term."""
        inputs: dict[str, Term] = {AS_OF: Whole(pack(as_of), True), **facts}
        done: dict[Core, Term] = {}

        def term(core: Core) -> Term:
            return self.formulas.term(core, inputs, done)

        for name, core in self.derived.items():
            if all(used in inputs for used in core.inputs):  # else nothing here rests on it
                inputs[name] = term(core)
        truths: dict[str, Truth] = {}
        for name, core in self.criteria.items():
            found = term(core)
            assert isinstance(found, Truth)
            truths[name] = inputs[name] = found
        broken = [_truth(term(core)).false for core in self.constraints]
        consistent = self.formulas.opposite(self.formulas.any_of(broken))
        outcomes: dict[str, dict[str, Any]] = {}
        for table in (*self.running.below.values(), self.running):
            outcomes[table.table.name] = self._outcomes(table, inputs, outcomes)
        return Written(truths, outcomes, consistent)

    def _outcomes(
        self,
        running: RunningTable,
        inputs: Mapping[str, Term],
        below: Mapping[str, Mapping[str, Any]],
    ) -> dict[str, Any]:
        """Say of each outcome of a table that it is given, or among those collected."""
        forms, given = self.formulas, dict.fromkeys(running.table.outcomes, False)
        earlier: Any = False
        for row in running.table.rows:
            cells = (
                forms.any_of([self._token(name, token, inputs, below) for token in tokens])
                for name, tokens in row.when.items()
            )
            fits = forms.all_of(cells)
            then = row.written.then
            if not running.table.collects:
                fits, earlier = (
                    forms.all_of((fits, forms.opposite(earlier))),
                    forms.any_of((earlier, fits)),
                )
            given[then] = forms.any_of((given[then], fits))
        return given

    def _token(
        self,
        name: str,
        token: str,
        inputs: Mapping[str, Term],
        below: Mapping[str, Mapping[str, Any]],
    ) -> Any:
        """Say that a table sees a token of a name."""
        if name in below:
            return below[name][token]
        term = inputs[name]
        if token == "unknown":
            return self.formulas.opposite(term.known)
        if isinstance(term, Truth):
            return term.true if token in ("met", "true") else term.false
        is_it = term.value == self.formulas.code(token)
        return self.formulas.all_of((term.known, is_it))


def _truth(term: Term) -> Truth:
    assert isinstance(term, Truth)
    return term


def _codes(rules: Rules) -> dict[str, int]:
    """Number all enum values, in the order of the rule files."""
    choices = (fact.type.values for fact in rules.facts.values() if isinstance(fact.type, Choice))
    values = dict.fromkeys(value for values in choices for value in values)
    return {value: code for code, value in enumerate(values)}


def in_core_form(fact: Fact, value: Value | None) -> bool | int | str | None:
    """Give a fact's value as core forms have it: a scaled number, a packed date, else itself."""
    match value:
        case None | bool() | str():
            return value
        case date():
            return pack(value)
    assert isinstance(fact.type, Number)
    return of_decimal(Decimal(value), fact.type.decimals)
