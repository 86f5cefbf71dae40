"""Hard cases of the field, what must come out of some, and where each is shown.

A row names scenarios, and tests of this module. Case 12, a cluster that comes back at a level where
it has been, is left out: the source is silent on it, and no row treats it. Cases from 28 on are of
the ranking of a call.

| case | what is hard | shown by |
|---|---|---|
| 1 | ten years to the day | gce_on_its_last_day gce_on_its_tenth_anniversary
    test_one_day_and_one_finding_make_the_difference |
| 2 | admitted on a leap day | leap_day_on_28_february leap_day_on_1_march
    leap_day_for_four_years_on_28_february leap_day_for_four_years_on_the_leap_day |
| 3 | an NCE from 1 July | nce_on_its_last_day nce_on_its_tenth_anniversary |
| 4 | a level of another programme | test_a_level_of_another_programme_is_bad_input |
| 5 | the day before admission | the_day_before_admission not_started_and_little_known |
| 6 | admitted before the level began | gce_admitted_before_the_level_began
    nce_admitted_before_the_level_began arena_admitted_before_the_level_began
    gce_admitted_the_day_before_the_level_began gce_admitted_the_day_the_level_began
    gce_admitted_before_the_launch |
| 7 | both bounds of the duration | arena_for_two_years arena_for_three_years arena_for_four_years
    arena_for_five_years arena_for_six_years nce_for_nine_years nce_for_ten_years
    nce_for_eleven_years |
| 8 | an extension after the old end | arena_before_the_extension arena_after_the_extension |
| 9 | two more years than a level has | arena_at_five_asks_for_two_more |
| 10 | two upgrades | upgraded_ten_years_after_the_first_admission
    upgraded_ten_years_after_the_second_level gce_on_its_last_day
    test_counted_from_the_first_admission_it_is_over |
| 11 | an upgrade after one year | upgraded_after_one_year upgraded_after_one_year_is_eligible |
| 13 | one of two is enough | synergy_within_is_enough
    synergy_within_denied_and_other_not_told |
| 14 | one plain no, six facts missing | no_public_actor_and_six_facts_missing |
| 15 | aims decide nothing | nce_with_radical_aim_not_told gce_without_radical_aim
    arena_with_radical_aim test_what_is_told_of_aims_changes_no_outcome |
| 16 | a share of no seats | no_seats_at_all four_of_eight_seats five_of_eight_seats
    test_a_share_of_nothing_is_explained |
| 17 | a part above its whole | more_take_part_than_there_are |
| 18 | needed, and going on without it | support_makes_no_difference
    test_what_no_rule_asks_cannot_contradict |
| 19 | a running project at admission | running_project_at_admission
    test_the_stricter_reading_of_additionality test_the_reading_is_told |
| 20 | a strategy that nobody agreed on | strategy_followed_but_not_agreed
    no_strategy_agreed_and_no_answer |
| 21 | null, nothing, and other ways to say no | test_null_and_absent_are_unknown
    test_other_ways_to_say_no_are_bad_input |
| 22 | facts that nobody declared | test_a_fact_that_nobody_declared_is_bad_input |
| 23 | a tenth of one per cent | a_tenth_short three_thirds_and_a_tenth a_tenth_over |
| 24 | all for one area | everything_for_one_area test_a_negative_share_is_bad_input |
| 25 | a share not told | one_share_not_told three_shares_already_above_the_whole |
| 26 | a split by others | split_by_the_programme split_by_nobody_known |
| 27 | which year a split is for | split_for_2025 split_of_last_year |

| must | come out so | shown by |
|---|---|---|
| a | running on the last day, completed on the anniversary, one finding apart |
    gce_on_its_last_day gce_on_its_tenth_anniversary
    test_one_day_and_one_finding_make_the_difference |
| b | three and four years from a leap day | leap_day_on_28_february leap_day_on_1_march
    leap_day_for_four_years_on_the_leap_day |
| c | Arena for 2 to 6 years, NCE for 9 to 11 | arena_for_two_years arena_for_three_years
    arena_for_four_years arena_for_five_years arena_for_six_years nce_for_nine_years
    nce_for_ten_years nce_for_eleven_years |
| d | synergy within, external unknown | synergy_within_is_enough
    synergy_within_denied_and_other_not_told |
| e | no public development actor | no_public_actor_and_six_facts_missing |
| f | 0 of 0, 4 of 8 and 5 of 8 seats | no_seats_at_all test_a_share_of_nothing_is_explained
    four_of_eight_seats five_of_eight_seats |
| g | shares of a hundred, and of less | three_thirds_and_a_tenth a_tenth_short
    everything_for_one_area |
| h | last year's split, and a year without evaluation | split_of_last_year
    a_year_without_evaluation services_while_an_evaluation_is_due |
| i | an NCE in 2004, and an evaluation yet to come | nce_before_there_was_any
    evaluation_dated_ahead |
| j | notice first, discontinued after the deadline, still notice on it |
    requirements_fail_for_the_first_time requirements_fail_after_the_deadline
    requirements_fail_on_the_deadline |
| k | aims change no outcome | nce_with_radical_aim_not_told gce_without_radical_aim
    arena_with_radical_aim test_what_is_told_of_aims_changes_no_outcome |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from nic_rules import FactError
from tests.rulebook_nic.nic import SCENARIOS, decide, explained, read_otherwise

CASES = {
    case: names.split()
    for case, names in re.findall(
        r"^\| (\d+|[a-z]) \| [^|]* \|\s([^|]*) \|$", __doc__ or "", re.MULTILINE
    )
}


def test_every_case_is_shown() -> None:
    """Cases 1 to 27 but for 12, and a to k, have their scenarios or tests, and those exist."""
    assert [*map(str, (*range(1, 12), *range(13, 28))), *"abcdefghijk"] == list(CASES)
    shown = {name for names in CASES.values() for name in names}
    assert set() == shown - SCENARIOS.keys() - globals().keys()


def test_one_day_and_one_finding_make_the_difference() -> None:
    """Ten years to the day: the two answers differ in exactly one finding."""
    last, first = decide("gce_on_its_last_day"), decide("gce_on_its_tenth_anniversary")
    assert ("continue", "completed") == (last.outcome, first.outcome)
    assert last.findings.keys() == first.findings.keys()
    assert ["period_is_running"] == [
        name for name in last.findings if last.findings[name] != first.findings[name]
    ]


def bad(scenario: str, given: Mapping[str, object]) -> list[tuple[str, str | None]]:
    """Give the problems of a case that nothing is decided of, by code and fact."""
    with pytest.raises(FactError) as refused:
        decide(scenario, given)
    return [(wrong.code, wrong.fact) for wrong in refused.value.diagnostics]


def test_a_level_of_another_programme_is_bad_input() -> None:
    """The source has three levels; another one is refused, and the three are named."""
    with pytest.raises(FactError) as refused:
        decide("an_eligible_arena", {"level": "arena_pro"})
    (wrong,) = refused.value.diagnostics
    assert ("NIC506", "level") == (wrong.code, wrong.fact)
    told = f"{wrong.message} {wrong.hint}"
    assert [] == [level for level in ("arena", "nce", "gce") if level not in told]


def test_counted_from_the_first_admission_it_is_over(tmp_path: Path) -> None:
    """Same facts, one parameter: an office that counts from the first admission ends it in 2016."""
    other = read_otherwise(tmp_path, "levels/period.yaml", "value: false", "value: true")
    name = "upgraded_ten_years_after_the_first_admission"
    assert "continue" == decide(name).outcome
    assert "completed" == decide(name, book=other).outcome
    assert "continue" == decide(name, book=other, as_of=date(2016, 5, 31)).outcome


@pytest.mark.parametrize("base", ["an_eligible_arena", "a_running_nce", "a_running_gce"])
@pytest.mark.parametrize("table", ["eligibility", "allocation", "continuation", "services"])
def test_what_is_told_of_aims_changes_no_outcome(base: str, table: str) -> None:
    """Told yes, no or nothing of both aims, a cluster of any level gets the same answer."""
    answers = set()
    for radical, cross in product((True, False, None), repeat=2):
        aims = {"aims_at_radical_innovation": radical, "explores_cross_sector": cross}
        decision = decide(base, aims, table=table)
        answers.add((decision.outcome, decision.rows, decision.needs, decision.stuck))
    assert 1 == len(answers)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "helheten er null: Antall plasser i styringsorganet"),
        ("en", "the whole is zero: Number of seats on the governing body"),
    ],
)
def test_a_share_of_nothing_is_explained(language: str, said: str) -> None:
    """Of no seats the explanation says that the whole is zero."""
    decision = decide("no_seats_at_all")
    assert ("unknown", ()) == (
        decision.findings["business_leads"].finding,
        tuple(decision.findings["business_leads"].lacks),
    )
    assert said in explained(decision, language)


def test_what_no_rule_asks_cannot_contradict() -> None:
    """Whether a project would go on unchanged is asked as two questions, never as a third."""
    assert [("NIC502", "would_happen_unchanged")] == bad(
        "an_eligible_arena", {"would_happen_unchanged": True}
    )


def test_the_stricter_reading_of_additionality(tmp_path: Path) -> None:
    """A running project is eligible by the reading chosen, and not by the one that needs both."""
    other = read_otherwise(
        tmp_path, "target_group/5_strategic_project.yaml", "value: false", "value: true"
    )
    decision = decide("running_project_at_admission", book=other)
    assert ("not_eligible", ("no_strategic_project",)) == (decision.outcome, decision.rows)
    both = decide("running_project_at_admission", {"project_can_be_triggered": True}, book=other)
    assert "eligible" == both.outcome


@pytest.mark.parametrize(
    ("language", "chosen", "other"),
    [
        ("nb", "Det er valgt at én av delene er nok.", "Den strengere lesningen"),
        ("en", "The choice made is that one of the two is enough.", "The stricter reading"),
    ],
)
def test_the_reading_is_told(language: str, chosen: str, other: str) -> None:
    """The decision on a running project shows the reading used, and what the other would need."""
    told = explained(decide("running_project_at_admission"), language)
    assert (True, True) == (chosen in told, other in told)


def test_null_and_absent_are_unknown() -> None:
    """A fact that is null, and one that is not there, are the same."""
    null = decide("an_eligible_arena", {"active_leadership": None})
    absent = dict(SCENARIOS["an_eligible_arena"].given)
    del absent["active_leadership"]
    missing = decide("nothing_told_of_an_applicant", absent)
    assert ("needs_information", ("active_leadership",)) == (null.outcome, tuple(null.needs))
    assert null == missing


@pytest.mark.parametrize("value", ["", "nei", "no", "false", 0, "0"])
def test_other_ways_to_say_no_are_bad_input(value: object) -> None:
    """Nothing is guessed: an empty text, `nei` and 0 are no booleans; the fact is named."""
    ((_, fact),) = bad("an_eligible_arena", {"active_leadership": value})
    assert "active_leadership" == fact


@pytest.mark.parametrize(("name", "hint"), [("agred_years", "agreed_years"), ("mayor_name", None)])
def test_a_fact_that_nobody_declared_is_bad_input(name: str, hint: str | None) -> None:
    """A misspelt fact is never silently missing: the nearest name is given, where one is near."""
    with pytest.raises(FactError) as refused:
        decide("an_eligible_arena", {name: 3})
    (wrong,) = refused.value.diagnostics
    assert "NIC502" == wrong.code
    assert (hint is None) == (wrong.hint is None)
    assert hint is None or f"`{hint}`" in str(wrong.hint)


def test_a_negative_share_is_bad_input() -> None:
    """Shares of -10 and 110 are out of bounds, though they make 100."""
    shares = {"share_general": "-10", "share_knowledge": "110"}
    problems = bad("everything_for_one_area", shares)
    assert {("NIC505", "share_general"), ("NIC505", "share_knowledge")} == set(problems)
