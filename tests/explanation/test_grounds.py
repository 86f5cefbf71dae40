"""The grounds of a decision: what mattered of a trace, each thing once and under its own name."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from nic_rules.explanation.grounds import Grounds, grounds_of
from nic_rules.explanation.tracing import trace
from tests.fixture_years import NIC, ROOT


@pytest.fixture(scope="module")
def services() -> Grounds:
    """Give the grounds of a decision that collects five outcomes, by tables below it."""
    facts = json.loads((ROOT / "fixtures/cases/notice.json").read_text("utf-8"))
    edition = NIC.edition(date(2016, 11, 15))
    return grounds_of(trace(edition, edition.decide("services", facts), "en"))


def test_a_row_that_several_rows_look_at_stands_once(services: Grounds) -> None:
    """A row of a table below is told once, however many collected rows rest on it."""
    rows = Counter((row.ground.spot, row.name) for row in services.rows)
    assert {1} == {*rows.values()}
    names = ["financing", "fails_requirements", "all_well", "competence", "advisory"]
    assert [*names, "networking", "profiling"] == [row.name for row in services.rows]


def test_what_a_row_chose_is_told_under_its_own_table(services: Grounds) -> None:
    """What was chosen for a row of a table below bears that table's name, not the asked one's."""
    titles = [one.title for one in services.interpretations]
    assert "Does the cluster continue in the programme? Notice of requirements not met" in titles
    assert "Is this year's allocation a basis for support? Basis for support" in titles
    assert "Which services is the cluster offered? Advice" in titles
    assert len(titles) == len({*titles})
