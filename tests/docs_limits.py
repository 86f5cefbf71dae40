"""The limits that docs/language.md tells: for each, a rule book just within it, or beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.docs_tables import BASIS, RULEBOOK, checked, rows


class Limit(NamedTuple):
    """What makes files that go up to some number, and the code of an error beyond a limit."""

    code: str
    make: Callable[[int], list[str]]


def _fact(name: str = "a", *, type: str = "integer", most: int = 0, more: str = "") -> str:
    return f"- {{fact: {name}, name: {{en: A}}, type: {type}, min: 0, max: {most}{more}}}\n"


def _holds(expression: str) -> list[str]:
    return [f'- {{constraint: a, message: {{en: A}}, holds_when: "{expression}"}}\n']


def _parts(number: int) -> list[str]:
    """Make an expression of so many parts: a chain has an odd number of them."""
    chain = " < ".join(["1"] * ((number + 1) // 2))
    return _holds(chain if number % 2 else f"not {chain}")


def _nested(number: int) -> list[str]:
    """Nest lists in a map in a list."""
    lists = number - 2
    return [f"- {{fact: a, type: text, name: {'[' * lists}{']' * lists}}}\n"]


def _book(number: int) -> list[str]:
    """Share bytes out between files that are not too large themselves."""
    files, rest = divmod(number - len(RULEBOOK), 1_000_000)
    return ["#" * rest, *["#" * 1_000_000] * files]


def _table(number: int) -> list[str]:
    """Let a table look at five enum facts that have so many situations, or just more."""
    sizes = [10, 10, 10, 10, -(-number // 10_000)]  # with `unknown` among them
    values = [", ".join(f"{{value: v{v}, name: {{en: A}}}}" for v in range(n - 1)) for n in sizes]
    facts = "".join(
        f"- {{fact: f{i}, name: {{en: A}}, type: enum, values: [{one}]}}\n"
        for i, one in enumerate(values)
    )
    when = ["", *(f"f{i}: v0" for i in range(len(sizes)))]
    lines = "".join(
        f"  - {{row: r{i}, when: {{{one}}}, then: b, because: {{en: A}}, {BASIS}}}\n"
        for i, one in enumerate(when[1:] + when[:1])
    )
    outcomes = "outcomes: [{outcome: b, name: {en: A}}]"
    return [
        f"{facts}- table: a\n  name: {{en: A}}\n  hit_policy: first\n  {outcomes}\n  rows:\n{lines}"
    ]


LIMITS = {
    "a rule file": Limit("NIC104", lambda n: ["#" * (n - len(RULEBOOK))]),
    "a rule book": Limit("NIC104", _book),
    "lists and maps in each other, in a file": Limit("NIC105", _nested),
    "a name": Limit("NIC204", lambda n: [_fact("a" * n)]),
    "an expression": Limit("NIC302", lambda n: _holds(f"1 <{' ' * (n - 4)}2")),
    "names, literals, signs or words, and calls in an expression": Limit("NIC302", _parts),
    "operators and calls in each other, in an expression": Limit(
        "NIC302", lambda n: _holds("not " * (n - 1) + "1 < 2")
    ),
    "decimals": Limit("NIC209", lambda n: [_fact(type="decimal", more=f", decimals: {n}")]),
    "a bound of a fact, written without its point": Limit("NIC212", lambda n: [_fact(most=n)]),
    "a number in an expression, written without its point": Limit(
        "NIC307", lambda n: _holds(f"{n} > 0")
    ),
    "situations of a table, before there is a warning": Limit("NIC809", _table),
}


def told() -> list[tuple[str, int]]:
    """Give the limits of the page as numbers."""
    return [(what, _number(most)) for what, most in rows("| what | at most |")]


def _number(text: str) -> int:
    word = text.split(" ")[0].replace(",", "")
    if "^" not in word:
        return int(word)
    base, power = map(int, word.split("^"))
    return int(base**power) - 1  # written `2^53 - 1`


def is_beyond(what: str, number: int) -> bool:
    """Tell whether the check refuses what goes up to a number for being too much."""
    limit = LIMITS[what]
    return any(f": {limit.code} " in line for line in checked(*limit.make(number)))
