"""What is remembered is what the matcher said, for exactly the situations it was said of."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.engine.memory import RememberedRows
from nic_rules.engine.rows import PlainRows, RowPattern, TableFault, TablePattern

FINDINGS = ("met", "not_met", "unknown")
LEVELS = ("arena", "nce", "gce", "unknown")

TABLE = TablePattern(
    name="t",
    columns=("level", "duration", "ignored"),
    domains=(LEVELS, FINDINGS, FINDINGS),
    rows=(
        RowPattern("a", (frozenset({"nce", "gce"}), None, None)),
        RowPattern("b", (None, frozenset({"met"}), None)),
        RowPattern("c", (frozenset({"nce", "gce", "arena"}), frozenset({"not_met"}), None)),
    ),
)


class Counted(PlainRows):
    """The plain walk, and how often it was asked what."""

    def __init__(self, table: TablePattern) -> None:
        super().__init__(table)
        self.asked: Counter[tuple[str, ...]] = Counter()

    def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
        """Count, then walk."""
        self.asked[situation] += 1
        return super().fitting(situation)


def situations(table: TablePattern) -> list[tuple[str, ...]]:
    """All situations of a table."""
    return list(itertools.product(*table.domains))


def differing(memory: RememberedRows, table: TablePattern) -> list[tuple[str, ...]]:
    """Situations that memory and plain walk see differently, asked twice over."""
    plain = PlainRows(table)
    return [s for s in situations(table) * 2 if memory.fitting(s) != plain.fitting(s)]


@st.composite
def tables(draw: st.DrawFn) -> TablePattern:
    """Small tables of up to three columns and six rows."""
    width = draw(st.integers(0, 3))
    domains = [LEVELS[: draw(st.integers(1, 4))] for _ in range(width)]
    cells = st.tuples(*(st.none() | st.frozensets(st.sampled_from(d)) for d in domains))
    rows = [RowPattern(f"row{i}", c) for i, c in enumerate(draw(st.lists(cells, max_size=6)))]
    return TablePattern("t", tuple(f"x{i}" for i in range(width)), tuple(domains), tuple(rows))


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(2, 9))
def test_the_memory_answers_as_the_walk_does(table: TablePattern, size: int) -> None:
    """Nothing that is merged, kept or forgotten changes an answer."""
    assert [] == differing(RememberedRows(table, PlainRows(table), size), table)


@settings(max_examples=100, deadline=None)
@given(tables())
def test_each_merged_situation_is_asked_once(table: TablePattern) -> None:
    """The matcher hears of each class of situations once, by its representative."""
    matcher = Counted(table)
    memory = RememberedRows(table, matcher)
    for situation in situations(table) * 2:
        memory.fitting(situation)
    expected = {memory.representative(s): 1 for s in situations(table)}
    assert expected == matcher.asked


def test_tokens_that_every_row_treats_alike_are_merged() -> None:
    """Of 36 situations this table tells nine apart: three levels, three durations."""
    memory = RememberedRows(TABLE, PlainRows(TABLE))
    expected = set(itertools.product(("arena", "nce", "unknown"), FINDINGS, ("met",)))
    assert expected == {memory.representative(s) for s in situations(TABLE)}


class ForgetsAColumn(RememberedRows):
    """A planted fault: the level is no part of the key."""

    def representative(self, situation: tuple[str, ...]) -> tuple[str, ...]:
        """Forget the first column."""
        return super().representative((LEVELS[0], *situation[1:]))


class MergesTooMuch(RememberedRows):
    """A planted fault: two durations count as one."""

    def representative(self, situation: tuple[str, ...]) -> tuple[str, ...]:
        """Take what is unknown for not met."""
        level, duration, ignored = situation
        told = "not_met" if duration == "unknown" else duration
        return super().representative((level, told, ignored))


@pytest.mark.parametrize("planted", [ForgetsAColumn, MergesTooMuch])
def test_a_planted_fault_in_the_key_is_noticed(planted: type[RememberedRows]) -> None:
    """The comparison with the walk sees a key that leaves something out."""
    assert [] != differing(planted(TABLE, PlainRows(TABLE)), TABLE)


ONE_COLUMN = TablePattern(
    name="t",
    columns=("x",),
    domains=(tuple(f"v{i}" for i in range(100)),),
    rows=tuple(RowPattern(f"r{i}", (frozenset({f"v{i}"}),)) for i in range(100)),
)


@pytest.mark.parametrize("size", [2, 3, 4, 10, 64])
def test_the_memory_is_bounded(size: int) -> None:
    """However many situations come, at most `size` answers are kept."""
    memory = RememberedRows(ONE_COLUMN, PlainRows(ONE_COLUMN), size)
    most = 0
    for i in range(100):
        memory.fitting((f"v{i}",))
        most = max(most, len(memory))
    assert size // 2 <= most <= size


def test_a_memory_too_small_to_keep_anything_is_refused() -> None:
    """A size below two is a mistake."""
    with pytest.raises(ValueError, match="too small"):
        RememberedRows(ONE_COLUMN, PlainRows(ONE_COLUMN), 1)


def test_what_is_used_stays() -> None:
    """A situation asked again and again is never asked of the matcher again."""
    matcher = Counted(ONE_COLUMN)
    memory = RememberedRows(ONE_COLUMN, matcher, 8)
    for i in range(1, 100):
        memory.fitting(("v0",))
        memory.fitting((f"v{i}",))
    assert 1 == matcher.asked[("v0",)]


def test_what_is_least_recently_used_goes_first() -> None:
    """Whatever the order of use, what is dropped was used before all that is kept."""
    rng = random.Random(7)
    memory = RememberedRows(ONE_COLUMN, PlainRows(ONE_COLUMN), 8)
    used: dict[tuple[str, ...], int] = {}
    for now in range(3000):
        key = (f"v{min(rng.randrange(100), rng.randrange(100))}",)
        fresh = key not in memory._recent  # a hit among the recent ones moves nothing
        memory.fitting(key)
        used[key] = now if fresh else used[key]
        kept = memory._recent.keys() | memory._older.keys()
        dropped = used.keys() - kept
        assert max((used[k] for k in dropped), default=-1) < min(used[k] for k in kept)


def test_threads_share_one_memory() -> None:
    """Eight threads get right answers, and each situation is asked once."""
    matcher = Counted(ONE_COLUMN)
    memory = RememberedRows(ONE_COLUMN, matcher)

    def ask(seed: int) -> bool:
        order = [(f"v{i}",) for i in range(100)] * 5
        random.Random(seed).shuffle(order)
        return all(memory.fitting(s) == (int(s[0][1:]),) for s in order)

    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(ask, range(8)))
    assert ([True] * 8, {1}) == (right, set(matcher.asked.values()))


def test_threads_share_a_memory_that_overflows() -> None:
    """Answers stay right, and the bound holds, while eight threads push each other out."""
    memory = RememberedRows(ONE_COLUMN, PlainRows(ONE_COLUMN), 10)

    def ask(seed: int) -> bool:
        rng = random.Random(seed)
        numbers = [rng.randrange(100) for _ in range(600)]
        return all(memory.fitting((f"v{i}",)) == (i,) for i in numbers)

    with ThreadPoolExecutor(8) as pool:
        right = list(pool.map(ask, range(8)))
    assert [True] * 8 == right
    assert len(memory) <= 10


@pytest.mark.parametrize(
    "situation",
    [("arena", "met"), ("arena", "met", "met", "met"), ("arena", "surely", "met"), ()],
)
def test_an_impossible_situation_is_a_fault(situation: tuple[str, ...]) -> None:
    """Too few tokens, too many, or an unknown one are refused even where a key would be known."""
    memory = RememberedRows(TABLE, PlainRows(TABLE))
    memory.fitting(("arena", "met", "met"))
    with pytest.raises(TableFault) as raised:
        memory.fitting(situation)
    assert ("t", TABLE.named(situation)) == (raised.value.table, raised.value.situation)


def test_a_fault_is_not_remembered() -> None:
    """After a matcher failed it is asked again."""

    class FailsOnce(Counted):
        def fitting(self, situation: tuple[str, ...]) -> tuple[int, ...]:
            rows = super().fitting(situation)
            if self.asked.total() == 1:
                raise TableFault("t", None, "it broke")
            return rows

    memory = RememberedRows(TABLE, FailsOnce(TABLE))
    with pytest.raises(TableFault):
        memory.fitting(("nce", "met", "met"))
    assert (0, 1) == memory.fitting(("nce", "met", "met"))


def test_the_memory_tells_who_carries_it() -> None:
    """The carrier is that of the matcher behind the memory."""
    assert "plain walk" == RememberedRows(TABLE, PlainRows(TABLE)).carrier
