"""Situations: what is found without listing them is what listing them finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.rulebook.situations import Box, Situation, Space, spelled

TOKENS = {
    "criterion": ("met", "not_met", "unknown"),
    "fact": ("true", "false", "unknown"),
    "level": ("arena", "nce", "gce", "unknown"),
    "inner": ("yes", "no"),
    "single": ("always",),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[Space, list[Box]]:
    """Draw some columns with their tokens, and some rows over them."""
    kinds = draw(st.lists(st.sampled_from(sorted(TOKENS)), max_size=4))
    domains = {f"{kind}_{number}": TOKENS[kind] for number, kind in enumerate(kinds)}
    boxes: list[Box] = [
        {
            name: frozenset(draw(st.lists(st.sampled_from(domains[name]), min_size=1)))
            for name in draw(st.lists(st.sampled_from(sorted(domains)), unique=True))
        }
        if domains
        else {}
        for _ in range(draw(st.integers(0, 5)))
    ]
    return Space(domains), boxes


def situations(space: Space) -> Iterator[Situation]:
    """List all situations."""
    for tokens in product(*space.domains.values()):
        yield dict(zip(space.domains, tokens, strict=True))


def fits(box: Box, situation: Situation) -> bool:
    """Tell whether a row fits a situation."""
    return all(situation[name] in tokens for name, tokens in box.items())


def completions(space: Space, partial: Mapping[str, str]) -> list[Situation]:
    """List the situations that agree with the tokens given."""
    return [s for s in situations(space) if all(s[name] == t for name, t in partial.items())]


@settings(deadline=None)
@given(tables())
def test_the_size_is_the_number_of_situations(drawn: tuple[Space, list[Box]]) -> None:
    """The size is counted without listing."""
    assert len(list(situations(drawn[0]))) == drawn[0].size


@settings(deadline=None)
@given(tables())
def test_gaps_are_found(drawn: tuple[Space, list[Box]]) -> None:
    """A gap is found exactly if there is one, and what is spelled out is one."""
    space, boxes = drawn
    gaps = [s for s in situations(space) if not any(fits(box, s) for box in boxes)]
    found = space.uncovered(boxes)
    assert (found is None) == (not gaps)
    if found is not None:
        assert all(gap in gaps for gap in completions(space, found))


@settings(deadline=None)
@given(tables())
def test_gaps_inside_a_row_are_found(drawn: tuple[Space, list[Box]]) -> None:
    """Whether a row is reached is found exactly if a situation of its own is left."""
    space, boxes = drawn
    for index, box in enumerate(boxes):
        before = boxes[:index]
        left = [s for s in situations(space) if fits(box, s)]
        left = [s for s in left if not any(fits(other, s) for other in before)]
        found = space.uncovered(before, box)
        assert (found is None) == (not left)
        if found is not None:
            assert all(s in left for s in completions(space, found))


@settings(deadline=None)
@given(tables())
def test_overlaps_are_found(drawn: tuple[Space, list[Box]]) -> None:
    """Two rows share a situation exactly if one fits both; what is spelled out fits both."""
    space, boxes = drawn
    for one, other in product(boxes, repeat=2):
        both = [s for s in situations(space) if fits(one, s) and fits(other, s)]
        found = space.shared(one, other)
        assert (found is None) == (not both)
        if found is not None:
            assert all(s in both for s in completions(space, found))


def answers(space: Space, situation: Situation) -> list[Situation]:
    """List what a situation may become when all that is unknown is told."""
    told = [
        [t for t in space.domains[name] if t != "unknown"] if token == "unknown" else [token]
        for name, token in situation.items()
    ]
    return [dict(zip(situation, tokens, strict=True)) for tokens in product(*told)]


@settings(deadline=None)
@given(tables(), st.lists(st.sampled_from("abc"), min_size=6, max_size=6))
def test_asking_in_vain_is_found(drawn: tuple[Space, list[Box]], outcomes: list[str]) -> None:
    """A table asks in vain exactly if all answers lead to one outcome, and asking to another."""
    space, boxes = drawn
    boxes = [*boxes, {}]

    def outcome(situation: Situation) -> str:
        return outcomes[next(i for i, box in enumerate(boxes) if fits(box, situation))]

    def in_vain(situation: Situation) -> tuple[str, str] | None:
        ends = {outcome(answer) for answer in answers(space, situation)}
        mine = outcome(situation)
        if "unknown" in situation.values() and len(ends) == 1 and mine not in ends:
            return mine, ends.pop()
        return None

    found = space.asks_in_vain(boxes, outcomes)
    assert (found is None) == all(in_vain(s) is None for s in situations(space))
    if found is not None:
        situation, mine, other = found
        assert (mine, other) == in_vain(situation)


def test_thirty_columns_cost_little() -> None:
    """A table of thirty criteria is checked without its 3^30 situations."""
    names = [f"c{number}" for number in range(30)]
    space = Space(dict.fromkeys(names, TOKENS["criterion"]))
    failing: list[Box] = [{name: frozenset(("not_met",))} for name in names]
    lacking: list[Box] = [{name: frozenset(("unknown",))} for name in names]
    met: Box = {name: frozenset(("met",)) for name in names}
    assert 3**30 == space.size
    assert space.uncovered([*failing, *lacking, met]) is None
    assert dict.fromkeys(names, "met") == space.uncovered([*failing, *lacking])


def test_a_situation_is_spelled_as_a_row_would_be() -> None:
    """A situation is spelled as the rows write it."""
    assert "level: nce, open: true" == spelled({"level": "nce", "open": "true"})
