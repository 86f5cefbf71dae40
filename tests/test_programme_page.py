"""What docs/programme.md tells of the rule book `nic` is so: statements, citations, choices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import nic_rules
from nic_rules import FactError, RuleBook
from nic_rules.rulebook import written
from tests.fixture_years import (
    NIC,
    ROOT,
    YEARS,
    day_of,
    facts_of,
    names_in,
    reviewed,
    rows_of,
    section,
)

PAGE = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
STATEMENTS = list(rows_of(section(PAGE, "## The statements")))
REGISTER = list(rows_of(section(PAGE, "## The register of interpretations")))
CLAUSES = {clause.written.clause: clause.written for clause in NIC.book.clauses.values()}
CONSTRAINTS = {constraint.name: constraint.item.written for constraint in NIC.book.constraints}

Rule = written.Parameter | written.Criterion | written.Row


def rules() -> Iterator[tuple[str, Rule]]:
    """Give all that has a basis, by the name that the page uses: a row's is `table.row`."""
    for parameter in NIC.book.parameters.values():
        yield parameter.name, parameter.item.written
    for criterion in NIC.book.criteria:
        yield criterion.name, criterion.item.written
    for table in NIC.book.tables:
        for row in table.rows:
            yield f"{table.name}.{row.name}", row.written


# --- the statements


def test_every_statement_of_the_source_stands_on_the_page_once() -> None:
    """The page has the clauses of the rule book, and no other."""
    told = [name for row in STATEMENTS for name in names_in(row["clause"])]
    assert sorted(CLAUSES) == sorted(told)
    assert 48 == len(told)


@pytest.mark.parametrize("row", STATEMENTS, ids=[row["clause"].strip("`") for row in STATEMENTS])
def test_the_rules_told_are_exactly_those_that_cite(row: dict[str, str]) -> None:
    """Parameters, criteria, rows and constraints that cite a clause are named, and no other."""
    (clause,) = names_in(row["clause"])
    citing = {name for name, rule in rules() if clause in rule.cites}
    citing |= {name for name, constraint in CONSTRAINTS.items() if clause in constraint.cites}
    told = names_in(row["cited by, or why by none"])
    assert (sorted(citing), len(set(told))) == (sorted(told), len(told))
    assert "" != row["cited by, or why by none"]
    assert bool(citing) != (CLAUSES[clause].no_rule is not None) or not CLAUSES[clause].normative


@pytest.mark.parametrize("row", STATEMENTS, ids=[row["clause"].strip("`") for row in STATEMENTS])
def test_kinds_are_those_that_the_page_explains(row: dict[str, str]) -> None:
    """Each kind is one that the page lists, and background and aims alone bind nobody."""
    (clause,) = names_in(row["clause"])
    kinds = {
        listed["kind"]: listed["binds"]
        for listed in rows_of(section(PAGE, "## How a page became rules"))
    }
    assert row["kind"] in kinds
    assert CLAUSES[clause].normative == (kinds[row["kind"]] != "nobody")
    assert "" != row["what it says, in our words"]


def test_what_the_programme_owes_is_never_held_against_a_cluster() -> None:
    """No outcome that ends or refuses anything rests on a duty of the programme."""
    duties = {
        names_in(row["clause"])[0] for row in STATEMENTS if row["kind"] == "duty of the programme"
    }
    against = {"not_eligible", "not_a_basis", "notice", "discontinue", "awaiting_split"}
    assert {"levels.yearly_evaluation", "selection.open_call"} < duties
    for table in NIC.book.tables:
        for row in table.rows:
            if row.written.then in against or table.name == "shortfalls":
                assert set() == duties & set(row.written.cites), row.name


# --- names

OF_RULE_FILES = {"values", "from", "until", "why", "because"}
OF_THE_PAGE = {"nic", "rows", "decided", "rejected", "table.row"}


def test_every_name_on_the_page_is_one_of_the_rule_book() -> None:
    """What stands in backticks and is written like a name exists, in prose too."""
    known = {*CLAUSES, *CONSTRAINTS, *dict(rules()), *NIC.book.facts, *NIC.tables}
    known |= {outcome for table in NIC.book.tables for outcome in table.outcomes}
    named = {name for name in names_in(PAGE) if re.fullmatch(r"[a-z_0-9]+(\.[a-z_0-9]+)?", name)}
    assert set() == named - known - OF_RULE_FILES - OF_THE_PAGE


@pytest.mark.parametrize("year", YEARS)
def test_every_cluster_named_for_a_year_is_in_that_years_file(year: int) -> None:
    """A section tells only of clusters that its review saw."""
    named = set(re.findall(r"kl-\d+", section(PAGE, f"### {year}")))
    found = reviewed(year)
    seen = {subject for subject, _ in found.decisions} | {row["subject"] for row in found.rejects}
    assert set() == named - seen
    assert len(named) > 10


# --- the register


def test_every_interpretation_is_in_the_register_once() -> None:
    """All parameters, criteria and rows of basis interpretation, and no other."""
    chosen = [name for name, rule in rules() if rule.basis == "interpretation"]
    told = [name for row in REGISTER for name in names_in(row["rule"])]
    assert sorted(chosen) == sorted(told)
    for row in REGISTER:
        assert "" not in (row["chosen"], row["could also be"], row["the one line"])


def test_the_page_counts_rules_by_their_basis() -> None:
    """The numbers in the text are those of the rule book."""
    bases = [rule.basis for _, rule in rules()]
    counts = (
        f"{bases.count('source')} say what the source says, {bases.count('interpretation')} are"
    )
    assert f"{len(bases)} rules: {counts} interpretations" in PAGE.replace("\n", " ")


def _items() -> list[dict[str, Any]]:
    """Give the rule book's items as data, without the scenarios."""
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "rules" / "nic").rglob("*.yaml")):
        items = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader) or []
        found += items if isinstance(items, list) else [items]
    return [item for item in found if "scenario" not in item]


def changed(rule: str, line: str, folder: Path) -> RuleBook:
    """Load the rule book with one line of a rule changed.

    A line `- …` is a further value of a parameter; any other takes the place of the rule's line
    with the same key, or is added.
    """
    items = _items()
    table, _, name = rule.rpartition(".")
    if table:
        (of,) = [item for item in items if item.get("table") == table and "rows" in item]
        (found,) = [row for row in of["rows"] if row["row"] == name]
    else:
        (found,) = [i for i in items if name in (i.get("parameter"), i.get("criterion"))]
    told = yaml.load(line, yaml.CBaseLoader)
    if isinstance(told, list):
        found["values"] += told
    else:
        found |= told
    folder.mkdir()
    (folder / "rules.yaml").write_text(
        yaml.dump(items, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False),
        encoding="utf-8",
    )
    return nic_rules.load(folder)


def outcomes(book: RuleBook) -> dict[tuple[int, str], tuple[object, ...]]:
    """Give what all tables answer for each case that the four reviews decided."""
    found: dict[tuple[int, str], tuple[object, ...]] = {}
    for year in YEARS:
        edition = book.edition(day_of(year))
        for subject, table in reviewed(year).decisions:
            if table == "continuation":
                try:
                    decided = edition.decide_all(NIC.tables, facts_of(year, subject))
                except FactError:
                    found[year, subject] = ()
                else:
                    found[year, subject] = tuple(decision.outcome for decision in decided)
    return found


as_it_is = cache(lambda: outcomes(NIC))


def test_as_many_cases_are_compared_as_the_page_says() -> None:
    """The changes of the register are tried on all cases that the four reviews decided."""
    assert f"the {len(as_it_is())} cases" in PAGE.replace("\n", " ")


CHANGES = [
    (rule, line, told)
    for row in REGISTER
    for line in names_in(row["the one line"])
    for rule, told in zip(names_in(row["rule"]), row["changes"].split(", "), strict=True)
]


@pytest.mark.parametrize(("rule", "line", "told"), CHANGES, ids=[rule for rule, _, _ in CHANGES])
def test_an_office_chooses_otherwise_in_one_line(
    rule: str, line: str, told: str, tmp_path: Path
) -> None:
    """The line on the page gives a sound rule book, and changes as many cases as the page says."""
    after = outcomes(changed(rule, line, tmp_path / "nic"))
    assert told == str(sum(after[case] != before for case, before in as_it_is().items()))
