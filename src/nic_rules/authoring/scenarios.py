"""Scenarios run against the rules: what was expected, and what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nic_rules.decision import Decision
from nic_rules.diagnostics import FactError, NicRulesError
from nic_rules.engine.book import RuleBook
from nic_rules.rulebook.book import Scenario
from nic_rules.rulebook.written import Expect


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than expected."""

    what: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """A scenario that was run; it passed if there is no difference."""

    scenario: Scenario
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Tell whether all came out as expected."""
        return not self.differences


def run_scenarios(book: RuleBook) -> Iterator[ScenarioResult]:
    """Run every scenario of a book, in the order of its files."""
    for scenario in book.book.scenarios.values():
        yield ScenarioResult(scenario, tuple(_differences(book, scenario)))


def _differences(book: RuleBook, scenario: Scenario) -> Iterator[Difference]:
    expect = scenario.item.written.expect
    edition = book.edition(scenario.rules_on)
    try:
        decision = edition.decide(scenario.table, scenario.given, as_of=scenario.as_of)
    except FactError as error:
        broken = [d.value for d in error.diagnostics if d.code == "NIC508" and d.value]
        others = [d.message for d in error.diagnostics if d.code != "NIC508"]
        if expect.breaks is None or others:
            wanted = "a decision" if expect.breaks is None else f"breaks {_listed(expect.breaks)}"
            told = [*others, *([f"breaks {_listed(broken)}"] if broken else [])]
            yield Difference("the case", wanted, "; ".join(told))
        elif sorted(expect.breaks) != sorted(broken):
            yield Difference("breaks", _listed(sorted(expect.breaks)), _listed(sorted(broken)))
    except NicRulesError as error:
        yield Difference("the case", "a decision", str(error))
    else:
        if expect.breaks is not None:
            yield Difference("breaks", _listed(expect.breaks), "a decision")
        yield from _in_decision(expect, decision)


def _in_decision(expect: Expect, decision: Decision) -> Iterator[Difference]:
    if expect.outcome is not None and decision.outcome != expect.outcome:
        yield Difference("outcome", _listed(expect.outcome), _listed(decision.outcome))
    if expect.rows is not None and decision.rows != expect.rows:
        yield Difference("rows", _listed(expect.rows), _listed(decision.rows))
    for name, wanted in (expect.findings or {}).items():
        found = decision.findings.get(name)
        got = found.finding if found else "nothing: the table does not look at it"
        if got != wanted:
            yield Difference(f"finding `{name}`", wanted, got)
    for name, facts in (expect.lacks or {}).items():
        found = decision.findings.get(name)
        lacks = list(found.lacks) if found else ["nothing: the table does not look at it"]
        if lacks != sorted(facts):
            yield Difference(f"lacks of `{name}`", _listed(sorted(facts)), _listed(lacks))
    if expect.needs is not None and decision.needs != sorted(expect.needs):
        yield Difference("needs", _listed(sorted(expect.needs)), _listed(decision.needs))
    if expect.stuck is not None and decision.stuck != sorted(expect.stuck):
        yield Difference("stuck", _listed(sorted(expect.stuck)), _listed(decision.stuck))


def _listed(names: str | list[str] | tuple[str, ...]) -> str:
    if isinstance(names, str):
        return names
    return f"[{', '.join(names)}]"
