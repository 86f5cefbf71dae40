"""The tables of docs/language.md, and the same found out by asking the commands and the library."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import nic_rules
from tests.cli.running import run
from tests.docs_pages import ROOT, tables

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
DAY = date(2023, 10, 1)
"""The day that the page names for its tables of expressions."""

RULEBOOK = "- {rulebook: small, title: {en: A}, languages: [en]}\n"
BASIS = "basis: interpretation, why: {en: A}, cites: []"
CONDITIONS = ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "in", "not in")
VALUES = ("+", "-", "*", "as_of")

_FORM = re.compile(r"not in|[<>=!]=|[-+*<>]|\b(?:and|or|not|in|as_of)\b|\w+(?=[(\[])")

TRUTHS: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}


def rows(header: str) -> list[list[str]]:
    """Give the rows of all tables of the page with some header."""
    return [row for table in tables(PAGE, header) for row in table]


def chapter(heading: str) -> str:
    """Give what stands under a heading of the page."""
    _, _, after = PAGE.partition(f"\n## {heading}\n")
    return after.partition("\n## ")[0]


def checked(*files: str) -> list[str]:
    """Check a small rule book of some files, strictly; give the lines."""
    with tempfile.TemporaryDirectory() as folder:
        rulebook = "" if files[0].startswith("- {rulebook:") else RULEBOOK
        for number, text in enumerate([rulebook + files[0], *files[1:]]):
            (Path(folder) / f"{number}.yaml").write_text(text, encoding="utf-8")
        return run("check", folder, "--strict").out.splitlines()


def _table(notes: list[str]) -> str:
    return (
        "- table: everything\n  name: {en: A}\n  hit_policy: first\n"
        f"  notes: [{', '.join(notes)}]\n"
        "  outcomes: [{outcome: one, name: {en: A}}]\n"
        f"  rows: [{{row: always, when: {{}}, then: one, because: {{en: A}}, {BASIS}}}]\n"
    )


def _aim(name: str, condition: str, more: str = "") -> str:
    return (
        f"- criterion: {name}\n  name: {{en: A}}\n  kind: aim\n  basis: interpretation\n"
        f"  why: {{en: A}}\n  cites: []\n{more}  met_when: >-\n    {condition}\n"
    )


# --- expressions, each as an aim of the page's book


def expressions() -> list[list[str]]:
    """Give every expression of the page, with the facts told and what it gives."""
    return rows("| expression | with | gives |")


@dataclass(frozen=True)
class Lakes:
    """The page's book, with each expression of the page as an aim that one table notes."""

    edition: nic_rules.Edition

    @classmethod
    def of(cls, book: Path) -> Lakes:
        """Add the expressions to the book in a folder, and load it."""
        aims = {
            f"expression_{number}": _condition(expression, told)
            for number, (expression, _, told) in enumerate(expressions())
        }
        items = [_aim(name, condition) for name, condition in aims.items()]
        text = "".join([*items, _table([*aims])])
        (book / "expressions.yaml").write_text(text, encoding="utf-8")
        return cls(nic_rules.load(book).edition(DAY))

    def gives(self, number: int) -> str:
        """Decide with the facts of a row; say what its expression gives as the page says it."""
        _, given, told = expressions()[number]
        decision = self.edition.decide("everything", dict(_facts(given)))
        found = decision.findings[f"expression_{number}"]
        if found.finding == "unknown":
            return f"unknown, lacks {', '.join(found.lacks)}" if found.lacks else "unknown"
        if told in TRUTHS:
            return {"met": "true", "not_met": "false"}[found.finding]
        return told if found.finding == "met" else f"not {told}"


def _condition(expression: str, told: str) -> str:
    """Give what is true if an expression gives what is told, and unknown if it is unknown."""
    if told in ("true", "false") or set(CONDITIONS) & set(forms(expression)):
        return expression
    value = f"date('{told}')" if told.count("-") == 2 else told
    if told.startswith("unknown"):
        value = expression
    return f"({expression}) == ({value})"


def _facts(given: str) -> Iterator[tuple[str, object]]:
    for fact in filter(None, given.split(", ")):
        name, _, told = fact.partition(": ")
        is_whole = told.isdigit() and name != "area"
        yield name, int(told) if is_whole else TRUTHS.get(told, told)


def forms(expression: str) -> list[str]:
    """Give the operators and functions that an expression is written with."""
    found = _FORM.findall(expression)
    return ["keyed" if f"{form}[" in expression and form != "in" else form for form in found]


def forms_not_shown() -> set[str]:
    """Give the operators and functions of the language that no expression of the page uses."""
    (line,) = checked(_aim("a", "no_function_at_all()"))
    functions = re.search(r"the functions are (.+)\)", line)
    assert functions is not None
    all_forms = {*CONDITIONS, *VALUES, "keyed", *functions[1].split(", ")}
    return all_forms - {form for expression, _, _ in expressions() for form in forms(expression)}


# --- truth tables


def findings(items: str, names: list[str], facts: dict[str, str]) -> list[str]:
    """Decide by a small book of aims with truths as facts; give what was found of some aims."""
    declared = "".join(f"- {{fact: {f}, name: {{en: A}}, type: boolean}}\n" for f in facts)
    with tempfile.TemporaryDirectory() as folder:
        text = RULEBOOK + declared + items + _table(names)
        (Path(folder) / "small.yaml").write_text(text, encoding="utf-8")
        edition = nic_rules.load(folder).edition(DAY)
    truths = {name: TRUTHS[word] for name, word in facts.items()}
    found = edition.decide("everything", truths).findings
    return [found[name].finding for name in names]


def connectives() -> list[list[str]]:
    """Find out what `and`, `or` and `not` give for all truths."""
    items = _aim("both", "a and b") + _aim("either", "a or b") + _aim("opposite", "not a")
    words = {"met": "true", "not_met": "false", "unknown": "unknown"}
    told = []
    for a, b in product(TRUTHS, repeat=2):
        found = findings(items, ["both", "either", "opposite"], {"a": a, "b": b})
        told.append([a, b, *(words[finding] for finding in found)])
    return told


def applied() -> list[list[str]]:
    """Find out the finding of a criterion, and how another sees it, for all its conditions."""
    items = _aim("here", "q", "  applies_when: p\n") + _aim("seen", "here")
    pairs = product(TRUTHS, repeat=2)
    return [[p, q, *findings(items, ["here", "seen"], {"p": p, "q": q})] for p, q in pairs]


# --- keys

_TABLE = "- {table: a, name: {en: A}, hit_policy: any, outcomes: "
_PARAMETER = "- {parameter: a, name: {en: A}, type: date, basis: source, cites: [], values: "

PARTS = {
    **{kind: f"- {{{kind}: a, no_such_key: b}}\n" for kind, _ in rows("| kind | says |")},
    "a clause": "- {source: a, title: {en: A}, clauses: [{no_such_key: b}]}\n",
    "a value of an enum": "- {fact: a, name: {en: A}, type: enum, values: [{no_such_key: b}]}\n",
    "an entry": _PARAMETER + "[{no_such_key: b}]}\n",
    "an outcome": _TABLE + "[{no_such_key: b}], rows: []}\n",
    "a row": _TABLE + "[{outcome: b, name: {en: A}}], rows: [{no_such_key: b}]}\n",
    "a report": "- {rulebook: a, report: {no_such_key: b}}\n",
    "a worklist": "- {rulebook: a, report: {worklists: [{no_such_key: b}]}}\n",
    "expect": "- {scenario: a, about: b, expect: {no_such_key: b}}\n",
}
"""Each kind of item, and each part of one, with a key that is not there, and hardly any other."""


def all_keys() -> dict[str, set[str]]:
    """Find out by its errors which keys each part has, marked where they may be left out."""
    told = {part: _keys(item, {part}) for part, item in PARTS.items() if part != "fact"}
    facts = {kind: f"- {{fact: a, type: {kind}, no_such_key: b}}\n" for kind in types()}
    keys = {kind: _keys(item, {"fact", "type"}) for kind, item in facts.items()}
    common = set.intersection(*keys.values())
    told |= {f"… {kind}": own - common for kind, own in keys.items() if own - common}
    return told | {"fact of every type": common}


def types() -> list[str]:
    """Find out by an error which types facts have."""
    (line,) = checked("- {fact: a, name: {en: A}, type: no_such_type}\n")
    listed = re.search(r"types are (.+)\)", line)
    assert listed is not None, line
    return listed[1].split(", ")


def _keys(item: str, present: set[str]) -> set[str]:
    lines = "\n".join(checked(item))
    every = re.search(r"there is no key `no_such_key` here \(keys are (.+)\)", lines)
    assert every is not None, lines
    required = present | set(re.findall(r"key `(\w+)` is missing", lines))
    return {key if key in required else f"{key} (o)" for key in every[1].split(", ")}
