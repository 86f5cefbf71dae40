"""Until when an outcome holds, as people read it: whole sentences in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nic_rules import RuleBook
from nic_rules.explanation.until import in_words, until
from tests.explanation.timed import BEGIN, CASE, TOO_LONG, criterion, table, timed
from tests.fixture_years import NIC
from tests.rulebook_nic.nic import SCENARIOS

FACTS = {**SCENARIOS["a_running_gce"].given, "evaluated_on": "2024-02-10"}


def told(book: RuleBook, table: str, facts: dict[str, object], as_of: date) -> dict[str, list[str]]:
    """Say it in both languages."""
    found = until(book, table, facts, as_of)
    return {language: [*in_words(book, found, facts, language)] for language in ("nb", "en")}


def test_a_change() -> None:
    """The last day of the outcome, the first day of the next, and both by their names."""
    assert {
        "nb": [
            "Med de samme opplysningene er utfallet «Fortsetter» til og med 17. juni 2024.",
            "Den 18. juni 2024 blir utfallet «Perioden er fullført».",
        ],
        "en": [
            "If the facts stay the same, the outcome is “Continues” up to and including "
            "17 June 2024.",
            "On 18 June 2024 it becomes “Period completed”.",
        ],
    } == told(NIC, "continuation", FACTS, date(2024, 2, 10))


def test_several_outcomes() -> None:
    """Outcomes that are collected are listed; where there are none, the outcome is empty."""
    assert {
        "nb": [
            "Med de samme opplysningene er utfallet «Kompetansetjenester», «Rådgivning», "
            "«Nettverkstjenester» og «Profilering» til og med 17. juni 2024.",
            "Den 18. juni 2024 blir utfallet tomt.",
        ],
        "en": [
            "If the facts stay the same, the outcome is “Competence services”, “Advice”, "
            "“Networking services” and “Promotion” up to and including 17 June 2024.",
            "On 18 June 2024 it becomes empty.",
        ],
    } == told(NIC, "services", {**FACTS, "allocation_year": 2025}, date(2024, 6, 17))


def test_no_change() -> None:
    """Where nothing changes, the text says so, and how far it was looked."""
    assert {
        "nb": [
            "Med de samme opplysningene er utfallet «Perioden er fullført» også på alle senere "
            "dager. Dette er undersøkt til og med 31. desember 2199."
        ],
        "en": [
            "If the facts stay the same, the outcome is “Period completed” on all later days as "
            "well. This was examined up to and including 31 December 2199."
        ],
    } == told(NIC, "continuation", FACTS, date(2024, 6, 18))


@pytest.mark.parametrize("day", [date(2199, 12, 31), date(2500, 1, 1)])
def test_beyond_the_horizon(day: date) -> None:
    """Of a day after which nothing is looked at, nothing is claimed."""
    assert {
        "nb": [
            "Det er ikke undersøkt om utfallet endres senere, for bare dager til og med "
            "31. desember 2199 blir undersøkt."
        ],
        "en": [
            "It was not examined whether the outcome changes later, for only days up to and "
            "including 31 December 2199 are."
        ],
    } == told(NIC, "continuation", FACTS, day)


def test_rules_that_end(tmp_path: Path) -> None:
    """Where the table ends, the text says that of the rules, and names no outcome."""
    book = timed(tmp_path, criterion("c", "gone < 1000"), table("t", "c: met", until="2018-02-03"))
    told_of = told(book, "t", {**CASE}, BEGIN)
    assert "Den 3. februar 2018 opphører reglene for dette spørsmålet." == told_of["nb"][-1]
    assert "On 3 February 2018 the rules for this question cease to apply." == told_of["en"][-1]


def test_facts_that_contradict_each_other(tmp_path: Path) -> None:
    """Where the facts contradict each other one day, the text says how, with their values."""
    book = timed(tmp_path, TOO_LONG, criterion("c", "a > 3"), table("t", "c: met"))
    told_of = told(book, "t", {**CASE, "name": "Nord"}, BEGIN)
    assert (
        "Den 25. november 2018 kan saken ikke lenger avgjøres, for da motsier opplysningene "
        "hverandre. Det er for lenge siden 29. februar 2016 for Nord."
    ) == told_of["nb"][-1]
    assert (
        "On 25 November 2018 the case can no longer be decided, for the facts then contradict "
        "each other. For Nord 29 February 2016 is too long ago."
    ) == told_of["en"][-1]
    with pytest.raises(ValueError, match="not the facts"):
        in_words(book, until(book, "t", CASE, BEGIN), {}, "en")
