"""durable-rules says what the plain walk says of every situation, leaks nothing, fails loudly."""

from __future__ import annotations

import gc
import itertools
import json
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nic_rules.engine import durable
from nic_rules.engine.durable import DurableRows, TableFault, make_matcher
from nic_rules.engine.memory import RememberedRows
from nic_rules.engine.rows import ASKING, PlainRows, RowPattern, TablePattern

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="durable-rules does not import there"
)

Situation = tuple[str, ...]
Cells = tuple[frozenset[str] | None, ...]

FINDINGS = ("met", "not_met", "unknown")
LEVELS = ("arena", "nce", "gce", "unknown")
AWKWARD = ("11", "10", "true", "1e300", "null", "", "é", "\ud800", 'a"b', "'", "a\\", "a\\b", "\0")


def table_of(rows: list[Cells], *domains: tuple[str, ...], name: str = "t") -> TablePattern:
    """A table with rows and columns named by number."""
    columns = tuple(f"x{i}" for i in range(len(domains)))
    patterns = tuple(RowPattern(f"row{i}", cells) for i, cells in enumerate(rows))
    return TablePattern(name, columns, domains, patterns)


def random_table(seed: int, rows: int, columns: int, domain: tuple[str, ...]) -> TablePattern:
    """A table whose cells are open, or random sets of tokens."""
    rng = random.Random(seed)

    def cell() -> frozenset[str] | None:
        chosen = rng.sample(domain, rng.randint(1, len(domain)))
        return None if rng.random() < 0.3 else frozenset(chosen)

    cells = [tuple(cell() for _ in range(columns)) for _ in range(rows)]
    return table_of(cells, *[domain] * columns)


def situations(table: TablePattern, most: int = 2000) -> list[Situation]:
    """All situations of a table, or random ones where there are too many."""
    everything = list(itertools.islice(itertools.product(*table.domains), most + 1))
    if len(everything) <= most:
        return everything
    rng = random.Random(11)
    return [tuple(rng.choice(domain) for domain in table.domains) for _ in range(most)]


def differing(table: TablePattern, most: int = 2000) -> list[Situation]:
    """Situations that durable-rules and the plain walk see differently."""
    asked, plain = DurableRows(table), PlainRows(table)
    return [s for s in situations(table, most) if asked.fitting(s) != plain.fitting(s)]


TABLE = table_of(
    [
        (None, frozenset({"not_met"})),
        (frozenset({"arena", "unknown"}), frozenset({"met"})),
        (None, None),
    ],
    LEVELS,
    FINDINGS,
)


# --- the same answers as the plain walk


@st.composite
def tables(draw: st.DrawFn) -> TablePattern:
    """Small tables: no to four columns, no to eight rows, awkward tokens and empty cells too."""
    tokens = st.lists(st.sampled_from(FINDINGS + AWKWARD), min_size=1, max_size=4, unique=True)
    domains = [tuple(domain) for domain in draw(st.lists(tokens, max_size=4))]
    cells = st.tuples(*(st.none() | st.frozensets(st.sampled_from(d)) for d in domains))
    return table_of(draw(st.lists(cells, max_size=8)), *domains)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_durable_rules_agrees_with_the_walk(table: TablePattern) -> None:
    """Random small tables, each in all its situations."""
    assert [] == differing(table)


@pytest.mark.parametrize(
    ("rows", "columns"), [(1, 1), (3, 20), (39, 5), (40, 5), (41, 5), (81, 8), (130, 4), (300, 10)]
)
def test_long_and_wide_tables_agree_with_the_walk(rows: int, columns: int) -> None:
    """Tables beyond the bounds of one rule set are parted, and agree."""
    assert [] == differing(random_table(rows, rows, columns, LEVELS), 150)


def test_all_tables_of_two_rows_and_two_columns_agree() -> None:
    """625 tables: every pair of rows over open, empty, single and full cells."""
    domain = ("met", "not_met")
    cells = [None, *map(frozenset, ([], ["met"], ["not_met"], domain))]
    rows = list(itertools.product(cells, repeat=2))
    wrong = [
        p for p in itertools.product(rows, repeat=2) if differing(table_of([*p], domain, domain))
    ]
    assert [] == wrong


ALIKE: list[Cells] = [(None,), (frozenset({"met"}),), (frozenset({"met", "unknown"}),)]


@pytest.mark.parametrize("cells", ALIKE)
def test_hundreds_of_rows_alike_agree(cells: Cells) -> None:
    """Rows with the same conditions do not push each other out."""
    assert [] == differing(table_of([cells] * 300, FINDINGS))


def test_cells_and_rows_beyond_the_bounds_of_lists_agree() -> None:
    """A thousand tokens in a cell, and thirty lists in a row."""
    values = tuple(f"v{i}" for i in range(1000))
    long: list[Cells] = [(frozenset(values[i : i + 600]),) for i in (0, 200, 400)]
    shorter: list[Cells] = [(frozenset(values[i : i + 90]),) for i in range(0, 900, 30)]
    wide = random_table(5, 20, 30, LEVELS)
    wrong = [differing(table_of(long + shorter, values)), differing(wide, 300)]
    assert [[], []] == wrong


def test_hundreds_of_columns_agree() -> None:
    """Columns are shared out with the rows that look at them."""
    cells = [
        tuple(frozenset({"met"}) if c % 300 == r else None for c in range(600)) for r in range(300)
    ]
    table = table_of(cells, *[("met", "not_met")] * 600)
    assert [] == differing(table, 20)


def test_a_row_wider_than_a_fact_is_refused() -> None:
    """What durable-rules cannot hold is a fault of the table at once, not of a case later."""
    with pytest.raises(TableFault, match="table `t`: durable-rules refuses it"):
        DurableRows(table_of([(frozenset({"met"}),) * 300], *[FINDINGS] * 300))


@pytest.mark.parametrize("domains", [(), (FINDINGS,)])
@pytest.mark.parametrize("rows", [0, 2])
def test_tables_without_rows_or_columns(domains: tuple[tuple[str, ...], ...], rows: int) -> None:
    """Nothing to fit, or nothing to look at, is no special case to whoever asks."""
    table = table_of([(None,) * len(domains)] * rows, *domains)
    matcher = DurableRows(table)
    situation = tuple(domain[0] for domain in domains)
    assert (tuple(range(rows)), 1) == (matcher.fitting(situation), matcher.sessions_opened)


@pytest.mark.parametrize("name", ["sid", "id", "always", "$s", "c1", "$or", "m", "", 'a"b', "é"])
def test_names_do_not_reach_durable_rules(name: str) -> None:
    """Columns, rows and tables may be called what means something to durable-rules."""
    rows = (RowPattern(name, (frozenset({"met"}), frozenset({"not_met"}))),)
    table = TablePattern(name, (name, "c0"), (FINDINGS, FINDINGS), rows)
    assert [] == differing(table)


def test_tables_of_one_name_do_not_meet() -> None:
    """Two editions, each with a table of the same name, answer for themselves."""
    first = DurableRows(table_of([(frozenset({"met"}),)], FINDINGS, name="same"))
    second = DurableRows(table_of([(frozenset({"not_met"}),)], FINDINGS, name="same"))
    assert ((0,), ()) == (first.fitting(("met",)), second.fitting(("met",)))


# --- durable-rules really is asked


def test_each_new_situation_is_one_session() -> None:
    """Behind a memory, durable-rules is asked once for each situation told apart."""
    matcher = DurableRows(TABLE)
    memory = RememberedRows(TABLE, matcher)
    for situation in situations(TABLE) * 3:
        memory.fitting(situation)
    assert (2 * 3, "durable-rules") == (matcher.sessions_opened, memory.carrier)


def test_a_planted_wrong_cell_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled decides: were answers filled in by the walk, nothing would differ."""
    right = durable.rule_definition

    def wrong(table: TablePattern, rows: list[int]) -> dict[str, Any]:
        return json.loads(json.dumps(right(table, rows)).replace('"not_met"', '"unknown"'))  # type: ignore[no-any-return]

    monkeypatch.setattr(durable, "rule_definition", wrong)
    expected = [s for s in situations(TABLE) if s[1] != "met"]
    assert expected == differing(TABLE)


def test_a_planted_missing_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was not compiled never fits."""
    right = durable.rule_definition

    def wrong(table: TablePattern, rows: list[int]) -> dict[str, Any]:
        return {name: rule for name, rule in right(table, rows).items() if name != "r2"}

    monkeypatch.setattr(durable, "rule_definition", wrong)
    assert situations(TABLE) == differing(TABLE)


# --- faults


class Meddled:
    """durable-rules, with some of its functions replaced."""

    def __init__(self, matcher: DurableRows, **replaced: Callable[..., Any]) -> None:
        (rule_set,) = matcher._rule_sets
        self._right = rule_set._engine
        self._replaced = replaced
        self.deleted: list[str] = []
        rule_set._engine = self

    def __getattr__(self, name: str) -> Any:
        return self._replaced.get(name) or getattr(self._right, name)

    def delete_state(self, handle: int, session: str) -> None:
        """Note which session is deleted, then delete it."""
        self.deleted.append(session)
        self._right.delete_state(handle, session)


def broken(*_: object) -> None:
    """Fail as the C module does."""
    raise RuntimeError("error code: 303")


def fires(*names: str) -> dict[str, Callable[..., Any]]:
    """Functions that start and complete actions, as if these rules fired."""
    coming: Iterator[str] = iter(names)

    def complete(*_: object) -> str | None:
        name = next(coming, None)
        return None if name is None else json.dumps({name: {}})

    def start(*_: object) -> tuple[str, str | None]:
        return "{}", complete()

    return {"start_action_for_state": start, "complete_and_start_action": complete}


FAULTS: list[tuple[str, dict[str, Callable[..., Any]]]] = [
    ("error code: 303", {"assert_fact": broken}),
    ("error code: 303", {"start_action_for_state": broken}),
    ("error code: 303", {"complete_and_start_action": broken}),
    ("not taken", {"assert_fact": lambda *_: (1, 0)}),
    ("always fires did not", {"start_action_for_state": lambda *_: None}),
    ("always fires did not", fires("r1", "r2")),
    ("no rule", fires("always", "r3")),
    ("fired twice", fires("always", "r1", "r1")),
    ("fired twice", {"complete_and_start_action": lambda *_: '{"always": {}}'}),
    ("cannot be read", {"complete_and_start_action": lambda *_: "{}"}),
    ("cannot be read", {"complete_and_start_action": lambda *_: "no JSON"}),
]


@pytest.mark.parametrize(("what", "replaced"), FAULTS)
def test_every_fault_is_one_error(what: str, replaced: dict[str, Callable[..., Any]]) -> None:
    """A fault names table and situation, its session is deleted, and the next answer is right."""
    matcher = DurableRows(TABLE)
    meddled = Meddled(matcher, **replaced)
    with pytest.raises(TableFault, match=what) as raised:
        matcher.fitting(("arena", "met"))
    assert ("t", {"x0": "arena", "x1": "met"}) == (raised.value.table, raised.value.situation)
    assert ["1"] == meddled.deleted
    meddled._replaced.clear()
    assert (1, 2) == matcher.fitting(("arena", "met"))


def test_a_session_that_cannot_be_deleted_is_a_fault() -> None:
    """An answer whose session stays behind is not given."""
    matcher = DurableRows(TABLE)
    Meddled(matcher).delete_state = broken  # type: ignore[method-assign, assignment]
    with pytest.raises(TableFault, match="error code: 303"):
        matcher.fitting(("arena", "met"))


def test_an_interruption_deletes_the_session_too() -> None:
    """Whoever stops a batch by hand gets the interruption, and leaves no session."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    matcher = DurableRows(TABLE)
    meddled = Meddled(matcher, complete_and_start_action=interrupted)
    with pytest.raises(KeyboardInterrupt):
        matcher.fitting(("arena", "met"))
    assert ["1"] == meddled.deleted


@pytest.mark.parametrize(
    "situation", [("arena",), (), ("arena", "met", "met"), ("met", "met"), ("arena", "surely")]
)
def test_an_impossible_situation_is_a_fault(situation: Situation) -> None:
    """Too few tokens, too many, or an unknown one are refused before durable-rules is asked."""
    matcher = DurableRows(TABLE)
    with pytest.raises(TableFault):
        matcher.fitting(situation)
    assert 0 == matcher.sessions_opened


def test_rules_that_durable_rules_refuses_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that cannot be compiled is named; the plain walk does not stand in for it."""
    monkeypatch.setattr(durable, "rule_definition", lambda *_: {"r0": {"all": "nonsense"}})
    with pytest.raises(TableFault, match="table `t`: durable-rules refuses it"):
        make_matcher(TABLE)


def test_rules_without_the_one_that_always_fires_are_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rule set is tried when it is made."""
    monkeypatch.setattr(durable, "rule_definition", lambda *_: {})
    with pytest.raises(TableFault, match="table `t`: durable-rules refuses it"):
        DurableRows(TABLE)


# --- nothing is left behind


def resident() -> float:
    """Memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


only_linux = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is read from /proc"
)


@only_linux
def test_memory_stays_flat_over_situations() -> None:
    """5,000 situations leave nothing; each undeleted one would cost a quarter of a MB."""
    matcher = DurableRows(TABLE)
    every = itertools.cycle(situations(TABLE))
    for _ in range(500):
        matcher.fitting(next(every))
    before = resident()
    for _ in range(5000):
        matcher.fitting(next(every))
    assert resident() - before < 3


@only_linux
def test_memory_stays_flat_over_faults() -> None:
    """5,000 faults leave nothing either."""
    matcher = DurableRows(TABLE)
    Meddled(matcher, complete_and_start_action=broken)
    before = 0.0
    for i in range(5500):
        if i == 500:
            before = resident()
        with pytest.raises(TableFault):
            matcher.fitting(("arena", "met"))
    assert resident() - before < 3


@only_linux
def test_memory_stays_flat_over_tables() -> None:
    """300 tables come and go, each of them asked."""
    table = random_table(1, 30, 6, LEVELS)
    for _ in range(50):
        DurableRows(table).fitting((LEVELS[0],) * 6)
    before = resident()
    for _ in range(300):
        DurableRows(table).fitting((LEVELS[0],) * 6)
    assert resident() - before < 3


def test_sessions_are_deleted() -> None:
    """durable-rules knows no session of an answered situation, and none of the trial."""
    matcher = DurableRows(TABLE)
    matcher.fitting(("arena", "met"))
    (rule_set,) = matcher._rule_sets
    for session in ("0", "1"):
        with pytest.raises(Exception, match="error code: 309"):
            rule_set._engine.get_state(rule_set._handle, session)


def test_rule_sets_are_freed() -> None:
    """With the matcher goes its rule set: the handle means nothing any more."""
    matcher = DurableRows(TABLE)
    (rule_set,) = matcher._rule_sets
    engine, handle = rule_set._engine, rule_set._handle
    del matcher, rule_set
    gc.collect()
    with pytest.raises(Exception, match="error code: 111"):
        engine.get_state(handle, "0")


def test_no_thread_is_started() -> None:
    """The timers of durable-rules' own host never run."""
    before = threading.enumerate()
    DurableRows(TABLE).fitting(("arena", "met"))
    assert before == threading.enumerate()


# --- threads and forks


def test_eight_threads_share_one_matcher() -> None:
    """Each thread gets the answers of its own situations."""
    table = random_table(2, 60, 4, LEVELS)
    matcher, plain = DurableRows(table), PlainRows(table)

    def right(seed: int) -> bool:
        order = situations(table)
        random.Random(seed).shuffle(order)
        return all(matcher.fitting(s) == plain.fitting(s) for s in order)

    with ThreadPoolExecutor(8) as pool:
        assert [True] * 8 == list(pool.map(right, range(8)))
    assert 8 * 4**4 == matcher.sessions_opened


def in_a_child(work: Callable[[], bool]) -> bool:
    """Whether work holds in a forked process, which is given ten seconds."""
    child = os.fork()
    if child == 0:
        verdict = 1
        try:
            threading.Timer(10, os._exit, (2,)).start()
            verdict = 0 if work() else 1
        finally:
            os._exit(verdict)
    return os.waitpid(child, 0)[1] == 0


def agrees(matcher: DurableRows | RememberedRows) -> bool:
    """Whether a matcher of TABLE, and a new one, answer every situation rightly."""
    plain, fresh = PlainRows(TABLE), DurableRows(TABLE)
    return all(
        matcher.fitting(s) == fresh.fitting(s) == plain.fitting(s) for s in situations(TABLE)
    )


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@needs_fork
def test_both_processes_go_on_after_a_fork() -> None:
    """Parent and child ask the same matcher, and neither disturbs the other."""
    matcher = DurableRows(TABLE)
    matcher.fitting(("arena", "met"))
    in_child = in_a_child(lambda: agrees(matcher))
    assert (True, True) == (in_child, agrees(matcher))


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_while_other_threads_ask_is_safe() -> None:
    """The child inherits neither a held lock nor half a session."""
    memory = RememberedRows(TABLE, DurableRows(TABLE), 2)
    stop = threading.Event()

    def ask() -> None:
        for situation in itertools.cycle(situations(TABLE)):
            memory.fitting(situation)
            if stop.is_set():
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    verdict = all(in_a_child(lambda: agrees(memory)) for _ in range(20))
    stop.set()
    for thread in threads:
        thread.join()
    assert verdict


def test_a_question_waits_for_the_one_before() -> None:
    """One lock stands before durable-rules."""
    matcher = DurableRows(TABLE)
    with ThreadPoolExecutor(1) as pool:
        with ASKING:
            answer = pool.submit(matcher.fitting, ("arena", "met"))
            with pytest.raises(TimeoutError):
                answer.result(timeout=0.05)
        assert (1, 2) == answer.result(timeout=10)
