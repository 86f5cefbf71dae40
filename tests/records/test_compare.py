"""A comparison: what it holds of two records, which it refuses, and that it can always be told."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import nic_rules
from nic_rules import Decision, FactError
from nic_rules.canonical import canonical, digest
from nic_rules.diagnostics import RecordError
from nic_rules.records.compare import compare
from nic_rules.records.files import Record
from nic_rules.records.text import as_text
from nic_rules.records.words import WORDS, words
from tests.records.small import SOUND, UNSOUND, book, record
from tests.records.test_moved import changed_cases
from tests.strategies import Book, Case

Facts = dict[str, Any]
SOURCE = Path(__file__).parents[2] / "src" / "nic_rules"
EVIL = "<script>\x1b[2J\nok: forged"

FEWER_RULES = (
    ("- {fact: label, name", "- {fact: lable, name"),
    ("for {label}", "for {lable}"),
    ("criterion: firms_steer", "criterion: firms_lead"),
    ("long_enough and firms_steer", "long_enough and firms_lead"),
    ("{outcome: refuse, name", "{outcome: deny, name"),
    ("then: refuse", "then: deny"),
)
"""The small rule book later on: a fact, a criterion and an outcome are called something else."""

COLLECTED = (
    ("hit_policy: first\n  notes", "hit_policy: collect\n  notes"),
    ("      when: {}\n      then: support", "      when: {sound: met}\n      then: support"),
    ("expect: {outcome: support", "expect: {outcome: [support]"),
)
"""The table gives a list of outcomes."""


def text_of(
    one: Record, two: Record, by: nic_rules.RuleBook | None = None, language: str = "en"
) -> str:
    """Compare and write it down, for a wide terminal."""
    by = by or book()
    return as_text(compare(by, one, two), by, language, width=200)


# --- whatever the records are of


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(changed_cases())
def test_all_that_changed_is_in_it(drawn: tuple[Book, Case, Case]) -> None:
    """Over random rule books: each difference of the records by its name, no other, and texts."""
    loaded = drawn[0].load()
    for table in loaded.tables:
        try:
            one, two = (
                Record(loaded.edition(c.rules_on).decide(table, c.data, as_of=c.as_of))
                for c in drawn[1:]
            )
        except FactError:
            continue
        comparison = compare(loaded, one, two)
        before, after = (json.loads(r.decision.to_json()) for r in (one, two))
        told = json.loads(json.dumps(comparison.as_data()))
        for kind in ("facts", "findings", "inner", "evidence"):
            names = {*before[kind], *after[kind]}
            changes = {n: [before[kind].get(n), after[kind].get(n)] for n in names}
            expected = {n: change for n, change in changes.items() if change[0] != change[1]}
            assert expected == {n: [c["before"], c["after"]] for n, c in told[kind].items()}
        is_same = before["outcome"] == after["outcome"]
        assert ("outcome_is_the_same" if is_same else None) == told["silence"]
        assert is_same == (told["moved"] is None)
        for language in loaded.languages:
            lines = as_text(comparison, loaded, language, width=60).splitlines()
            assert [] == [line for line in lines if not line.isprintable() or len(line) > 60]


def test_yes_is_not_one() -> None:
    """A fact whose type has changed has changed, though Python takes the two values for one."""
    as_number = (
        ('en: "Active"}, type: boolean', 'en: "Active"}, type: integer, min: 0, max: 1'),
        ("met_when: active and", "met_when: active == 1 and"),
    )
    one = record(SOUND | {"active": True})
    two = record(SOUND | {"active": 1}, by=book(as_number))
    told = compare(book(as_number), one, two).as_data()
    assert {"active": {"before": True, "after": 1}} == told["facts"]


# --- records that are not what they seem


def forged(facts: Facts, put: Facts) -> Record:
    """Put something else into a record, and make its digest anew."""
    data = json.loads(record(facts).decision.to_json()) | put
    kept = {k: v for k, v in data.items() if k not in ("evidence", "library", "digest")}
    kept["edition"] = {key: data["edition"][key] for key in ("rulebook", "logic")}
    text = canonical(data | {"digest": digest(kept)})
    return Record(Decision.from_json(text), "b.json")


def test_a_digest_made_anew_is_of_what_it_was() -> None:
    """Where nothing was put differently, the digest made by hand is the record's own."""
    assert record(SOUND).decision == forged(SOUND, {}).decision


@pytest.mark.parametrize(
    "put",
    [
        {"outcome": "support"},
        {"rows": ["fine"]},
        {"facts": SOUND},
        {"facts": UNSOUND | {"seats": 1}},
        {"facts": UNSOUND | {"no_fact": 1}},
        {"table": "later"},
    ],
)
def test_a_record_that_its_rules_contradict_is_refused(put: Facts) -> None:
    """A digest is no signature: where the rules are at hand, they decide again and are compared."""
    one = record(SOUND)
    two = forged(UNSOUND, put)
    if "table" in put:
        one = two
    with pytest.raises(RecordError) as refused:
        compare(book(), one, two)
    (told,) = refused.value.diagnostics
    assert "the rules that this record names do not decide as it says" == told.message
    assert ("NIC703", "b.json") == (told.code, told.file)


# --- texts


def test_names_that_are_gone_stand_as_recorded() -> None:
    """A fact, a criterion and an outcome that the rule book has no more keep their names."""
    one, two = record(SOUND | {"label": "A"}), record(UNSOUND | {"label": EVIL})
    text = text_of(one, two, book(FEWER_RULES))
    assert [] == [line for line in text.split("\n") if not line.isprintable()]
    assert "The rule book at hand does not hold the rules of both decisions" in text
    assert "    → refuse\n" in text
    assert re.search(r"· label: A → <script>.*forged", text)
    assert "· firms_steer: met → not met\n" in text
    assert "· Long enough: met → not met\n" in text


@pytest.mark.parametrize("language", ["nb", "en"])
def test_records_cannot_move_the_cursor(language: str) -> None:
    """Subjects and texts of facts make no lines of their own, and no control characters."""
    one, two = (
        record(facts | {"label": f"{EVIL}{years}"}, subject=EVIL)
        for years, facts in enumerate((SOUND, UNSOUND))
    )
    lines = text_of(one, two, language=language).split("\n")
    assert [] == [line for line in lines if not line.isprintable()]
    assert not any(line.startswith("ok: forged") for line in lines)


def test_lists_of_outcomes() -> None:
    """Of a table that collects, all outcomes are told, and that there are none."""
    collecting = book(COLLECTED)
    one, two = (record(facts, by=collecting) for facts in (SOUND, UNSOUND))
    assert "    → Support\n" in text_of(one, two, collecting)
    assert "    → Refusal\n" in text_of(one, two, collecting)
    none = book((*COLLECTED, ("when: {sound: unknown}", "when: {sound: met, active: true}")))
    asked = record({}, by=none)
    assert "    → nothing\n" in text_of(record(SOUND, by=none), asked, none)


def test_several_sets_are_told_in_groups() -> None:
    """Where any of two groups of changes would do, each is told whole, in each language."""
    english, bokmål = (text_of(record(SOUND), record(UNSOUND), language=x) for x in ("en", "nb"))
    assert (
        "  With all of any one of these groups as before and all else as after, the outcome would "
        "be “Support” again; fewer are not enough:\n"
        "  Group 1\n    · Seats of firms: 4 → 3\n    · Years: 4 years → 2 years\n"
        "  Group 2\n    · Seats: 4 → 6\n    · Years: 4 years → 2 years\n"
    ) in english
    assert (
        "  Gruppe 1\n    · Bedriftenes plasser: 4 → 3\n    · År: 4 år → 2 år\n"
        "  Gruppe 2\n    · Plasser: 4 → 6\n    · År: 4 år → 2 år\n"
    ) in bokmål


def test_rules_that_changed_are_told() -> None:
    """The days of the rules, that they have changed, and from when to when each were in force."""
    later = (
        "value: {arena: 3}}",
        "value: {arena: 3}}\n    - {from: 2016-06-01, value: {arena: 5}}",
    )
    changed = book((later,))
    one = record(SOUND, as_of=date(2016, 3, 1), by=changed)
    text = text_of(one, record(SOUND, by=changed), changed)
    assert "  · Day of the rules: 1 March 2016 → 15 November 2016\n" in text
    assert "  · The rules have changed.\n" in text
    assert "to 31 May 2016 → 1 June 2016 to" in text
    assert "of the rules: 1 March 2016 → 15 November 2016" in text.split("Facts that changed")[0]


# --- words


def test_both_languages_have_all_words() -> None:
    """Each word is there in both languages, not empty, with the same placeholders."""
    english, bokmål = WORDS["en"], WORDS["nb"]
    assert list(english) == list(bokmål)
    assert [] == [key for key in english if not english[key].strip() or not bokmål[key].strip()]
    named = [{n for _, n, _, _ in Formatter().parse(text) if n} for text in english.values()]
    assert named == [{n for _, n, _, _ in Formatter().parse(x) if n} for x in bokmål.values()]
    assert english == words("se")


def test_each_word_is_used() -> None:
    """No word is there that nothing says."""
    code = "".join(p.read_text("utf-8") for p in (SOURCE / "records").glob("*.py")
                   if p.name != "words.py")  # fmt: skip
    assert [] == [key for key in WORDS["en"] if not re.search(rf"[\"']{key}[\"']", code)]
