"""Calculations in words: complete, unambiguous, and told wherever an explanation shows a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.explanation.calculated import Calculations
from nic_rules.explanation.grounds import grounds_of
from nic_rules.explanation.html import as_html
from nic_rules.explanation.letter import as_letter
from nic_rules.explanation.markdown import as_markdown
from nic_rules.explanation.text import as_text
from nic_rules.explanation.trace import Leaf, Step
from nic_rules.explanation.words import words
from nic_rules.language.syntax import (
    Among,
    AsOf,
    Calculate,
    Call,
    Compare,
    Expression,
    Minus,
    Name,
    NumberLiteral,
    names,
    parts,
    to_text,
)
from nic_rules.language.types import Day, Number, Truth
from tests.explanation.test_html import Read, spaced
from tests.explanation.test_told_walk import nodes, tree_of
from tests.explanation.timed import BEGIN, criterion, table, timed
from tests.explanation.told_cases import LANGUAGES, names_of, told
from tests.strategies import environments, expressions

TITLES = {
    "held": "Meetings held", "rooms": "Rooms", "fee": "Fee", "kind": "Kind of hall",
    "granted": "Day of the grant", "due": "Day due", "term": "Term",
}  # fmt: skip
DAYS = {"granted": "2014-06-01", "due": "2016-02-29"}

EXAMPLES = [
    ("held + rooms", "“Meetings held” plus “Rooms”", "«Meetings held» pluss «Rooms»"),
    (
        "held - (rooms - 1)",
        "“Meetings held” minus (“Rooms” minus 1)",
        "«Meetings held» minus («Rooms» minus 1)",
    ),
    (
        "(held + rooms) * 0.25 * 12000",
        "(“Meetings held” plus “Rooms”) times 0.25 times 12,000",
        "(«Meetings held» pluss «Rooms») ganger 0,25 ganger 12\u00a0000",
    ),
    (
        "held + rooms * 2",
        "“Meetings held” plus (“Rooms” times 2)",
        "«Meetings held» pluss («Rooms» ganger 2)",
    ),
    ("-held * -3", "(minus “Meetings held”) times -3", "(minus «Meetings held») ganger −3"),
    (
        "held + min(rooms * fee[kind], 9)",
        "“Meetings held” plus the smaller of (“Rooms” times “Fee” (according to “Kind of hall”)) "
        "and 9",
        "«Meetings held» pluss det minste av («Rooms» ganger «Fee» (etter «Kind of hall»)) og 9",
    ),
    (
        "min(rooms, held, 9) + 1",
        "(the smallest of “Rooms”, “Meetings held” and 9) plus 1",
        "(det minste av «Rooms», «Meetings held» og 9) pluss 1",
    ),
    (
        "max(0, held - 1)",
        "the larger of 0 and (“Meetings held” minus 1)",
        "det største av 0 og («Meetings held» minus 1)",
    ),
    (
        "max(granted, due)",
        "the later of “Day of the grant” and “Day due”",
        "den seneste av «Day of the grant» og «Day due»",
    ),
    (
        "min(granted, due, date('2015-01-31'))",
        "the earliest of “Day of the grant”, “Day due” and 31 January 2015",
        "den tidligste av «Day of the grant», «Day due» og 31. januar 2015",
    ),
    (
        "months_between(granted, due)",
        "whole months from “Day of the grant” to “Day due”",
        "hele måneder fra «Day of the grant» til «Day due»",
    ),
    (
        "years_between(granted, as_of) * 2",
        "(whole years from “Day of the grant” to the day as of which the case is decided) times 2",
        "(hele år fra «Day of the grant» til dagen saken vurderes for) ganger 2",
    ),
    (
        "days_between(add_years(as_of, 1), add_years(due, term))",
        "days from ((the day as of which the case is decided) plus 1 year) to (“Day due” plus "
        "“Term” counted in years)",
        "dager fra ((dagen saken vurderes for) pluss 1 år) til («Day due» pluss «Term» regnet i "
        "år)",
    ),
    ("add_years(due, 3)", "“Day due” plus 3 years", "«Day due» pluss 3 år"),
    (
        "year(due) - year(as_of)",
        "the year of “Day due” minus the year as of which the case is decided",
        "årstallet for «Day due» minus året saken vurderes for",
    ),
    ("year(add_years(due, 2))", "the year of (“Day due” plus 2 years)",
     "årstallet for («Day due» pluss 2 år)"),
]  # fmt: skip


def leaf(name: str, title: str = "", value: str | None = None) -> Leaf:
    """Make a value as a trace has it."""
    return Leaf(name, "fact", title or TITLES[name], value or DAYS.get(name), "…")


def calculated(text: str, language: str, titles: dict[str, str] | None = None) -> str:
    """Say how a derived fact of an expression was calculated."""
    below = dict.fromkeys(name for name, _ in names(tree_of(text)))
    leaves = tuple(leaf(name, (titles or {}).get(name, "")) for name in below)
    step = Step("value", text, "5", "5", (), leaves)
    return Calculations(language).of(leaf("held", "Sum")._replace(condition=step))


def beside(text: str, said: str, language: str = "en") -> list[str]:
    """Say of the sides of a comparison how they were calculated."""
    below = dict.fromkeys(name for name, _ in names(tree_of(text)))
    step = Step("is", text, said, "true", (), tuple(map(leaf, below)))
    return [*Calculations(language).beside(step)]


@pytest.mark.parametrize(("text", "english", "bokmål"), EXAMPLES)
def test_examples(text: str, english: str, bokmål: str) -> None:
    """Each form reads as an officer would write it."""
    assert english == calculated(text, "en")
    assert bokmål == calculated(text, "nb")


# --- laws


def numbers_and_days(depth: int) -> tuple[list[Expression], list[Expression]]:
    """Give every number and every day of a few names, calculated in so many steps at most."""
    numbers: list[Expression] = [Name("held"), Name("rooms"), NumberLiteral(2, 0)]
    days: list[Expression] = [Name("granted"), AsOf()]
    for _ in range(depth):
        pairs, spans = [*product(numbers, repeat=2)], [*product(days, repeat=2)]
        more: list[Expression] = [Calculate(s, a, b) for s in ("+", "-", "*") for a, b in pairs]
        more += [Call(which, pair) for which in ("min", "max") for pair in pairs]
        more += [Call(f"{unit}_between", span) for unit in ("years", "days") for span in spans]
        more += [*map(Minus, numbers), *(Call("year", (day,)) for day in days)]
        later: list[Expression] = [Call("add_years", pair) for pair in product(days, numbers)]
        later += [Call(which, span) for which in ("min", "max") for span in spans]
        numbers, days = [*dict.fromkeys((*numbers, *more))], [*dict.fromkeys((*days, *later))]
    return numbers, days


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_calculations_are_said_alike(language: str) -> None:
    """Of all calculations in two steps over a few names, each has words of its own."""
    said: dict[str, Expression] = {}
    for tree in (tree for some in numbers_and_days(2) for tree in some):
        other = said.setdefault(calculated(to_text(tree), language), tree)
        assert to_text(tree) == to_text(other)
    assert len(said) > 20_000


def regrouped(tree: Expression) -> Iterator[Expression]:
    """Give the trees of the same names and signs in the same order, one bracket elsewhere."""
    match tree:
        case Calculate(sign, Calculate(inner, a, b), c):
            yield Calculate(inner, a, Calculate(sign, b, c))
    match tree:
        case Calculate(sign, a, Calculate(inner, b, c)):
            yield Calculate(inner, Calculate(sign, a, b), c)
        case Calculate(sign, Minus(a), b):
            yield Minus(Calculate(sign, a, b))
        case Minus(Calculate(sign, a, b)):
            yield Calculate(sign, Minus(a), b)
    for place, part in enumerate(parts(tree)):
        for other in regrouped(part):
            yield _with(tree, place, other)


def _with(tree: Expression, place: int, part: Expression) -> Expression:
    inner = [*parts(tree)]
    inner[place] = part
    match tree:
        case Calculate(sign):
            return Calculate(sign, inner[0], inner[1])
        case Minus():
            return Minus(inner[0])
        case Call(function):
            return Call(function, tuple(inner))
    raise AssertionError(tree)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_calculation_is_said(data: st.DataObject) -> None:
    """Whatever is calculated, every name has its title, none its own, and brackets tell."""
    declared = data.draw(environments()).declared
    titles = {name: f"Heading {at}." for at, name in enumerate(declared)}
    kind = data.draw(st.sampled_from((Number, Day)))
    tree = data.draw(expressions(declared, kind, 4))
    text = to_text(tree)
    for language in LANGUAGES:
        said, quoted = calculated(text, language, titles), words(language)["quoted"]
        used = [quoted.format(text=titles[name]) for name, _ in names(tree)]
        assert used == re.findall(r"[“«]Heading \d+\.[”»]", said)
        assert not re.search(r"[_\[\]*+{}']", said)
        assert said.count("(") == said.count(")")
        assert said not in {calculated(to_text(o), language, titles) for o in regrouped(tree)}


def _levels(said: str) -> Iterator[str]:
    """Give what stands in each pair of brackets, and outside all, with brackets below left out."""
    while inner := re.findall(r"\([^()]*\)", said):
        yield from inner
        said = re.sub(r"\([^()]*\)", "…", said)
    yield said


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_nobody_has_to_know_what_comes_first(data: st.DataObject) -> None:
    """Products stand in brackets among sums and sums among products; so does what ends openly."""
    declared = data.draw(environments()).declared
    titles = {name: f"Heading {at}." for at, name in enumerate(declared)}
    kind = data.draw(st.sampled_from((Number, Day)))
    tree = data.draw(expressions(declared, kind, 4))
    for level in _levels(calculated(to_text(tree), "en", titles)):
        assert not (" times " in level and re.search(r" (plus|minus) ", level))
        assert not re.search(r" (and|to) .* (plus|minus|times) ", level)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_side_that_is_a_calculation_is_said(data: st.DataObject) -> None:
    """Of a comparison of any sides, those that are calculations are said, and no others."""
    declared = data.draw(environments()).declared
    titles = {name: f"Heading {at}." for at, name in enumerate(declared)}
    tree = data.draw(expressions(declared, Truth, 2).filter(_is_one_comparison))
    leaves = tuple(leaf(name, titles[name]) for name in dict.fromkeys(n for n, _ in names(tree)))
    for language in LANGUAGES:
        step = Step("is", to_text(tree), "…", "true", (), leaves)
        said = [*Calculations(language).beside(step)]
        sides = [side for side in _sides(tree) if _is_calculation(side)]
        assert [[titles[n] for n, _ in names(side)] for side in sides] == [
            re.findall(r"[“«](Heading \d+\.)[”»]", one) for one in said
        ]


def _is_one_comparison(tree: Expression) -> bool:
    return isinstance(tree, Among) or (isinstance(tree, Compare) and len(tree.signs) == 1)


def _sides(tree: Expression) -> tuple[Expression, ...]:
    return (tree.part,) if isinstance(tree, Among) else parts(tree)


def _is_calculation(side: Expression) -> bool:
    match side:
        case Call("share", arguments):
            return any(map(_is_calculation, arguments))
        case Minus(part):
            return not isinstance(part, NumberLiteral)
    return isinstance(side, Calculate | Call | AsOf)


# --- sides of comparisons


def test_a_side_is_told_by_its_value() -> None:
    """The number of a comparison that was calculated is told with the number before it."""
    months = "whole months from “Day of the grant” to “Day due”"
    text = "months_between(granted, due) >= term"
    assert [f"21: {months}"] == beside(text, "21 is at least 24 months")
    måneder = "hele måneder fra «Day of the grant» til «Day due»"
    assert [f"21: {måneder}"] == beside(text, "21 er minst 24 måneder", "nb")
    assert ["4: “Meetings held” plus 1", "6: “Rooms” times 2"] == beside(
        "held + 1 < rooms * 2", "4 is less than 6"
    )
    assert ["5: “Meetings held” plus 1"] == beside("held + 1 not in (1, 2)", "5 is none of 1, 2")
    assert ["1 March 2016: the day as of which the case is decided"] == beside(
        "granted <= as_of", "1 June 2014 is on or before 1 March 2016"
    )


def test_a_side_is_told_by_its_place_where_its_value_does_not_tell() -> None:
    """Unknown numbers, and two that are alike, are told by their order."""
    both = ["The first value: “Meetings held” plus 1", "The second value: “Rooms” times 2"]
    assert both == beside("held + 1 <= rooms * 2", "6 is at most 6")
    assert both == beside("held + 1 <= rooms * 2", "unknown is at most unknown")
    one = ["Den første verdien: «Meetings held» pluss 1"]
    assert one == beside("held + 1 in (1, 2)", "ukjent er en av 1, 2", "nb")
    assert ["The first value: “Meetings held” plus 1", "6: “Rooms” times 2"] == beside(
        "held + 1 <= rooms * 2", "unknown is at most 6"
    )


def test_a_share_is_told_where_its_parts_do_not_tell_it() -> None:
    """A share of two values is clear by these; one of sums is not."""
    assert [] == beside("share(held, rooms) >= 0.5", "1 of 2 is at least 0.5")
    assert ["3 of 4: (“Meetings held” plus 1) as a share of “Rooms”"] == beside(
        "share(held + 1, rooms) >= 0.5", "3 of 4 is at least 0.5"
    )
    assert ["0.15: “Fee” times 0.01"] == beside(
        "share(held, rooms) >= fee * 0.01", "1 of 2 is at least 0.15"
    )


def test_unknown_days_are_days_by_what_stands_beside_them() -> None:
    """That the earlier of two unknown days is one is known by what it is compared with."""
    text = "min(held, rooms) < due"
    (told_,) = beside(text, "unknown is before 29 February 2016")
    assert "The first value: the earlier of “Meetings held” and “Rooms”" == told_
    (told_,) = beside("years_between(max(held, rooms), as_of) < 1", "unknown is less than 1")
    assert told_.startswith("The first value: whole years from (the later of “Meetings held” and")


# --- explanations


def test_all_that_is_calculated_is_told_in_every_form() -> None:
    """Text, Markdown and HTML tell it of every derived fact and every side of a comparison."""
    counts = {"derived": 0, "sides": 0}
    for one in told():
        calculations = Calculations(one.trace.language)
        forms = [
            spaced(as_text(one, whole=True)),
            spaced(re.sub(r"\\(.)", r"\1", as_markdown(one)).replace("**", "")),
            Read(as_html(one)).shown,
        ]
        for node in nodes(one.trace):
            said: list[str] = []
            if isinstance(node, Leaf) and node.kind == "derived":
                said = [f"{node.shown} ({calculations.kind(node)}"]
                assert calculations.of(node)
                counts["derived"] += 1
            elif isinstance(node, Step):
                said = [*calculations.beside(node)]
                counts["sides"] += len(said)
            for what in map(spaced, said):
                assert [] == [form for form in forms if what not in form], names_of(one)
    assert min(counts.values()) > 100


def test_the_letter_tells_it_of_the_numbers_that_it_shows() -> None:
    """A number that was calculated is followed by how, in brackets, and the sentence ends there."""
    found = 0
    for one in told():
        for node in one.values:
            if node.kind == "derived" and f"{node.title}: {node.shown}" in as_letter(one):
                how = Calculations(one.trace.language).of(node)
                assert f"{node.title}: {node.shown} ({how})." in as_letter(one)
                found += 1
    assert found > 0


def test_a_calculation_of_what_is_unknown_is_told(tmp_path: Path) -> None:
    """How a number comes about stands there though it is not known yet."""
    book = timed(tmp_path, criterion("k", "a + 1 > gone * 2"), table("t", "k: met"))
    text = as_text(grounds_of(book.edition(BEGIN).decide("t", {}).explain("en")), whole=True)
    assert "The first value: “A” plus 1\n" in text
    assert "The second value: “Gone” times 2\n" in text
    assert (
        "Gone: unknown (calculated: days from “D” to the day as of which the case is decided)"
        in " ".join(text.split())
    )
