"""Cases for the forms of explanations: one of each outcome, and texts that would be markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import nic_rules
from nic_rules.cases.many import open_cases
from nic_rules.decision import Decision
from nic_rules.explanation.grounds import Grounds, grounds_of
from nic_rules.explanation.phrases import clean
from nic_rules.explanation.trace import Ahead, Trace
from nic_rules.explanation.tracing import trace
from tests.cli.small import BOOK

ROOT = Path(__file__).parents[2]
BOOKS = {name: nic_rules.load(ROOT / "rules" / name) for name in ("nic", "halls")}
YEARS = [
    ("nic", "clusters/2016.csv", date(2016, 11, 15)),
    ("halls", "halls/2024.csv", date(2024, 3, 1)),
]
LANGUAGES = ("nb", "en")

EVIL = [
    # HTML, attributes, entities, templates
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title></style><b>", "<!-- x",
    "<details open>", '" onclick="x', "' x='y", "&lt;b&gt; &amp; &#60;", "{{ x }}", "{% x %}",
    # links and addresses
    "[x](http://a.example)", "![x](http://a.example/x.png)", "[x]: http://a.example",
    "<http://a.example>", "http://a.example", "www.a.example", "a@b.example", "javascript:alert(1)",
    # what begins a line of Markdown
    "# x", "## x #", "> x", "- x", "+ x", "* x", "1. x", "23) x", "```", "``` js", "~~~", "---",
    "- - -", "***", "===", "    x", "\tx", "| a | b |",
    # what stands in one
    "`x`", "``x`", "**x**", "__x__", "_x_", "~~x~~", "x\\", "\\", "$x$", ":smile:",
    # what makes lines, or moves a cursor
    "x\n\n# y", "x\n- y", "x\n===", "a  \nb", "\x1b[2Jx\r\n", "x\u202ey", "\u2028x", "x\x00y",
    "\ud800x",
]  # fmt: skip
"""Texts that are markup, links or worse, to Markdown, HTML or a template."""

texts = st.one_of(
    st.sampled_from(EVIL),
    st.lists(st.sampled_from([*EVIL, " ", "\n", "x", "å", "1", ".", ")"]), max_size=5).map("".join),
    st.text(max_size=30),
).filter(clean)
"""Texts of facts, subjects and rules; something of them prints."""

_TOLD = {
    "ask", "because", "causes", "evidence", "file", "found", "outcome", "outcomes", "place", "said",
    "says", "shown", "source", "stuck", "supplied_by", "title", "wants", "why",
}  # fmt: skip


@cache
def decided() -> tuple[Decision, ...]:
    """Decide the fixture years; give the first case of each answer of each table."""
    found: dict[tuple[object, ...], Decision] = {}
    for name, file, day in YEARS:
        edition = BOOKS[name].edition(day)
        for row in open_cases(ROOT / "fixtures" / file, BOOKS[name].book.facts).rows():
            for table in edition.tables:
                try:
                    decision = edition.decide(table, row.given, subject=row.subject)
                except nic_rules.FactError:
                    break
                found.setdefault((name, table, decision.outcome, decision.rows), decision)
    return tuple(found.values())


def traced(decision: Decision, language: str) -> Trace:
    """Trace one of the decisions."""
    edition = BOOKS[decision.edition.rulebook].edition(decision.rules_on)
    return trace(edition, decision, language)


@cache
def told() -> tuple[Grounds, ...]:
    """Give the grounds of every case, in each language."""
    return tuple(grounds_of(traced(one, language)) for one in decided() for language in LANGUAGES)


def texts_of(grounds: Grounds) -> Iterator[str]:
    """Give all that grounds say in whole texts: reasons, rules, considerations, choices."""
    yield from (row.because or "" for row in grounds.rows)
    yield from (rule.clause.says for rule in grounds.rules)
    for one in grounds.considerations:
        yield from (one.said or "", *one.causes)
    yield from (text for one in grounds.interpretations for text in (one.title, one.why))
    yield from (one.ask or one.title for one in grounds.missing)
    yield from grounds.trace.stuck
    yield from grounds.trace.lasting.said


def names_of(grounds: Grounds) -> str:
    """Name a case, for what a test says of it."""
    decision = grounds.trace.decision
    return (
        f"{decision.edition.rulebook} {decision.table} {decision.subject} {grounds.trace.language}"
    )


# --- spoiled texts


def spoiled(value: Any, text: str, field: str = "") -> Any:
    """Put a text in the place of every text of a trace that people wrote."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = zip(value._fields, value, strict=True)
        return type(value)(*(spoiled(part, text, name) for name, part in parts))
    if isinstance(value, Ahead):
        return Ahead(spoiled(value.lasting, text))
    if isinstance(value, tuple):
        return tuple(spoiled(part, text, field) for part in value)
    if isinstance(value, nic_rules.decision.FrozenMap):
        given = {key: what if key == "recorded_on" else text for key, what in value.items()}
        return nic_rules.decision.FrozenMap(given)
    return text if isinstance(value, str) and field in _TOLD else value


def spoiled_book(folder: Path, text: str) -> Path:
    """Write the small rule book with a text in the place of all its texts."""
    quoted = json.dumps(text.replace("{", "{{").replace("}", "}}"), ensure_ascii=False)
    book = re.sub(r'(nb|en|place): "[^"]*"', lambda found: f"{found[1]}: {quoted}", BOOK)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "small.yaml").write_text(book, encoding="utf-8")
    return folder


def sentences(text: str) -> Iterator[str]:
    """Give a text's sentences, roughly: what stands between full stops before capitals."""
    yield from re.split(r"(?<=[.?!]) (?=[A-ZÆØÅ«“])", text)
