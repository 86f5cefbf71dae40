"""The texts that people read: whole sentences, in which number agreement never arises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from nic_rules.language.types import Number
from tests.rulebook_nic.nic import BOOK, NIC, SCENARIOS, explained

SENTENCES = ("says", "no_rule", "why", "met", "not_met", "because", "message")
"""Keys whose texts are whole sentences; `ask` is a question, what is left is a title."""

MAY_FOLLOW = {"nb": ("år", "prosent", "av", "og"), "en": ("per", "of", "and")}
"""Words that may stand behind a number, whatever the number: they never change with it."""

OURS = {
    "nb": ("rad", "raden", "utfall", "utfallet", "kriterium", "parameter", "true", "false"),
    "en": ("row", "outcome", "token", "criterion", "parameter", "true", "false", "percent"),
}
"""Words of the engine, and ways to write a word that careful people do not use."""


def texts() -> Iterator[tuple[str, str, str, str]]:
    """Give every text of the rules: where it stands, its key, its language, and what it says."""
    for path in sorted(NIC.rglob("*.yaml")):
        if "scenarios" not in path.parts:
            items = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
            yield from _texts(path.relative_to(NIC), "", items)


def _texts(path: Path, key: str, node: object) -> Iterator[tuple[str, str, str, str]]:
    if isinstance(node, dict) and set(BOOK.languages) == node.keys():
        yield from ((f"{path}: {text}", key, lang, text) for lang, text in node.items())
    elif isinstance(node, dict):
        for name, below in node.items():
            yield from _texts(path, name, below)
    elif isinstance(node, list):
        for below in node:
            yield from _texts(path, key, below)


TEXTS = list(texts())


def test_sentences_are_whole() -> None:
    """A sentence begins with a capital and ends with a full stop; a question asks."""
    for where, key, _, text in TEXTS:
        if key in SENTENCES:
            assert text[0].isupper() or text[0] == "{", where
            assert text.endswith("."), where
        elif key == "ask":
            assert "?" in text, where
            assert text.endswith(("?", ".")), where
        elif key != "unit":
            assert not text.endswith("."), where


def test_no_words_of_the_engine() -> None:
    """No name of an item, no word of the engine, no value as a rule file writes it."""
    for where, _, language, text in TEXTS:
        said = re.sub(r"\{\w+\}", "", text)
        assert not re.search(r"\w_\w", said), where
        assert set() == {*re.findall(r"\w+", said.lower())} & {*OURS[language]}, where
        assert "  " not in text, where


def test_number_agreement_never_arises() -> None:
    """Nothing that changes with a number stands behind one: `1 aktører` cannot be said."""
    number = {
        name
        for items in (BOOK.book.facts, BOOK.book.parameters)
        for name, item in items.items()
        if isinstance(item.type, Number)
    } | {derived.name for derived in BOOK.book.derived}
    number -= {"this_year", "allocation_year"}  # a year is never one or many
    for where, _, language, text in TEXTS:
        for name, word in re.findall(r"\{(\w+)\} (\w+)", text):
            assert name not in number or word in MAY_FOLLOW[language], (where, word)
    units = {tuple(fact.unit.values()) for fact in BOOK.all_facts if fact.unit}
    assert {("prosent", "per cent")} == units


@pytest.mark.parametrize("language", ["nb", "en"])
def test_names_in_a_list_are_names(language: str) -> None:
    """What is listed as not met or not settled is a thing, and never a sentence."""
    listed = [
        *(fact.item.written.name[language] for fact in BOOK.book.facts.values()),
        *(criterion.item.written.name[language] for criterion in BOOK.book.criteria),
    ]
    verbs = {"nb": r"\b(er|har|blir|deltar|styrer|gjelder)\b", "en": r"\b(is|are|was|has|have)\b"}
    found = [name for name in listed if re.search(verbs[language], name)]
    subordinate = {"nb": r"\b(som|at|der) ", "en": r"\b(that|who|which) "}
    assert [] == [name for name in found if not re.search(subordinate[language], name)]
    assert [] == [name for name in listed if not name[0].isupper()]


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_scenario_is_explained(language: str) -> None:
    """Each decision of a scenario is told in each language, every placeholder filled."""
    for scenario in SCENARIOS.values():
        if scenario.item.written.expect.breaks is not None:
            continue
        edition = BOOK.edition(scenario.rules_on)
        decision = edition.decide(scenario.table, scenario.given, as_of=scenario.as_of)
        told = explained(decision, language)
        assert "{" not in told, scenario.name
        nothing_listed = r"(avklart|oppfylt|settled|met): –"
        assert not re.search(nothing_listed, told), scenario.name
