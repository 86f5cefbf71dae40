"""A small rule book that has one of everything, quickly loaded."""

# ruff: noqa: E501 - an item of rules stays on one line

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from nic_rules.library import load
from nic_rules.rulebook.book import Fact

BOOK = """\
- rulebook: small
  title: {nb: "Små regler", en: "Small rules"}
  languages: [nb, en]
  review: [support]

- source: law
  title: {nb: "Loven", en: "The law"}
  clauses:
    - {clause: seats, place: "§ 1", says: {nb: "Bedriftene styrer.", en: "Firms steer."}, normative: true}
    - {clause: years, place: "§ 2", says: {nb: "Tre år.", en: "Three years."}, normative: true}

- fact: level
  name: {nb: "Nivå", en: "Level"}
  type: enum
  values:
    - {value: arena, name: {nb: "Arena-nivå", en: "Arena level"}}
    - {value: nce, name: {nb: "NCE-nivå", en: "NCE level"}}
  supplied_by: {nb: "registeret", en: "the register"}
  ask: {nb: "Hvilket nivå?", en: "Which level?"}
- {fact: years, name: {nb: "År", en: "Years"}, type: integer, min: 0, max: 20, unit: {nb: "år", en: "years"}}
- {fact: seats, name: {nb: "Plasser", en: "Seats"}, type: integer, min: 0, max: 99}
- {fact: firm_seats, name: {nb: "Bedriftenes plasser", en: "Seats of firms"}, type: integer, min: 0, max: 99}
- {fact: part, name: {nb: "Del", en: "Part"}, type: decimal, decimals: 2, min: -100, max: 100}
- {fact: told_on, name: {nb: "Meldt", en: "Told on"}, type: date}
- {fact: active, name: {nb: "Aktiv", en: "Active"}, type: boolean}
- {fact: label, name: {nb: "Navn", en: "Label"}, type: text}

- constraint: seats_hold
  holds_when: firm_seats <= seats
  message: {nb: "Flere plasser enn det finnes.", en: "More seats than there are."}

- parameter: least_years
  name: {nb: "Minste tid", en: "Least time"}
  type: integer
  unit: {nb: "år", en: "years"}
  by: level
  values:
    - {from: 2002-01-01, value: {arena: 3}}
  basis: source
  cites: [years]

- criterion: long_enough
  name: {nb: "Lenge nok", en: "Long enough"}
  met: {nb: "{years} år er nok på {level}.", en: "{years} years will do at {level}."}
  not_met: {nb: "{years} år er for kort for {label}.", en: "{years} years are too short for {label}."}
  met_when: years >= least_years[level]
  kind: requirement
  basis: source
  cites: [years]
- criterion: firms_steer
  name: {nb: "Bedriftene styrer", en: "Firms steer"}
  met_when: share(firm_seats, seats) > 0.5
  kind: requirement
  basis: interpretation
  why: {nb: "Over halvparten er valgt.", en: "More than half is chosen."}
  cites: [seats]
- criterion: sound
  name: {nb: "Alt er på plass", en: "All is in place"}
  met_when: long_enough and firms_steer
  kind: requirement
  basis: source
  cites: [seats, years]
- criterion: told_and_active
  name: {nb: "Meldt og aktiv", en: "Told and active"}
  met_when: active and told_on <= as_of and part >= 0
  applies_when: level == 'nce'
  kind: aim
  basis: source
  cites: [years]

- table: support
  name: {nb: "Gis det støtte?", en: "Is support given?"}
  hit_policy: first
  notes: [told_and_active]
  outcomes:
    - {outcome: ask, name: {nb: "Spør", en: "Ask"}}
    - {outcome: refuse, name: {nb: "Avslag", en: "Refusal"}}
    - {outcome: support, wanted: true, name: {nb: "Støtte", en: "Support"}}
  rows:
    - row: unsound
      when: {sound: not_met}
      then: refuse
      because: {nb: "Svikter: {failing}", en: "Failing: {failing}"}
      basis: source
      cites: [seats]
    - row: unclear
      when: {sound: unknown}
      then: ask
      because: {nb: "Mangler: {lacking}", en: "Lacking: {lacking}"}
      basis: source
      cites: [seats]
    - row: fine
      when: {}
      then: support
      because: {nb: "Alt er i orden.", en: "All is well."}
      basis: source
      cites: [seats]

- table: later
  name: {nb: "Senere?", en: "Later?"}
  hit_policy: first
  from: 2020-01-01
  outcomes:
    - {outcome: one, name: {nb: "En", en: "One"}}
  rows:
    - row: always
      when: {}
      then: one
      because: {nb: "Alltid.", en: "Always."}
      basis: source
      cites: [seats]

- scenario: plain
  about: "All is well."
  table: support
  as_of: 2016-01-01
  given: {level: arena, years: 4, seats: 5, firm_seats: 3}
  expect: {outcome: support, rows: [fine], needs: [], stuck: []}
"""

GOOD = {"level": "arena", "years": 4, "seats": 5, "firm_seats": 3}
"""Facts for which support is given."""

FACTS = ("level", "years", "seats", "firm_seats", "part", "told_on", "active", "label")


def small_book(folder: Path) -> Path:
    """Write the rule book; give its folder."""
    rules = folder / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    (rules / "small.yaml").write_text(BOOK, encoding="utf-8")
    return rules


@cache
def small_facts() -> Mapping[str, Fact]:
    """Give the facts of the rule book."""
    with TemporaryDirectory() as folder:
        return load(small_book(Path(folder))).book.facts
