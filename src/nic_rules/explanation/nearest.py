"""The smallest sets of facts whose change gives an outcome, and the nearest values of each.

A plain solver is asked whether one fact's change is enough, then two, and so on. Of the sets of the
smallest size, and of the values, the first in one order are then chosen by more such questions, so
that what the solver happens to find first never shows. Each question has a context of z3 of its
own, so that threads never meet there. This module imports z3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

import z3

from nic_rules.diagnostics import RequestError
from nic_rules.engine.solver import Free, Lowered
from nic_rules.explanation.lines import Line
from nic_rules.language.definitions import Value

MOST_SETS = 3
MOST_WORK = 20_000_000
"""What one question may cost the solver, in its own unit, which is the same on every machine."""

MOST_KEPT = 1_000
"""Answers that are kept for an edition and a table, each for a day and some outcomes."""

Changed = dict[str, Value]


def smallest_changes(
    lowered: Lowered, values: Mapping[str, Value], as_of: date, wanted: Collection[str]
) -> list[Changed]:
    """Give up to three smallest sets of changes that give one of some outcomes, in order.

    `values` are the known facts of a case that has none of these outcomes; what is unknown stays
    so. Raises `RequestError` if the solver gives up.
    """
    on = z3.Context()
    lines = _lines(lowered, values, on)
    terms = {
        name: lines[name].free.term if name in lines else lowered.leaf(name, values.get(name))
        for name in lowered.facts
    }
    question = _Question(lowered, terms, as_of, wanted, on)
    question.add(*(line.allowed for line in lines.values()))
    moves = question.flags({name: line.moved for name, line in lines.items()})
    return [question.nearest(lines, moves, names) for names in question.sets(moves)]


def still_missing(
    lowered: Lowered, values: Mapping[str, Value], as_of: date, wanted: Collection[str]
) -> tuple[str, ...] | None:
    """Give the fewest unknown facts that must be known before changes can give an outcome.

    Of several such sets it is the first; None if there is none, whatever is told.
    """
    on = z3.Context()
    lines = _lines(lowered, values, on)
    unknown = {
        name: lowered.free(name, on, may_be_unknown=True)
        for name in lowered.facts
        if name not in values
    }
    if not unknown:
        return None
    free = {name: line.free for name, line in lines.items()} | unknown
    terms = {
        name: free[name].term if name in free else lowered.leaf(name, values[name])
        for name in lowered.facts
    }
    question = _Question(lowered, terms, as_of, wanted, on)
    question.add(*(line.allowed for line in lines.values()), *_bounds(unknown.values()))
    told = question.flags({name: one.known for name, one in unknown.items()})
    return next((tuple(names) for names in question.sets(told)), None)


def can_be(lowered: Lowered, as_of: date, wanted: tuple[str, ...]) -> bool:
    """Tell whether any facts at all, unknown ones among them, give one of some outcomes.

    It is the same for all cases, and kept.
    """
    known = lowered.possible.get((as_of, wanted))
    if known is not None:
        return known
    on = z3.Context()
    free = {name: lowered.free(name, on, may_be_unknown=True) for name in lowered.facts}
    terms = {name: one.term for name, one in free.items()}
    question = _Question(lowered, terms, as_of, wanted, on)
    question.add(*_bounds(free.values()))
    if len(lowered.possible) >= MOST_KEPT:
        lowered.possible.clear()
    lowered.possible[as_of, wanted] = holds = question.holds()
    return holds


def _lines(lowered: Lowered, values: Mapping[str, Value], on: z3.Context) -> dict[str, Line]:
    """Give the known facts that the case can change."""
    lines = (
        Line(lowered, name, values[name], on)
        for name in lowered.facts
        if name in values and Line.can_move(lowered.rules.facts[name], values[name])
    )
    return {line.name: line for line in lines}


def _bounds(free: Collection[Free]) -> Iterator[Any]:
    return (one.within for one in free)


class _Question:
    """Facts, some of them open, that do not contradict each other and give a wanted outcome."""

    def __init__(
        self,
        lowered: Lowered,
        terms: Mapping[str, Any],
        as_of: date,
        wanted: Collection[str],
        on: z3.Context,
    ) -> None:
        self._on = on
        self._solver = z3.SimpleSolver(ctx=on)
        self._solver.set("rlimit", MOST_WORK)
        written = lowered.written(terms, as_of)
        outcomes = written.outcomes[lowered.running.table.name]
        self.add(lowered.formulas.any_of(outcomes[one] for one in wanted), written.consistent)

    def add(self, *demands: Any) -> None:
        """Demand more."""
        self._solver.add(*(one for one in demands if one is not True))

    def holds(self, *assumed: Any) -> bool:
        """Ask the solver; raises `RequestError` if it gives up."""
        answer = self._solver.check(*assumed)
        if answer == z3.unknown:
            message = "what would change this decision is too hard to work out"
            hint = "rules that multiply facts by each other make it so"
            raise RequestError.of("NIC702", message, hint)
        return bool(answer == z3.sat)

    def flags(self, meanings: Mapping[str, Any]) -> dict[str, Any]:
        """Give each name a literal that says whether something is so of it."""
        flags = {name: z3.Bool(f"{name} is counted", self._on) for name in meanings}
        self.add(*(flags[name] == meaning for name, meaning in meanings.items()))
        return flags

    # --- smallest sets

    def sets(self, flags: Mapping[str, Any]) -> Iterator[list[str]]:
        """Give up to three of the smallest sets of flags that can be set, in the flags' order."""
        if not self.holds():
            return
        size = 0
        limited = self._at_most(flags, size)
        while not self.holds(limited):
            size += 1
            limited = self._at_most(flags, size)
        for found in range(MOST_SETS):
            if found and not self.holds(limited):
                return
            names = self._first_set(flags, size, limited)
            yield names
            if not names:
                return
            self.add(z3.Or([z3.Not(flags[name]) for name in names]))

    def _at_most(self, flags: Mapping[str, Any], size: int) -> Any:
        """Limit how many flags are set, by a literal that stands for the limit."""
        limited = z3.Bool(f"at most {size}", self._on)
        if flags:
            self.add(z3.Implies(limited, z3.AtMost(*flags.values(), size)))
        return limited

    def _first_set(self, flags: Mapping[str, Any], size: int, limited: Any) -> list[str]:
        """Give the first set of a size; the solver has just found one."""
        having = self._set_flags(flags)
        chosen: list[str] = []
        for name, flag in flags.items():
            if len(chosen) == size:
                break
            if name not in having:
                if not self.holds(limited, flag, *(flags[one] for one in chosen)):
                    continue
                having = self._set_flags(flags)
            chosen.append(name)
        return chosen

    def _set_flags(self, flags: Mapping[str, Any]) -> set[str]:
        """Give the flags that are set in what the solver has just found."""
        model = self._solver.model()
        return {name for name, flag in flags.items() if z3.is_true(model.eval(flag))}

    # --- nearest values

    def nearest(
        self, lines: Mapping[str, Line], moves: Mapping[str, Any], names: Collection[str]
    ) -> Changed:
        """Give the nearest values of a set, one fact after the other, all others as they are."""
        self._solver.push()
        self.add(*(flag if name in names else z3.Not(flag) for name, flag in moves.items()))
        changed: Changed = {}
        for name in names:
            position = self._nearest(lines[name])
            self.add(lines[name].is_at(position))
            changed[name] = lines[name].value(position)
        self._solver.pop()
        return changed

    def _nearest(self, line: Line) -> int:
        """Give the nearest position of one fact; of two as near, the lower one."""
        distance = self._distance(line)
        lower, higher = line.position - distance, line.position + distance
        if lower < line.first:
            return higher
        return lower if self._would_hold(line.is_at(lower)) else higher

    def _distance(self, line: Line) -> int:
        """Give how far a fact must move at least: in steps that grow, then by halves."""
        nearer, step = 0, 1  # so far is not enough
        assert self.holds()
        enough = line.distance(self._solver.model())
        while nearer + 1 < enough:
            tried = min(nearer + step, (nearer + enough) // 2)
            self._solver.push()
            self.add(line.within(tried))
            if self.holds():
                enough = line.distance(self._solver.model())
            else:
                nearer, step = tried, step * 2
            self._solver.pop()
        return enough

    def _would_hold(self, formula: Any) -> bool:
        self._solver.push()
        self.add(formula)
        holds = self.holds()
        self._solver.pop()
        return holds
