"""What each item says by itself: types, values, trees, days, and what is wrong with them.

How items go together is checked afterwards, for each interval in which nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from nic_rules.diagnostics import Place, nearest, shown
from nic_rules.language import types
from nic_rules.language.definitions import Value
from nic_rules.language.parse import ExpressionProblem, parse
from nic_rules.language.syntax import Expression
from nic_rules.language.values import (
    FIRST_DAY,
    LAST_DAY,
    NotWrittenRight,
    as_decimal,
    as_text,
    day,
    of_decimal,
    scaled,
    whole,
)
from nic_rules.language.words import RESERVED
from nic_rules.rulebook import written
from nic_rules.rulebook.book import (
    Book,
    Constraint,
    Criterion,
    Days,
    Derived,
    Fact,
    Parameter,
    Row,
    Table,
    unit_of,
)
from nic_rules.rulebook.items import Item
from nic_rules.rulebook.report import Report

NAMESPACE = ("fact", "parameter", "derived", "criterion", "constraint", "table")
"""The kinds that share one flat namespace."""

TWICE = ("derived", "criterion", "constraint", "table")
"""The kinds that may stand twice under one name if their days do not meet."""

W = TypeVar("W", bound=written.Written)
D = TypeVar("D")


def declare(items: list[Item[Any]], rulebook: Item[written.Rulebook], report: Report) -> Book:
    """Make the book of all items that are right by themselves; report what is not."""
    _names(items, report)
    declaration = _Declaration(report, rulebook)
    of = declaration.of
    facts = {fact.name: fact for fact in of(items, written.Fact, declaration.fact)}
    declaration.facts = facts
    return Book(
        rulebook,
        facts,
        {p.name: p for p in of(items, written.Parameter, declaration.parameter)},
        tuple(of(items, written.Derived, declaration.derived)),
        tuple(of(items, written.Criterion, declaration.criterion)),
        tuple(of(items, written.Constraint, declaration.constraint)),
        tuple(of(items, written.Table, declaration.table)),
        tuple(item for item in items if isinstance(item.written, written.Source)),
    )


def days_of(item: Any) -> Days:
    """Give the days of an item that may carry `from` and `until`."""
    return Days(item.from_, item.until)


def _names(items: list[Item[Any]], report: Report) -> None:
    """Check that names are free, in the flat namespace and in the others."""
    first: dict[tuple[str, str], list[Item[Any]]] = {}
    for item in items:
        space = "" if item.kind in NAMESPACE else item.kind
        if space == "" and item.name in RESERVED:
            hint = "it is a word of the language, of Python or of the engine"
            report.wrong("NIC205", item.at(item.kind), f"the name `{item.name}` is reserved", hint)
        before = first.setdefault((space, item.name), [])
        if before and not (item.kind in TWICE and before[0].kind == item.kind):
            message = f"the name `{item.name}` is taken by the {before[0].kind} at {_spot(before)}"
            report.wrong("NIC206", item.at(item.kind), message)
        elif before:
            _days_apart(item, before, report)
        before.append(item)


def _spot(items: list[Item[Any]]) -> str:
    return f"{items[0].place.file}:{items[0].place.line}"


def _days_apart(item: Item[Any], before: list[Item[Any]], report: Report) -> None:
    for other in before:
        if days_of(item.written).meet(days_of(other.written)):
            message = f"`{item.name}` stands already at {_spot([other])} on some of the same days"
            report.wrong("NIC214", item.at(item.kind), message, "end the one before: `until`")
            return


class _Declaration:
    """Turns written items into declared ones."""

    def __init__(self, report: Report, rulebook: Item[written.Rulebook]) -> None:
        self.report = report
        self.rulebook = rulebook
        self.facts: Mapping[str, Fact] = {}

    def of(
        self, items: list[Item[Any]], kind: type[W], make: Callable[[Item[W]], D | None]
    ) -> Iterator[D]:
        seen: set[str] = set()
        for item in items:
            if not isinstance(item.written, kind):
                continue
            if item.name in seen and item.kind not in TWICE:
                continue  # taken, which has been told
            seen.add(item.name)
            made = make(item)
            if made is None:
                self.report.broken.add(item.name)
            else:
                yield made

    def wrong(self, code: str, place: Place, message: str, hint: str | None = None) -> None:
        self.report.wrong(code, place, message, hint)

    # --- facts and parameters

    def fact(self, item: Item[written.Fact]) -> Fact | None:
        kind = self.fact_type(item)
        return None if kind is None else Fact(item.name, kind, item)

    def fact_type(self, item: Item[written.Fact]) -> types.Type | None:
        match item.written:
            case written.BooleanFact():
                return types.Truth()
            case written.TextFact():
                return types.Text()
            case written.EnumFact(values=values):
                return self.choice(item, [value.value for value in values])
            case written.DateFact(min=low, max=high):
                low, high = low or FIRST_DAY, high or LAST_DAY
                if low > high:
                    self.wrong("NIC212", item.at("max"), f"`max` {high} is before `min` {low}")
                    return None
                return types.Day(low, high)
            case written.IntegerFact() as fact:
                return self.number(item, fact)
        raise TypeError(item.written)

    def choice(self, item: Item[written.Fact], values: list[str]) -> types.Choice:
        for index, value in enumerate(values):
            if value in values[:index]:
                place = item.at("values", index, "value")
                self.wrong("NIC206", place, f"value `{value}` stands twice")
        return types.Choice(tuple(values))

    def decimals(self, item: Item[Any], text: str) -> int | None:
        if len(text) == 1 and text in "0123456789":
            return int(text)
        self.wrong("NIC209", item.at("decimals"), f"{shown(text)} is not a number from 0 to 9")
        return None

    def number(self, item: Item[Any], fact: written.IntegerFact) -> types.Number | None:
        decimals: int | None = 0
        if isinstance(fact, written.DecimalFact):
            decimals = self.decimals(item, fact.decimals)
        if decimals is None:
            return None
        low = self.bound(item, "min", fact.min, decimals)
        high = self.bound(item, "max", fact.max, decimals)
        if low is None or high is None:
            return None
        if low > high:
            self.wrong("NIC212", item.at("max"), f"`max` {fact.max} is less than `min` {fact.min}")
            return None
        return types.Number(
            decimals, low, high, unit_of(fact.unit, self.rulebook.written.languages)
        )

    def bound(self, item: Item[Any], key: str, text: str, decimals: int) -> int | None:
        is_decimal = isinstance(item.written, written.DecimalFact)
        try:
            number = scaled(text, decimals) if is_decimal else whole(text)
        except NotWrittenRight as wrong:
            self.wrong("NIC209", item.at(key), f"{shown(text)} is not {wrong}", wrong.hint)
            return None
        if abs(number) > types.LARGEST_FACT:
            most = as_text(types.LARGEST_FACT, decimals)
            self.wrong("NIC212", item.at(key), f"{shown(text)} is further from 0 than {most}")
            return None
        return number

    def parameter(self, item: Item[written.Parameter]) -> Parameter | None:
        parameter = item.written
        self.resting(item, parameter)
        kind = self.parameter_type(item)
        key = self.key_fact(item)
        if kind is None or (parameter.by and key is None):
            return None
        for index, (before, after) in enumerate(pairwise(parameter.values), start=1):
            if after.from_ <= before.from_:
                place = item.at("values", index, "from")
                self.wrong(
                    "NIC213", place, f"`from` {after.from_} is not after that of the entry before"
                )
        entries = [
            (entry.from_, self.entry(item, index, entry, kind, key))
            for index, entry in enumerate(parameter.values)
        ]
        return Parameter(item.name, kind, tuple(sorted(entries, key=lambda e: e[0])), item)

    def parameter_type(self, item: Item[written.Parameter]) -> types.Type | None:
        parameter = item.written
        if (parameter.type == "decimal") != (parameter.decimals is not None):
            if parameter.decimals is None:
                self.wrong("NIC201", item.place, "key `decimals` is missing")
            else:
                message = f"there is no key `decimals` on {parameter.type} parameters"
                self.wrong("NIC202", item.key("decimals"), message)
            return None
        if parameter.type in ("boolean", "date"):
            if parameter.unit is not None:
                message = f"there is no key `unit` on {parameter.type} parameters"
                self.wrong("NIC202", item.key("unit"), message)
            return types.Truth() if parameter.type == "boolean" else types.Day()
        decimals = 0 if parameter.decimals is None else self.decimals(item, parameter.decimals)
        unit = unit_of(parameter.unit, self.rulebook.written.languages)
        return None if decimals is None else types.Number(decimals, 0, 0, unit)

    def key_fact(self, item: Item[written.Parameter]) -> types.Choice | None:
        by = item.written.by
        if by is None:
            return None
        fact = self.facts.get(by)
        if fact is not None and isinstance(fact.type, types.Choice):
            return fact.type
        if by not in self.report.broken:
            enums = [f.name for f in self.facts.values() if isinstance(f.type, types.Choice)]
            code = "NIC303" if fact is None else "NIC304"
            self.wrong(code, item.at("by"), f"{shown(by)} is no enum fact", nearest(by, enums))
        return None

    def entry(
        self,
        item: Item[written.Parameter],
        index: int,
        entry: written.Entry,
        kind: types.Type,
        key: types.Choice | None,
    ) -> Mapping[str | None, Value]:
        path = ("values", index, "value")
        if isinstance(entry.value, str):
            if key is not None:
                message = f"expected a map from values of `{item.written.by}` to values"
                self.wrong("NIC203", item.at(*path), message)
                return {}
            value = self.value(item, path, entry.value, kind)
            return {} if value is None else {None: value}
        if key is None:
            self.wrong("NIC203", item.at(*path), "expected one value, for there is no `by`")
            return {}
        values: dict[str | None, Value] = {}
        for name, text in entry.value.items():
            if name not in key.values:
                hint = nearest(name, key.values) or f"it has {', '.join(key.values)}"
                message = f"`{item.written.by}` has no value {shown(name)}"
                self.wrong("NIC403", item.key(*path, name), message, hint)
                continue
            value = self.value(item, (*path, name), text, kind)
            if value is not None:
                values[name] = value
        return values

    def value(
        self,
        item: Item[written.Parameter],
        path: tuple[str | int, ...],
        text: str,
        kind: types.Type,
    ) -> Value | None:
        place = item.at(*path)
        try:
            match kind:
                case types.Truth():
                    if text not in ("true", "false"):
                        raise NotWrittenRight("`true` or `false`")
                    return text == "true"
                case types.Number(decimals):
                    is_decimal = item.written.type == "decimal"
                    number = scaled(text, decimals) if is_decimal else whole(text)
                    if abs(number) > types.LARGEST:
                        message = f"{shown(text)} leaves the range of 64 bits"
                        self.wrong("NIC307", place, message)
                        return None
                    return as_decimal(number, decimals) if decimals else number
                case _:
                    return day(text)
        except NotWrittenRight as wrong:
            self.wrong("NIC209", place, f"{shown(text)} is not {wrong}", wrong.hint)
            return None

    # --- rules

    def resting(self, item: Item[Any], rule: written.Resting, *path: str | int) -> None:
        """Check what a rule rests on; an interpretation says why, a source is cited."""
        if rule.basis == "interpretation" and rule.why is None:
            place = item.at(*path, "basis")
            message = "an interpretation says why: key `why` is missing"
            self.wrong("NIC210", place, message, "write what was chosen, and why")
        if rule.basis == "source" and not rule.cites:
            place = item.at(*path, "cites")
            self.wrong("NIC211", place, "a rule of basis `source` cites a clause")

    def days(self, item: Item[Any], dated: Any, *path: str | int) -> Days:
        days = days_of(dated)
        if days.start is not None and days.end is not None and days.end <= days.start:
            place = item.at(*path, "until")
            self.wrong("NIC213", place, f"`until` {days.end} is not after `from` {days.start}")
        return days

    def expression(self, item: Item[Any], key: str) -> Expression | None:
        text = getattr(item.written, key)
        parsed = parse(text)
        if isinstance(parsed, ExpressionProblem):
            place = item.within(parsed.at, key)
            self.wrong(parsed.code, place, parsed.message, parsed.hint)
            return None
        return parsed

    def derived(self, item: Item[written.Derived]) -> Derived | None:
        days = self.days(item, item.written)
        value = self.expression(item, "value")
        return None if value is None else Derived(item.name, value, days, item)

    def criterion(self, item: Item[written.Criterion]) -> Criterion | None:
        self.resting(item, item.written)
        days = self.days(item, item.written)
        met_when = self.expression(item, "met_when")
        applies_when = None
        if item.written.applies_when is not None:
            applies_when = self.expression(item, "applies_when")
            if applies_when is None:
                return None
        if met_when is None:
            return None
        return Criterion(item.name, met_when, applies_when, days, item)

    def constraint(self, item: Item[written.Constraint]) -> Constraint | None:
        days = self.days(item, item.written)
        holds_when = self.expression(item, "holds_when")
        return None if holds_when is None else Constraint(item.name, holds_when, days, item)

    def table(self, item: Item[written.Table]) -> Table | None:
        table = item.written
        outcomes = [outcome.outcome for outcome in table.outcomes]
        self.once(item, "outcomes", "outcome", outcomes)
        self.once(item, "rows", "row", [row.row for row in table.rows])
        rows = []
        for index, row in enumerate(table.rows):
            self.resting(item, row, "rows", index)
            if row.then not in outcomes:
                hint = nearest(row.then, outcomes) or f"it has {', '.join(outcomes)}"
                message = f"the table has no outcome {shown(row.then)}"
                self.wrong("NIC404", item.at("rows", index, "then"), message, hint)
            days = self.days(item, row, "rows", index)
            rows.append(Row(row.row, row, days, index))
        return Table(item.name, self.days(item, table), tuple(rows), item)

    def once(self, item: Item[Any], key: str, inner: str, names: list[str]) -> None:
        for index, name in enumerate(names):
            if name in names[:index]:
                place = item.at(key, index, inner)
                self.wrong("NIC206", place, f"{inner} `{name}` stands twice in the table")


def parameter_range(kind: types.Type, values: Mapping[str | None, Value]) -> types.Type:
    """Narrow a parameter's type to the values it has on one day."""
    if isinstance(kind, types.Number) and values:
        numbers = [
            of_decimal(Decimal(value), kind.decimals)  # type: ignore[arg-type]
            for value in values.values()
        ]  # a number parameter's values are numbers
        return types.Number(kind.decimals, min(numbers), max(numbers), kind.unit)
    if isinstance(kind, types.Day) and values:
        days = [value for value in values.values() if isinstance(value, date)]
        return types.Day(min(days), max(days))
    return kind
