"""What the walk finds of names for a case, and how it is told: laid out once for an edition.

A criterion, a derived fact, a parameter, a fact: each becomes a function of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from nic_rules.decision import KNOWN, Finding, lacking
from nic_rules.explanation.shown import shares
from nic_rules.explanation.steps import Steps
from nic_rules.explanation.telling import Telling
from nic_rules.explanation.trace import FoundNode, Ground, Leaf, spot_of
from nic_rules.explanation.values import NOTHING, Lacks, Walked, value_of
from nic_rules.language.definitions import Value
from nic_rules.language.syntax import Expression, Name, to_text
from nic_rules.language.values import as_text, of_decimal
from nic_rules.rulebook.book import Criterion, Fact
from nic_rules.rulebook.given import BadFact, read_value
from nic_rules.rulebook.people import measure_of, told, told_unit
from nic_rules.rulebook.texts import fill, named_in

if TYPE_CHECKING:
    from nic_rules.explanation.parts import Case


class Known(NamedTuple):
    """What the walk found of a name, and how that is told.

    Of a criterion, `value` is the truth of what tables see. `shown` is how an expression says it;
    `told` is how a text does, without a unit.
    """

    value: Walked
    lacks: Lacks
    part: FoundNode | Leaf
    shown: str
    told: str
    token: str
    finding: Finding | None = None


Make = Callable[["Case"], Known]


class Makers:
    """Lays out what names stand for, told in one language."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.rules, self.language = telling.rules, telling.language
        self.steps = Steps(telling.rules, telling.language)

    def of(self, name: str) -> Make:
        """Lay out what a name stands for."""
        if name in self.rules.criteria:
            return self._criterion(self.rules.criteria[name])
        if name in self.rules.derived:
            return self._derived(name)
        if name in self.rules.parameters:
            return self._parameter(name)
        return self._fact(self.rules.facts[name])

    def _criterion(self, criterion: Criterion) -> Make:
        item, name = criterion.item.written, criterion.name
        title, ground = item.name[self.language], self.telling.ground(item, criterion.item.place)
        met = self.steps.truth(criterion.met_when)
        applies = None
        if criterion.applies_when is not None:
            applies = self.steps.truth(criterion.applies_when)
        texts = {finding: self.text(text) for finding, text in self.telling.said(criterion).items()}
        wholes = [s.arguments[1] for e in criterion.expressions.values() for s in shares(e)]
        causes = [self._cause(whole) for whole in wholes]

        def make(case: Case) -> Known:
            truth, lacks, condition = met(case)
            only_if, applied = None, None
            if applies is not None:
                only_if, applied_lacks, applied = applies(case)
                truth, lacks = _implied(only_if, applied_lacks, truth, lacks)
            token = _TOKENS[truth]
            finding = "not_applicable" if only_if is False else token
            text = texts.get(finding)
            why = [cause(case) for cause in causes] if finding == "unknown" else ()
            lacked = tuple(sorted(lacks))
            node = FoundNode(
                name, title, finding, text and text(case), tuple(filter(None, why)),
                criterion.is_aim, ground, lacked, applied, condition,
            )  # fmt: skip
            found = lacking(lacked) if lacked else KNOWN[finding]
            return Known(truth, lacks, node, title, title, token, found)

        return make

    def _cause(self, whole: Expression) -> Callable[[Case], str | None]:
        """Say why a criterion is unknown where no fact lacks: a share of zero."""
        value, said = value_of(whole), self.telling.words["whole_is_zero"]

        def cause(case: Case) -> str | None:
            if value(case)[0] != 0:
                return None
            title = case.part(whole.name).part.title if isinstance(whole, Name) else to_text(whole)
            return said.format(whole=title)

        return cause

    def _derived(self, name: str) -> Make:
        derived = self.rules.derived[name]
        item = derived.item
        title, stepped = item.written.name[self.language], self.steps.value(derived.value)
        ground = Ground("derived", None, (), spot_of(item.place, self.rules.book.folder))
        decimals, written = measure_of(Name(name), self.rules).decimals, self._written(name)

        def make(case: Case) -> Known:
            value, lacks, step = stepped(case)
            told_, shown = written(value)
            recorded = _as_record(value, decimals)
            leaf = Leaf(name, "derived", title, recorded, shown, ground=ground, condition=step)
            return Known(value, lacks, leaf, shown, told_, "")

        return make

    def _parameter(self, name: str) -> Make:
        parameter, values = self.rules.book.parameters[name], self.rules.parameters[name]
        item, by = parameter.item, parameter.by
        title = item.written.name[self.language]
        ground = self.telling.ground(item.written, item.place)
        decimals, written = measure_of(Name(name), self.rules).decimals, self._written(name)
        start = parameter.since(self.rules.days.start)
        since = None if start is None else start.isoformat()

        def make(case: Case) -> Known:
            key = None if by is None else case.part(by).value
            value = values.get(None if by is None else str(key))
            lacks = frozenset({by}) if by is not None and key is None else NOTHING
            told_, shown = written(value)
            leaf = Leaf(
                name, "parameter", title, _as_record(value, decimals), shown,
                since=since if value is not None else None, ground=ground,
            )  # fmt: skip
            return Known(value, lacks, leaf, shown, told_, "")

        return make

    def _fact(self, fact: Fact) -> Make:
        item, name = fact.item.written, fact.name
        title, supplied_by = item.name[self.language], self.telling.text(item.supplied_by)
        choices = {value: names[self.language] for value, names in fact.choices.items()}
        written, lacking = self._written(name, choices), frozenset({name})

        def make(case: Case) -> Known:
            recorded = case.given.get(name)
            value = _read(fact, recorded)
            told_, shown = written(value)
            leaf = Leaf(name, "fact", title, recorded, shown, supplied_by, case.evidence.get(name))
            if value is None:
                return Known(None, lacking, leaf, shown, told_, "unknown")
            return Known(value, NOTHING, leaf, shown, told_, str(value).lower())

        return make

    # --- in words

    def text(self, text: str) -> Callable[[Case], str]:
        """Lay out a text whose placeholders are filled with a case's values."""
        if not named_in(text):
            filled = fill(text, str)
            return lambda _: filled
        return lambda case: fill(text, lambda name: case.part(name).told)

    def _written(
        self, name: str, choices: Mapping[str, str] | None = None
    ) -> Callable[[object], tuple[str, str]]:
        """Lay out how a value is written: for a text, and with its unit where it is known."""
        language, measure = self.language, measure_of(Name(name), self.rules)
        decimals = measure.decimals if measure.unit else 0  # an amount is written out, a share not
        unit, named = told_unit(measure.unit, language), choices or {}

        def written(value: object) -> tuple[str, str]:
            if isinstance(value, str) and value in named:
                text = named[value]
            else:
                text = told(value, language, decimals)
            return text, text if value is None else text + unit

        return written


_TOKENS = {True: "met", False: "not_met", None: "unknown"}


def _implied(
    applies: bool | None, lacks: Lacks, met: bool | None, lacks_too: Lacks
) -> tuple[bool | None, Lacks]:
    """Kleene's `(not applies) or met`."""
    if applies is False or met is True:
        return True, NOTHING
    if applies is True:
        return met, lacks_too
    return None, lacks | lacks_too


def _read(fact: Fact, recorded: str | bool | int | None) -> Value | None:
    """Read a value of a record; what the fact cannot have is taken for unknown."""
    if recorded is None:
        return None
    try:
        return read_value(fact, recorded)
    except BadFact:
        return None


def _as_record(value: object, decimals: int) -> str | bool | int | None:
    """Give a value as a record has it: decimals and dates as text."""
    match value:
        case None | bool() | str():
            return value
        case date():
            return value.isoformat()
        case int() | Decimal():
            scaled = of_decimal(Decimal(value), decimals)
            return as_text(scaled, decimals) if decimals else scaled
    raise TypeError(value)
