"""A rule book of three editions, its archives, and archives changed as somebody might change them."""

# ruff: noqa: E501 - an item of rules stays on one line

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from nic_rules.canonical import digest
from nic_rules.decision import Decision
from nic_rules.records.archive import archive_of, keep

BOOK = """\
- rulebook: dated
  title: {nb: "Daterte regler", en: "Dated rules"}
  languages: [nb, en]
- source: law
  title: {nb: "Loven", en: "The law"}
  clauses:
    - {clause: size, place: "§ 1", says: {nb: "Tre må til.", en: "It takes three."}, normative: true}
- fact: members
  name: {nb: "Medlemmer", en: "Members"}
  type: integer
  min: 0
  max: 99
- fact: fee
  name: {nb: "Avgift", en: "Fee"}
  type: decimal
  decimals: 2
  min: 0
  max: 99
- fact: paid_on
  name: {nb: "Betalt", en: "Paid on"}
  type: date
"""

RULES = """\
- parameter: least_members
  name: {nb: "Minst så mange", en: "At least so many"}
  type: integer
  values:
    - {from: 2010-01-01, value: 3}
    - {from: 2020-01-01, value: 5}
  basis: source
  cites: [size]
- criterion: enough
  name: {nb: "Mange nok", en: "Enough"}
  met_when: members >= least_members
  kind: requirement
  basis: source
  cites: [size]
- criterion: paid
  name: {nb: "Betalt i tide", en: "Paid in time"}
  met_when: fee == 0 or paid_on < as_of
  kind: requirement
  basis: interpretation
  why: {nb: "Valgt.", en: "Chosen."}
  cites: []
- table: open
  name: {nb: "Åpen?", en: "Open?"}
  hit_policy: first
  outcomes:
    - {outcome: yes_open, wanted: true, name: {nb: "Åpen", en: "Open"}}
    - {outcome: ask, name: {nb: "Spør", en: "Ask"}}
    - {outcome: not_open, name: {nb: "Stengt", en: "Closed"}}
  rows:
    - row: unpaid
      from: 2020-01-01
      when: {paid: not_met}
      then: not_open
      because: {nb: "Ikke betalt.", en: "Not paid."}
      basis: source
      cites: [size]
    - row: few
      when: {enough: not_met}
      then: not_open
      because: {nb: "Bare {members}.", en: "Only {members}."}
      basis: source
      cites: [size]
    - row: unclear
      when: {enough: unknown}
      then: ask
      because: {nb: "Mangler: {lacking}.", en: "Lacking: {lacking}."}
      basis: source
      cites: [size]
    - row: fine
      when: {}
      then: yes_open
      because: {nb: "Alt i orden.", en: "All is well."}
      basis: source
      cites: [size]
"""

BEFORE, MIDDLE, NOW = date(2005, 1, 1), date(2015, 1, 1), date(2025, 1, 1)
"""A day of each edition."""

FACTS: dict[str, object] = {"members": 4, "fee": "1.50", "paid_on": "2014-12-31"}
"""Facts by which it is open in the middle, and not now."""


def dated_book(home: Path) -> Path:
    """Write the rule book below a folder; give its own folder."""
    rules = home / "dated"
    (rules / "inner").mkdir(parents=True, exist_ok=True)
    (rules / "book.yaml").write_text(BOOK, encoding="utf-8")
    (rules / "inner" / "rules.yaml").write_text(RULES, encoding="utf-8")
    return rules


def archived(rules: Path, out: Path, *days: date) -> list[Path]:
    """Archive the editions of some days; give the files."""
    made = [archive_of(rules, day) for day in days]
    for archive in made:
        keep(archive, out)
    return [out / archive.name for archive in made]


def changed(path: Path, change: Callable[[dict[str, Any]], object], *, anew: bool) -> None:
    """Change what a file of JSON holds; with `anew`, its own digest is made to hold again."""
    held = json.loads(path.read_text(encoding="utf-8"))
    change(held)
    if anew:
        held["digest"] = digest({k: v for k, v in held.items() if k != "digest"})
    path.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")


def forged(decision: Decision, change: Callable[[dict[str, Any]], object]) -> str:
    """Change a record, and make its digest hold again, as who knows the contract can."""
    record = json.loads(decision.to_json())
    change(record)
    edition = {key: record["edition"][key] for key in ("rulebook", "logic")}
    left_out = ("evidence", "library", "digest")
    told = {k: v for k, v in record.items() if k not in left_out} | {"edition": edition}
    return json.dumps({**record, "digest": digest(told)}, ensure_ascii=False)
