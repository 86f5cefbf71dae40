"""Random cases for the table `continuation`: every row, every boundary, nothing contradictory.

A case carries the facts that the table reads, those of the two aims it notes and those that only
constraints read. Were each fact drawn alone, nearly every case would end at its first unknown; so a
case is drawn in two steps. First all its facts, with a mood that says how much of it is well; then
what is not known of it: in about half of the cases only facts that seldom decide.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

LEVELS = ("arena", "nce", "gce")
OPEN_FROM = {"arena": date(2002, 1, 1), "nce": date(2006, 1, 1), "gce": date(2014, 1, 1)}
YEARS_OF_LEVEL = {
    "arena": (2, 3, 3, 3, 4, 5, 5, 6),
    "nce": (9, 10, 10, 10, 10, 11),
    "gce": (9, 10, 10, 10, 10, 11),
}
ODD_YEARS = (0, 1, 50)
FIRST_DAY = date(2014, 1, 1)  # the parameters have one value from here on
LAST_DAY = date(2027, 12, 31)
MOST_ACTORS, MOST_SEATS = 100_000, 1_000

NEEDED = (  # each of these alone, if false, breaks a requirement
    "potential_value_creation",
    "potential_competitiveness",
    "potential_rests_on_cooperation",
    "active_leadership",
    "has_strategic_project",
    "project_can_increase_innovation",
    "project_can_bring_renewal",
    "project_can_be_reinforced",
)
SELDOM_DECIDE = (
    "first_admitted_on",
    "goals_and_strategy_agreed",
    "clear_synergy_with_external",
    "notice_stands",
    "aims_at_radical_innovation",
    "explores_cross_sector",
)


def random_cases(n: int, seed: int) -> Iterator[tuple[dict[str, Any], date]]:
    """Yield `n` cases, each with its `as_of`; the same seed gives the same cases.

    What is unknown is absent, or in a tenth of the cases `None`.
    """
    rng = random.Random(seed)
    for _ in range(n):
        facts, as_of = whole_case(rng)
        unknown = unknown_facts(rng, list(facts))
        if rng.random() < 0.1:
            yield {name: None if name in unknown else value for name, value in facts.items()}, as_of
        else:
            yield {name: value for name, value in facts.items() if name not in unknown}, as_of


def unknown_facts(rng: random.Random, names: list[str]) -> set[str]:
    """Choose what is not known of a case: most often a tenth to a third of its facts."""
    if rng.random() < 0.6:
        unknown = set(rng.sample(SELDOM_DECIDE, rng.randint(2, len(SELDOM_DECIDE))))
        if rng.random() < 0.2:
            unknown.add(rng.choice(("develops_per_strategy", "develops_per_goals")))
        return unknown
    part = rng.choice((0.05, 0.1, 0.2, 0.33))
    return {name for name in names if rng.random() < part}


def whole_case(rng: random.Random) -> tuple[dict[str, Any], date]:
    """Draw a case of which everything is known, and the day it is decided on."""
    level = rng.choice(LEVELS)
    agreed = rng.choice(ODD_YEARS if rng.random() < 0.03 else YEARS_OF_LEVEL[level])
    admitted, as_of = period(rng, level, agreed)
    well = rng.choice((0.9, 0.98, 1.0, 1.0))  # how likely each single thing is as it should be

    def good() -> bool:
        return rng.random() < well

    before = timedelta(rng.choice((0, 0, 1, 365, 1100, 2900)))
    seats, business_seats = share(rng, MOST_SEATS, well)
    key_actors, participating = share(rng, MOST_ACTORS, well)
    per_strategy = rng.random() < 0.85
    facts: dict[str, Any] = {
        "level": level,
        "level_admitted_on": admitted,
        "first_admitted_on": max(OPEN_FROM["arena"], admitted - before),
        "agreed_years": agreed,
        "business_actors": actors(rng, well),
        "knowledge_actors": actors(rng, well),
        "public_development_actors": actors(rng, well),
        "steering_seats": seats,
        "business_steering_seats": business_seats,
        "key_actors": key_actors,
        "participating_key_actors": participating,
        "goals_and_strategy_agreed": per_strategy or rng.random() < 0.5,
        "clear_synergy_within_cluster": good(),
        "clear_synergy_with_external": rng.random() < 0.6,
        "aims_at_radical_innovation": rng.random() < 0.5,
        "explores_cross_sector": rng.random() < 0.5,
        "evaluated_on": evaluation_day(rng, as_of),
        "develops_per_strategy": per_strategy,
        "develops_per_goals": rng.random() < 0.85,
        "notice_stands": rng.random() < 0.6,
        "remedy_deadline": as_of + timedelta(rng.choice((-200, -30, -1, 0, 1, 30, 200))),
    }
    facts.update((name, good()) for name in NEEDED)
    return facts, as_of


def period(rng: random.Random, level: str, agreed: int) -> tuple[date, date]:
    """Draw the admission and the day of the decision: at times within a day of start or end."""
    opened = OPEN_FROM[level]
    admitted = opened + timedelta(rng.randint(0, (date(2026, 12, 31) - opened).days))
    kind = rng.random()
    if kind < 0.1:
        admitted = date(rng.choice((2016, 2020, 2024)), 2, 29)
    elif kind < 0.13:
        admitted = opened
    if rng.random() < 0.2:  # about the last day, or about the first
        years = agreed if rng.random() < 0.6 else 0
        as_of = anniversary(admitted, years) + timedelta(rng.choice((-1, 0, 1)))
    elif rng.random() < 0.05:  # before the start
        as_of = admitted - timedelta(rng.randint(1, 400))
    else:
        as_of = admitted + timedelta(rng.randint(0, 420 * max(agreed, 1)))
    if FIRST_DAY <= as_of <= LAST_DAY:
        return admitted, as_of
    as_of = FIRST_DAY + timedelta(rng.randint(0, (LAST_DAY - FIRST_DAY).days))
    return max(opened, as_of - timedelta(rng.randint(0, 380 * min(max(agreed, 1), 12)))), as_of


def anniversary(day: date, years: int) -> date:
    """Same month and day that many years later; 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def share(rng: random.Random, most: int, well: float) -> tuple[int, int]:
    """Draw a whole and a part of it: mostly more than half; at times half, or none of none."""
    kind = rng.random()
    if kind < 0.01:
        return 0, 0
    whole = most if kind < 0.02 else rng.randint(1, 24)
    if rng.random() < 0.2 * (1 - well):
        return whole, rng.randint(0, whole)
    if rng.random() < 0.1:
        beside = (whole + 1) // 2 + (rng.choice((0, 1)) if well == 1.0 else rng.choice((-1, 0, 1)))
        return whole, min(max(beside, 0), whole)
    return whole, rng.randint(whole // 2 + 1, whole)


def actors(rng: random.Random, well: float) -> int:
    """Draw how many actors of one kind there are: seldom none."""
    if rng.random() > well:
        return 0
    return MOST_ACTORS if rng.random() < 0.01 else rng.choice((1, 1, 2, 5, 14, 40, 180))


def evaluation_day(rng: random.Random, as_of: date) -> date:
    """Draw the latest evaluation: mostly this year's; at times last year's, or one to come."""
    kind = rng.random()
    if kind < 0.06:
        return as_of.replace(year=as_of.year - 1, day=min(as_of.day, 28))
    if kind < 0.1:
        return as_of + timedelta(rng.choice((1, 1, 20)))
    if kind < 0.16:
        return date(as_of.year, 1, 1)
    if kind < 0.18:
        return date(as_of.year - 1, 12, 31)
    return as_of - timedelta(rng.randint(0, as_of.timetuple().tm_yday - 1))
