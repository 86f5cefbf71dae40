"""How an unknown criterion comes to be known: by which facts first, and in which criterion.

Without recursion, and each name once: chains of names may be long, and many may use one.
"""

from __future__ import annotations

from collections.abc import Iterator

from nic_rules.decision import Decision
from nic_rules.language.syntax import Expression, Junction, Name, Not, names
from nic_rules.language.walk import Walk
from nic_rules.rulebook.book import Criterion, Rules, used_names


def first_to_settle(
    rules: Rules, walk: Walk, name: str, late: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Order the facts that an unknown name lacks.

    One operand of an `and` or an `or` may settle it alone, so the operand that lacks fewest facts
    comes first, and one that lacks a `late` fact, which may never be told, after the others.
    """
    if name in rules.facts:
        return (name,)

    def settles(operand: Expression) -> tuple[bool, int]:
        lacks = walk.truth(operand).lacks
        return not late.isdisjoint(lacks), len(lacks)

    found: dict[str, None] = {}
    seen: set[str] = set()
    stack: list[Expression] = [Name(name)]
    while stack:
        node = stack.pop()
        operands: tuple[Expression, ...] = ()
        if isinstance(node, Name) and node.name in rules.criteria:
            if node.name not in seen:
                operands = tuple(rules.criteria[node.name].expressions.values())
            seen.add(node.name)
        elif isinstance(node, Junction):
            operands = node.parts
        elif isinstance(node, Not):
            operands = (node.part,)
        else:
            lacks = walk.truth(node).lacks
            found |= dict.fromkeys(fact for fact in _facts_of(rules, node) if fact in lacks)
        unknown = [one for one in operands if walk.truth(one).truth is None]
        stack += sorted(unknown, key=settles)[::-1]
    return tuple(found)


def resting_on(rules: Rules, decision: Decision, name: str, fact: str) -> Iterator[Criterion]:
    """Give the unknown criteria, from a name down, that lack a fact and use it themselves."""
    stack, seen = [name], set[str]()
    while stack:
        criterion = rules.criteria.get(name := stack.pop())
        found = decision.findings.get(name)
        if criterion is None or found is None or fact not in found.lacks or name in seen:
            continue
        seen.add(name)
        if any(fact in _facts_of(rules, tree) for tree in criterion.expressions.values()):
            yield criterion
        stack += reversed(list(used_names(criterion)))


def _facts_of(rules: Rules, node: Expression) -> Iterator[str]:
    """Give the facts of an expression in the order written, those of derived facts in place."""
    seen: set[str] = set()
    stack = _names_of(node)
    while stack:
        name = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in rules.facts:
            yield name
        elif name in rules.derived:
            stack += _names_of(rules.derived[name].value)


def _names_of(node: Expression) -> list[str]:
    """Give the names of an expression, the last one first."""
    return [name for name, _ in names(node)][::-1]
