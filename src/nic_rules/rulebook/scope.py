"""What names stand for in the expressions of one interval, and which of them may stand where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from nic_rules.diagnostics import nearest
from nic_rules.language.infer import infer
from nic_rules.language.parse import ExpressionProblem
from nic_rules.language.types import Day, Declared, Number, Truth, Type, told
from nic_rules.language.words import FUNCTIONS
from nic_rules.rulebook.book import (
    Book,
    Constraint,
    Criterion,
    Derived,
    Rule,
    Rules,
    Table,
    unit_of,
    used_names,
)
from nic_rules.rulebook.circles import in_order_of_use, written_out
from nic_rules.rulebook.declare import parameter_range
from nic_rules.rulebook.report import Report

User = Literal["derived", "criterion", "constraint"]

_MAY_USE: dict[str, tuple[str, ...]] = {
    "derived": ("fact", "parameter", "derived"),
    "constraint": ("fact", "parameter", "derived"),
    "criterion": ("fact", "parameter", "derived", "criterion"),
}

_WORDS = {"derived": "derived fact", "criterion": "criterion"}
_PLURALS = {
    "fact": "facts",
    "parameter": "parameters",
    "derived": "derived facts",
    "criterion": "criteria",
}


def kinds_of(book: Book) -> dict[str, str]:
    """Give the kind of every name of the flat namespace."""
    kinds = {constraint.name: "constraint" for constraint in book.constraints}
    kinds |= {table.name: "table" for table in book.tables}
    kinds |= {criterion.name: "criterion" for criterion in book.criteria}
    kinds |= {derived.name: "derived" for derived in book.derived}
    kinds |= dict.fromkeys(book.parameters, "parameter")
    return kinds | dict.fromkeys(book.facts, "fact")


class Scope:
    """The names of one interval with their types; finding them finds what is wrong with them."""

    def __init__(self, rules: Rules, kinds: Mapping[str, str], report: Report) -> None:
        self.rules = rules
        self.kinds = kinds
        self.report = report
        self.declared: dict[str, Declared] = {}
        self.silent = set(report.broken)
        for fact in rules.facts.values():
            self.declared[fact.name] = Declared("fact", fact.type)
        for parameter in rules.book.parameters.values():
            values = rules.parameters[parameter.name] or parameter.first
            narrowed = parameter_range(parameter.type, values)
            self.declared[parameter.name] = Declared("parameter", narrowed, parameter.by)

    def check(self) -> None:
        """Type everything that is in force, derived facts first, in the order of their use."""
        derived = self._ordered(self.rules.derived, "derived")
        for name in derived:
            self._derived(self.rules.derived[name])
        criteria = self._ordered(self.rules.criteria, "criterion")
        for name in criteria:
            self.declared[name] = Declared("criterion", Truth())
        for name in criteria:
            self._criterion(self.rules.criteria[name])
        for constraint in self.rules.constraints.values():
            self._truth(constraint, "holds_when")

    def _ordered(
        self, items: Mapping[str, Derived] | Mapping[str, Criterion], kind: str
    ) -> list[str]:
        """Put items in the order in which they use each other; report circles."""
        uses = {name: [n for n in used_names(item) if n in items] for name, item in items.items()}
        ordered, circles = in_order_of_use(uses)
        for circle in circles:
            message = f"{_WORDS[kind]} uses itself: {written_out(circle)}"
            self.report.wrong("NIC308", items[circle[0]].item.place, message)
            self.silent.update(circle)
        return ordered

    def look_up(
        self, name: str, user: User, *, aims: bool = True
    ) -> Declared | ExpressionProblem | None:
        """Give what a name stands for, why it may not stand here, or None if that was told."""
        found = self.declared.get(name)
        kind = self.kinds.get(name)
        if found is not None and found.kind in _MAY_USE[user]:
            if not aims and kind == "criterion" and self.rules.criteria[name].is_aim:
                message = f"a requirement cannot rest on the aim `{name}`"
                return ExpressionProblem("NIC311", 0, message)
            return found
        if name in self.silent:
            return None
        if kind is None:
            usable = [n for n, k in self.kinds.items() if k in _MAY_USE[user]]
            hint = nearest(name, [*usable, "as_of"])
            if name in FUNCTIONS:
                return ExpressionProblem(
                    "NIC304", 0, f"`{name}` is a function", f"write `{FUNCTIONS[name]}`"
                )
            if name in ("true", "false"):
                hint = "name a boolean fact alone, or put `not` before it"
            return ExpressionProblem("NIC303", 0, f"nothing is named `{name}`", hint)
        if kind not in _MAY_USE[user]:
            message = f"`{name}` is a {_WORDS.get(kind, kind)}, which cannot stand here"
            allowed = ", ".join(_PLURALS[kind] for kind in _MAY_USE[user])
            return ExpressionProblem("NIC304", 0, message, f"{allowed} can")
        return ExpressionProblem("NIC309", 0, *not_in_force(self.rules.book, name, kind))

    def _expression(self, item: Rule, key: str, user: User, *, aims: bool = True) -> Type | None:
        """Type one expression of an item, and report what is wrong at its places."""
        tree = item.expressions[key]
        kind, problems = infer(tree, lambda name: self.look_up(name, user, aims=aims))
        for wrong in problems:
            place = item.item.within(wrong.at, key)
            self.report.wrong(wrong.code, place, wrong.message, wrong.hint)
        return kind

    def _truth(self, item: Criterion | Constraint, key: str, *, aims: bool = True) -> None:
        user: User = "criterion" if isinstance(item, Criterion) else "constraint"
        kind = self._expression(item, key, user, aims=aims)
        if kind is not None and not isinstance(kind, Truth):
            message = f"this is {told(kind)}, not true or false"
            self.report.wrong("NIC305", item.item.within(0, key), message)

    def _criterion(self, criterion: Criterion) -> None:
        for key in criterion.expressions:
            self._truth(criterion, key, aims=criterion.is_aim)

    def _derived(self, derived: Derived) -> None:
        kind = self._expression(derived, "value", "derived")
        unit = unit_of(derived.item.written.unit, self.rules.book.languages)
        if isinstance(kind, Number):
            if unit is not None and kind.unit not in (None, unit):
                message = f"the value is in `{kind.unit[0][1]}`" if kind.unit else ""
                self.report.wrong("NIC306", derived.item.at("unit"), message)
            unit = unit or kind.unit
            kind = Number(kind.decimals, kind.low, kind.high, unit)
        elif isinstance(kind, Day):
            if unit is not None:
                self.report.wrong("NIC306", derived.item.key("unit"), "a date has no unit")
        else:
            if kind is not None:
                message = f"this is {told(kind)}; a derived fact is a number or a date"
                self.report.wrong("NIC305", derived.item.within(0, "value"), message)
            self.silent.add(derived.name)
            return
        self.declared[derived.name] = Declared("derived", kind)


def not_in_force(book: Book, name: str, kind: str) -> tuple[str, str]:
    """Say that a name is used on days on which nothing has it, and when something does."""
    items: dict[str, tuple[Derived | Criterion | Table | Constraint, ...]] = {
        "derived": book.derived,
        "criterion": book.criteria,
        "table": book.tables,
        "constraint": book.constraints,
    }
    days = ", and ".join(str(item.days) for item in items[kind] if item.name == name)
    message = (
        f"{_WORDS.get(kind, kind)} `{name}` is not in force on all days on which it is used here"
    )
    return message, f"it is in force {days}"
