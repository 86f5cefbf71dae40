"""The examples of docs/contract.md are what they say: items, a record, names of the library."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import nic_rules
from nic_rules.diagnostics import Diagnostic
from nic_rules.rulebook.items import named_items
from nic_rules.rulebook.read import read_text
from nic_rules.rulebook.validate import read_item
from nic_rules.rulebook.written import KINDS

PAGE = (Path(__file__).parents[1] / "docs" / "contract.md").read_text(encoding="utf-8")
ITEMS, RECORD, PYTHON = re.findall(r"^```text\n(.*?)^```$", PAGE, re.M | re.S)


def test_each_item_is_one_of_its_kind() -> None:
    """The example of a rule file holds an item of every kind, each written rightly."""
    root, problems = read_text("contract.md", ITEMS)
    assert root is not None
    wrong: list[Diagnostic] = list(problems)
    named = list(named_items(root, wrong))
    assert [] == [n.name for n in named if read_item(n, ["nb", "en"], wrong) is None]
    assert [] == wrong
    assert set(KINDS) == {n.kind for n in named}


def test_the_record_has_the_keys_of_a_record() -> None:
    """The example of a decision has exactly the keys of a real one."""
    edition = nic_rules.load("nic").edition(date(2016, 3, 1))
    record = json.loads(edition.decide("continuation", {"level": "arena"}).to_json())
    shown = json.loads(RECORD)
    assert record.keys() == shown.keys()
    assert record["edition"].keys() == shown["edition"].keys()
    assert record["schema"] == shown["schema"]


def test_the_names_of_the_library_are_there() -> None:
    """Each attribute of a decision that the example reads is one."""
    read = set(re.findall(r"\bdecision\.(\w+)", PYTHON))
    assert {"outcome", "rows", "needs", "stuck", "to_json"} <= read
    assert set() == {name for name in read if not hasattr(nic_rules.Decision, name)}
