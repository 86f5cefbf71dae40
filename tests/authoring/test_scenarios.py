"""Scenarios run: each kind of expectation that fails shows what was expected and what came."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Ran, run
from tests.cli.small import small_book


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the small rule book's folder."""
    return small_book(tmp_path_factory.mktemp("small"))


def tried(rules: Path, folder: Path, given: str, expect: str) -> Ran:
    """Run one scenario of a file elsewhere."""
    path = folder / "more.yaml"
    path.write_text(
        "- scenario: tried\n  about: 'x'\n  like: plain\n"
        f"  given: {{{given}}}\n  expect: {{{expect}}}\n"
    )
    return run("test", path, "--rules", rules)


PASSING = [
    ("", "outcome: support, rows: [fine], needs: [], stuck: []"),
    ("", "findings: {sound: met, long_enough: met, told_and_active: not_applicable}"),
    ("", "lacks: {sound: []}"),
    ("years: null", "outcome: ask, needs: [years], lacks: {sound: [years], firms_steer: []}"),
    ("level: null", "needs: [level], lacks: {long_enough: [level]}"),
    ("seats: 0, firm_seats: 0", "outcome: ask, stuck: [sound], needs: []"),
    ("firm_seats: 9", "breaks: [seats_hold]"),
    ("", ""),
]


@pytest.mark.parametrize(("given", "expect"), PASSING)
def test_what_comes_as_expected_passes(
    rules: Path, tmp_path: Path, given: str, expect: str
) -> None:
    """A scenario whose expectations hold passes, and adds nothing to the closing line but one."""
    ran = tried(rules, tmp_path, given, expect)
    assert (0, "2 passed, 0 failed\n", "") == (ran.code, ran.out, ran.err)


FAILING = [
    ("", "outcome: refuse", "outcome: expected refuse, got support"),
    ("", "rows: [unsound]", "rows: expected [unsound], got [fine]"),
    ("", "findings: {sound: unknown}", "finding `sound`: expected unknown, got met"),
    ("", "lacks: {sound: [years]}", "lacks of `sound`: expected [years], got []"),
    ("", "needs: [years, level]", "needs: expected [level, years], got []"),
    ("", "stuck: [sound]", "stuck: expected [sound], got []"),
    ("", "breaks: [seats_hold]", "breaks: expected [seats_hold], got a decision"),
    ("firm_seats: 9", "outcome: support",
     "the case: expected a decision, got breaks [seats_hold]"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expect", "told"), FAILING)
def test_what_comes_otherwise_fails(
    rules: Path, tmp_path: Path, given: str, expect: str, told: str
) -> None:
    """A failing expectation is one line with place, name, expected and got; the exit code is 1."""
    ran = tried(rules, tmp_path, given, expect)
    assert 1 == ran.code
    line, closing = ran.out.splitlines()
    assert "1 passed, 1 failed" == closing
    assert line.endswith(f"more.yaml:1:3: scenario `tried`: {told}")


def test_every_difference_is_a_line(rules: Path, tmp_path: Path) -> None:
    """A scenario that fails in several ways shows them all, and fails once."""
    ran = tried(rules, tmp_path, "", "outcome: ask, rows: [unclear], needs: [years]")
    assert 4 == len(ran.out.splitlines())
    assert ran.out.endswith("\n1 passed, 1 failed\n")


def test_constraints_expected_and_others_broken(rules: Path, tmp_path: Path) -> None:
    """Which constraints break is compared by name."""
    ran = tried(rules, tmp_path, "firm_seats: 9", "breaks: []")
    assert 1 == ran.code
    assert "breaks: expected [], got [seats_hold]" in ran.out


def test_folders_of_scenarios(rules: Path, tmp_path: Path) -> None:
    """A folder's files are all run; those that the book has itself are not run twice."""
    for name in ("one", "two"):
        text = f"- scenario: {name}\n  about: 'x'\n  like: plain\n  expect: {{}}\n"
        (tmp_path / "below").mkdir(exist_ok=True)
        (tmp_path / "below" / f"{name}.yaml").write_text(text)
    assert "3 passed, 0 failed\n" == run("test", tmp_path, "--rules", rules).out
    assert "1 passed, 0 failed\n" == run("test", rules, "--rules", rules).out


def test_scenarios_that_are_wrong(rules: Path, tmp_path: Path) -> None:
    """A scenario with an error stops the run, with its place."""
    ran = tried(rules, tmp_path, "yers: 1, level: ARENA", "outcome: support")
    assert (2, "") == (ran.code, ran.out)
    assert {"NIC502", "NIC506"} == {line.split(": ")[1][:6] for line in ran.problems}
    assert all("more.yaml:" in line for line in ran.problems)


def test_rules_among_scenarios(rules: Path, tmp_path: Path) -> None:
    """Files elsewhere hold scenarios only."""
    (tmp_path / "a.yaml").write_text("- rulebook: x\n  languages: [nb]\n")
    ran = run("test", tmp_path, "--rules", rules)
    assert 2 == ran.code
    assert "NIC110 error: a rulebook does not belong among scenarios" in ran.err
