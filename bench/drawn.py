"""Random rule books and cases, decided by all that can decide: what was drawn, and how often.

    python -m bench.drawn [BOOKS]

Each drawn book decides one drawn case by every table. Findings and what they lack are held to the
walk's, rows to the plain walk over the rows; the first difference stops the run. Then it is told
how often each form of the language, core form, hit policy and unknown occurred.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.strategies import Book, Case, books, cases

from nic_rules import Decision, Edition, FactError
from nic_rules.engine import expressions
from nic_rules.engine.rows import PlainRows
from nic_rules.engine.tables import pattern_of
from nic_rules.language.operators import OPERATORS, Operator
from nic_rules.language.packed import pack
from nic_rules.language.syntax import Among, Calculate, Call, Compare, Expression, Junction, parts
from nic_rules.language.walk import Walk

BOOKS = 2_000

counts: defaultdict[str, Counter[str]] = defaultdict(Counter)


class Counted(dict[str, Operator]):
    """The core forms, counting how often one is written out."""

    def __getitem__(self, name: str) -> Operator:
        counts["core forms written out"][name] += 1
        return super().__getitem__(name)


def forms(tree: Expression) -> Iterator[str]:
    """Name each form of an expression."""
    match tree:
        case Junction(word):
            yield word
        case Compare(signs):
            yield from signs
            yield from ["chain"] * (len(signs) > 1)
        case Among(_, _, negated):
            yield "not in" if negated else "in"
        case Calculate(sign):
            yield sign
        case Call(function):
            yield function
        case _:
            yield type(tree).__name__
    for part in parts(tree):
        yield from forms(part)


def compare(book: Book, case: Case, edition: Edition, decision: Decision) -> None:
    """Hold a decision to the walks, and count what occurred in it."""
    walk = Walk(book.names.definitions(case.rules_on), case.values, case.as_of)
    for name, found in decision.findings.items():
        slow = walk.finding(name)
        assert (slow.finding, sorted(slow.lacks)) == (found.finding, list(found.lacks)), name
        counts["findings"][found.finding] += 1
    running = edition.running(decision.table)
    counts["hit policies"][running.table.item.written.hit_policy] += 1
    for token in running.find_tokens(pack(case.as_of), **case.values) or ():
        counts["tokens"]["unknown" if token is None else "known"] += 1
    counts["decisions"]["with needs" if decision.needs else "without needs"] += 1
    counts["decisions"]["with something stuck"] += bool(decision.stuck)
    tokens = {n: f.finding for n, f in decision.findings.items()}
    tokens |= {n: "met" for n, f in tokens.items() if f == "not_applicable"}
    tokens |= {n: i.outcome for n, i in decision.inner.items()}
    for name in running.columns:
        if name not in tokens:
            value = case.values.get(name)
            tokens[name] = "unknown" if value is None else str(value).lower()
    pattern = pattern_of(edition.rules, running.table)
    fitting = PlainRows(pattern).fitting(tuple(tokens[name] for name in running.columns))
    if running.table.item.written.hit_policy == "first":
        fitting = fitting[:1]
    assert [pattern.rows[index].name for index in fitting] == list(decision.rows)


def main(how_many: int) -> None:
    """Draw, compare, and tell."""

    @seed(1)
    @settings(
        max_examples=how_many, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data(), books())
    def run(data: st.DataObject, book: Book) -> None:
        case = data.draw(cases(book))
        edition = book.load().edition(case.rules_on)
        counts["drawn"]["books"] += 1
        trees = [derived.value for derived in edition.rules.derived.values()]
        for criterion in edition.rules.criteria.values():
            trees += criterion.expressions.values()
        for tree in trees:
            counts["forms of the language"].update(forms(tree))
        for table in edition.tables:
            try:
                decision = edition.decide(table, case.values, as_of=case.as_of)
            except FactError:
                counts["drawn"]["cases that contradict themselves"] += 1
                return
            counts["drawn"]["decisions compared"] += 1
            compare(book, case, edition, decision)

    with mock.patch.object(expressions, "OPERATORS", Counted(OPERATORS)):
        run()
    for title, counted in counts.items():
        print(title)
        for name, count in counted.most_common():
            print(f"  {count:9,}  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else BOOKS)
