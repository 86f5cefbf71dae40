"""Portfolios drawn for tries: cases near a rule book's scenarios, the same for the same seed.

Facts drawn at random from their bounds nearly all fail the same requirement. Scenarios lie where
rules part, so each drawn case is one of them, moved to the day of the portfolio, with some facts
drawn anew close by: the mix of outcomes is that of the rules' own examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from nic_rules.diagnostics import FactError, RequestError
from nic_rules.engine.book import RuleBook
from nic_rules.language.definitions import Value
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.language.values import as_decimal
from nic_rules.rulebook import written
from nic_rules.rulebook.book import Fact, Scenario
from nic_rules.rulebook.given import FORMATS, BadFact, read_case, value_text

if TYPE_CHECKING:
    import polars as pl

MOST_DRAWN = 20_000
"""Cases that are drawn one by one; larger portfolios take these again, under other subjects."""

DRAWN_ANEW = 0.08
"""The share of facts that are drawn close to the scenario's value, instead of taken over."""

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Whole numbers with bounds within these are taken for years."""

ROWS_AT_ONCE = 200_000

BAD_CELLS = ("?", "1e3", "twelve", "2016-02-30", "12,5")
"""Texts that no fact takes but one of type text."""


class Wanted(NamedTuple):
    """What to draw: how many cases, for which day, and which shares of them with what.

    `missing`: the share of known facts that are left out; `bad`: that of rows with a cell that
    cannot be read.
    """

    cases: int
    seed: int
    as_of: date
    missing: float = 0.0
    bad: float = 0.0


def generate(book: RuleBook, wanted: Wanted) -> Iterator[pl.DataFrame]:
    """Give a portfolio in parts: column `subject`, and one of text for each fact of the book.

    Raises `RequestError` if the book has no scenarios to begin with.
    """
    import polars as pl  # takes long to load

    draw = Random(wanted.seed)
    drawn = list(_Drawing(book, wanted, draw).cases(min(wanted.cases, MOST_DRAWN)))
    names = list(book.book.facts)
    pool = pl.DataFrame(
        {name: [case.get(name) for case in drawn] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )
    width = max(4, len(str(wanted.cases)))
    for first in range(0, wanted.cases, ROWS_AT_ONCE):
        rows = range(first, min(first + ROWS_AT_ONCE, wanted.cases))
        part = pool.clone()
        if wanted.cases > MOST_DRAWN:
            part = pool.sample(len(rows), with_replacement=True, seed=draw.getrandbits(32))
        subjects = pl.Series("subject", [f"case-{row + 1:0{width}}" for row in rows])
        yield part.insert_column(0, subjects)


class _Drawing:
    def __init__(self, book: RuleBook, wanted: Wanted, draw: Random) -> None:
        self.book, self.wanted, self.draw = book, wanted, draw
        self.facts = book.book.facts
        self.edition = book.edition(wanted.as_of)
        if not self.edition.tables:
            message = f"no table of the rule book `{book.name}` is in force on {wanted.as_of}"
            raise RequestError.of("NIC701", message, "choose another day")
        examples = book.book.scenarios.values()
        self.scenarios = [s for s in examples if s.item.written.expect.breaks is None]
        if not self.scenarios:
            message = f"the rule book `{book.name}` has no scenarios to draw cases from"
            raise RequestError.of("NIC702", message, "write some, or load the book from its files")

    def cases(self, count: int) -> Iterator[dict[str, str]]:
        """Draw cases that contradict nothing, as texts; some then lose facts or get bad ones."""
        for _ in range(count):
            values = self.case()
            told = {n: self.text(n, v) for n, v in values.items()}
            told = {n: t for n, t in told.items() if self.draw.random() >= self.wanted.missing}
            if self.draw.random() < self.wanted.bad:
                told |= self.bad_cell()
            yield told

    def bad_cell(self) -> dict[str, str]:
        names = [n for n, fact in self.facts.items() if not isinstance(fact.type, Text)]
        return {self.draw.choice(names): self.draw.choice(BAD_CELLS)} if names else {}

    def case(self) -> dict[str, Value]:
        """Draw one; after some that contradict themselves, take a scenario as it stands."""
        scenario = self.draw.choice(self.scenarios)
        given = self.moved(scenario)
        for attempt in range(9):
            values = self.close_to(given) if attempt < 8 else given
            if self.holds(values):
                return values
        return dict(read_case(self.facts, scenario.given).values)

    def moved(self, scenario: Scenario) -> dict[str, Value]:
        """Move a scenario to the day of the portfolio, and give it texts."""
        days, years = (
            self.wanted.as_of - scenario.as_of,
            self.wanted.as_of.year - scenario.as_of.year,
        )
        values = read_case(self.facts, scenario.given).values
        moved = {n: self.shifted(self.facts[n], v, days, years) for n, v in values.items()}
        texts = {n: self.new(fact) for n, fact in self.facts.items() if isinstance(fact.type, Text)}
        return moved | texts

    def shifted(self, fact: Fact, value: Value, days: timedelta, years: int = 0) -> Value:
        """Move a date by days, and a whole number that can only be a year by years."""
        match fact.type, value:
            case Day(low, high), date():
                return _moved(value, days, low, high)
            case Number(0, low, high), int() if low >= FIRST_YEAR and high <= LAST_YEAR:
                return min(max(value + years, low), high)
        return value

    def close_to(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """Draw some facts anew, the known ones close to what they are."""
        values = dict(given)
        for name, fact in self.facts.items():
            if name in values and self.draw.random() < DRAWN_ANEW:
                values[name] = self.near(fact, values[name])
        return values

    def near(self, fact: Fact, value: Value) -> Value:
        match fact.type, value:
            case Number(decimals, low, high), int() | Decimal():
                scaled = int(value * 10**decimals)
                reach = max(abs(scaled) // 5, 10**decimals)
                drawn = self.draw.randint(max(low, scaled - reach), min(high, scaled + reach))
                return as_decimal(drawn, decimals) if fact.is_decimal else drawn
            case Day(), date():
                return self.shifted(fact, value, timedelta(days=self.draw.randint(-400, 400)))
            case _:
                return self.new(fact)

    def new(self, fact: Fact) -> Value:
        match fact.type:
            case Truth():
                return self.draw.random() < 0.5
            case Choice(values):
                return self.draw.choice(values)
            case _:
                return _text(fact, self.draw)

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether facts contradict nothing on the day."""
        try:
            self.edition.decide(self.edition.tables[0], values, as_of=self.wanted.as_of)
        except FactError:
            return False
        return True

    def text(self, name: str, value: Value) -> str:
        told = value_text(self.facts[name], value)
        return str(told).lower() if isinstance(told, bool) else str(told)


def _moved(day: date, days: timedelta, low: date, high: date) -> date:
    """Move a day, but not beyond two others."""
    return date.fromordinal(
        min(max(day.toordinal() + days.days, low.toordinal()), high.toordinal())
    )


def _text(fact: Fact, draw: Random) -> str:
    """Draw a text, of a format where the fact has one."""
    item = fact.item.written
    if not isinstance(item, written.TextFact) or item.format is None:
        return f"{fact.name.replace('_', ' ')} {draw.randrange(1_000_000)}"
    while True:
        # nine digits of the series that is kept for invented numbers
        number = f"3{draw.randrange(10**8):08}"
        with suppress(BadFact):
            FORMATS[item.format](number)
            return number
