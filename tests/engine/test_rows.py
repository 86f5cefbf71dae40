"""The plain walk over rows, its faults, and the choice of what carries a table."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import nic_rules.engine.rows
from nic_rules.engine import durable
from nic_rules.engine.durable import make_matcher
from nic_rules.engine.rows import PlainRows, RowPattern, TableFault, TablePattern

SOURCES = Path(nic_rules.engine.rows.__file__).parents[1]
LEVELS = ("arena", "nce", "gce", "unknown")
FINDINGS = ("met", "not_met", "unknown")

TABLE = TablePattern(
    name="eligibility",
    columns=("level", "within_duration"),
    domains=(LEVELS, FINDINGS),
    rows=(
        RowPattern("outside", (None, frozenset({"not_met"}))),
        RowPattern("small", (frozenset({"arena", "unknown"}), frozenset({"met"}))),
        RowPattern("never", (frozenset(), None)),
        RowPattern("otherwise", (None, None)),
    ),
)


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (("arena", "not_met"), (0, 3)),
        (("arena", "met"), (1, 3)),
        (("unknown", "met"), (1, 3)),
        (("nce", "met"), (3,)),
        (("gce", "unknown"), (3,)),
    ],
)
def test_all_rows_that_fit_come_in_file_order(
    situation: tuple[str, ...], expected: tuple[int, ...]
) -> None:
    """A row fits where each of its cells admits the token, or any token."""
    actual = PlainRows(TABLE).fitting(situation)
    assert expected == actual


def test_a_table_without_rows_fits_nothing() -> None:
    """No rows, no fitting rows, with columns and without."""
    with_columns = PlainRows(TablePattern("t", ("a",), (("x",),), ())).fitting(("x",))
    without = PlainRows(TablePattern("t", (), (), ())).fitting(())
    assert ((), ()) == (with_columns, without)


def test_a_row_without_cells_always_fits() -> None:
    """A table that looks at nothing has one situation, the empty one."""
    actual = PlainRows(TablePattern("t", (), (), (RowPattern("r", ()),))).fitting(())
    assert (0,) == actual


def test_a_situation_of_another_length_is_refused() -> None:
    """A situation is never cut short to fit a table."""
    with pytest.raises(ValueError, match="shorter"):
        PlainRows(TABLE).fitting(("arena",))


def test_a_fault_names_table_and_situation() -> None:
    """A fault says in words where it happened."""
    fault = TableFault("eligibility", TABLE.named(("arena", "met")), "it broke")
    expected = "table `eligibility`, situation (level arena, within_duration met): it broke"
    assert expected == str(fault)


def test_a_fault_of_a_whole_table_names_no_situation() -> None:
    """A table refused as such has no situation to name."""
    assert "table `eligibility`: it broke" == str(TableFault("eligibility", None, "it broke"))


def test_a_fault_crosses_processes_whole() -> None:
    """A worker's fault arrives with the same table, situation and words."""
    fault = TableFault("eligibility", {"level": "arena"}, "it broke")
    back = pickle.loads(pickle.dumps(fault))
    expected = (fault.table, fault.situation, fault.what, str(fault))
    assert expected == (back.table, back.situation, back.what, str(back))


def test_durable_rules_carries_tables_where_it_can_be_imported() -> None:
    """Python 3.13 and later walk over rows, earlier ones ask durable-rules."""
    expected = "plain walk" if sys.version_info >= (3, 13) else "durable-rules"
    assert expected == make_matcher(TABLE).carrier


def test_the_plain_walk_stands_in_where_durable_rules_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A missing library changes who answers, not what is answered."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    matcher = make_matcher(TABLE)
    assert ("plain walk", (1, 3)) == (matcher.carrier, matcher.fitting(("arena", "met")))


def test_importing_the_adapter_does_not_load_durable_rules() -> None:
    """Whoever imports the package and asks nothing does not pay for the library."""
    code = (
        "import sys, nic_rules.engine.durable, nic_rules.engine.memory\n"
        "print([name for name in sys.modules if name.startswith('durable')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": str(SOURCES.parent)},
    )
    assert "[]" == done.stdout.strip()


def test_only_the_adapter_imports_durable_rules() -> None:
    """One module knows the library, so that it can be replaced."""
    names = ("durable_rules_engine", "import durable", "from durable")
    expected = {Path(durable.__file__).name}
    actual = {
        path.name
        for path in SOURCES.rglob("*.py")
        if any(name in path.read_text("utf-8") for name in names)
    }
    assert expected == actual
