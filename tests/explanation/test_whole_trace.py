"""Whole traces: every value has its clause and basis, and what came is what its parts make."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.cases.many import open_cases
from nic_rules.decision import Decision
from nic_rules.explanation.grounds import grounds_of
from nic_rules.explanation.text import as_text
from nic_rules.explanation.trace import FoundNode, Leaf, Step, Trace
from nic_rules.explanation.tracing import trace
from tests.strategies import Book, books, cases

ROOT = Path(__file__).parents[2]
NIC = nic_rules.load("nic")


def decisions(year: int) -> Iterator[Decision]:
    """Decide every case of a fixture year that can be decided, by every table."""
    edition = NIC.edition(date(year, 11, 15))
    for row in open_cases(ROOT / "fixtures" / "clusters" / f"{year}.csv", NIC.book.facts).rows():
        for table in edition.tables:
            try:
                yield edition.decide(table, row.given, subject=row.subject)
            except nic_rules.FactError:
                break


def leaves(node: FoundNode | Step | Leaf, above: FoundNode) -> Iterator[tuple[FoundNode, Leaf]]:
    """Give each value of a tree with the finding that it stands under."""
    if isinstance(node, FoundNode):
        for step in (node.applies, node.condition):
            if step is not None:
                yield from leaves(step, node)
    elif isinstance(node, Step):
        for part in node.parts:
            yield from leaves(part, above)
    else:
        yield above, node
        if node.condition is not None:
            yield from leaves(node.condition, above)


@pytest.mark.parametrize("year", [2014, 2015, 2016, 2017])
def test_every_value_has_clause_basis_and_edition(year: int) -> None:
    """Over a fixture year: values stand under a finding with basis, clause or why, and place."""
    counts: Counter[str] = Counter()
    for decision in decisions(year):
        traced = trace(NIC.edition(decision.rules_on), decision, "nb")
        edition = traced.decision.edition
        assert edition.logic.startswith("sha256:")
        assert edition.text.startswith("sha256:")
        for table in traced.tables:
            for top in (*table.found, *table.notes):
                for above, leaf in leaves(top, top):
                    grounds = [above.ground]
                    if leaf.kind == "parameter":
                        assert leaf.ground is not None
                        assert (leaf.since is not None) == leaf.known
                        grounds.append(leaf.ground)
                    for ground in grounds:
                        assert ground.basis in ("source", "interpretation")
                        assert ground.cites or ground.why
                        assert (ground.why is not None) == (ground.basis == "interpretation")
                        assert ground.spot.line > 0
                        assert not Path(ground.spot.file).is_absolute()
                    counts[leaf.kind] += 1
    assert min(counts[kind] for kind in ("fact", "parameter", "derived")) > 500


# --- drawn books


def came(part: FoundNode | Step | Leaf) -> str:
    """Give the truth of a part of a step."""
    if isinstance(part, FoundNode):
        return {"not_met": "false", "unknown": "unknown"}.get(part.finding, "true")
    if isinstance(part, Step):
        return part.came
    return "unknown" if part.value is None else str(part.value).lower()


def kleene(step: Step) -> str:
    """Work out a step's truth from those of its parts."""
    truths = [came(part) for part in step.parts]
    if step.form == "not":
        return {"true": "false", "false": "true"}.get(truths[0], "unknown")
    settles = "false" if step.form == "and" else "true"
    if settles in truths:
        return settles
    return "unknown" if "unknown" in truths else {"true": "false", "false": "true"}[settles]


def steps(node: FoundNode | Step | Leaf) -> Iterator[Step]:
    """Give every step of a tree."""
    if isinstance(node, Step):
        yield node
        for part in node.parts:
            yield from steps(part)
    elif isinstance(node, FoundNode):
        for step in (node.applies, node.condition):
            if step is not None:
                yield from steps(step)


def check(traced: Trace) -> None:
    """Check a trace against itself and against its decision."""
    for table in traced.tables:
        gave = [row.name for row in table.rows if row.state == "gave"]
        inner = traced.decision.inner.get(table.name)
        assert gave == list(inner.rows if inner else traced.decision.rows)
        for row in table.rows:
            assert (row.state == "unfit") == any(not cell.fits for cell in row.cells)
            assert all((c.found in c.wants) == c.fits for c in row.cells)
        for top in (*table.found, *table.notes):
            assert top.finding == traced.decision.findings[top.name].finding
            for step in steps(top):
                if step.form in ("and", "or", "not"):
                    assert kleene(step) == step.came
                assert (step.came == "unknown") or step.lacks == ()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_drawn_decisions_are_traced(data: st.DataObject) -> None:
    """Whatever was decided is traced without fault, in both languages, as text and as JSON."""
    drawn: Book = data.draw(books())
    case = data.draw(cases(drawn))
    edition = drawn.load().edition(case.rules_on)
    for table in edition.tables:
        try:
            decision = edition.decide(table, case.data, as_of=case.as_of)
        except nic_rules.FactError:
            return
        for language in ("nb", "en"):
            traced = decision.explain(language)
            check(traced)
            assert json.loads(json.dumps(traced.as_data()))["decision"] == json.loads(
                decision.to_json()
            )
            grounds = grounds_of(traced)
            assert len(as_text(grounds, whole=True)) > len(as_text(grounds)) > 0


# --- by the decision itself


def test_a_decision_explains_itself() -> None:
    """`decision.explain()` is the trace, in the book's first language or the one asked for."""
    edition = NIC.edition(date(2016, 3, 1))
    decision = edition.decide("eligibility", {"level": "arena", "agreed_years": 6})
    assert trace(edition, decision, "nb") == decision.explain()
    assert (
        trace(edition, decision, "en") == decision.explain("en") == edition.explain(decision, "en")
    )


def test_a_record_is_explained_by_its_edition() -> None:
    """A record that was read knows no rules; its edition explains it, and no other does."""
    edition = NIC.edition(date(2016, 3, 1))
    read = Decision.from_json(edition.decide("eligibility", {"level": "arena"}).to_json())
    with pytest.raises(nic_rules.RequestError, match="NIC704"):
        read.explain()
    assert "arena" == edition.explain(read).decision.facts["level"]
    with pytest.raises(nic_rules.RequestError, match="other rules than those of `nic`"):
        NIC.edition(date(2004, 3, 1)).explain(read)
    with pytest.raises(nic_rules.RequestError, match="`nic` decided this"):
        nic_rules.load("halls").edition(date(2024, 3, 1)).explain(read)
