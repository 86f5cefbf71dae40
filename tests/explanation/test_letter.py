"""Grounds as paragraphs of a letter: only what mattered, in sentences, once, as people write."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings

import nic_rules
from nic_rules.explanation.grounds import Grounds, grounds_of
from nic_rules.explanation.letter import as_letter
from nic_rules.explanation.phrases import clean
from nic_rules.explanation.trace import FoundNode, below
from nic_rules.explanation.tracing import trace
from tests.cli.small import BOOK, GOOD, small_book
from tests.explanation.told_cases import (
    BOOKS,
    EVIL,
    names_of,
    sentences,
    spoiled,
    texts,
    texts_of,
    told,
)

ENDS = (".", "?", "!", ".»", ".”", ".)")
WHOLE = [
    "The case concerns kl-1. We have considered the following question as the case stood on "
    "15 November 2016: Is support given? The answer is “Refusal”.",
    "Failing: Long enough; Firms steer.",
    "The decision rests on “The law”, which requires or says the following. "
    "Firms steer (§ 1). Three years (§ 2).",
    "We have relied on the following information. Seats of firms: 2. Seats: 5. "
    "Some of the information comes from the register.",
    "We have assessed the case as follows. 1 years are too short for Nord. "
    "The following is not satisfied: “All is in place” and “Firms steer”.",
    "The rules do not answer every question. Where they are silent, we have had to choose how to "
    "understand them. One choice concerns “Firms steer”. More than half is chosen.",
]
"""The letter of a refusal, by the small rule book."""

ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> nic_rules.Edition:
    """Give the small rule book's edition of a day."""
    return edition(small_book(tmp_path_factory.mktemp("small")))


def edition(folder: Path) -> nic_rules.Edition:
    """Give a rule book's edition of a day."""
    return nic_rules.load(folder).edition(date(2016, 11, 15))


def letter(edition: nic_rules.Edition, facts: dict[str, object], language: str = "en") -> str:
    """Write the letter of a case of the small book."""
    decision = edition.decide("support", facts, subject="kl-1")
    return as_letter(grounds_of(trace(edition, decision, language)))


def paragraphs(text: str) -> list[str]:
    """Give the paragraphs of a letter, and hold that each is one line."""
    assert text.endswith("\n")
    parts = text.removesuffix("\n").split("\n\n")
    assert [] == [part for part in parts if "\n" in part or not part.strip()]
    return parts


# --- a whole one


def test_a_whole_letter(small: nic_rules.Edition) -> None:
    """Question, answer, rules, facts, considerations and choices follow in this order."""
    facts: dict[str, object] = {**GOOD, "years": 1, "label": "Nord", "firm_seats": 2}
    assert WHOLE == paragraphs(letter(small, facts))


# --- what holds of all


def test_every_paragraph_is_of_whole_sentences() -> None:
    """Each begins with a capital and ends as sentences do, in every letter of every outcome."""
    for one in told():
        for part in paragraphs(as_letter(one)):
            assert part.endswith(ENDS), (names_of(one), part)
            assert part[0].isupper(), (names_of(one), part)
            assert "  " not in part, (names_of(one), part)
            assert ".." not in part, (names_of(one), part)


def test_no_sentence_stands_twice() -> None:
    """Sentences of the rules are told once, and so are our own."""
    for one in told():
        count = Counter(s for part in paragraphs(as_letter(one)) for s in sentences(part))
        assert [] == [s for s, times in count.items() if times > 1], names_of(one)


def test_nothing_of_the_engine_is_told() -> None:
    """No name of a rule, fact, clause or file, no digest and no sign of a trace is in a letter."""
    for one in told():
        text = as_letter(one)
        book = BOOKS[one.trace.decision.edition.rulebook].book
        names = {*book.facts, *(c.clause for c, _ in one.rules), *one.trace.decision.findings}
        names |= {*one.trace.decision.rows, one.trace.decision.table}
        long = [name for name in names if "_" in name or "." in name]
        assert long, names_of(one)
        assert [] == [name for name in long if name in text], names_of(one)
        assert [] == [sign for sign in ("sha256", ".yaml", "✓", "✗", "→") if sign in text]


def test_days_and_numbers_are_written_as_people_write_them() -> None:
    """No day is written for machines; in bokmål no decimal has a point, in English no comma."""
    for one in told():
        text = as_letter(one)
        assert [] == ISO_DAY.findall(text), names_of(one)
        day = one.trace.decision.as_of
        month = {"nb": {11: "november", 3: "mars"}, "en": {11: "November", 3: "March"}}
        dot = "." if one.trace.language == "nb" else ""
        written = f"{day.day}{dot} {month[one.trace.language][day.month]} {day.year}"
        assert written in text, names_of(one)
        if one.trace.language == "nb":
            wrong = re.findall(r"\d+\.\d+(?! ?(?:ledd|punkt|setning))", text)
            assert [] == wrong, names_of(one)


def test_all_that_mattered_is_told() -> None:
    """Every reason, rule, consideration, choice and question of the grounds is in the letter."""
    for one in told():
        text = bare(as_letter(one))
        expected = [t for t in texts_of(one) if t not in one.trace.lasting.said]
        titles = {choice.title for choice in one.interpretations}
        rests = [
            part for t in expected if t not in titles for s in sentences(clean(t))
            if (part := bare(s)) and part not in text
        ]  # fmt: skip
        assert [] == rests, names_of(one)


def bare(text: str) -> str:
    """Leave out what ends sentences, and places in brackets."""
    return re.sub(r"[.?!]|\s", "", text)


def test_only_what_mattered_is_told() -> None:
    """No sentence is told of a criterion that is not among the grounds, unless another has it."""
    told_of_some = 0
    for one in told():
        text, said = as_letter(one), " ".join(texts_of(one))
        nodes = [
            node for table in one.trace.tables for top in table.found for node in below(top)
            if isinstance(node, FoundNode) and node.said
        ]  # fmt: skip
        others = [n.said for n in nodes if n.said and n.said not in said]
        told_of_some += bool(others)
        assert [] == [other for other in others if other in text], names_of(one)
    assert told_of_some > 20


def test_a_fact_that_only_rows_of_other_outcomes_look_at_is_told() -> None:
    """No sentence speaks of such a fact where it mattered to a criterion, so its value is told."""
    letters = [as_letter(one) for one in told() if one.trace.table.name == "grant_terms"]
    none = [text for text in letters if "None of the possible answers applies" in text]
    assert none
    assert [] == [text for text in none if "Hall listed or of heritage value: no." not in text]


def test_until_when_stands_there_only_where_the_outcome_ends() -> None:
    """Whoever gets a letter reads of a change to come, and nothing of days that were examined."""
    ends = Counter(one.trace.lasting.until is not None for one in told())
    assert {True, False} == set(ends)
    for one in told():
        said = one.trace.lasting.said
        assert (one.trace.lasting.until is not None) == all(s in as_letter(one) for s in said)


# --- cases of their own


def test_a_letter_asks_for_what_is_missing(small: nic_rules.Edition) -> None:
    """What is asked of each supplier stands last, by the question of the rules or the name."""
    last = paragraphs(letter(small, {"seats": 5}))[-1]
    assert (
        "We lack information that may change the answer. "
        "We ask for an answer to the following: Seats of firms? Years? "
        "We ask the register to answer the following: Which level?"
    ) == last


def test_evidence_is_told(small: nic_rules.Edition) -> None:
    """What shows a fact, when it was recorded and by whom is one sentence."""
    years = {"value": 1, "evidence": "letter 17", "recorded_on": "2016-08-25", "by": "A. Reed"}
    text = letter(small, {**GOOD, "years": years, "label": "Nord"})
    assert (
        "The information on “Years” rests on letter 17, was recorded on 25 August 2016 "
        "and was stated by A. Reed."
    ) in text


def test_a_clause_that_ends_in_quotation_marks(tmp_path: Path) -> None:
    """The place stands after the marks, in a sentence of its own end."""
    book = BOOK.replace('en: "Three years."', 'en: "The law says “three years.”"')
    (tmp_path / "small.yaml").write_text(book, encoding="utf-8")
    text = letter(edition(tmp_path), {**GOOD, "years": 1, "label": "Nord"})
    assert "The law says “three years.” (§ 2)." in text


def test_rules_of_another_day(small: nic_rules.Edition) -> None:
    """Where the rules are of another day than the facts, both days are told."""
    decision = small.decide("support", GOOD, as_of=date(2015, 3, 1))
    first = paragraphs(as_letter(grounds_of(trace(small, decision, "nb"))))[0]
    assert "slik saken sto 1. mars 2015" in first
    assert "Vi har brukt reglene slik de var 15. november 2016." in first
    assert "Saken gjelder" not in first


# --- texts stay texts


def grounds(small: nic_rules.Edition, text: str) -> Grounds:
    """Give grounds of a case whose subject, facts and evidence are a text."""
    facts = {**GOOD, "label": text, "years": {"value": 1, "evidence": text, "by": text}}
    return grounds_of(trace(small, small.decide("support", facts, subject=text), "en"))


@given(texts.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
@example("<script>")
@example("*_[]|")
@settings(max_examples=100, deadline=None)
def test_no_text_of_a_case_makes_a_paragraph(small: nic_rules.Edition, text: str) -> None:
    """A letter has the same paragraphs, with the text in the first as it is, and no control."""
    made = paragraphs(as_letter(grounds(small, text)))
    assert len(paragraphs(as_letter(grounds(small, "x")))) == len(made)
    assert clean(text) in made[0]
    whole = "".join(made).replace("\u00a0", " ").replace("\u202f", " ")
    assert whole.isprintable()


@pytest.mark.parametrize("text", [text for text in EVIL if clean(text)])
def test_no_text_of_rules_makes_a_paragraph(text: str) -> None:
    """Whatever the texts of rules are, each paragraph is one line of what prints."""
    for one in told()[::25]:
        made = paragraphs(as_letter(grounds_of(spoiled(one.trace, text))))
        assert any(clean(text) in part for part in made)
