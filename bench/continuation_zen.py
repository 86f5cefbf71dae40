"""The table `continuation` as ZEN has rules: in one node, and as an expression node and a table.

Both are three-valued: null is unknown. Dates are given as the packed integers that our own engine
makes of them, and made so before any clock starts; types, bounds and contradictions are not
checked. ZEN keeps both compiled in its static loader.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from nic_rules.language.packed import pack

ONE_NODE, GRAPH = "one node", "table graph"

YEAR = "floor({0} / 384)"
SHORTEST = "(level == 'arena' ? 3 : 10)"
LONGEST = "(level == 'arena' ? 5 : 10)"

# The requirements: what each is unknown without, and what makes it false where that is known.
COMPARED = (
    (("level", "agreed_years"), f"(agreed_years < {SHORTEST} or agreed_years > {LONGEST})"),
    (("business_actors",), "business_actors < 1"),
    (("knowledge_actors",), "knowledge_actors < 1"),
    (("public_development_actors",), "public_development_actors < 1"),
    (
        ("steering_seats", "business_steering_seats"),
        "(steering_seats > 0 and business_steering_seats * 100 <= steering_seats * 50)",
    ),
    (
        ("key_actors", "participating_key_actors"),
        "(key_actors > 0 and participating_key_actors * 100 < key_actors * 50)",
    ),
)
FLAGS = (
    "potential_value_creation", "potential_competitiveness", "potential_rests_on_cooperation",
    "active_leadership", "has_strategic_project", "project_can_increase_innovation",
    "project_can_bring_renewal", "project_can_be_reinforced",
)  # fmt: skip
SYNERGIES = ("clear_synergy_within_cluster", "clear_synergy_with_external")


def known(names: tuple[str, ...]) -> str:
    return " and ".join(f"{name} != null" for name in names)


FAILS = " or ".join(
    (
        *(f"({known(names)} and {false})" for names, false in COMPARED),
        f"({' and '.join(f'{name} == false' for name in SYNERGIES)})",
        *(f"{name} == false" for name in FLAGS),
    )
)
UNCLEAR = " or ".join(
    (
        *(f"{name} == null" for names, _ in COMPARED for name in names),
        "steering_seats == 0",
        "key_actors == 0",
        f"({' and '.join(f'{name} != true' for name in SYNERGIES)})",
        *(f"{name} == null" for name in FLAGS),
    )
)
ENTRY_YEAR = f"{YEAR.format('level_admitted_on')} == {YEAR.format('as_of')}"
EVALUATED = f"({YEAR.format('evaluated_on')} == {YEAR.format('as_of')} and evaluated_on <= as_of)"
YEARS = f"{YEAR.format('(as_of - level_admitted_on)')}"

ROW = f"""
level_admitted_on == null ? 'start_unclear' : level_admitted_on > as_of ? 'not_started' :
agreed_years == null ? 'period_unclear' : {YEARS} >= agreed_years ? 'period_over' :
evaluated_on == null and not({ENTRY_YEAR}) ? 'evaluation_unclear' :
evaluated_on != null and not({EVALUATED}) and not({ENTRY_YEAR}) ? 'evaluation_due' :
{FAILS} ? (
    notice_stands == false ? 'fails_requirements' : remedy_deadline == null ? 'remedy_unclear' :
    as_of <= remedy_deadline ? 'fails_requirements' :
    notice_stands == null ? 'remedy_unclear' : 'fails_after_remedy'
) : {UNCLEAR} ? 'requirements_unclear' :
develops_per_strategy == false or develops_per_goals == false ? 'off_strategy' :
develops_per_strategy == null or develops_per_goals == null ? 'strategy_unclear' : 'all_well'
""".replace("\n", " ")
"""The first row that fits, asked for as the function written by hand asks."""

FINDINGS = {
    "has_started": "level_admitted_on == null ? null : level_admitted_on <= as_of",
    "period_is_running": (
        f"level_admitted_on == null or agreed_years == null ? null : {YEARS} < agreed_years"
    ),
    "evaluated_this_year": (
        f"level_admitted_on != null and {ENTRY_YEAR} ? true : "
        f"evaluated_on != null and {EVALUATED} ? true : "
        "level_admitted_on == null or evaluated_on == null ? null : false"
    ),
    "meets_requirements": f"{FAILS} ? false : {UNCLEAR} ? null : true",
    "remedy_time_is_over": (
        "notice_stands == false ? false : remedy_deadline == null ? null : "
        "remedy_deadline >= as_of ? false : notice_stands == null ? null : true"
    ),
    "follows_strategy": (
        "develops_per_strategy == false or develops_per_goals == false ? false : "
        "develops_per_strategy == null or develops_per_goals == null ? null : true"
    ),
}
ROWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("not_started", {"has_started": "false"}),
    ("start_unclear", {"has_started": "null"}),
    ("period_over", {"period_is_running": "false"}),
    ("period_unclear", {"period_is_running": "null"}),
    ("evaluation_due", {"evaluated_this_year": "false"}),
    ("evaluation_unclear", {"evaluated_this_year": "null"}),
    ("fails_after_remedy", {"meets_requirements": "false", "remedy_time_is_over": "true"}),
    ("remedy_unclear", {"meets_requirements": "false", "remedy_time_is_over": "null"}),
    ("fails_requirements", {"meets_requirements": "false"}),
    ("requirements_unclear", {"meets_requirements": "null"}),
    ("off_strategy", {"follows_strategy": "false"}),
    ("strategy_unclear", {"follows_strategy": "null"}),
    ("all_well", {}),
)


def expression_node(name: str, expressions: dict[str, str]) -> dict[str, Any]:
    content = [{"id": key, "key": key, "value": value} for key, value in expressions.items()]
    return {"type": "expressionNode", "name": name, "content": {"expressions": content}}


def table_node() -> dict[str, Any]:
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in FINDINGS],
        "outputs": [{"id": "out", "name": "row", "field": "row"}],
        "rules": [{"_id": row, **when, "out": f"'{row}'"} for row, when in ROWS],
    }
    return {"type": "decisionTableNode", "name": "decide", "content": content}


def decision(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a decision of some nodes, one after the other."""
    whole = [
        {"type": "inputNode", "name": "in"}, *nodes, {"type": "outputNode", "name": "out"},
    ]  # fmt: skip
    placed = [{**node, "id": node["name"], "position": {"x": 0, "y": 0}} for node in whole]
    edges = [
        {"id": f"{a['id']}-{b['id']}", "sourceId": a["id"], "targetId": b["id"], "type": "edge"}
        for a, b in pairwise(placed)
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": placed, "edges": edges}


def engine() -> Any:
    """Load both decisions into ZEN."""
    import zen

    content = {
        ONE_NODE: decision([expression_node("decide", {"row": ROW})]),
        GRAPH: decision([expression_node("find", FINDINGS), table_node()]),
    }
    return zen.ZenEngine({"loader": {"type": "static", "content": content}})


def context(facts: dict[str, Any], as_of: date) -> dict[str, Any]:
    """Give a case as both take it: known facts only, dates packed."""
    known = {name: value for name, value in facts.items() if value is not None}
    days = {name: pack(value) for name, value in known.items() if isinstance(value, date)}
    return {**known, **days, "as_of": pack(as_of)}
