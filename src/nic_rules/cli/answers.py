"""What may be told of a fact, said to people, and what they typed, as a file of facts has it."""

from __future__ import annotations

from nic_rules.cli.words import session_words
from nic_rules.engine.book import AskedFact
from nic_rules.explanation.words import words


def kind(fact: AskedFact, language: str, values: str) -> str:
    """Say what a fact takes; `values` are those of an enum fact, as they are to be shown."""
    said = words(language)[fact.type].format(
        min=fact.min, max=fact.max, decimals=fact.decimals, values=values
    )
    return f"{said} {fact.unit[language]}" if fact.unit else said


def kind_of_answer(fact: AskedFact, language: str) -> str:
    """Say what may be typed where somebody is asked: yes or no, and values by their names."""
    if fact.type == "boolean":
        return session_words(language)["yes_or_no"]
    names = {value: told[language] for value, told in fact.values.items()}
    shown = (
        name if name.casefold() == value.casefold() else f"{name} ({value})"
        for value, name in names.items()
    )  # fmt: skip
    return kind(fact, language, ", ".join(shown))


def as_told(fact: AskedFact, typed: str, language: str) -> str:
    """Give what a file of facts would have for what was typed; as typed where nothing is meant."""
    said = typed.casefold()
    if fact.type == "boolean":
        word = words(language)
        meant = {"true": [word["yes"], word["yes"][0]], "false": [word["no"], word["no"][0]]}
    else:
        meant = {value: [told[language].casefold()] for value, told in fact.values.items()}
    if typed in meant:
        return typed
    found = [value for value, names in meant.items() if said in (value, *names)]
    return found[0] if len(found) == 1 else typed
