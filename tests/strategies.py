"""What the tests draw: expressions over typed names, whole rule books, and cases for them.

Names, types and trees are drawn first and written down afterwards. Whatever is drawn is right by
the contract: an operation that the check would refuse (for its units, or the range of 64 bits)
gives way to one of its operands.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

import nic_rules
from nic_rules.language.definitions import Criterion, Definitions, Parameter, Value
from nic_rules.language.infer import infer
from nic_rules.language.syntax import (
    Among,
    AsOf,
    Calculate,
    Call,
    Compare,
    Comparison,
    DateLiteral,
    Expression,
    Junction,
    Keyed,
    Minus,
    Name,
    Not,
    NumberLiteral,
    ValueLiteral,
    to_text,
)
from nic_rules.language.types import Choice, Day, Declared, Number, Text, Truth, Type, Unit
from nic_rules.language.values import FIRST_DAY, LAST_DAY, as_decimal, as_text

Names = Mapping[str, Declared]
Item = dict[str, Any]

TURN = date(2014, 6, 1)
"""The day on which a name that stands twice changes its meaning."""

LARGEST = 2**53 - 1
STARTS = (date(2010, 1, 1), TURN, date(2018, 1, 1))
NOTABLE_DAYS = (
    *STARTS, date(2009, 12, 31), date(2012, 2, 29), date(2014, 5, 31), date(2016, 2, 29),
    date(2016, 3, 1), date(2019, 2, 28), FIRST_DAY, LAST_DAY,
)  # fmt: skip
YEARS: Unit = (("en", "years"), ("nb", "år"))
ACTORS: Unit = (("en", "actors"), ("nb", "aktører"))

_days = st.sampled_from(NOTABLE_DAYS) | st.dates(date(2008, 1, 1), date(2020, 12, 31))
_units = st.sampled_from((None, None, None, YEARS, ACTORS))
_signs: st.SearchStrategy[Comparison] = st.sampled_from(get_args(Comparison))
_edges = st.integers(-4, 12) | st.sampled_from((0, 0, 100, LARGEST, -LARGEST))
_numbers = st.builds(
    NumberLiteral, st.integers(0, 12) | st.sampled_from((50, 2**31, 2**63 - 1)), st.integers(0, 2)
)
_dates = st.just(AsOf()) | st.builds(DateLiteral, _days)


# --- expressions


def expressions(names: Names, kind: type[Type] = Truth, depth: int = 3) -> st.SearchStrategy[Any]:
    """Well-typed trees over some names, of a type: `Truth`, `Number` or `Day`."""
    drawn = {Truth: _truth, Number: _number, Day: _date}[kind]
    return st.composite(lambda draw: drawn(draw, names, depth))()


def _named(names: Names, kind: type[Type]) -> list[Expression]:
    return [
        Name(name) if found.key is None else Keyed(name, found.key)
        for name, found in names.items()
        if isinstance(found.type, kind)
    ]


def _fitting(names: Names, node: Expression, instead: Expression) -> Expression:
    return instead if infer(node, names.get)[1] else node


def _leaf(draw: st.DrawFn, names: Names, kind: type[Type]) -> Expression:
    named = _named(names, kind)
    literals: st.SearchStrategy[Expression] = _numbers if kind is Number else _dates
    is_named = bool(named) and draw(st.integers(0, 3)) > 0
    return draw(st.sampled_from(named) if is_named else literals)


def _number(draw: st.DrawFn, names: Names, depth: int) -> Expression:
    form = draw(st.sampled_from(("name", "+", "-", "*", "minus", "min", "max", "days", "year")))
    if depth <= 0 or form == "name":
        return _leaf(draw, names, Number)
    if form == "year":
        return Call("year", (_date(draw, names, depth - 1),))
    if form == "days":
        function = draw(st.sampled_from(("years_between", "months_between", "days_between")))
        return Call(function, (_date(draw, names, depth - 1), _date(draw, names, depth - 1)))
    first = _number(draw, names, depth - 1)
    if form == "minus":
        return Minus(first)
    second = _number(draw, names, depth - 1)
    if form in ("min", "max"):
        more = [_number(draw, names, 0)] if draw(st.booleans()) else []
        return _fitting(names, Call(form, (first, second, *more)), first)
    return _fitting(names, Calculate(form, first, second), first)  # type: ignore[arg-type]


def _date(draw: st.DrawFn, names: Names, depth: int) -> Expression:
    form = draw(st.sampled_from(("name", "name", "add_years", "min", "max")))
    if depth <= 0 or form == "name":
        return _leaf(draw, names, Day)
    first = _date(draw, names, depth - 1)
    if form == "add_years":
        return _fitting(names, Call(form, (first, _number(draw, names, depth - 1))), first)
    return Call(form, (first, _date(draw, names, depth - 1)))


def _truth(draw: st.DrawFn, names: Names, depth: int) -> Expression:
    forms = ("name", "compare", "compare", "dates", "share", "choice", "among", "and", "or", "not")
    form = draw(st.sampled_from(forms))
    if form in ("and", "or", "not") and depth > 0:
        if form == "not":
            return Not(_truth(draw, names, depth - 1))
        return Junction(form, _many(draw, _truth, names, depth - 1))  # type: ignore[arg-type]
    named = _named(names, Choice if form == "choice" else Truth)
    if form == "choice" and named:
        return _choice(draw, names, draw(st.sampled_from(named)))
    if form == "name" and named:
        return draw(st.sampled_from(named))
    if form == "among":
        members = tuple(draw(st.lists(st.integers(-3, 12), min_size=1, max_size=3)))
        part = _number(draw, names, depth - 1)
        among = Among(part, tuple(NumberLiteral(m, 0) for m in members), draw(st.booleans()))
        return _fitting(names, among, _above_zero(part))
    if form == "dates":
        days = _many(draw, _date, names, depth - 1)
        return Compare(tuple(draw(_signs) for _ in days[1:]), days)
    operands = _many(draw, _number, names, depth - 1)
    signs = tuple(draw(_signs) for _ in operands[1:])
    if form == "share":
        whole = draw(st.sampled_from((operands[-1], Call("max", (operands[-1], _ZERO)))))
        place = draw(st.integers(0, len(operands) - 1))
        share = Call("share", (operands[place], whole))
        with_share = (*operands[:place], share, *operands[place + 1 :])
        return _fitting(names, Compare(signs, with_share), _above_zero(operands[0]))
    return _fitting(names, Compare(signs, operands), _above_zero(operands[0]))


_ZERO = NumberLiteral(0, 0)


def _above_zero(number: Expression) -> Expression:
    return Compare((">=",), (number, _ZERO))


def _many(draw: st.DrawFn, drawn: Any, names: Names, depth: int) -> tuple[Expression, ...]:
    return tuple(drawn(draw, names, depth) for _ in range(draw(st.sampled_from((2, 2, 3)))))


def _choice(draw: st.DrawFn, names: Names, fact: Expression) -> Expression:
    assert isinstance(fact, Name)
    kind = names[fact.name].type
    assert isinstance(kind, Choice)
    words = st.builds(ValueLiteral, st.sampled_from(kind.values))
    if draw(st.booleans()):
        return Compare((draw(st.sampled_from(("==", "!="))),), (fact, draw(words)))
    return Among(fact, tuple(draw(st.lists(words, min_size=1, max_size=3))), draw(st.booleans()))


# --- the names that expressions are over


@dataclass(frozen=True)
class Dated:
    """A parameter: its type (with bounds over all days), its key, its values from days on."""

    type: Type
    by: str | None
    entries: tuple[tuple[date, Mapping[str | None, Value]], ...]

    def on(self, day: date) -> Mapping[str | None, Value]:
        """Give the values in force on a day."""
        return next((values for start, values in self.entries[::-1] if start <= day), {})


@dataclass(frozen=True)
class Environment:
    """Names with what they stand for: once, or until `TURN` and from it on."""

    facts: Mapping[str, Type]
    parameters: Mapping[str, Dated]
    derived: Mapping[str, tuple[Expression, ...]]
    criteria: Mapping[str, tuple[Criterion, ...]]
    aims: frozenset[str]
    declared: Names

    def definitions(self, day: date) -> Definitions:
        """Give what names other than facts stand for on a day."""
        after = -1 if day >= TURN else 0
        parameters = {n: Parameter(p.by, p.on(day)) for n, p in self.parameters.items()}
        derived = {name: values[after] for name, values in self.derived.items()}
        criteria = {name: found[after] for name, found in self.criteria.items()}
        return Definitions(parameters, derived, criteria)

    def usable(self, *kinds: str, aims: bool = True) -> Names:
        """Give the names of some kinds, with or without aims."""
        declared = self.declared.items()
        return {n: d for n, d in declared if d.kind in kinds and (aims or n not in self.aims)}


@st.composite
def _number_types(draw: st.DrawFn, decimals: st.SearchStrategy[int]) -> Number:
    low, high = sorted((draw(_edges), draw(_edges)))
    return Number(draw(decimals), low, high, draw(_units))


_bounded_days = st.tuples(_days, _days).map(lambda days: Day(*sorted(days)))
_fact_types: dict[str, tuple[int, int, st.SearchStrategy[Any]]] = {
    "flag": (1, 3, st.just(Truth())),
    "level": (1, 2, st.sampled_from((("a", "b"), ("arena", "nce", "gce"))).map(Choice)),
    "count": (1, 2, _number_types(st.just(0))),
    "amount": (0, 2, _number_types(st.sampled_from((1, 2, 2, 9)))),
    "day": (1, 2, st.just(Day(FIRST_DAY, LAST_DAY)) | _bounded_days),
    "text": (0, 1, st.just(Text())),
}  # fmt: skip


@st.composite
def environments(draw: st.DrawFn) -> Environment:
    """Facts of every type, parameters, derived facts, criteria and aims over each other."""
    facts: dict[str, Type] = {}
    for name, (least, most, kinds) in _fact_types.items():
        facts |= {f"{name}_{i}": draw(kinds) for i in range(draw(st.integers(least, most)))}
    parameters = {f"par_{i}": draw(_parameters(facts)) for i in range(draw(st.integers(0, 3)))}
    declared = {name: Declared("fact", kind) for name, kind in facts.items()}
    declared |= {n: Declared("parameter", p.type, p.by) for n, p in parameters.items()}
    derived: dict[str, tuple[Expression, ...]] = {}
    for name in (f"sum_{i}" for i in range(draw(st.integers(0, 2)))):
        values = expressions(dict(declared), draw(st.sampled_from((Number, Number, Day))), 2)
        derived[name], kind = _one_type(declared, [draw(values), draw(values)])
        declared[name] = Declared("derived", kind)
    criteria: dict[str, tuple[Criterion, ...]] = {}
    aims: set[str] = set()
    for i in range(draw(st.integers(1, 4))):
        is_aim = i > 0 and draw(st.integers(0, 4)) == 0
        usable = {n: d for n, d in declared.items() if is_aim or n not in aims}
        truths = expressions(usable, Truth, 2)
        written = st.builds(
            Criterion, truths, st.none() | st.none() | expressions(usable, Truth, 1)
        )
        name = f"aim_{i}" if is_aim else f"crit_{i}"
        criteria[name] = tuple(draw(st.lists(written, min_size=1, max_size=2)))
        aims |= {name} if is_aim else set()
        declared[name] = Declared("criterion", Truth())
    return Environment(facts, parameters, derived, criteria, frozenset(aims), declared)


@st.composite
def _parameters(draw: st.DrawFn, facts: Mapping[str, Type]) -> Dated:
    kind = draw(st.just(Truth()) | st.just(Day()) | _number_types(st.sampled_from((0, 1, 2))))
    enums = [name for name, fact in facts.items() if isinstance(fact, Choice)]
    by = draw(st.none() | st.sampled_from(enums))
    key = facts[by] if by else None
    keys: list[str | None] = [*key.values] if isinstance(key, Choice) else [None]
    held = [draw(st.lists(st.sampled_from(keys), unique=True, min_size=not by)) for _ in STARTS]
    starts = sorted(draw(st.lists(st.sampled_from(STARTS), unique=True, min_size=1)))
    entries = [(day, {k: draw(values_of(kind)) for k in ks}) for day, ks in zip(starts, held)]  # noqa: B905
    if isinstance(kind, Number):  # nothing known: the check takes it for 0
        kind = Number(kind.decimals, min(kind.low, 0), max(kind.high, 0), kind.unit)
    return Dated(kind, by, tuple(entries))


def _one_type(names: Names, values: list[Expression]) -> tuple[tuple[Expression, ...], Type]:
    """Keep the second of two values only if users cannot tell their types apart but by bounds."""
    match [infer(value, names.get)[0] for value in values]:
        case [Number(d, a, b, u), Number(e, x, y, v)] if d == e and u == v:
            return tuple(values), Number(d, min(a, x), max(b, y), u)
        case [Day(a, b), Day(x, y)]:
            return tuple(values), Day(min(a, x), max(b, y))
        case [kind, _]:
            assert kind is not None
            return (values[0],), kind
    raise AssertionError


# --- values and cases


def values_of(kind: Type) -> st.SearchStrategy[Any]:
    """Values that a fact of a type can have, its bounds often among them."""
    match kind:
        case Truth():
            return st.booleans()
        case Choice(values):
            return st.sampled_from(values)
        case Number(decimals, low, high):
            numbers = st.integers(low, high)
            near = [n for n in (low, high, low + 1, high - 1, 0, 1) if low <= n <= high]
            scaled = st.sampled_from(near) | numbers
            return scaled.map(lambda n: as_decimal(n, decimals)) if decimals else scaled
        case Day(low, high):
            notable = [day for day in (low, high, *NOTABLE_DAYS) if low <= day <= high]
            return st.sampled_from(notable) | st.dates(low, high)
    return st.sampled_from(("Nord", "Klynge Æ", 'a "b" \\ \n\t\x7f\u2028'))


def facts_of(facts: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Value]]:
    """Known values of all facts but a few, or of a few only."""
    everything = st.fixed_dictionaries({name: values_of(kind) for name, kind in facts.items()})
    unknown = st.sets(st.sampled_from(sorted(facts)), max_size=3) | st.sets(
        st.sampled_from(sorted(facts))
    )
    return st.builds(lambda v, u: {n: v[n] for n in v if n not in u}, everything, unknown)


@dataclass(frozen=True)
class Case:
    """The known facts of a case, and its two days."""

    values: Mapping[str, Value]
    as_of: date
    rules_on: date

    @property
    def data(self) -> dict[str, object]:
        """Give the facts as JSON has them."""
        return {name: as_data(value) for name, value in self.values.items()}


def as_data(value: Value) -> object:
    """Give a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def cases(book: Environment | Book) -> st.SearchStrategy[Case]:
    """Cases of a book, or for expressions over an environment."""
    names = book.names if isinstance(book, Book) else book
    return st.builds(Case, facts_of(names.facts), _days, st.sampled_from(NOTABLE_DAYS[:-2]))


# --- rule books


@dataclass(frozen=True)
class Book:
    """A rule book as its items, and the names in it."""

    names: Environment
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        """Give the rule file."""
        return "".join(f"- {json.dumps(item, ensure_ascii=False)}\n" for item in self.items)

    def load(self) -> nic_rules.RuleBook:
        """Write the book into a folder and load it."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "book.yaml").write_text(self.text, encoding="utf-8")
            return nic_rules.load(Path(folder))

    def __repr__(self) -> str:
        return f"Book:\n{self.text}"


def in_words(text: str) -> dict[str, str]:
    """Give a text in both languages."""
    return {"nb": f"{text} (nb)", "en": text}


RESTING = {"basis": "interpretation", "why": in_words("chosen"), "cites": []}


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Books that the check takes, with tables of every hit policy, looking at each other."""
    names = draw(environments())
    items: list[Item] = [
        {"rulebook": "drawn", "title": in_words("A book"), "languages": ["nb", "en"]},
        {"source": "page", "title": in_words("A page"), "clauses": [
            {"clause": "one.first", "place": "1", "says": in_words("so"), "normative": "true"}]},
    ]  # fmt: skip
    items += [_fact_item(name, kind) for name, kind in names.facts.items()]
    items += [_parameter_item(name, found) for name, found in names.parameters.items()]
    for name, values in names.derived.items():
        named = {"derived": name, "name": in_words(name)}
        items += _apart([named | {"value": to_text(value)} for value in values])
    for name, found in names.criteria.items():
        items += _apart([_criterion_item(names, name, criterion) for criterion in found])
    items += draw(_constraints(names))
    domains: dict[str, Sequence[str]] = {
        name: (*(("met", "not_met") if d.kind == "criterion" else _tokens(d.type)), "unknown")
        for name, d in names.usable("fact", "criterion", aims=False).items()
        if d.kind == "criterion" or _tokens(d.type)
    }
    for i in range(draw(st.integers(1, 3))):
        table = f"table_{i}"
        outcomes = [f"out_{n}" for n in range(draw(st.integers(1, 3)))]
        written = [draw(_tables(names, table, outcomes, dict(domains)))]
        if draw(st.integers(0, 4)) == 0:
            again = draw(_tables(names, table, outcomes, dict(domains)))
            written.append(again | {"hit_policy": "first"})
            written[1]["rows"] = [*again["rows"], _row("otherwise", {}, outcomes[0])]
        items += _apart(written)
        if all(version["hit_policy"] != "collect" for version in written):
            domains[table] = outcomes
    return Book(names, tuple(items))


def _tokens(kind: Type) -> tuple[str, ...]:
    return kind.values if isinstance(kind, Choice) else ("true", "false") * isinstance(kind, Truth)


def _apart(items: list[Item]) -> list[Item]:
    """Put the second of two items of one name in the place of the first on the turning day."""
    if len(items) == 1:
        return items
    return [items[0] | {"until": TURN.isoformat()}, items[1] | {"from": TURN.isoformat()}]


def _fact_item(name: str, kind: Type) -> Item:
    item: Item = {"fact": name, "name": in_words(name)}
    match kind:
        case Truth():
            return item | {"type": "boolean"}
        case Choice(values):
            return item | {
                "type": "enum",
                "values": [{"value": v, "name": in_words(v)} for v in values],
            }
        case Day(low, high):
            return item | {"type": "date", "min": low.isoformat(), "max": high.isoformat()}
        case Number(decimals, low, high, unit):
            item |= {"min": as_text(low, decimals), "max": as_text(high, decimals)}
            item |= (
                {"type": "decimal", "decimals": str(decimals)} if decimals else {"type": "integer"}
            )
            return item | ({"unit": dict(unit)} if unit else {})
    return item | {"type": "text"}


def _parameter_item(name: str, found: Dated) -> Item:
    item: Item = {"parameter": name, "name": in_words(name), **RESTING}
    match found.type:
        case Number(decimals, unit=unit):
            item |= (
                {"type": "decimal", "decimals": str(decimals)} if decimals else {"type": "integer"}
            )
            item |= {"unit": dict(unit)} if unit else {}
        case kind:
            item["type"] = "boolean" if isinstance(kind, Truth) else "date"
    values = [
        {"from": day.isoformat(), "value": held.get(None, held)}
        for day, held in (
            (day, {key: _scalar(value) for key, value in values.items()})
            for day, values in found.entries
        )
    ]
    return item | ({"by": found.by} if found.by else {}) | {"values": values}


def _scalar(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(as_data(value))


def _criterion_item(names: Environment, name: str, found: Criterion) -> Item:
    item: Item = {"criterion": name, "name": in_words(name), **RESTING}
    item |= {"kind": "aim" if name in names.aims else "requirement"}
    if found.applies_when is not None:
        item["applies_when"] = to_text(found.applies_when)
    return item | {"met_when": to_text(found.met_when)}


@st.composite
def _constraints(draw: st.DrawFn, names: Environment) -> list[Item]:
    truths = expressions(names.usable("fact", "parameter", "derived"), Truth, 1)
    days = draw(st.sampled_from(({}, {"from": TURN.isoformat()}, {"until": TURN.isoformat()})))
    holds = [to_text(truth) for truth in draw(st.lists(truths, max_size=1))]
    message = in_words("these contradict each other")
    return [
        {"constraint": "consistent", "holds_when": h, "message": message, **days} for h in holds
    ]


def _row(name: str, when: Mapping[str, Sequence[str]], then: str, **days: str) -> Item:
    because = in_words("{failing} {{}} {lacking}")
    return {"row": name, "when": when, "then": then, "because": because, **RESTING, **days}


@st.composite
def _tables(
    draw: st.DrawFn, names: Environment, name: str, outcomes: list[str], domains: dict[str, Any]
) -> Item:
    policy = draw(st.sampled_from(("unique", "any", "first", "collect")))
    looked_at = draw(st.lists(st.sampled_from(sorted(domains)), unique=True, max_size=3))
    columns = {column: list(domains[column]) for column in looked_at}
    thens = st.sampled_from(outcomes)
    if policy in ("unique", "any"):
        boxes = [(box, draw(thens)) for box in _parted(draw, columns)]
        more = draw(st.lists(st.sampled_from(boxes), max_size=2)) if policy == "any" else []
    else:
        cells = {
            c: st.lists(st.sampled_from(t), unique=True, min_size=1) for c, t in columns.items()
        }
        boxes = draw(
            st.lists(st.tuples(st.fixed_dictionaries({}, optional=cells), thens), max_size=4)
        )
        more = [({}, draw(thens))] if policy == "first" else []
    rows = [_row(f"row_{i}", *row) for i, row in enumerate([*boxes, *more])]
    if policy in ("first", "collect") and len(rows) > 1 and draw(st.booleans()):
        rows[0]["until"] = TURN.isoformat()
    return {
        "table": name,
        "name": in_words(name),
        "hit_policy": policy,
        "notes": [aim for aim in sorted(names.aims) if draw(st.booleans())],
        "outcomes": [{"outcome": o, "name": in_words(o)} for o in outcomes],
        "rows": rows,
    }


def _parted(draw: st.DrawFn, columns: dict[str, list[str]]) -> Iterator[dict[str, list[str]]]:
    """Part all situations into boxes that do not meet."""
    open_ = {column: tokens for column, tokens in columns.items() if len(tokens) > 1}
    if not open_ or draw(st.integers(0, 3)) == 0:
        yield columns
        return
    column = draw(st.sampled_from(sorted(open_)))
    cut = draw(st.integers(1, len(open_[column]) - 1))
    for side in (open_[column][:cut], open_[column][cut:]):
        yield from _parted(draw, columns | {column: side})
