"""`nic-rules check`: a rule book's errors and warnings, or `ok` with counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

import click

from nic_rules.cli.printing import lines, near, say
from nic_rules.diagnostics import in_order
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.check import check_book
from nic_rules.rulebook.folder import find_book
from nic_rules.rulebook.warnings import warnings_of


@click.command()
@click.argument("rules", default="nic")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(rules: str, strict: bool, form: str) -> int:
    """Check the rule book RULES (a folder, or the name of a shipped one; default `nic`).

    Every problem is one line: file, line, column, code, what is wrong, and a hint.

    \b
    Example:
      nic-rules check rules/nic --strict
    """
    book, problems = check_book(find_book(rules))
    warnings = list(warnings_of(book)) if book is not None else []
    found = in_order([*problems, *warnings])
    bad = bool(problems) or (strict and bool(warnings))
    if form == "json":
        data = {
            "schema": "nic-rules/check/1",
            "ok": not bad,
            "diagnostics": [asdict(near(diagnostic)) for diagnostic in found],
            "counts": counts(book) if book is not None else None,
        }
        say(json.dumps(data, ensure_ascii=False, indent=2))
        return int(bad)
    for line in lines(found):
        say(line)
    if not bad and book is not None:
        say(f"ok: {told_counts(counts(book))}")
    return int(bad)


def counts(book: Book) -> dict[str, int]:
    """Count what a book holds, and how many of its rules are source and how many interpretation."""
    bases: Counter[str] = Counter(p.item.written.basis for p in book.parameters.values())
    bases.update(criterion.item.written.basis for criterion in book.criteria)
    bases.update(row.written.basis for table in book.tables for row in table.rows)
    return {
        "clauses": sum(len(source.written.clauses) for source in book.sources),
        "facts": len(book.facts),
        "constraints": len(book.constraints),
        "parameters": len(book.parameters),
        "derived": len(book.derived),
        "criteria": len(book.criteria),
        "tables": len(book.tables),
        "rows": sum(len(table.rows) for table in book.tables),
        "scenarios": len(book.scenarios),
        "editions": len(book.intervals),
        "rules": sum(bases.values()),
        "source": bases["source"],
        "interpretation": bases["interpretation"],
    }


def told_counts(found: dict[str, Any]) -> str:
    """Say the counts in one line."""
    return (
        "{clauses} clauses, {facts} facts, {constraints} constraints, {parameters} parameters, "
        "{derived} derived facts, {criteria} criteria, {tables} tables with {rows} rows, "
        "{scenarios} scenarios, {editions} editions; {rules} rules (parameters, criteria and "
        "rows): {source} source, {interpretation} interpretation"
    ).format_map(found)
