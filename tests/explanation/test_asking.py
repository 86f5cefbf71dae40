"""The plan of what to ask of a case: where it leads, in which order, and what each question has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.explanation.asking import Plan, ask
from tests.cli.small import small_book
from tests.strategies import Book, Case, as_data, books, cases, values_of

DAY = date(2016, 11, 15)


# --- laws, over drawn books


def asked_to_the_end(
    edition: nic_rules.Edition,
    table: str,
    case: Case,
    whole: Mapping[str, object],
    nobody_knows: frozenset[str] = frozenset(),
) -> list[Plan]:
    """Put the first question until there is none; `whole` has the answers. Give every plan."""
    facts, not_known = dict(case.data), set[str]()
    plans = []
    while True:
        found = ask(edition, table, facts, as_of=case.as_of, not_known=not_known)
        plans.append(found)
        if not found.questions:
            return plans
        name = found.questions[0].fact.name
        assert name not in facts
        assert name not in not_known
        if name in nobody_knows:
            not_known.add(name)
        else:
            facts[name] = whole[name]


def drawn_whole(data: st.DataObject, book: Book, case: Case) -> dict[str, object]:
    """Draw a case of which everything is known."""
    unknown = sorted(book.names.facts.keys() - case.values.keys())
    values = {name: data.draw(values_of(book.names.facts[name])) for name in unknown}
    return {**case.data, **{name: as_data(value) for name, value in values.items()}}


@settings(max_examples=60)
@given(st.data(), books())
def test_asking_ends_in_the_outcome_of_the_whole_case(data: st.DataObject, book: Book) -> None:
    """Question by question the case is settled, with the outcome that all facts would have."""
    edition = book.load().edition((case := data.draw(cases(book))).rules_on)
    whole = drawn_whole(data, book, case)
    try:
        decided = {t: edition.decide(t, whole, as_of=case.as_of) for t in edition.tables}
    except nic_rules.FactError:  # facts that contradict each other
        return
    for table, decision in decided.items():
        *before, last = asked_to_the_end(edition, table, case, whole)
        assert last.is_settled
        assert decision.outcome == last.decision.outcome
        assert [] == [plan for plan in before if plan.is_settled]
        assert len(before) <= len(before[0].questions if before else ())


@settings(max_examples=60)
@given(st.data(), books())
def test_the_plan_asks_for_what_is_needed_and_for_nothing_else(
    data: st.DataObject, book: Book
) -> None:
    """Its facts are those of `needs`, each once, whatever the order."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    for table in edition.tables:
        try:
            found = ask(edition, table, case.data, as_of=case.as_of)
        except nic_rules.FactError:
            return
        names = [question.fact.name for question in found.questions]
        assert sorted(names) == list(found.decision.needs)
        assert found.is_settled == (found.average == 0)
        assert not found.is_exact or found.average <= len(names)


@settings(max_examples=60)
@given(st.data(), books())
def test_what_nobody_knows_is_not_asked_for_twice(data: st.DataObject, book: Book) -> None:
    """It ends, and either the outcome stands or what is left open is what nobody knew."""
    case = data.draw(cases(book))
    edition = book.load().edition(case.rules_on)
    whole = drawn_whole(data, book, case)
    nobody_knows = data.draw(st.frozensets(st.sampled_from(sorted(whole))))
    for table in edition.tables:
        try:
            *_, last = asked_to_the_end(edition, table, case, whole, nobody_knows)
        except nic_rules.FactError:
            return
        assert last.is_settled == (not last.left_open)
        assert set(last.left_open) <= nobody_knows & set(last.decision.needs)
        told = {n: v for n, v in whole.items() if n not in nobody_knows or n in case.data}
        try:
            decided = edition.decide(table, told, as_of=case.as_of)
        except nic_rules.FactError:
            return
        assert decided.outcome == last.decision.outcome


# --- the shipped book


@pytest.fixture(scope="module")
def edition() -> nic_rules.Edition:
    """Give the shipped rules of a day."""
    return nic_rules.load("nic").edition(DAY)


def names(found: Plan) -> list[str]:
    """Name the facts of a plan, in order."""
    return [question.fact.name for question in found.questions]


def test_an_answer_may_spare_all_other_questions(edition: nic_rules.Edition) -> None:
    """A level that has not begun settles the review by two answers of 25."""
    facts = {"level_admitted_on": "2017-01-01"}
    assert 25 == len(ask(edition, "continuation", {}).questions)
    found = ask(edition, "continuation", facts)
    assert (True, "not_started", []) == (found.is_settled, found.decision.outcome, names(found))


def test_what_can_spare_other_questions_comes_first(edition: nic_rules.Edition) -> None:
    """Of an allocation, one answer may settle it, so the four shares come last."""
    found = ask(edition, "allocation", {})
    assert ["allocation_decided", "allocation_year", "allocation_decided_by"] == names(found)[:3]
    assert (Fraction(9, 4), True) == (found.average, found.is_exact)


def test_the_operand_that_may_settle_a_criterion_alone_comes_first(
    edition: nic_rules.Edition,
) -> None:
    """One judgement may fail what would else take a share of two numbers as well."""
    asked = names(ask(edition, "continuation", {}))
    assert asked.index("active_leadership") < asked.index("key_actors")


def test_late_questions_come_last(edition: nic_rules.Edition) -> None:
    """What is to be asked for after all else is, though it would settle most."""
    found = ask(edition, "allocation", {}, last=("allocation_decided",))
    assert "allocation_decided" == names(found)[-1]


def test_what_rests_on_facts_that_nobody_knows_stays_unknown(tmp_path: Path) -> None:
    """Without the only fact that a row waits for, nothing else is asked that would not matter."""
    edition = nic_rules.load(small_book(tmp_path)).edition(DAY)
    found = ask(edition, "support", {}, not_known=("seats", "firm_seats", "level", "years"))
    assert [] == names(found)
    assert (False, "ask") == (found.is_settled, found.decision.outcome)
    assert ["firm_seats", "level", "seats", "years"] == list(found.left_open)


# --- what a question has


def test_a_question_is_what_a_form_needs(tmp_path: Path) -> None:
    """Name, texts, values, bounds and supplier as `book.facts` has them; and the clauses."""
    book = nic_rules.load(small_book(tmp_path))
    found = ask(book.edition(DAY), "support", {"seats": 5, "firm_seats": 4})
    asked = {fact.name: fact for fact in book.facts("support")}
    assert ["years", "level"] == names(found)
    assert [asked[name] for name in names(found)] == [q.fact for q in found.questions]
    (clause,) = found.questions[1].clauses
    assert ("years", "§ 2") == (clause.clause, clause.place)
    assert {"nb": "Loven", "en": "The law"} == clause.source
    assert {"nb": "Tre år.", "en": "Three years."} == clause.says


def test_clauses_are_those_of_the_lowest_criterion(tmp_path: Path) -> None:
    """A fact is asked for the clause of the criterion that uses it, not for those above."""
    found = ask(nic_rules.load(small_book(tmp_path)).edition(DAY), "support", {})
    cited = {q.fact.name: [c.clause for c in q.clauses] for q in found.questions}
    one, other = ["seats"], ["years"]
    assert {"firm_seats": one, "seats": one, "level": other, "years": other} == cited


def test_every_question_of_the_shipped_book_has_a_clause(edition: nic_rules.Edition) -> None:
    """Each question that a table of the book may put says what it is asked for."""
    bare = [
        (table, question.fact.name)
        for table in edition.tables
        for question in ask(edition, table, {}).questions
        if not question.clauses
    ]
    assert [] == bare


def test_the_plan_as_data(edition: nic_rules.Edition) -> None:
    """JSON has what is promised, and can be written."""
    found = ask(edition, "allocation", {"allocation_decided": True}, subject="kl-001")
    data = json.loads(json.dumps(found.as_data()))
    questions = data.pop("questions")
    assert {
        "schema": "nic-rules/questions/1",
        "table": "allocation",
        "subject": "kl-001",
        "as_of": "2016-11-15",
        "rules_on": "2016-11-15",
        "outcome": "needs_information",
        "settled": False,
        "average": "2.50",
        "exact": True,
    } == data
    assert [
        "name", "type", "title", "ask", "supplied_by", "unit", "values", "decimals", "min", "max",
        "clauses",
    ] == list(questions[0])  # fmt: skip
    assert ["clause", "source", "place", "says"] == list(questions[0]["clauses"][0])


def test_bad_facts_are_refused_as_deciding_refuses_them(edition: nic_rules.Edition) -> None:
    """What is wrong with facts, tables and days is told by the same errors."""
    with pytest.raises(nic_rules.FactError):
        ask(edition, "allocation", {"allocation_year": "soon"})
    with pytest.raises(nic_rules.RequestError):
        ask(edition, "alocation", {})
    with pytest.raises(nic_rules.FactError, match="total number of key actors"):
        ask(edition, "eligibility", {"key_actors": 1, "participating_key_actors": 2}, language="en")
