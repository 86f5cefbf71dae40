"""The table `continuation` written by hand: what the engine's speed is measured against.

One function, no engine: plain ifs in the order of the table's rows, and nothing looked at twice. A
fact is `True`, `False`, a number, a date or a text; absent or `None` means unknown. What is unknown
never counts as false: an `and` is false as soon as one part is, else unknown as soon as one part
is, and an `or` the other way round.

The facts are taken as they come: types, bounds and contradictions are not checked here.
"""

from datetime import date
from typing import Any, TypeAlias

Facts: TypeAlias = dict[str, Any]
Answer: TypeAlias = tuple[str, str]
"""The outcome, and the row that gave it."""

# The parameters, as they stand from 2014-01-01. Shares in percent: whole numbers stay whole.
MIN_YEARS = {"arena": 3, "nce": 10, "gce": 10}
MAX_YEARS = {"arena": 5, "nce": 10, "gce": 10}
MIN_ACTORS_OF_EACH_KIND = 1
DRIVERS_SEAT_PERCENT = 50  # to be exceeded
BROAD_PARTICIPATION_PERCENT = 50  # to be reached
COUNT_FROM_FIRST_ADMISSION = False

COUNT_FROM = "first_admitted_on" if COUNT_FROM_FIRST_ADMISSION else "level_admitted_on"

NOT_STARTED: Answer = ("not_started", "not_started")
START_UNCLEAR: Answer = ("needs_information", "start_unclear")
PERIOD_OVER: Answer = ("completed", "period_over")
PERIOD_UNCLEAR: Answer = ("needs_information", "period_unclear")
EVALUATION_DUE: Answer = ("evaluation_due", "evaluation_due")
EVALUATION_UNCLEAR: Answer = ("needs_information", "evaluation_unclear")
FAILS_AFTER_REMEDY: Answer = ("discontinue", "fails_after_remedy")
REMEDY_UNCLEAR: Answer = ("needs_information", "remedy_unclear")
FAILS_REQUIREMENTS: Answer = ("notice", "fails_requirements")
REQUIREMENTS_UNCLEAR: Answer = ("needs_information", "requirements_unclear")
OFF_STRATEGY: Answer = ("continue_with_follow_up", "off_strategy")
STRATEGY_UNCLEAR: Answer = ("needs_information", "strategy_unclear")
ALL_WELL: Answer = ("continue", "all_well")


def continuation(facts: Facts, as_of: date) -> Answer:
    """Decide one cluster's year on `as_of`: the outcome, and the first row that fits."""
    get = facts.get

    # has_started
    admitted = get("level_admitted_on")
    if admitted is None:
        return START_UNCLEAR
    if admitted > as_of:
        return NOT_STARTED

    # period_is_running
    agreed = get("agreed_years")
    counted_from = get(COUNT_FROM)
    if agreed is None or counted_from is None:
        return PERIOD_UNCLEAR
    if not is_running(counted_from, agreed, as_of):
        return PERIOD_OVER

    # evaluated_this_year: nothing is due in the year of entry
    this_year = as_of.year
    if admitted.year != this_year:
        evaluated = get("evaluated_on")
        if evaluated is None:
            return EVALUATION_UNCLEAR
        if evaluated.year != this_year or evaluated > as_of:
            return EVALUATION_DUE

    meets = meets_requirements(facts)
    if meets is False:
        # remedy_time_is_over
        stands = get("notice_stands")
        if stands is False:
            return FAILS_REQUIREMENTS
        deadline = get("remedy_deadline")
        if deadline is None:
            return REMEDY_UNCLEAR
        if as_of <= deadline:
            return FAILS_REQUIREMENTS
        return REMEDY_UNCLEAR if stands is None else FAILS_AFTER_REMEDY
    if meets is None:
        return REQUIREMENTS_UNCLEAR

    # follows_strategy
    per_strategy = get("develops_per_strategy")
    per_goals = get("develops_per_goals")
    if per_strategy is False or per_goals is False:
        return OFF_STRATEGY
    if per_strategy is None or per_goals is None:
        return STRATEGY_UNCLEAR
    return ALL_WELL


def is_running(counted_from: date, agreed: int, as_of: date) -> bool:
    """Tell whether fewer than `agreed` years are completed; the anniversary lies outside.

    Months and days are compared, so that a 29 February completes its year on 1 March where the year
    has no such day.
    """
    years = as_of.year - counted_from.year
    if years != agreed:
        return years < agreed
    if as_of.month != counted_from.month:
        return as_of.month < counted_from.month
    return as_of.day < counted_from.day


def meets_requirements(facts: Facts) -> bool | None:
    """Find the five characteristics as at review, and a duration within the level's bounds.

    One false part settles it; an unknown one only means that the rest must still be looked at.
    """
    get = facts.get
    known = True

    # within_level_duration
    level = get("level")
    agreed = get("agreed_years")
    if level is None or agreed is None:
        known = False
    elif not MIN_YEARS[level] <= agreed <= MAX_YEARS[level]:
        return False

    # cooperation_basis: actors of each kind, and business in the driver's seat
    business = get("business_actors")
    if business is None:
        known = False
    elif business < MIN_ACTORS_OF_EACH_KIND:
        return False
    knowledge = get("knowledge_actors")
    if knowledge is None:
        known = False
    elif knowledge < MIN_ACTORS_OF_EACH_KIND:
        return False
    public = get("public_development_actors")
    if public is None:
        known = False
    elif public < MIN_ACTORS_OF_EACH_KIND:
        return False
    seats = get("steering_seats")
    business_seats = get("business_steering_seats")
    if not seats or business_seats is None:  # a share of no seats is unknown
        known = False
    elif 100 * business_seats <= DRIVERS_SEAT_PERCENT * seats:
        return False

    # clear_synergies: within the cluster or toward others
    within = get("clear_synergy_within_cluster")
    if not within:
        external = get("clear_synergy_with_external")
        if not external:
            if within is False and external is False:
                return False
            known = False

    # growth_potential
    value_creation = get("potential_value_creation")
    competitiveness = get("potential_competitiveness")
    cooperation = get("potential_rests_on_cooperation")
    if not (value_creation and competitiveness and cooperation):
        if value_creation is False or competitiveness is False or cooperation is False:
            return False
        known = False

    # engaged_actors: broad participation, and active leadership
    key_actors = get("key_actors")
    participating = get("participating_key_actors")
    if not key_actors or participating is None:  # a share of no actors is unknown
        known = False
    elif 100 * participating < BROAD_PARTICIPATION_PERCENT * key_actors:
        return False
    leadership = get("active_leadership")
    if not leadership:
        if leadership is False:
            return False
        known = False

    # strategic_project_at_review: a running project cannot be triggered any more
    project = get("has_strategic_project")
    innovation = get("project_can_increase_innovation")
    renewal = get("project_can_bring_renewal")
    reinforced = get("project_can_be_reinforced")
    if not (project and innovation and renewal and reinforced):
        if project is False or innovation is False or renewal is False or reinforced is False:
            return False
        known = False

    return True if known else None
