"""Scenarios: what they are like, filled in, and checked against the book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nic_rules.diagnostics import nearest, shown
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Book, Scenario
from nic_rules.rulebook.given import GivenPlace, given_data, read_case
from nic_rules.rulebook.items import Item
from nic_rules.rulebook.nodes import Mapping as MappingNode
from nic_rules.rulebook.nodes import at
from nic_rules.rulebook.report import Report

TAKEN_OVER = ("table", "as_of", "rules_on")


class _Given:
    """The facts given by each scenario itself, read once: many are like few."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, object]] = {}

    def __getitem__(self, scenario: tuple[str, MappingNode]) -> dict[str, object]:
        name, node = scenario
        if name not in self._known:
            self._known[name] = given_data(at(node, "given"))
        return self._known[name]


def read_scenarios(
    items: list[Item[written.Scenario]], book: Book, report: Report
) -> dict[str, Scenario]:
    """Fill in what scenarios take over from those that they are like, and check each."""
    by_name = {item.name: item for item in items} | {
        name: scenario.item for name, scenario in book.scenarios.items()
    }
    given = _Given()
    scenarios = {}
    for item in items:
        before = len(report.problems)
        chain = _chain(item, by_name, report)
        if chain is None:
            continue
        filled = _filled(item, chain, given, report)
        _check_given(item, book, given, report)
        if filled is not None:
            _check_expected(filled, book, report)
        if filled is not None and len(report.problems) == before:
            scenarios[item.name] = filled
    return scenarios


def _chain(
    item: Item[written.Scenario], by_name: Mapping[str, Item[written.Scenario]], report: Report
) -> list[Item[written.Scenario]] | None:
    """Give a scenario and all it is like, nearest first."""
    chain = [item]
    while (like := chain[-1].written.like) is not None:
        other = by_name.get(like)
        if other is None:
            if chain[-1] is item and like not in report.broken:
                message = f"there is no scenario {shown(like)}"
                report.wrong("NIC405", item.at("like"), message, nearest(like, by_name))
            return None
        if other in chain:
            names = " → ".join(f"`{link.name}`" for link in [*chain, other])
            report.wrong("NIC308", item.at("like"), f"scenarios are like each other: {names}")
            return None
        chain.append(other)
    return chain


def _filled(
    item: Item[written.Scenario],
    chain: list[Item[written.Scenario]],
    given_of: _Given,
    report: Report,
) -> Scenario | None:
    taken = {
        key: next((v for link in chain if (v := getattr(link.written, key)) is not None), None)
        for key in TAKEN_OVER
    }
    for key in ("table", "as_of"):
        if taken[key] is None:
            report.wrong("NIC201", item.place, f"key `{key}` is missing")
    if all(link.written.given is None for link in chain):
        report.wrong("NIC201", item.place, "key `given` is missing")
        return None
    if taken["table"] is None or taken["as_of"] is None:
        return None
    given: dict[str, object] = {}
    for link in reversed(chain):
        if link.written.given is not None:
            given |= given_of[link.name, link.node]
    rules_on = taken["rules_on"] or taken["as_of"]
    return Scenario(item.name, taken["table"], taken["as_of"], rules_on, given, item)


def _check_given(
    item: Item[written.Scenario], book: Book, given_of: _Given, report: Report
) -> None:
    node = at(item.node, "given")
    if item.written.given is None or not isinstance(node, MappingNode):
        return
    places = {name: GivenPlace(key, at(node, name).place) for name, key in node.keys.items()}
    for wrong in read_case(book.facts, given_of[item.name, item.node], places).problems:
        if wrong.fact in report.broken:
            continue
        report.problems.append(wrong)


def _check_expected(scenario: Scenario, book: Book, report: Report) -> None:
    """Check that what is expected is there to be expected."""
    item, expect = scenario.item, scenario.item.written.expect
    if expect.breaks is not None and expect != written.Expect(breaks=expect.breaks):
        message = "a case that constraints refuse has nothing else to expect"
        report.wrong("NIC405", item.key("expect", "breaks"), message, "`breaks` stands alone")
    rules = book.rules_on(scenario.rules_on)

    def known(path: tuple[str | int, ...], name: str, names: Any, kind: str) -> None:
        if name not in names and name not in report.broken:
            place = item.key(*path) if isinstance(path[-1], str) else item.at(*path)
            report.wrong("NIC405", place, f"there is no {kind} {shown(name)}", nearest(name, names))

    if scenario.table not in rules.tables:
        if scenario.table not in report.broken:
            where = "" if scenario.table not in {t.name for t in book.tables} else (
                f" in force on {scenario.rules_on}"
            )  # fmt: skip
            message = f"there is no table {shown(scenario.table)}{where}"
            hint = nearest(scenario.table, rules.tables)
            report.wrong("NIC405", item.at("table"), message, hint)
        return
    table = rules.tables[scenario.table]
    _check_outcome(scenario, table.collects, table.outcomes, report)
    rows = [row.name for row in table.rows]
    for index, name in enumerate(expect.rows or []):
        known(("expect", "rows", index), name, rows, "row")
    criteria, constraints = rules.criteria, rules.constraints
    for key in ("findings", "lacks"):
        for name in getattr(expect, key) or {}:
            known(("expect", key, name), name, criteria, "criterion")
    for name, facts in (expect.lacks or {}).items():
        for index, fact in enumerate(facts):
            known(("expect", "lacks", name, index), fact, book.facts, "fact")
    for index, name in enumerate(expect.needs or []):
        known(("expect", "needs", index), name, book.facts, "fact")
    for index, name in enumerate(expect.stuck or []):
        known(("expect", "stuck", index), name, criteria, "criterion")
    for index, name in enumerate(expect.breaks or []):
        known(("expect", "breaks", index), name, constraints, "constraint")


def _check_outcome(
    scenario: Scenario, collects: bool, outcomes: tuple[str, ...], report: Report
) -> None:
    item, outcome = scenario.item, scenario.item.written.expect.outcome
    if outcome is None:
        return
    if isinstance(outcome, list) != collects:
        shape = "a list of outcomes" if collects else "one outcome"
        message = f"`{scenario.table}` gives {shape}"
        report.wrong("NIC203", item.at("expect", "outcome"), message)
        return
    for name in [outcome] if isinstance(outcome, str) else outcome:
        if name not in outcomes:
            hint = nearest(name, outcomes) or f"it has {', '.join(outcomes)}"
            message = f"`{scenario.table}` has no outcome {shown(name)}"
            report.wrong("NIC404", item.at("expect", "outcome"), message, hint)
