"""The book is whole: every statement of the source, every name that others rely on, every basis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from nic_rules.rulebook import written
from nic_rules.rulebook.items import Item
from nic_rules.rulebook.warnings import warnings_of
from tests.rulebook_nic.nic import BOOK, NIC

STATEMENTS = """
purpose.value_creation purpose.collaboration levels.three organisation.owners organisation.funders
history.strategy history.arena history.nce history.gce history.launch history.continuity
services.funding services.competence services.advisory services.networking services.profiling
background.demand background.effects
target_group.basis_of_collaboration target_group.drivers_seat target_group.synergy
target_group.potential target_group.participation target_group.active_leadership
target_group.development_project target_group.renewal target_group.additionality
selection.open_call selection.competition selection.clear_criteria
selection.independent_evaluation
areas.funding_channelled areas.yearly_split areas.basis_for_support areas.general_development
areas.knowledge_collaboration areas.innovation_collaboration areas.innovation_scope
areas.radical_innovation areas.cluster_to_cluster areas.cluster_to_cluster_reach areas.borderland
levels.duration levels.duration_nce_gce levels.yearly_evaluation levels.follows_strategy
levels.meets_requirements
"""
LEAD = "target_group.lead"

SUPPLIED = {
    "the programme's register of clusters": "organisation_number cluster_name level "
    "level_admitted_on first_admitted_on agreed_years",
    "the cluster": "business_actors knowledge_actors public_development_actors steering_seats "
    "business_steering_seats key_actors participating_key_actors has_strategic_project "
    "goals_and_strategy_agreed allocation_decided allocation_year allocation_decided_by "
    "share_general share_knowledge share_innovation share_cluster_to_cluster",
    "the independent assessor": "clear_synergy_within_cluster clear_synergy_with_external "
    "potential_value_creation potential_competitiveness potential_rests_on_cooperation "
    "active_leadership project_can_increase_innovation project_can_bring_renewal "
    "project_can_be_triggered project_can_be_reinforced aims_at_radical_innovation "
    "explores_cross_sector",
    "the programme": "evaluated_on develops_per_strategy develops_per_goals notice_stands "
    "remedy_deadline",
}
GROWING = {
    "business_actors", "knowledge_actors", "public_development_actors", "key_actors",
    "participating_key_actors",
}  # fmt: skip

OUTCOMES = {
    "eligibility": "not_eligible eligible needs_information",
    "allocation": "awaiting_split not_a_basis basis_for_support needs_information",
    "continuation": "not_started needs_information completed evaluation_due discontinue notice "
    "continue_with_follow_up continue",
    "services": "financing competence advisory networking profiling",
    "shortfalls": "within_level_duration cooperation_basis clear_synergies growth_potential "
    "engaged_actors strategic_project_at_review",
}
WANTED = {
    "eligibility": "eligible", "allocation": "basis_for_support",
    "continuation": "completed continue", "services": OUTCOMES["services"], "shortfalls": "",
}  # fmt: skip


def clauses() -> list[written.Clause]:
    """Give the clauses of the book's one source."""
    (source,) = BOOK.book.sources
    return source.written.clauses


def test_every_statement_of_the_source_is_a_clause() -> None:
    """The 47 statements of the page, and the lead-in that rules cite; nothing else."""
    statements = STATEMENTS.split()
    assert (47, 47) == (len(statements), len(set(statements)))
    assert {*statements, LEAD} == {clause.clause for clause in clauses()}


def test_no_warning_is_left() -> None:
    """Every normative clause is cited or says why not, and everything is used."""
    assert [] == list(warnings_of(BOOK.book))


def test_a_place_is_told_in_the_language_of_the_page() -> None:
    """A place is a section of the page and ordinals in it; each clause has its own."""
    places = [clause.place for clause in clauses()]
    assert len(places) == len(set(places))
    sections = ("Innledningen", "Målgruppe", "Fire strategiske satsingsområder", "Tre nivåer")
    parts = ("avsnitt", "setning", "ledd", "punkt", "område", "kulepunktet", "listen over")
    for place in places:
        section, *inner = place.split(", ")
        assert section in sections, place
        assert all(any(part in where for part in parts) for where in inner), place


def test_facts_have_their_suppliers_and_say_what_a_cluster_can_change() -> None:
    """What the register, assessors and the programme supply, nobody can change; members grow."""
    facts = [fact.item.written for fact in BOOK.book.facts.values()]
    assert {who: set(names.split()) for who, names in SUPPLIED.items()} == {
        who: {f.fact for f in facts if f.supplied_by and f.supplied_by["en"] == who}
        for who in SUPPLIED
    }
    assert [] == [fact.fact for fact in facts if fact.ask is None]
    for fact in facts:
        own = fact.fact in SUPPLIED["the cluster"].split()
        change = ("up" if fact.fact in GROWING else "any") if own else "never"
        assert change == fact.changeable, fact.fact


def test_tables_and_their_outcomes_in_order() -> None:
    """The five tables, their outcomes in the order of their rows, and what cases hope for."""
    tables = {table.name: table.item.written for table in BOOK.book.tables}
    assert OUTCOMES == {
        name: " ".join(outcome.outcome for outcome in table.outcomes)
        for name, table in sorted(tables.items(), key=lambda item: [*OUTCOMES].index(item[0]))
    }
    assert WANTED == {
        name: " ".join(outcome.outcome for outcome in table.outcomes if outcome.wanted)
        for name, table in tables.items()
    }
    assert ("continuation", "allocation", "services", "shortfalls") == BOOK.review
    for name in ("eligibility", "allocation", "continuation"):
        assert ["aims_radical_innovation", "aims_cross_sector"] == tables[name].notes


def test_parameters_of_each_day() -> None:
    """What is laid down on the first day of each edition, and nothing before."""
    rules = {rules.days.start: rules.parameters for rules in BOOK.book.rules}
    simple = {
        "min_actors_of_each_kind": 1, "drivers_seat_share": 0.5, "broad_participation_share": 0.5,
        "additionality_needs_both": False, "count_from_first_admission": False,
    }  # fmt: skip
    assert {None, *(date(year, 1, 1) for year in (2002, 2006, 2014))} == rules.keys()
    assert {} == {name: values for name, values in rules[None].items() if values}
    for day, levels in {2002: "arena", 2006: "arena nce", 2014: "arena nce gce"}.items():
        values = rules[date(day, 1, 1)]
        least = {"arena": 3, "nce": 10, "gce": 10}
        most = {"arena": 5, "nce": 10, "gce": 10}
        assert {level: least[level] for level in levels.split()} == values["min_years"]
        assert {level: most[level] for level in levels.split()} == values["max_years"]
        assert simple == {name: values[name][None] for name in simple}


def resting() -> Iterator[tuple[str, written.Resting]]:
    """Give parameters, criteria and rows, each with the name of it."""
    yield from ((name, p.item.written) for name, p in BOOK.book.parameters.items())
    yield from ((c.name, c.item.written) for c in BOOK.book.criteria)
    yield from ((f"{t.name}/{r.name}", r.written) for t in BOOK.book.tables for r in t.rows)


def test_what_the_source_itself_says() -> None:
    """Durations, characteristics, the two questions' first, who decides a split, and the aims."""
    said = {name for name, rule in resting() if rule.basis == "source"}
    assert {
        "min_years", "max_years", "broad_cooperation_base", "cooperation_basis", "clear_synergies",
        "growth_potential", "engaged_actors", "project_renews", "strategic_project",
        "follows_strategy", "split_by_cluster", "aims_radical_innovation", "aims_cross_sector",
    } == said  # fmt: skip


def test_no_consequence_is_the_sources() -> None:
    """The source says nothing of what follows from an answer, so every row is a reading."""
    rows = [(name, rule.basis) for name, rule in resting() if isinstance(rule, written.Row)]
    assert [] == [name for name, basis in rows if basis != "interpretation"]


@pytest.mark.parametrize(("language", "could"), [("nb", "kunne"), ("en", "could")])
def test_every_interpretation_says_what_else_could_be(language: str, could: str) -> None:
    """A reading is honest only beside another one that was possible."""
    assert [] == [
        name
        for name, rule in resting()
        if rule.basis == "interpretation" and could not in (rule.why or {})[language].split()
    ]


def test_every_criterion_tells_both_findings() -> None:
    """Each criterion has a text for met and one for not met."""
    criteria = [criterion.item.written for criterion in BOOK.book.criteria]
    assert [] == [c.criterion for c in criteria if c.met is None or c.not_met is None]


def test_no_file_is_long() -> None:
    """A rule file is at most 150 lines."""
    files = {path: len(path.read_text("utf-8").splitlines()) for path in NIC.rglob("*.yaml")}
    assert {} == {path: lines for path, lines in files.items() if lines > 150}


def test_a_rule_stands_in_the_folder_of_a_clause_it_cites() -> None:
    """Whoever looks for the rules of `areas.yearly_split` finds them in the folder `areas`."""
    items: list[Item[written.Criterion] | Item[written.Parameter]] = [
        *(criterion.item for criterion in BOOK.book.criteria),
        *(parameter.item for parameter in BOOK.book.parameters.values()),
    ]
    for item in items:
        sections = {clause.partition(".")[0] for clause in item.written.cites}
        folder = NIC.joinpath(item.place.file).parent.name
        assert not sections or folder in sections, item.written
