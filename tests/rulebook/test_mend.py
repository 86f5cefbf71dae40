"""What is wrong in one part of an item keeps no other part's problems back."""

from __future__ import annotations

from pathlib import Path

import pytest

from nic_rules.diagnostics import in_order
from nic_rules.rulebook.check import check_book
from tests.rulebook import books
from tests.rulebook.books import FACTS, SOURCE

CRITERION = """
- criterion: enough
  name: {en: "Enough"}
  met_when: members >= 5
  kind: requirement
  basis: source
  cites: [one]
"""

TABLE = """
- table: served
  name: {en: "Served?"}
  hit_policy: first
  outcomes:
    - {outcome: yes_it_is, name: {en: "Yes"}}
    - {outcome: no_it_is_not, name: {en: "No"}}
  rows:
    - row: small
      when: {enough: not_met}
      then: no_it_is_not
      because: {en: "It is small."}
      basis: source
      cites: [one]
    - row: otherwise
      when: {}
      then: yes_it_is
      because: {en: "It is not small."}
      basis: source
      cites: [one]
"""


def codes(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """Check the small book with some of its lines changed; give the codes of what is wrong."""
    rules = FACTS + SOURCE + CRITERION + TABLE
    for old, new in changes:
        assert old in rules
        rules = rules.replace(old, new, 1)
    return books.codes(folder, rules)


WRONG_EXPRESSION = ("members >= 5", "member >= 5")

CHANGES: list[tuple[tuple[str, str], str]] = [
    (('  name: {en: "Enough"}\n', ""), "NIC201"),
    (('  name: {en: "Enough"}\n', "  name: {nb: Nok}\n"), "NIC207"),
    (('  name: {en: "Enough"}\n', '  name: {en: "Enough"}\n  mett: {en: "a"}\n'), "NIC202"),
    (('  name: {en: "Enough"}\n', "  name: {en: Enough, quite}\n"), "NIC208"),
    (("  basis: source\n  cites: [one]\n\n- table", "  basis: sauce\n  cites: [one]\n\n- table"),
     "NIC209"),
    (("  basis: source\n  cites: [one]\n\n- table", "  basis: source\n  cites: one\n\n- table"),
     "NIC203"),
]  # fmt: skip


def test_the_book_is_good(tmp_path: Path) -> None:
    """Without a change nothing is wrong."""
    assert [] == codes(tmp_path)


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_wrong_expression_is_told_beside(
    change: tuple[str, str], code: str, tmp_path: Path
) -> None:
    """A wrong text, key, basis or citation and a wrong expression of one item come together."""
    assert [code] == codes(tmp_path, change)
    assert sorted(["NIC303", code]) == sorted(codes(tmp_path, change, WRONG_EXPRESSION))


def test_a_broken_row_keeps_no_other_row_back(tmp_path: Path) -> None:
    """Without its broken row a table is checked, but not for gaps that the row may fill."""
    broken = ('      because: {en: "It is not small."}\n', "")
    assert ["NIC201"] == codes(tmp_path, broken)
    wrong = ("{enough: not_met}", "{enough: nott_met}")
    assert ["NIC403", "NIC201"] == codes(tmp_path, broken, wrong)
    unknown = ("then: no_it_is_not", "then: no_it_isnt")
    assert ["NIC404", "NIC201"] == codes(tmp_path, broken, unknown)


def test_a_broken_title_keeps_no_rule_back(tmp_path: Path) -> None:
    """Where the book's own title is wrong, its rules are checked all the same."""
    rules = FACTS + SOURCE + CRITERION.replace("members >=", "member >=")
    books.write(tmp_path, rules)
    title = books.RULEBOOK.replace("en:", "nb:")
    (tmp_path / "book.yaml").write_text(title, encoding="utf-8")
    assert ["NIC207", "NIC303"] == [wrong.code for wrong in in_order(check_book(tmp_path)[1])]
