"""What traces of different cases share: never more than what both rest on in the same way."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.decision import Decision, FrozenMap
from nic_rules.engine.compiled import Compiled
from nic_rules.engine.edition import Edition
from nic_rules.explanation.keys import Keys
from nic_rules.explanation.memory import Memory
from nic_rules.explanation.tracing import TraceFault, reasons, trace
from nic_rules.explanation.until import until
from nic_rules.language.types import Type
from tests.explanation.timed import BEGIN, CASE, criterion, table, timed
from tests.strategies import Book, Case, as_data, books, cases, values_of

LANGUAGES = ("nb", "en")


def anew(edition: Edition) -> Edition:
    """Give an edition that remembers nothing."""
    compiled = Compiled(edition.rules, edition.reference)
    return Edition(compiled, edition.rules_on, edition.book, edition._explain)


def written(edition: Edition, decision: Decision, language: str) -> str:
    """Give a trace byte by byte, with the reasons alone."""
    told = trace(edition, decision, language).as_data()
    return json.dumps([told, reasons(edition, decision, language)], ensure_ascii=False)


# --- random books and cases

FORGOTTEN = st.fixed_dictionaries(
    {},
    optional={
        "by": st.sampled_from(("me", "you")),
        "evidence": st.sampled_from(("letter 1", "letter 2")),
        "recorded_on": st.sampled_from(("2016-01-31", "2016-02-29")),
    },
)


@st.composite
def alike(draw: st.DrawFn, book: Book) -> list[tuple[dict[str, object], date]]:
    """Draw cases of a book that differ in little: a value, what is unknown, evidence, the day."""
    first: Case = draw(cases(book))
    found = [(first.data, first.as_of)]
    kinds: list[tuple[str, Type]] = list(book.names.facts.items())
    for _ in range(draw(st.integers(1, 4))):
        facts, day = deepcopy(draw(st.sampled_from(found)))
        name, kind = draw(st.sampled_from(kinds))
        match draw(st.sampled_from(("value", "value", "unknown", "evidence", "day", "order"))):
            case "value":
                facts[name] = as_data(draw(values_of(kind)))
            case "unknown":
                facts.pop(name, None)
            case "evidence":
                value = facts.get(name)
                known = value["value"] if isinstance(value, dict) else value
                facts[name] = {"value": known, **draw(FORGOTTEN)}
            case "day":
                day = draw(cases(book)).as_of
            case "order":
                facts = dict(reversed(facts.items()))
        found.append((facts, day))
    return found


@st.composite
def telling(draw: st.DrawFn) -> Book:
    """Draw a book whose criteria and rows tell values, be they what they rest on or not."""
    book: Book = draw(books())
    names = sorted({*book.names.facts, *book.names.parameters, *book.names.derived})
    texts = st.lists(st.sampled_from(names), max_size=2).map(
        lambda told: {lang: " ".join(["so", *(f"{{{n}}}" for n in told)]) for lang in LANGUAGES}
    )
    items: list[dict[str, Any]] = deepcopy(list(book.items))
    for item in items:
        if "criterion" in item:
            item |= draw(st.fixed_dictionaries({}, optional={"met": texts, "not_met": texts}))
        for row in item.get("rows", ()):
            row["because"] = draw(st.just(row["because"]) | texts)
    return Book(book.names, tuple(items))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_memory_changes_no_trace(data: st.DataObject) -> None:
    """Cases explained one after the other are explained as each would be alone, byte by byte."""
    drawn: Book = data.draw(telling())
    given_ = data.draw(alike(drawn))
    edition = drawn.load().edition(data.draw(cases(drawn)).rules_on)
    for facts, day in given_:
        for name in edition.tables:
            try:
                decided = edition.decide(name, facts, as_of=day)
            except nic_rules.FactError:
                continue
            for decision in (decided, Decision.from_json(decided.to_json())):
                for language in LANGUAGES:
                    alone = written(anew(edition), decision, language)
                    assert alone == written(edition, decision, language)


# --- one thing that a part rests on, at a time

BASE: dict[str, object] = {**CASE, "name": "Nord"}
OTHERWISE: dict[str, dict[str, object]] = {
    "its fact": {"a": 6},
    "a fact that its text names": {"name": "Sør"},
    "a fact that keys a parameter of its text": {"e": "y"},
    "a fact below a derived fact of its text": {"d": "2016-03-01"},
    "a fact that is unknown": {"a": None},
    "evidence": {"a": {"value": 5, "by": "me"}},
    "the day": {},
}
"""What makes another case of the base, by what is different."""


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """Give a book with a criterion that tells much more than it rests on."""
    text = '{nb: "{a} {name} {most} {gone}", en: "{a} {name} {most} {gone}"}'
    told = criterion("enough", "a >= 3", met=text, not_met=text)
    flag = criterion("chosen", "p and year(as_of) > 2000")
    more = table("other", "p: true").replace('nb: "D", en: "T"', 'nb: "{a}", en: "{e}: {gone}"')
    folder = tmp_path_factory.mktemp("shared")
    return timed(folder, told, flag, table("good", "enough: met, chosen: met"), more).edition(BEGIN)


def both(edition: Edition, what: str, name: str = "good") -> list[Decision]:
    """Decide the base case and the one in which something is different."""
    day = date(2018, 5, 17) if what == "the day" else BEGIN
    other = {**BASE, **OTHERWISE[what]}
    return [edition.decide(name, BASE), edition.decide(name, other, as_of=day)]


def differing(edition: Edition, what: str) -> list[str]:
    """Explain both cases by one edition; name the languages that explain them as nobody should."""
    return [
        language
        for language in LANGUAGES
        for decision in both(edition, what)
        if written(edition, decision, language) != written(anew(edition), decision, language)
    ]


@pytest.mark.parametrize("name", ["good", "other"])
@pytest.mark.parametrize("what", OTHERWISE)
def test_all_that_a_part_tells_is_told_of_its_case(edition: Edition, what: str, name: str) -> None:
    """Cases that differ in one thing are each explained as alone, and not alike."""
    known = anew(edition)
    one, other = both(known, what, name)
    for language in LANGUAGES:
        told = [written(known, decision, language) for decision in (one, other)]
        alone = [written(anew(edition), decision, language) for decision in (one, other)]
        assert alone == told
        assert told[0] != told[1]


@pytest.mark.parametrize("what", [what for what in OTHERWISE if what != "evidence"])
def test_a_key_that_forgets_is_seen(
    edition: Edition, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If parts were kept by their own names alone, or without what texts name, it would be seen."""
    assert [] == differing(anew(edition), what)
    kept = Keys._uses

    def forgetful(self: Keys, name: str) -> set[str]:
        return kept(self, name) - {"a", "name", "most", "gone", "as_of"}

    with monkeypatch.context() as patched:
        patched.setattr(Keys, "_uses", forgetful)
        forgetting = anew(edition)
        try:
            found = differing(forgetting, what)
        except TraceFault:  # what is forgotten changes a finding
            return
    assert [] != found


def test_what_python_takes_for_equal_is_told_apart(edition: Edition) -> None:
    """A forged record that says 1 for yes is refused, and spoils no other's explanation."""
    known = anew(edition)
    decision = known.decide("good", BASE)
    forged = Decision.of(
        decision.told, decision.rest._replace(facts=FrozenMap({**decision.facts, "p": 1}))
    )
    for _ in range(2):
        with pytest.raises(TraceFault, match="the decision says"):
            trace(known, forged, "en")
        assert written(anew(edition), decision, "en") == written(known, decision, "en")


def test_threads_share_what_was_told(edition: Edition) -> None:
    """Many threads that explain cases by one edition explain them as one does."""
    known = anew(edition)
    decisions = [decision for what in OTHERWISE for decision in both(known, what)] * 8
    expected = [written(anew(edition), decision, "nb") for decision in decisions]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda decision: written(known, decision, "nb"), decisions))
    assert expected == told


def test_equal_parts_are_one(edition: Edition) -> None:
    """Two cases that differ in nothing below a criterion have one node of it."""
    one, other = both(anew(edition), "its fact")
    found = [decision.explain("en").table.found for decision in (one, other)]
    assert [False, True] == [a is b for a, b in zip(*found, strict=True)]


# --- looking ahead


def test_what_lies_ahead_is_looked_for_when_read(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks ahead before it is read, then once; what time cannot change is known at once."""
    asked = []

    def counted(*arguments: Any, **options: Any) -> Any:
        asked.append(arguments)
        return look(*arguments, **options)

    look = until
    monkeypatch.setattr("nic_rules.explanation.lasting.until", counted)
    known = anew(edition)
    ahead = known.decide("good", BASE).explain("en").lasting
    assert 0 == len(asked)
    assert [ahead.until, ahead.until, ahead.becomes] == [None, None, None]
    assert 1 == len(asked)
    later = known.at(date(2021, 6, 1)).decide("other", BASE).explain("en").lasting
    assert later.said == known.at(date(2021, 6, 1)).decide("other", BASE).explain("en").lasting.said
    assert 1 == len(asked)


def test_a_trace_is_equal_hashed_and_pickled_whole(edition: Edition) -> None:
    """Equal traces have one hash, and come back from a pickle with what lies ahead."""
    known = anew(edition)
    one, other = (known.decide("good", BASE).explain("en") for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    back = pickle.loads(pickle.dumps(one))
    assert back == one
    assert one.as_data() == back.as_data()
    assert one != known.decide("good", {**BASE, "a": 7}).explain("en")


# --- the memory itself


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60), st.integers(2, 8))
def test_a_memory_keeps_what_was_used_last(keys: list[int], size: int) -> None:
    """It gives nothing but what was kept, never more than its size, and what was used last."""
    memory = Memory[str](size)
    for key in keys:
        assert memory.get(key) in (None, str(key))
        memory.keep(key, str(key))
        assert str(key) == memory.get(key)
        assert len(memory) <= size
    for key in list(dict.fromkeys(reversed(keys)))[: size // 2]:
        assert str(key) == memory.get(key)
