"""A small rule book about time, to which tests add their rules and tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import nic_rules
from nic_rules import RuleBook

HEAD = """
- rulebook: timed
  title: {nb: "Tid", en: "Time"}
  languages: [nb, en]
- source: paper
  title: {nb: "Papir", en: "Paper"}
  clauses:
    - {clause: one, place: "1", says: {nb: "En.", en: "One."}, normative: true}
- {fact: a, name: {nb: "A", en: "A"}, type: integer, min: -9999, max: 9999}
- {fact: p, name: {nb: "P", en: "P"}, type: boolean}
- {fact: d, name: {nb: "D", en: "D"}, type: date}
- {fact: name, name: {nb: "Navn", en: "Name"}, type: text}
- fact: e
  name: {nb: "E", en: "E"}
  type: enum
  values: [{value: x, name: {nb: "X", en: "X"}}, {value: y, name: {nb: "Y", en: "Y"}}]
- parameter: most
  name: {nb: "Mest", en: "Most"}
  type: integer
  by: e
  values: [{from: 2000-01-01, value: {x: 900, y: 99999}}]
  basis: source
  cites: [one]
- parameter: least
  name: {nb: "Minst", en: "Least"}
  type: integer
  values: [{from: 2000-01-01, value: 1}, {from: 2019-05-01, value: 7}, {from: 2021-01-01, value: 1}]
  basis: source
  cites: [one]
- derived: gone
  name: {nb: "Gått", en: "Gone"}
  value: days_between(d, as_of)
"""

TOO_LONG = """
- constraint: not_too_long
  holds_when: gone < 1000
  message: {nb: "Det er for lenge siden {d} for {name}.", en: "For {name} {d} is too long ago."}
"""


CASE = {"a": 5, "p": True, "d": "2016-02-29", "e": "x"}
BEGIN = date(2017, 1, 1)


def criterion(name: str, met_when: str, **more: str) -> str:
    """Write a criterion."""
    days = "".join(f"  {key.rstrip('_')}: {value}\n" for key, value in more.items())
    return (
        f'- criterion: {name}\n  name: {{nb: "K", en: "C"}}\n  met_when: {met_when}\n'
        f"  kind: requirement\n  basis: source\n  cites: [one]\n{days}"
    )


def table(name: str, looked_at: str, **more: str) -> str:
    """Write a table of two outcomes that looks at one name."""
    days = "".join(f"  {key.rstrip('_')}: {value}\n" for key, value in more.items())
    resting = 'because: {nb: "D", en: "T"}, basis: source, cites: [one]'
    return (
        f'- table: {name}\n  name: {{nb: "Er det godt?", en: "Is it good?"}}\n'
        '  hit_policy: first\n  outcomes: [{outcome: good, name: {nb: "Godt", en: "Good"}}, '
        '{outcome: bad, name: {nb: "Dårlig", en: "Bad"}}]\n'
        f"{days}  rows:\n"
        f"    - {{row: one, when: {{{looked_at}}}, then: good, {resting}}}\n"
        f"    - {{row: rest, when: {{}}, then: bad, {resting}}}\n"
    )


def timed(folder: Path, *items: str) -> RuleBook:
    """Load the book with some items more."""
    (folder / "book.yaml").write_text(HEAD + "".join(items), encoding="utf-8")
    return nic_rules.load(folder)
