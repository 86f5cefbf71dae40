"""One meaning in every carrier: walk, generated functions and solver agree, and faults are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import z3
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.engine.compiled import Compiled
from nic_rules.engine.edition import Edition
from nic_rules.engine.solver import Lowered, in_core_form
from nic_rules.language.operators import OPERATORS, Forms, Sides
from nic_rules.language.packed import pack
from nic_rules.rulebook.given import Case as ReadCase
from tests.strategies import Book, books, cases

RULES = """
- rulebook: small
  title: {en: "Small"}
  languages: [en]
- source: paper
  title: {en: "Paper"}
  clauses:
    - {clause: one, place: "1", says: {en: "One."}, normative: true}
- {fact: a, name: {en: "A"}, type: integer, min: 0, max: 4}
- {fact: b, name: {en: "B"}, type: integer, min: 0, max: 4}
- {fact: p, name: {en: "P"}, type: boolean}
- {fact: q, name: {en: "Q"}, type: boolean}
- {fact: d, name: {en: "D"}, type: date}
- fact: e
  name: {en: "E"}
  type: enum
  values: [{value: x, name: {en: "X"}}, {value: y, name: {en: "Y"}}]
- parameter: k
  name: {en: "K"}
  type: integer
  by: e
  values: [{from: 2000-01-01, value: {x: 1}}]
  basis: source
  cites: [one]
"""

CONDITIONS = {
    "and": "p and q",
    "or": "p or q",
    "not": "not p",
    "unless_zero": "share(a, b) >= 0.5",
    "lt": "a < b",
    "le": "a <= b",
    "eq": "a == b",
    "add": "a + b <= 3",
    "sub": "a - b < 1",
    "mul": "a * b < 3",
    "min": "min(a, b) < 2",
    "max": "max(a, b) < 2",
    "periods": "years_between(d, date('2004-02-29')) < a",
    "days": "days_between(d, date('2004-03-01')) < a",
    "add_years": "add_years(d, a) < date('2006-03-01')",
    "year": "year(d) <= 2003 + a",
    "pick": "k[e] <= a",
}

WRONG: dict[str, str | Callable[[Sequence[Sides]], Sides]] = {
    # not Kleene's: false and unknown is unknown here, and so is true or unknown
    "and": lambda parts: Sides(*(" and ".join(sides) for sides in zip(*parts, strict=True))),
    "or": lambda parts: Sides(*(" and ".join(sides) for sides in zip(*parts, strict=True))),
    "not": lambda truths: truths[0],
    "unless_zero": "{1}",
    "lt": "{0} <= {1}",
    "le": "{0} < {1}",
    "eq": "{0} <= {1}",
    "add": "{0} - {1}",
    "sub": "{1} - {0}",
    "mul": "{0} + {1}",
    "min": "{0}",
    "max": "{0}",
    "periods": "({1} - {0}) // {c}",
    "days": "{1} - {0}",
    "add_years": "{0} + 384 * {1}",
    "year": "{0} // 32",
    "pick": "0",
}


def wrong_add_years(_: Forms, start: Any, years: Any) -> Any:
    """Add years without looking for days that are not there."""
    return start + 384 * years, True


WRONG_FOR_SOLVER: dict[str, Callable[..., Any]] = {
    "and": lambda on, *of: (on.all_of(t for t, _ in of), on.all_of(f for _, f in of)),
    "or": lambda on, *of: (on.any_of(t for t, _ in of), on.any_of(f for _, f in of)),
    "not": lambda _, truth: truth,
    "unless_zero": lambda _, __, truth: (truth, True),
    "lt": lambda _, left, right: left <= right,
    "le": lambda _, left, right: left < right,
    "eq": lambda _, left, right: left <= right,
    "add": lambda _, left, right: left - right,
    "sub": lambda _, left, right: right - left,
    "mul": lambda _, left, right: left + right,
    "min": lambda _, left, __: left,
    "max": lambda _, left, __: left,
    "periods": lambda on, first, second, c: on.floor(second - first, c),
    "days": lambda _, first, second: second - first,
    "add_years": wrong_add_years,
    "year": lambda on, day: on.floor(day, 32),
    "pick": lambda *_: (0, True),
}

DAYS = (None, date(2003, 2, 28), date(2004, 2, 29), date(2004, 3, 1), date(2005, 6, 30))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small book, with a criterion for each operator and a table that names them all."""
    items = [RULES]
    for name, condition in CONDITIONS.items():
        items.append(
            f"- criterion: c_{name}\n  name: {{en: C}}\n  met_when: {condition}\n"
            "  kind: requirement\n  basis: source\n  cites: [one]\n"
        )
    when = ", ".join(f"c_{name}: met" for name in CONDITIONS)
    items.append(
        "- table: t\n  name: {en: T}\n  hit_policy: first\n"
        "  outcomes: [{outcome: good, name: {en: G}}, {outcome: bad, name: {en: B}}]\n"
        "  rows:\n"
        f"    - {{row: one, when: {{{when}}}, then: good, because: {{en: B}}, basis: source, "
        "cites: [one]}\n"
        "    - {row: rest, when: {}, then: bad, because: {en: B}, basis: source, cites: [one]}\n"
    )
    folder = tmp_path_factory.mktemp("small")
    (folder / "rules.yaml").write_text("".join(items), encoding="utf-8")
    return folder


def all_cases() -> Iterator[dict[str, object]]:
    """Give cases over small domains, unknowns among them."""
    numbers = (None, 0, 1, 2, 4)
    for a, b, p, q in product(numbers, numbers, (None, True, False), (None, True, False)):
        yield {"a": a, "b": b, "p": p, "q": q, "d": DAYS[2], "e": "x"}
    for a, d, e in product(numbers, DAYS, (None, "x", "y")):
        yield {"a": a, "b": 1, "p": True, "q": None, "d": d, "e": e}


def differences(edition: Edition, facts: dict[str, object], as_of: date) -> set[str]:
    """Give the criteria on which the generated functions and the walk differ for a case."""
    known = {name: value for name, value in facts.items() if value is not None}
    walk = edition.walk(ReadCase(values=known), as_of)  # type: ignore[arg-type]
    found = set()
    for table in edition.tables:
        decision = edition.decide(table, facts, as_of=as_of)
        running = edition.running(table)
        tokens = running.named(running.find_tokens(pack(as_of), **known) or ())
        criteria = tokens.keys() & edition.rules.criteria.keys()
        found |= {name for name in criteria if walk.finding(name).token != tokens[name]}
        for name, fast in decision.findings.items():
            slow = walk.finding(name)
            if (slow.finding, sorted(slow.lacks)) != (fast.finding, list(fast.lacks)):
                found.add(name)
    return found


class Solved:
    """What the solver makes of a table: formulas over open facts, and values put in."""

    def __init__(self, edition: Edition, table: str, as_of: date) -> None:
        self.edition, self.table, self.as_of = edition, table, as_of
        self.lowered = Lowered.of(edition, table)
        self.open = {n: self.lowered.free(n, may_be_unknown=True) for n in self.lowered.facts}
        self.written = self.lowered.written({n: f.term for n, f in self.open.items()}, as_of)

    def tells(self, formula: Any, facts: dict[str, object]) -> bool:
        """Tell whether a formula holds for a case."""
        if isinstance(formula, bool):
            return formula
        values: list[Any] = []
        for name, free in self.open.items():
            value = in_core_form(self.edition.rules.facts[name], facts.get(name))  # type: ignore[arg-type]
            values.append((free.known, z3.BoolVal(value is not None)))
            if isinstance(value, str):
                value = self.lowered.formulas.code(value)
            if value is not None:
                put = z3.BoolVal(value) if isinstance(value, bool) else z3.IntVal(value)
                values.append((free.variable, put))
        told = z3.simplify(z3.substitute(formula, *values))
        assert z3.is_true(told) or z3.is_false(told), told
        return bool(z3.is_true(told))

    def finding(self, name: str, facts: dict[str, object]) -> str:
        """Find a criterion, as tables see it."""
        true, false = (self.tells(one, facts) for one in self.written.criteria[name])
        assert not (true and false)
        return "met" if true else "not_met" if false else "unknown"

    def differences(self, facts: dict[str, object], *names: str) -> set[str]:
        """Give the criteria on which the solver and the walk differ for a case."""
        known = {name: value for name, value in facts.items() if value is not None}
        walk = self.edition.walk(ReadCase(values=known), self.as_of)  # type: ignore[arg-type]
        return {
            name
            for name in names or self.written.criteria
            if walk.finding(name).token != self.finding(name, facts)
        }

    def outcomes(self, facts: dict[str, object]) -> set[str]:
        """Give the outcomes of the table for a case."""
        given = self.written.outcomes[self.table].items()
        return {outcome for outcome, formula in given if self.tells(formula, facts)}


def compiled_anew(folder: Path) -> Edition:
    """Compile the small book's rules, whatever the operators mean at the moment."""
    rules = nic_rules.load(folder).edition(date(2010, 1, 1)).rules
    return Edition(Compiled(rules), date(2010, 1, 1))


def test_every_operator_is_asked() -> None:
    """Each core form has a condition here, and a wrong meaning."""
    assert OPERATORS.keys() == CONDITIONS.keys() == WRONG.keys() == WRONG_FOR_SOLVER.keys()


def test_operators_mean_what_the_walk_says(folder: Path) -> None:
    """Over small domains with unknowns, each operator's findings and lacks are the walk's."""
    edition = compiled_anew(folder)
    assert set() == set().union(
        *(differences(edition, facts, date(2010, 1, 1)) for facts in all_cases())
    )


def test_operators_mean_the_same_to_the_solver(folder: Path) -> None:
    """Over the same domains, each operator's findings in the solver are the walk's."""
    solved = Solved(compiled_anew(folder), "t", date(2010, 1, 1))
    assert set() == set().union(*(solved.differences(facts) for facts in all_cases()))


@pytest.mark.parametrize("name", OPERATORS)
def test_a_planted_fault_in_the_solver_is_seen(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An operator given a wrong meaning for the solver differs from the walk in its criterion."""
    wrong = replace(OPERATORS[name], solver=WRONG_FOR_SOLVER[name])
    monkeypatch.setitem(OPERATORS, name, wrong)
    solved = Solved(compiled_anew(folder), "t", date(2010, 1, 1))
    assert any(solved.differences(facts, f"c_{name}") for facts in all_cases())


@pytest.mark.parametrize("name", OPERATORS)
def test_a_planted_fault_is_seen(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator given a wrong meaning differs from the walk in its own criterion."""
    wrong = replace(OPERATORS[name], python=WRONG[name], unless="")
    monkeypatch.setitem(OPERATORS, name, wrong)
    edition = compiled_anew(folder)
    found = set()
    for facts in all_cases():
        try:
            found |= differences(edition, facts, date(2010, 1, 1))
        except nic_rules.NicRulesError:  # pragma: no cover - no fault makes right facts wrong
            raise
        except Exception:  # a wrong operator may also stop: that is seen as well
            found.add(f"c_{name}")
        if f"c_{name}" in found:
            break
    assert f"c_{name}" in found


@settings(max_examples=60, deadline=None)
@given(st.data(), books())
def test_drawn_books_have_one_meaning(data: st.DataObject, book: Book) -> None:
    """On drawn rule books and cases the generated functions find what the walk finds."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    try:
        found = differences(edition, dict(case.values), case.as_of)
    except nic_rules.FactError:  # the facts contradict each other
        assume(False)
    assert set() == found


@settings(max_examples=40, deadline=None)
@given(st.data(), books())
def test_drawn_books_mean_the_same_to_the_solver(data: st.DataObject, book: Book) -> None:
    """On drawn books and cases, findings, outcomes and contradictions are the engine's."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    facts = dict(case.values)
    for table in edition.tables:
        solved = Solved(edition, table, case.as_of)
        assert set() == solved.differences(facts)  # type: ignore[arg-type]
        try:
            outcome = edition.decide(table, facts, as_of=case.as_of).outcome
        except nic_rules.FactError:
            assert not solved.tells(solved.written.consistent, facts)  # type: ignore[arg-type]
            continue
        assert solved.tells(solved.written.consistent, facts)  # type: ignore[arg-type]
        expected = {outcome} if isinstance(outcome, str) else set(outcome)
        assert expected == solved.outcomes(facts)  # type: ignore[arg-type]
