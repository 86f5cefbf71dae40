"""A rule book of 32 facts and 26 criteria, for measurements: as rule files, and as ZEN has rules.

Each criterion is one of a few shapes over its own facts. A table goes through them in order: the
first that is not met refuses; all met accepts; else something is unknown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

FLAGS = tuple(f"flag_{n}" for n in range(12))
COUNTS = tuple(f"count_{n}" for n in range(16))
KINDS = tuple(f"kind_{n}" for n in range(4))
VALUES = ("one", "two", "three")
MOST = 100


class Shape(NamedTuple):
    """A criterion: the form of its expression, and the facts it is about."""

    form: str
    facts: tuple[str, ...]

    @property
    def expression(self) -> str:
        """Give the expression of a rule file."""
        return EXPRESSIONS[self.form].format(*self.facts)

    @property
    def zen(self) -> str:
        """Give the expression as ZEN takes it, three-valued: null is unknown."""
        return ZEN[self.form].format(*self.facts)


EXPRESSIONS = {
    "flag": "{0}",
    "both": "{0} and {1}",
    "one": "{0} or {1}",
    "not": "not {0}",
    "least": "{0} >= 10",
    "between": "5 <= {0} <= 95",
    "sum": "{0} + {1} >= 20",
    "share": "share({0}, {1}) >= 0.1",
    "kind": "{0} in ('one', 'two')",
}
ZEN = {
    "flag": "{0}",
    "both": "{0} == false or {1} == false ? false : {0} == null or {1} == null ? null : true",
    "one": "{0} == true or {1} == true ? true : {0} == null or {1} == null ? null : false",
    "not": "{0} == null ? null : {0} == false",
    "least": "{0} == null ? null : {0} >= 10",
    "between": "{0} == null ? null : {0} >= 5 and {0} <= 95",
    "sum": "{0} == null or {1} == null ? null : {0} + {1} >= 20",
    "share": "{0} == null or {1} == null or {1} == 0 ? null : {0} * 10 >= {1}",
    "kind": "{0} == null ? null : {0} in ['one', 'two']",
}
FORMS = (
    "flag", "both", "one", "not", "least", "between", "sum", "share", "kind",
    "least", "both", "one", "sum", "least", "kind", "not", "least", "between", "share", "flag",
    "least", "kind", "sum", "between", "least", "kind",
)  # fmt: skip


def shapes() -> Iterator[Shape]:
    """Give the 26 criteria, each over the next facts of its type."""
    at = {"flags": 0, "counts": 0, "kinds": 0}

    def take(which: str, names: tuple[str, ...]) -> str:
        at[which] += 1
        return names[(at[which] - 1) % len(names)]

    for form in FORMS:
        if form in ("flag", "not"):
            yield Shape(form, (take("flags", FLAGS),))
        elif form in ("both", "one"):
            yield Shape(form, (take("flags", FLAGS), take("flags", FLAGS)))
        elif form in ("sum", "share"):
            yield Shape(form, (take("counts", COUNTS), take("counts", COUNTS)))
        elif form == "kind":
            yield Shape(form, (take("kinds", KINDS),))
        else:
            yield Shape(form, (take("counts", COUNTS),))


def rule_file() -> str:
    """Write the rule book."""
    return "\n".join(_items())


def _items() -> Iterator[str]:
    yield '- {rulebook: twenty_six, title: {en: "Twenty-six"}, languages: [en]}'
    yield '- {source: page, title: {en: "Page"}, clauses: [{clause: one, place: "1",'
    yield '   says: {en: "So."}, normative: true}]}'
    for fact in FLAGS:
        yield f'- {{fact: {fact}, name: {{en: "{fact}"}}, type: boolean}}'
    for fact in COUNTS:
        yield f'- {{fact: {fact}, name: {{en: "{fact}"}}, type: integer, min: 0, max: {MOST}}}'
    values = ", ".join(f'{{value: {value}, name: {{en: "{value}"}}}}' for value in VALUES)
    for fact in KINDS:
        yield f'- {{fact: {fact}, name: {{en: "{fact}"}}, type: enum, values: [{values}]}}'
    for number, shape in enumerate(shapes()):
        yield f'- criterion: c_{number}\n  name: {{en: "Criterion {number}"}}'
        yield f"  met_when: {shape.expression}"
        yield "  kind: requirement\n  basis: source\n  cites: [one]"
    yield '- table: decide\n  name: {en: "Accepted?"}\n  hit_policy: first\n  outcomes:'
    for outcome in ("refused", "accepted", "unclear"):
        yield f'    - {{outcome: {outcome}, name: {{en: "{outcome}"}}}}'
    yield "  rows:"
    for number in range(len(FORMS)):
        yield from _row(f"no_{number}", f"{{c_{number}: not_met}}", "refused")
    every = ", ".join(f"c_{number}: met" for number in range(len(FORMS)))
    yield from _row("all_met", f"{{{every}}}", "accepted")
    yield from _row("otherwise", "{}", "unclear")


def _row(name: str, when: str, then: str) -> Iterator[str]:
    yield f"    - row: {name}\n      when: {when}\n      then: {then}"
    yield '      because: {en: "So."}\n      basis: source\n      cites: [one]'


def zen_graph() -> dict[str, Any]:
    """Give the same rules as a decision of ZEN: an expression node, and a table node after it."""
    expressions = [
        {"id": f"e{n}", "key": f"c_{n}", "value": shape.zen} for n, shape in enumerate(shapes())
    ]
    names = [f"c_{n}" for n in range(len(FORMS))]
    rules = [{"_id": f"r{n}", f"i{n}": "false", "o": '"refused"'} for n in range(len(FORMS))]
    rules.append({"_id": "all", **{f"i{n}": "true" for n in range(len(FORMS))}, "o": '"accepted"'})
    rules.append({"_id": "otherwise", "o": '"unclear"'})
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{n}", "name": name, "field": name} for n, name in enumerate(names)],
        "outputs": [{"id": "o", "name": "outcome", "field": "outcome"}],
        "rules": rules,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "find", "type": "expressionNode", "name": "find",
            "content": {"expressions": expressions},
        },
        {"id": "decide", "type": "decisionTableNode", "name": "decide", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]  # fmt: skip
    ids = ["in", "find", "decide", "out"]
    edges = [
        {"id": f"{a}-{b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in pairwise(ids)
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def random_facts(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Draw cases that mostly pass, with a tenth of the facts missing."""
    rng = random.Random(seed)
    for _ in range(count):
        facts: dict[str, Any] = {}
        for name in (*FLAGS, *COUNTS, *KINDS):
            if rng.random() < 0.1:
                continue
            if name in FLAGS:
                facts[name] = rng.random() < 0.9
            elif name in COUNTS:
                facts[name] = rng.randint(0, MOST)
            else:
                facts[name] = rng.choice(VALUES)
        yield facts
