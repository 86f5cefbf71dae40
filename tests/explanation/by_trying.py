"""Books so small that every case of them can be decided, and what changes a case, by trying all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from nic_rules import Decision, FactError
from nic_rules.engine.edition import Edition
from nic_rules.language.syntax import to_text
from nic_rules.language.types import Choice, Day, Declared, Number, Truth, Type
from tests.strategies import RESTING, Book, Environment, expressions, in_words

AS_OF = date(2014, 6, 1)
FIRST, LAST = date(2014, 5, 31), date(2014, 6, 2)

FACTS: dict[str, Type] = {
    "zeal": Truth(),
    "flag": Truth(),
    "level": Choice(("nce", "arena", "gce")),
    "count": Number(0, -1, 2),
    "amount": Number(1, 0, 2),
    "day": Day(FIRST, LAST),
}
"""Not in the order of their names, and the enum values neither."""

TRUTHS, TENTHS = (False, True), tuple(Decimal(n) / 10 for n in range(3))
VALUES: dict[str, tuple[Any, ...]] = {
    "zeal": TRUTHS,
    "flag": TRUTHS,
    "level": ("nce", "arena", "gce"),
    "count": (-1, 0, 1, 2),
    "amount": TENTHS,
    "day": tuple(FIRST + timedelta(n) for n in range(3)),
}
"""All values of each fact, nearer ones nearer to each other."""

OUTCOMES = ("poor", "fair", "good")
CELLS = {
    "c": ("met", "not_met", "unknown"),
    "d": ("met", "not_met", "unknown"),
    "zeal": ("true", "false", "unknown"),
    "level": ("nce", "arena", "gce", "unknown"),
}

Facts = dict[str, Any]
Changed = dict[str, Any]


_PARTS = (
    "zeal", "flag", "not zeal", "level == 'arena'", "level in ('nce', 'gce')", "count >= 1",
    "count < 0", "amount > 0.1", "count + 10 * amount >= 3", "share(amount, max(count, 0)) < 0.2",
    "day > date('2014-06-01')", "days_between(day, as_of) >= 1", "day < as_of or count == 2",
)  # fmt: skip
_joined: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(_PARTS),
    lambda parts: st.builds(
        "({} {} {})".format, parts, st.sampled_from(("and", "and", "or")), parts
    ),
    max_leaves=6,
)


@st.composite
def small_books(draw: st.DrawFn) -> SmallBook:
    """Draw a book with a table over these facts, and what cases can change of them."""
    names = {name: Declared("fact", kind) for name, kind in FACTS.items()}
    truths = _joined | _joined | expressions(names, Truth, 2).map(to_text)
    changeable = {
        name: draw(st.sampled_from(("any", "any", "any", "up", "down", "never"))) for name in FACTS
    }
    items: list[dict[str, Any]] = [
        {"rulebook": "tried", "title": in_words("Tried"), "languages": ["nb", "en"]}
    ]
    items += [_fact(name, kind, changeable[name]) for name, kind in FACTS.items()]
    for name in ("c", "d"):
        written = {"criterion": name, "name": in_words(name), "met_when": draw(truths)}
        if draw(st.integers(0, 3)) == 0:
            written["applies_when"] = draw(truths)
        items.append(written | {"kind": "requirement", **RESTING})
    if draw(st.integers(0, 3)) == 0:
        holds = draw(truths)
        items.append({"constraint": "k", "holds_when": holds, "message": in_words("no")})
    wanted = draw(st.sampled_from((("good",), ("fair", "good"))))
    below = draw(_tables("below", CELLS, (), "first"))
    policy = draw(st.sampled_from(("first", "first", "collect")))
    above = draw(_tables("t", {**CELLS, "below": OUTCOMES}, wanted, policy))
    if draw(st.booleans()):
        above |= {"hit_policy": "first", "rows": _PLAIN_ROWS}
    return SmallBook(Book(_NOTHING, (*items, below, above)), changeable, wanted)


_NOTHING = Environment({}, {}, {}, {}, frozenset(), {})


def _fact(name: str, kind: Type, changeable: str) -> dict[str, Any]:
    item: dict[str, Any] = {"fact": name, "name": in_words(name), "changeable": changeable}
    match kind:
        case Truth():
            return item | {"type": "boolean"}
        case Choice(values):
            return item | {
                "type": "enum",
                "values": [{"value": v, "name": in_words(v)} for v in values],
            }
        case Day(low, high):
            return item | {"type": "date", "min": str(low), "max": str(high)}
    low, high = VALUES[name][0], VALUES[name][-1]
    bounds = {"min": str(low), "max": str(high)}
    decimals = {"type": "decimal", "decimals": "1"} if name == "amount" else {"type": "integer"}
    return item | decimals | bounds


@st.composite
def _tables(
    draw: st.DrawFn,
    name: str,
    cells: Mapping[str, tuple[str, ...]],
    wanted: tuple[str, ...],
    policy: str,
) -> dict[str, Any]:
    tokens = {c: st.lists(st.sampled_from(t), unique=True, min_size=1) for c, t in cells.items()}
    whens = st.sets(st.sampled_from(sorted(cells)), min_size=1, max_size=3)
    rows = []
    for number, then in enumerate(
        (*draw(st.permutations(OUTCOMES)), draw(st.sampled_from(OUTCOMES)))
    ):
        when = {column: draw(tokens[column]) for column in sorted(draw(whens))}
        rows.append(_row(f"row_{number}", when, then))
    if policy == "first":
        rows.append(_row("rest", {}, "poor"))
    outcomes = [
        {"outcome": one, "name": in_words(one)} | ({"wanted": "true"} if one in wanted else {})
        for one in OUTCOMES
    ]
    head = {"table": name, "name": in_words(name), "hit_policy": policy}
    return head | {"outcomes": outcomes, "rows": rows}


def _row(name: str, when: dict[str, list[str]], then: str) -> dict[str, Any]:
    return {"row": name, "when": when, "then": then, "because": in_words("so"), **RESTING}


_PLAIN_ROWS = [
    _row("bad", {"d": ["not_met"]}, "poor"),
    _row("well", {"c": ["met"]}, "good"),
    _row("unclear", {"c": ["unknown"]}, "fair"),
    _row("rest", {}, "poor"),
]
"""As tables often are: first what rules a case out, and only then what may be unknown."""


@dataclass(frozen=True)
class SmallBook:
    """A book, which changes its cases can make, and which outcomes of table `t` are wanted."""

    book: Book
    changeable: Mapping[str, str]
    wanted: tuple[str, ...]

    @cached_property
    def edition(self) -> Edition:
        """Load the book."""
        return self.book.load().edition(AS_OF)


class Tried:
    """Every case of a small book decided, and questions answered by looking at all of them."""

    def __init__(self, small: SmallBook, to: tuple[str, ...]) -> None:
        self.small = small
        self.to = to
        self.decided: dict[tuple[object, ...], Decision | None] = {}
        for values in product(*((None, *VALUES[name]) for name in FACTS)):
            facts = dict(zip(FACTS, values, strict=True))
            try:
                decision = small.edition.decide("t", facts, as_of=AS_OF)
            except FactError:
                self.decided[values] = None  # they contradict each other
            else:
                self.decided[values] = decision

    def decision(self, facts: Facts) -> Decision | None:
        """Look up the decision for some facts."""
        return self.decided[tuple(facts.get(name) for name in FACTS)]

    def gives(self, decision: Decision | None) -> bool:
        """Tell whether a decision has a wanted outcome."""
        if decision is None:
            return False
        given = decision.outcome
        return bool({given} & set(self.to) if isinstance(given, str) else set(given) & {*self.to})

    @cached_property
    def refused(self) -> list[Facts]:
        """Give the cases, with at most one unknown fact, that have no wanted outcome."""
        return [
            {n: v for n, v in zip(FACTS, values, strict=True) if v is not None}
            for values, decision in self.decided.items()
            if decision is not None and values.count(None) <= 1 and not self.gives(decision)
        ]

    @property
    def can_be(self) -> bool:
        """Tell whether any facts give a wanted outcome."""
        return any(map(self.gives, self.decided.values()))

    def allowed(self, name: str, now: object) -> list[Any]:
        """Give the values that a case can give a fact, its own among them; unknown stays so."""
        if now is None:
            return [None]
        values, at = list(VALUES[name]), VALUES[name].index(now)
        return {
            "any": values, "up": values[at:], "down": values[: at + 1], "never": [now],
        }[self.small.changeable[name]]  # fmt: skip

    def changes(self, facts: Facts) -> list[Changed]:
        """Find the three first smallest sets, each with its nearest values."""
        for size in range(1, len(FACTS) + 1):
            found = []
            for names in combinations(sorted(FACTS), size):
                ways = [
                    way
                    for way in self.ways(facts, names)
                    if self.gives(self.decision({**facts, **way}))
                ]
                if ways:
                    found.append(min(ways, key=lambda way: self.distances(facts, way)))
            if found:
                return found[:3]
        return []

    def ways(self, facts: Facts, names: tuple[str, ...]) -> Iterator[Changed]:
        """Give every way to change some facts, all of them."""
        others = ([v for v in self.allowed(n, facts.get(n)) if v != facts.get(n)] for n in names)
        return (dict(zip(names, values, strict=True)) for values in product(*others))

    def distances(self, facts: Facts, way: Changed) -> list[tuple[int, int]]:
        """Say how far each fact moves, and where to."""
        places = ((VALUES[n].index(facts[n]), VALUES[n].index(v)) for n, v in way.items())
        return [(abs(after - before), after) for before, after in places]

    def missing(self, facts: Facts) -> tuple[str, ...] | None:
        """Find the fewest unknown facts that have to be told before changes are enough."""
        unknown = [name for name in sorted(FACTS) if facts.get(name) is None]
        moves = [self.allowed(name, facts.get(name)) for name in FACTS]
        for size in range(len(unknown) + 1):
            for names in combinations(unknown, size):
                told = [
                    VALUES[name] if name in names else some
                    for name, some in zip(FACTS, moves, strict=True)
                ]
                if any(self.gives(self.decided[values]) for values in product(*told)):
                    return names
        return None


def cases() -> st.SearchStrategy[Facts]:
    """Draw known values of most facts."""
    unknown = st.sets(st.sampled_from(sorted(FACTS)), max_size=2)
    values = st.fixed_dictionaries({n: st.sampled_from(v) for n, v in VALUES.items()})
    return st.builds(lambda v, u: {n: v[n] for n in v if n not in u}, values, unknown)


def known(value: object) -> object:
    """Give a value as a record has it."""
    if isinstance(value, date | Decimal):
        return str(value) if isinstance(value, date) else f"{value:.1f}"
    return value
