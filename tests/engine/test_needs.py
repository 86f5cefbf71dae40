"""Which unknown tokens count, against trying everything; and what needs promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.engine.columns.counting import STUCK, Counting
from nic_rules.engine.needs import Needs, TableLogic
from tests.strategies import Book, Case, as_data, books, cases, values_of

Domains = Mapping[str, tuple[str, ...]]
Tables = Mapping[str, TableLogic]
FINDINGS = ("met", "not_met", "unknown")

# --- the tokens that count, by trying everything


def outcome_of(
    name: str, tables: Tables, tokens: Mapping[str, str]
) -> str | tuple[str, ...] | None:
    """Run a table and those below it, row by row."""
    table = tables[name]
    fitting = [
        outcome
        for cells, outcome in table.rows
        if all(
            (outcome_of(column, tables, tokens) if column in tables else tokens[column]) in cell
            for column, cell in cells.items()
        )
    ]
    if table.collects:
        return tuple(dict.fromkeys(fitting))
    return fitting[0] if fitting else None


def counting_by_trying(
    top: str, tables: Tables, domains: Domains, known: Mapping[str, str]
) -> frozenset[str]:
    """Give the free tokens of which two values, the others being equal, change the outcome."""
    free = [name for name in domains if name not in known]
    counting = set()
    for name in free:
        others = [other for other in free if other != name]
        for tokens in product(*(domains[other] for other in others)):
            rest = {**known, **dict(zip(others, tokens, strict=True))}
            if len({outcome_of(top, tables, {**rest, name: t}) for t in domains[name]}) > 1:
                counting.add(name)
                break
    return frozenset(counting)


@st.composite
def tables_of_tokens(draw: st.DrawFn) -> tuple[TableLogic, Tables, Domains, dict[str, str]]:
    """One table over up to five tokens and up to two tables below it, and some known tokens."""
    sizes = draw(st.lists(st.integers(2, 3), min_size=1, max_size=5))
    domains = {f"t{i}": FINDINGS[-size:] for i, size in enumerate(sizes)}
    seen: dict[str, tuple[str, ...]] = dict(domains)
    tables: dict[str, TableLogic] = {}
    below = draw(st.integers(0, 2))
    for i in range(below + 1):
        cells = {n: st.frozensets(st.sampled_from(t), min_size=1) for n, t in seen.items()}
        outcomes = ("a", "b", "c")
        row = st.tuples(st.fixed_dictionaries({}, optional=cells), st.sampled_from(outcomes))
        collects = i == below and draw(st.booleans())
        rows = draw(st.lists(row, max_size=6))
        rows += [] if collects else [({}, draw(st.sampled_from(outcomes)))]
        tables[f"table{i}"] = TableLogic(f"table{i}", collects, tuple(rows))
        seen[f"table{i}"] = outcomes
    known = {
        n: draw(st.sampled_from(t)) for n, t in domains.items() if draw(st.integers(0, 3)) == 0
    }
    return tables[f"table{below}"], tables, domains, known


@settings(max_examples=300)
@given(tables_of_tokens())
def test_counting_is_what_trying_everything_finds(
    drawn: tuple[TableLogic, Tables, Domains, dict[str, str]],
) -> None:
    """First and collecting tables, with tables below, and known and free tokens."""
    table, tables, domains, known = drawn
    below = {name: logic for name, logic in tables.items() if name != table.name}
    actual = Needs(table, below, domains).counting(known)
    assert counting_by_trying(table.name, tables, domains, known) == actual


@settings(max_examples=150, deadline=None)
@given(tables_of_tokens())
def test_many_situations_count_as_each_alone(
    drawn: tuple[TableLogic, Tables, Domains, dict[str, str]],
) -> None:
    """Over all situations of a table, unknown tokens free or stuck, masks are what each has."""
    table, tables, domains, _ = drawn
    below = {name: logic for name, logic in tables.items() if name != table.name}
    needs = Needs(table, below, domains)
    every = list(product(*([*tokens, STUCK] for tokens in domains.values())))
    expected = []
    for situation in every:
        tokens = dict(zip(domains, situation, strict=True))
        known = {n: "unknown" if t == STUCK else t for n, t in tokens.items() if t != "unknown"}
        counting = needs.counting(known)
        expected.append(sum(1 << at for at, name in enumerate(domains) if name in counting))
    places = [
        [[*domains[n], STUCK].index(t) for t in s]
        for n, s in zip(domains, zip(*every, strict=True), strict=True)
    ]
    states = pl.DataFrame(dict(zip(domains, places, strict=True)))
    (masks,) = Counting(needs, states, len(every)).masks()
    assert expected == masks.to_list()


def logic(collects: bool, *rows: tuple[dict[str, str], str]) -> TableLogic:
    """Write a table with one token in each cell."""
    cells = [({n: frozenset(t.split("|")) for n, t in when.items()}, then) for when, then in rows]
    return TableLogic("t", collects, tuple(cells))


@pytest.mark.parametrize(
    ("table", "known", "expected"),
    [
        # a unique table: only what the known tokens leave open
        (logic(False, ({"a": "met"}, "x"), ({"a": "not_met|unknown", "b": "met"}, "y"),
               ({"a": "not_met|unknown", "b": "not_met|unknown"}, "z")), {}, {"a", "b"}),
        (logic(False, ({"a": "met"}, "x"), ({"a": "not_met|unknown", "b": "met"}, "y"),
               ({"a": "not_met|unknown", "b": "not_met|unknown"}, "z")), {"a": "met"}, set()),
        # an any table: rows that overlap with one outcome
        (logic(False, ({"a": "met"}, "x"), ({"b": "met"}, "x"), ({}, "y")), {"a": "met"}, set()),
        (logic(False, ({"a": "met"}, "x"), ({"b": "met"}, "x"), ({}, "y")), {"b": "unknown"},
         {"a"}),
        # all rows with one outcome: nothing counts
        (logic(False, ({"a": "met"}, "x"), ({}, "x")), {}, set()),
        # collect: an outcome comes or goes
        (logic(True, ({"a": "met"}, "x"), ({"b": "met"}, "y")), {}, {"a", "b"}),
        (logic(True, ({"a": "met"}, "x"), ({}, "x")), {}, set()),
        # collect: the same outcomes in another order
        (logic(True, ({"a": "met"}, "x"), ({}, "y"), ({}, "x")), {}, {"a"}),
        (logic(True, ({"a": "met"}, "x"), ({"b": "met"}, "y"), ({}, "x")), {"b": "not_met"}, set()),
        (logic(True, ({}, "x"), ({"a": "met"}, "y"), ({"b": "met"}, "x"), ({}, "y")), {}, set()),
        # collect: an outcome between two others
        (logic(True, ({"a": "met"}, "x"), ({"b": "met"}, "y"), ({"c": "met"}, "x")), {},
         {"a", "b", "c"}),
        (logic(True, ({"a": "met"}, "x"), ({"b": "met"}, "y"), ({"c": "met"}, "x")),
         {"a": "met"}, {"b"}),
        (logic(True, ({"a": "met"}, "x"), ({"b": "met"}, "y"), ({"c": "met"}, "x")),
         {"b": "met", "c": "met"}, {"a"}),
    ],
)  # fmt: skip
def test_tokens_that_count(table: TableLogic, known: dict[str, str], expected: set[str]) -> None:
    """Every hit policy, and collecting rows whose outcomes are interleaved."""
    domains = dict.fromkeys("abc", FINDINGS)
    assert expected == Needs(table, {}, domains).counting(known)
    assert expected == counting_by_trying("t", {"t": table}, domains, known)


def test_a_table_below_counts_only_by_its_outcome() -> None:
    """A token below counts only where the outcome it changes is looked at."""
    below = TableLogic(
        "below", False,
        (({"a": frozenset({"met"})}, "x"), ({"b": frozenset({"met"})}, "y"), ({}, "z")),
    )  # fmt: skip
    top = TableLogic("top", False, (({"below": frozenset({"y", "z"})}, "no"), ({}, "yes")))
    needs = Needs(top, {"below": below}, dict.fromkeys("ab", FINDINGS))
    assert {"a"} == needs.counting({})
    assert set() == needs.counting({"a": "met"})


# --- many tokens


def wide_table(seed: int, outcomes: int, collects: bool) -> Needs:
    """Build a table of twelve rows of three cells over 30 tokens, in the order of their use."""
    random = Random(seed)
    slots = [*range(30), *random.sample(range(30), 6)]
    while any(len(set(slots[i : i + 3])) < 3 for i in range(0, 36, 3)):
        random.shuffle(slots)
    rows = [
        (
            {
                f"t{slot}": frozenset(random.sample(FINDINGS, random.choice((1, 1, 2))))
                for slot in slots[i : i + 3]
            },
            f"out{random.randrange(outcomes)}",
        )
        for i in range(0, 36, 3)
    ]
    rows += [] if collects else [({}, "otherwise")]
    used = dict.fromkeys(name for cells, _ in rows for name in cells)
    return Needs(TableLogic("wide", collects, tuple(rows)), {}, dict.fromkeys(used, FINDINGS))


@pytest.mark.parametrize("collects", [False, True])
@pytest.mark.parametrize("outcomes", [2, 4, 12])
def test_twelve_rows_of_three_cells_stay_small(outcomes: int, collects: bool) -> None:
    """30 unknown tokens are counted in a diagram far smaller than the situations are many."""
    for seed in range(20):
        needs = wide_table(seed, outcomes, collects)
        assert 0 < len(needs.counting({})) <= 30
        assert len(needs.diagram.level) < 1_000


def test_tokens_are_asked_for_in_the_order_of_their_use() -> None:
    """The order that keeps diagrams small is the one that tables are given in."""
    running = nic_rules.load("nic").edition(date(2016, 3, 1)).running("shortfalls")
    used = [name for row in running.table.rows for name in row.when]
    assert tuple(dict.fromkeys(used)) == running.tokens


# --- what `needs` promises, over whole books


def outcomes(
    book: nic_rules.RuleBook, case: Case, facts: Mapping[str, object]
) -> dict[str, object]:
    """Decide a case by every table; None where its facts contradict each other."""
    edition = book.edition(case.rules_on)
    try:
        return {t: edition.decide(t, facts, as_of=case.as_of) for t in edition.tables}
    except nic_rules.FactError:
        return {}


def completions(
    data: st.DataObject, book: Book, case: Case, facts: Sequence[str], most: int
) -> Iterator[dict[str, object]]:
    """Tell some or all of the unknown ones among some facts, in several ways."""
    unknown = sorted(set(facts) - case.values.keys())
    for _ in range(most):
        told = data.draw(st.sets(st.sampled_from(unknown))) if unknown else set()
        values = {n: data.draw(values_of(book.names.facts[n])) for n in sorted(told)}
        yield {**case.data, **{n: as_data(v) for n, v in values.items()}}


@settings(max_examples=60)
@given(st.data(), books())
def test_where_nothing_is_needed_nothing_changes_the_outcome(
    data: st.DataObject, book: Book
) -> None:
    """No partial or full completion changes an outcome for which nothing is needed."""
    loaded = book.load()
    for case in data.draw(st.lists(cases(book), min_size=1, max_size=3)):
        before = outcomes(loaded, case, case.data)
        for facts in completions(data, book, case, sorted(book.names.facts), 3):
            after = outcomes(loaded, case, facts)
            for table, decision in before.items():
                assert isinstance(decision, nic_rules.Decision)
                if not decision.needs and after:
                    told = after[table]
                    assert isinstance(told, nic_rules.Decision)
                    assert decision.outcome == told.outcome


@settings(max_examples=60)
@given(st.data(), books())
def test_asking_comes_to_an_end(data: st.DataObject, book: Book) -> None:
    """Told all of needs the case is settled or asks again, and never what was told."""
    loaded = book.load()
    case = data.draw(cases(book))
    edition = loaded.edition(case.rules_on)
    for table in edition.tables:
        facts = case.data
        for _ in range(len(book.names.facts) + 1):
            try:
                decision = edition.decide(table, facts, as_of=case.as_of)
            except nic_rules.FactError:
                break
            assert not set(decision.needs) & facts.keys()
            if not decision.needs:
                break
            answers = {n: data.draw(values_of(book.names.facts[n])) for n in decision.needs}
            facts = {**facts, **{n: as_data(v) for n, v in answers.items()}}
        else:
            raise AssertionError("it asks for ever")


@settings(max_examples=60)
@given(st.data(), books())
def test_needs_and_stuck_are_what_trying_finds(data: st.DataObject, book: Book) -> None:
    """Over drawn books `needs` is what the contract says, by trying every token's values."""
    loaded = book.load()
    case = data.draw(cases(book))
    edition = loaded.edition(case.rules_on)
    logics = {
        name: TableLogic(name, table.collects, tuple(
            ({n: frozenset(t) for n, t in row.when.items()}, row.written.then)
            for row in table.rows))
        for name, table in edition.rules.tables.items()
    }  # fmt: skip
    for table, decision in outcomes(loaded, case, case.data).items():
        assert isinstance(decision, nic_rules.Decision)
        lacks = {n: f.lacks for n, f in decision.findings.items() if f.finding == "unknown"}
        seen = [table, *decision.inner]
        looked_at = {n for t in seen for cells, _ in logics[t].rows for n in cells} - logics.keys()
        domains = {name: edition.rules.domain(name) for name in sorted(looked_at)}
        stuck = {name for name in looked_at if name in lacks and not lacks[name]}
        unknown = {
            n for n in looked_at if n in lacks or (n in book.names.facts and n not in case.values)
        }
        known = {}
        for name in looked_at - (unknown - stuck):
            found = decision.findings.get(name)
            value = case.data.get(name)
            token = str(value).lower() if isinstance(value, bool) else str(value)
            known[name] = token if found is None else found.finding.replace("not_applicable", "met")
        if len(looked_at) > 6:
            continue
        counting = counting_by_trying(table, logics, domains, known)
        expected = {fact for name in counting for fact in lacks.get(name, (name,))}
        assert (sorted(expected), sorted(stuck)) == (list(decision.needs), list(decision.stuck))
