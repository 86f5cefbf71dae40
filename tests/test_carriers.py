"""One meaning in every carrier: the walk and the generated functions agree, and faults are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.engine.edition import Compiled, Edition
from nic_rules.language.operators import OPERATORS
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

WRONG: dict[str, str | Callable[[Sequence[str]], str]] = {
    "and": lambda truths: " and ".join(truths),  # not Kleene's: unknown and false is unknown
    "or": lambda truths: " or ".join(truths),  # false or unknown is right, unknown or false not
    "not": "{0}",
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
        for name, fast in decision.findings.items():
            slow = walk.finding(name)
            if (slow.finding, sorted(slow.lacks)) != (fast.finding, list(fast.lacks)):
                found.add(name)
    return found


def compiled_anew(folder: Path) -> Edition:
    """Compile the small book's rules, whatever the operators mean at the moment."""
    rules = nic_rules.load(folder).edition(date(2010, 1, 1)).rules
    return Edition(Compiled(rules), date(2010, 1, 1))


def test_every_operator_is_asked() -> None:
    """Each core form has a condition here, and a wrong meaning."""
    assert OPERATORS.keys() == CONDITIONS.keys() == WRONG.keys()


def test_operators_mean_what_the_walk_says(folder: Path) -> None:
    """Over small domains with unknowns, each operator's findings and lacks are the walk's."""
    edition = compiled_anew(folder)
    assert set() == set().union(
        *(differences(edition, facts, date(2010, 1, 1)) for facts in all_cases())
    )


@pytest.mark.parametrize("name", OPERATORS)
def test_a_planted_fault_is_seen(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator given a wrong meaning differs from the walk in its own criterion."""
    wrong = replace(OPERATORS[name], python=WRONG[name])
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
