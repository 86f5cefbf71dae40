"""Small rule books, written for one test each, and what the check finds in them."""

from __future__ import annotations

from pathlib import Path

from nic_rules.diagnostics import Diagnostic, in_order
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.check import check_book, load_book
from nic_rules.rulebook.warnings import warnings_of

RULEBOOK = '- rulebook: small\n  title: {en: "Small"}\n  languages: [en]\n'

FACTS = """
- fact: open
  name: {en: "Open"}
  type: boolean
- fact: members
  name: {en: "Members"}
  type: integer
  min: 0
  max: 100
- fact: share_general
  name: {en: "Share"}
  type: decimal
  decimals: 2
  min: 0
  max: 100
- fact: admitted_on
  name: {en: "Admitted on"}
  type: date
- fact: level
  name: {en: "Level"}
  type: enum
  values:
    - {value: arena, name: {en: "Arena"}}
    - {value: nce, name: {en: "NCE"}}
- fact: motto
  name: {en: "Motto"}
  type: text
- fact: organisation_number
  name: {en: "Organisation number"}
  type: text
  format: organisation_number
"""
"""A fact of each type."""

SOURCE = """
- source: handbook
  title: {en: "The handbook"}
  clauses:
    - {clause: one, place: "Chapter 1", says: {en: "Words."}, normative: false}
"""


def write(folder: Path, rules: str) -> Path:
    """Write a rule book: its `rulebook` item in one file, the rules in another; give that one."""
    (folder / "book.yaml").write_text(RULEBOOK, encoding="utf-8")
    path = folder / "rules.yaml"
    path.write_text(rules.removeprefix("\n"), encoding="utf-8", newline="")
    return path


def found(folder: Path, rules: str) -> list[Diagnostic]:
    """Check a rule book of some rules, and give every error in order."""
    write(folder, rules)
    return list(in_order(check_book(folder)[1]))


def codes(folder: Path, rules: str) -> list[str]:
    """Give the codes of the errors in order."""
    return [diagnostic.code for diagnostic in found(folder, rules)]


def places(folder: Path, rules: str) -> list[tuple[str, int | None, int | None]]:
    """Give code, line and column of the errors in order."""
    return [(wrong.code, wrong.line, wrong.column) for wrong in found(folder, rules)]


def good(folder: Path, rules: str) -> Book:
    """Load a rule book that has no errors."""
    write(folder, rules)
    return load_book(folder)


def warned(folder: Path, rules: str) -> list[str]:
    """Give the codes of the warnings of a rule book without errors, in order of their places."""
    return [wrong.code for wrong in in_order(warnings_of(good(folder, rules)))]


def constraint(expression: str, name: str = "holds") -> str:
    """Write a constraint."""
    return f'- constraint: {name}\n  holds_when: {expression}\n  message: {{en: "No."}}\n'


def criterion(name: str, expression: str, more: str = "", kind: str = "requirement") -> str:
    """Write a criterion."""
    return (
        f'- criterion: {name}\n  name: {{en: "{name}"}}\n  met_when: {expression}\n'
        f"  kind: {kind}\n  basis: source\n  cites: [one]\n{more}"
    )


def table(name: str, policy: str, *rows: str, more: str = "") -> str:
    """Write a table of outcomes `yes` and `no`; a row is `when` and `then`, and further keys."""
    outcomes = "".join(f'    - {{outcome: {o}, name: {{en: "{o}"}}}}\n' for o in ("yes", "no"))
    written = "".join(
        f"    - row: row_{number}\n      when: {when}\n      then: {then}\n"
        f'      because: {{en: "So."}}\n      basis: source\n      cites: [one]\n'
        + "".join(f"      {key}\n" for key in rest)
        for number, (when, then, *rest) in enumerate((r.split(" -> ") for r in rows), start=1)
    )
    listed = f"  rows:\n{written}" if rows else "  rows: []\n"
    return (
        f'- table: {name}\n  name: {{en: "{name}"}}\n  hit_policy: {policy}\n{more}'
        f"  outcomes:\n{outcomes}{listed}"
    )
