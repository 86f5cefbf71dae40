"""What expressions mean, unknowns among them, and what an unknown lacks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.language.definitions import Criterion, Definitions, Parameter, Value
from nic_rules.language.parse import ExpressionProblem, parse
from nic_rules.language.syntax import Expression
from nic_rules.language.walk import Found, Held, Walk
from tests.strategies import Case, Environment, cases, environments, values_of

AS_OF = date(2015, 3, 1)
TRUTHS = (True, False, None)


def tree_of(text: str) -> Expression:
    """Parse a text that is an expression."""
    parsed = parse(text)
    assert not isinstance(parsed, ExpressionProblem), parsed
    return parsed


NAMES = Definitions(
    {
        "least": Parameter("level", {"arena": 3, "nce": 10}),
        "limit": Parameter(None, {None: Decimal("0.50")}),
        "nothing": Parameter(None, {}),
        "switch": Parameter(None, {None: True}),
    },
    {"total": tree_of("n + m"), "lost": tree_of("n + nothing"), "start": tree_of("min(day, open)")},
    {
        "crit": Criterion(tree_of("n > 1")),
        "above": Criterion(tree_of("crit and total > 3")),
        "only_nce": Criterion(tree_of("n > 1"), tree_of("level == 'nce'")),
        "on_it": Criterion(tree_of("not only_nce")),
    },
)


def walked(facts: Mapping[str, Value | None]) -> Walk:
    """Walk for a case; None is unknown."""
    return Walk(NAMES, {name: value for name, value in facts.items() if value is not None}, AS_OF)


def held(text: str, **facts: Value | None) -> tuple[bool | None, set[str]]:
    """Give an expression's truth, and what it lacks."""
    found = walked(facts).truth(tree_of(text))
    return found.truth, set(found.lacks)


# --- Kleene's tables


def kleene_and(*truths: bool | None) -> bool | None:
    """False if one is false, else unknown if one is unknown."""
    if False in truths:
        return False
    return None if None in truths else True


def kleene_not(truth: bool | None) -> bool | None:
    """Unknown stays unknown."""
    return None if truth is None else not truth


def kleene_or(*truths: bool | None) -> bool | None:
    """By de Morgan."""
    return kleene_not(kleene_and(*map(kleene_not, truths)))


@pytest.mark.parametrize("a", TRUTHS)
@pytest.mark.parametrize("b", TRUTHS)
@pytest.mark.parametrize("c", TRUTHS)
def test_and_or_not(a: bool | None, b: bool | None, c: bool | None) -> None:
    """Every combination of three truths, and the facts that keep each unknown."""
    facts = {"a": a, "b": b, "c": c}
    unknown = {name for name, truth in facts.items() if truth is None}
    texts: dict[str, bool | None] = {
        "a and b and c": kleene_and(a, b, c),
        "a or b or c": kleene_or(a, b, c),
        "not (a and b) or c": kleene_or(kleene_not(kleene_and(a, b)), c),
    }
    for text, truth in list(texts.items())[:2]:
        assert (truth, unknown if truth is None else set()) == held(text, **facts)
    assert texts["not (a and b) or c"] == held("not (a and b) or c", **facts)[0]
    assert (kleene_not(a), {"a"} if a is None else set()) == held("not a", **facts)


def test_a_false_part_lacks_nothing() -> None:
    """Of an unknown junction, a part that does not keep it unknown lacks nothing."""
    assert (None, {"c"}) == held("a and b or c", a=False, b=None, c=None)
    assert (None, {"a", "c"}) == held("a and b or c", a=None, b=True, c=None)
    assert (None, {"a", "b", "c"}) == held("a and b or c", a=None, b=None, c=None)


SIGNS: dict[str, Any] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
NUMBERS = (0, 1, Decimal("1.0"), Decimal("1.5"), None)


@pytest.mark.parametrize("sign", SIGNS)
def test_comparisons(sign: str) -> None:
    """Integers and decimals are one type; a comparison lacks all its unknown facts."""
    for n, m in product(NUMBERS, NUMBERS):
        unknown = {name for name, value in (("n", n), ("m", m)) if value is None}
        truth = None if n is None or m is None else SIGNS[sign](Fraction(n), Fraction(m))
        assert (truth, unknown) == held(f"n {sign} m", n=n, m=m)


@pytest.mark.parametrize(("first", "second"), list(product(SIGNS, SIGNS)))
def test_a_chain_is_the_and_of_its_links(first: str, second: str) -> None:
    """Every pair of signs over small numbers and unknowns."""
    for n, m, k in product((0, 1, 2, None), repeat=3):
        facts = {"n": n, "m": m, "k": k}
        assert held(f"n {first} m and m {second} k", **facts) == held(
            f"n {first} m {second} k", **facts
        )


def test_a_false_link_settles_a_chain() -> None:
    """An unknown link beside a false one lacks nothing."""
    assert (False, set()) == held("1 <= n <= m", n=0)
    assert (None, {"m"}) == held("1 <= n <= m", n=1)
    assert (None, {"n"}) == held("1 <= n <= 5")


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("turned", [False, True])
def test_shares(sign: str, turned: bool) -> None:
    """A share is compared without dividing, on either side; of a whole of 0 it is unknown."""
    text = f"x {sign} share(n, m)" if turned else f"share(n, m) {sign} x"
    for n, m, x in product((-1, 0, 1, 2, None), (0, 1, 4, None), (0, Decimal("0.25"), 1, None)):
        unknown = {f for f, value in (("n", n), ("m", m), ("x", x)) if value is None}
        truth = None
        if n is not None and m is not None and x is not None and m != 0:
            sides = Fraction(n), Fraction(x) * m
            truth = SIGNS[sign](*(sides[::-1] if turned else sides))
        assert (truth, unknown) == held(text, n=n, m=m, x=x)


def test_shares_in_chains() -> None:
    """In a chain a share belongs to the link on either side of it."""
    for n, m in product((0, 1, 2, 3, None), (0, 4, None)):
        expected = held("0.25 <= share(n, m) and share(n, m) < 0.75", n=n, m=m)
        assert expected == held("0.25 <= share(n, m) < 0.75", n=n, m=m)
        expected = held("share(n, m) > x and x > share(m, n)", n=n, m=m, x=1)
        assert expected == held("share(n, m) > x > share(m, n)", n=n, m=m, x=1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("level == 'nce'", {"nce"}),
        ("level != 'nce'", {"arena", "gce"}),
        ("level in ('nce', 'gce')", {"nce", "gce"}),
        ("level not in ('nce', 'gce')", {"arena"}),
        ("level in ('nce', 'nce')", {"nce"}),
    ],
)
def test_values_of_enum_facts(text: str, words: set[str]) -> None:
    """A known value is compared; an unknown one is lacked."""
    for word in ("arena", "nce", "gce"):
        assert (word in words, set()) == held(text, level=word)
    assert (None, {"level"}) == held(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("n in (1, -2)", {1, -2}), ("n not in [0]", {-2, -1, 1, 2}), ("-n in (2)", {-2})],
)
def test_numbers_among_numbers(text: str, numbers: set[int]) -> None:
    """Whole numbers are looked for among signed literals."""
    for n in range(-2, 3):
        assert (n in numbers, set()) == held(text, n=n)
    assert (None, {"n"}) == held(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n + m", 7),
        ("n - m", -3),
        ("n * m", 10),
        ("-n", -2),
        ("x * x", Fraction(9, 16)),
        ("n + x", Fraction(11, 4)),
        ("min(n, m, x)", Fraction(3, 4)),
        ("max(n, m)", 5),
        ("total", 7),
        ("limit", Fraction(1, 2)),
        ("least[level]", 10),
        ("start", date(2014, 6, 18)),
        ("max(day, as_of)", date(2015, 3, 1)),
        ("year(day)", 2014),
        ("years_between(day, as_of)", 0),
        ("months_between(as_of, day)", -8),
        ("days_between(day, as_of)", 256),
        ("add_years(day, n)", date(2016, 6, 18)),
        ("add_years(date('2016-02-29'), -1)", date(2015, 3, 1)),
        ("1.10", Fraction(11, 10)),
    ],
)
def test_values(text: str, value: Fraction | date) -> None:
    """Numbers are exact, dates are dates."""
    facts: dict[str, Value] = {"n": 2, "m": 5, "x": Decimal("0.75"), "level": "nce"}
    facts |= {"day": date(2014, 6, 18), "open": date(2014, 6, 19)}
    got = walked(facts).value(tree_of(text))
    assert (value, frozenset()) == (got.value, got.lacks)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("0 * n", {"n"}),
        ("n - n", {"n"}),
        ("n + m * k", {"n", "m", "k"}),
        ("min(n, m)", {"n", "m"}),
        ("max(n, 1)", {"n"}),
        ("-n", {"n"}),
        ("total", {"n", "m"}),
        ("lost", {"n"}),
        ("start", {"day", "open"}),
        ("year(day)", {"day"}),
        ("years_between(day, as_of)", {"day"}),
        ("add_years(day, n)", {"day", "n"}),
        ("least[level]", {"level"}),
        ("nothing", set()),
        ("n + nothing", {"n"}),
    ],
)
def test_unknown_values_lack_their_unknown_facts(text: str, lacks: set[str]) -> None:
    """A value is unknown as soon as anything in it is, through derived facts too."""
    got = walked({}).value(tree_of(text))
    assert (None, lacks) == (got.value, set(got.lacks))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("nothing > 1", {}),
        ("least[level] > 1", {"level": "gce"}),
        ("lost > 1", {"n": 1}),
        ("share(n, m) > 0.5", {"n": 0, "m": 0}),
        ("add_years(day, n) > as_of", {"day": AS_OF, "n": 9000}),
        ("add_years(day, n) > as_of", {"day": AS_OF, "n": -9000}),
    ],
)
def test_some_unknowns_lack_nothing(text: str, facts: dict[str, Value]) -> None:
    """A value that nothing gives stays unknown whatever is told, and lacks nothing."""
    assert (None, set()) == held(text, **facts)


@pytest.mark.parametrize(
    ("level", "n", "expected"),
    [
        ("nce", 2, Found("met")),
        ("nce", 1, Found("not_met")),
        ("nce", None, Found("unknown", frozenset({"n"}))),
        ("arena", 2, Found("not_applicable")),
        ("arena", 1, Found("not_applicable")),
        ("arena", None, Found("not_applicable")),
        (None, 2, Found("met")),
        (None, 1, Found("unknown", frozenset({"level"}))),
        (None, None, Found("unknown", frozenset({"level", "n"}))),
    ],
)
def test_criteria_that_do_not_always_apply(
    level: str | None, n: int | None, expected: Found
) -> None:
    """The truth is that of `(not p) or q`; where p is false the finding is not_applicable."""
    walk = walked({"level": level, "n": n})
    assert expected == walk.finding("only_nce")
    token = {"not_applicable": "met"}.get(expected.finding, expected.finding)
    assert token == walk.finding("only_nce").token
    opposite = {"met": "not_met", "not_met": "met", "unknown": "unknown"}[token]
    assert Found(opposite, expected.lacks) == walk.finding("on_it")  # type: ignore[arg-type]


def test_criteria_rest_on_criteria() -> None:
    """A criterion is true where it is met, and lacks what keeps it unknown."""
    assert Found("met") == walked({"n": 2, "m": 2}).finding("above")
    assert Found("not_met") == walked({"n": 1}).finding("above")
    assert Found("unknown", frozenset({"m"})) == walked({"n": 2}).finding("above")


def test_parameters_can_be_truths() -> None:
    """A boolean parameter stands where a boolean fact can."""
    assert (True, set()) == held("switch and a", a=True)
    assert (None, {"a"}) == held("switch and a")


# --- laws, on random expressions


def findings(env: Environment, case: Case, facts: Mapping[str, Value]) -> dict[str, Found]:
    """Find every criterion of an environment."""
    walk = Walk(env.definitions(case.rules_on), facts, case.as_of)
    return {name: walk.finding(name) for name in env.criteria}


@st.composite
def told(draw: st.DrawFn) -> tuple[Environment, Case, dict[str, Value]]:
    """Draw names, a case, and the same facts with some unknown ones told."""
    env = draw(environments())
    case = draw(cases(env))
    unknown = sorted(env.facts.keys() - case.values.keys())
    some = draw(st.sets(st.sampled_from(unknown))) if unknown else set()
    more = {name: draw(values_of(env.facts[name])) for name in sorted(some)}
    return env, case, {**case.values, **more}


@settings(max_examples=100)
@given(told())
def test_telling_a_fact_changes_no_known_finding(
    drawn: tuple[Environment, Case, dict[str, Value]],
) -> None:
    """But that a met one may turn out not applicable; its token stays."""
    env, case, more = drawn
    after = findings(env, case, more)
    for name, found in findings(env, case, case.values).items():
        if found.finding != "unknown":
            assert found.token == after[name].token
            turned = (found.finding, after[name].finding)
            assert found == after[name] or turned == ("met", "not_applicable")


@settings(max_examples=100)
@given(told())
def test_what_is_known_lacks_nothing_and_only_unknown_facts_lack(
    drawn: tuple[Environment, Case, dict[str, Value]],
) -> None:
    """A known finding lacks nothing; an unknown one lacks facts, and none that is known."""
    env, case, _ = drawn
    unknown = env.facts.keys() - case.values.keys()
    for found in findings(env, case, case.values).values():
        assert found.lacks <= (unknown if found.finding == "unknown" else set())


@settings(max_examples=100)
@given(told())
def test_facts_that_are_not_lacked_do_not_matter_alone(
    drawn: tuple[Environment, Case, dict[str, Value]],
) -> None:
    """Telling only facts that a finding does not lack leaves it unknown, lacking the same."""
    env, case, more = drawn
    for name, found in findings(env, case, case.values).items():
        if found.finding == "unknown":
            rest = {fact: v for fact, v in more.items() if fact not in found.lacks}
            assert found == findings(env, case, rest)[name]


@settings(max_examples=100)
@given(told())
def test_all_that_is_lacked_settles_a_finding_or_sticks(
    drawn: tuple[Environment, Case, dict[str, Value]],
) -> None:
    """Told all it lacks, a finding is known or lacks nothing of it: it asks no fact twice."""
    env, case, _ = drawn
    for name, found in findings(env, case, case.values).items():
        for pick in (min, max):
            extreme = {f: env.facts[f] for f in found.lacks}
            values = {f: pick(_two(kind)) for f, kind in extreme.items()}
            after = findings(env, case, {**case.values, **values})[name]
            assert not after.lacks & found.lacks


def _two(kind: Any) -> list[Any]:
    """Give two values of a type."""
    if hasattr(kind, "values"):
        return list(kind.values)
    if not hasattr(kind, "low"):
        return [False, True]
    if not hasattr(kind, "decimals"):
        return [kind.low, kind.high]
    numbers = [Decimal(n).scaleb(-kind.decimals) for n in (kind.low, kind.high)]
    return numbers if kind.decimals else [kind.low, kind.high]


def test_truths_are_held_without_lacks_where_they_are_known() -> None:
    """A known truth equals another whatever led to it."""
    assert Held(False) == walked({"a": False}).truth(tree_of("a and b"))
