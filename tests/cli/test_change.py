"""`nic-rules change`: what it prints in both languages, and how it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nic_rules.explanation import nearest
from tests.cli.running import run
from tests.cli.small import GOOD, small_book

DAY = ("--as-of", "2016-01-01")
POOR = {"level": "arena", "years": 1, "seats": 6, "firm_seats": 2}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Give the folder of the small book."""
    return small_book(tmp_path / "small")


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Give a file with facts of a case that is refused."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(POOR))
    return path


def test_text_in_two_languages(rules: Path, facts: Path) -> None:
    """The day, the question, the outcome, each way out of it, and where it leads."""
    english, bokmål = (
        run("change", "support", facts, *DAY, "--rules", rules, "--lang", language)
        for language in ("en", "nb")
    )
    assert (0, "") == (english.code, english.err)
    assert (
        "As of 1 January 2016\n"
        "Is support given?\n"
        "  → Refusal\n"
        "\n"
        "The smallest changes; each of them is enough by itself\n"
        "\n"
        "  All of this has to change:\n"
        "  · Seats of firms: 4 (now 2)\n"
        "  · Years: 3 years (now 1 years)\n"
        "    → Support\n"
        "\n"
        "  All of this has to change:\n"
        "  · Seats: 3 (now 6)\n"
        "  · Years: 3 years (now 1 years)\n"
        "    → Support\n"
    ) == english.out
    assert (
        "Per 1. januar 2016\n"
        "Gis det støtte?\n"
        "  → Avslag\n"
        "\n"
        "De minste endringene; hver av dem er nok alene\n"
        "\n"
        "  Alt dette må endres:\n"
        "  · Bedriftenes plasser: 4 (nå 2)\n"
        "  · År: 3 år (nå 1 år)\n"
        "    → Støtte\n"
        "\n"
        "  Alt dette må endres:\n"
        "  · Plasser: 3 (nå 6)\n"
        "  · År: 3 år (nå 1 år)\n"
        "    → Støtte\n"
    ) == bokmål.out


def test_json(rules: Path, facts: Path) -> None:
    """JSON is one object in canonical form, with the keys that are promised and no others."""
    ran = run("change", "support", facts, *DAY, "--rules", rules, "--format", "json")
    assert (0, "") == (ran.code, ran.err)
    assert (
        '{"changes":[{"set":{"firm_seats":4,"years":3}},{"set":{"seats":3,"years":3}}],'
        '"from":"refuse","schema":"nic-rules/changes/1","table":"support","to":"support"}\n'
    ) == ran.out


def test_missing_facts_come_first(rules: Path) -> None:
    """A case with unknown facts that matter is told them, and who is to answer which question."""
    told = json.dumps({"years": 4, "seats": 5, "firm_seats": 3}).encode()
    english, bokmål, data = (
        run("change", "support", "-", *DAY, "--rules", rules, *how, given=told)
        for how in (("--lang", "en"), ("--lang", "nb"), ("--format", "json"))
    )
    assert english.out.endswith(
        "What would change the outcome cannot be said until this is known:\n"
        "  ? Level (from the register) [level]\n"
        "    Which level?\n"
    )
    assert bokmål.out.endswith(
        "Hva som ville endret utfallet, kan ikke sies før dette er kjent:\n"
        "  ? Nivå (fra registeret) [level]\n"
        "    Hvilket nivå?\n"
    )
    assert (["level"], []) == (json.loads(data.out)["missing"], json.loads(data.out)["changes"])


def test_nothing_within_power(rules: Path, facts: Path) -> None:
    """Where nothing that the case can change is enough, that is said, and it is no fault."""
    book = rules / "small.yaml"
    fixed = 'max: 20, unit: {nb: "år", en: "years"}'
    text = book.read_text(encoding="utf-8")
    assert fixed in text
    book.write_text(text.replace(fixed, f"{fixed}, changeable: never"), encoding="utf-8")
    options = ("change", "support", facts, *DAY, "--rules", rules)
    english, bokmål = (run(*options, "--lang", language) for language in ("en", "nb"))
    assert 0 == english.code
    assert english.out.endswith("\n\nNothing that can be changed in this case gives “Support”.\n")
    assert bokmål.out.endswith(
        "\n\nIngenting som lar seg endre i denne saken, gir utfallet «Støtte».\n"
    )


def test_the_case_has_it(rules: Path, facts: Path) -> None:
    """A case that has the outcome is told so."""
    facts.write_text(json.dumps(GOOD))
    options = ("change", "support", facts, *DAY, "--rules", rules)
    english, bokmål = (run(*options, "--lang", language) for language in ("en", "nb"))
    assert english.out.endswith("\n\nThe outcome is already “Support”.\n")
    assert bokmål.out.endswith("\n\nUtfallet er allerede «Støtte».\n")


def test_the_day_of_the_rules_is_said(rules: Path, facts: Path) -> None:
    """Where other rules than those of the day decide, that is said, and they are used."""
    days = ("--as-of", "2016-01-01", "--rules-on", "2001-12-31")
    ran = run("change", "support", facts, *days, "--rules", rules, "--lang", "en", "--to", "ask")
    assert 0 == ran.code
    first, *_ = ran.out.splitlines()
    assert "As of 1 January 2016, under the rules in force on 31 December 2001" == first
    assert "Years" not in ran.out  # no least time was laid down yet, so years settle nothing


REFUSED: list[tuple[str, dict[str, object], tuple[str, ...], str]] = [
    ("suport", POOR, (), "there is no table `suport` (did you mean `support`?)"),
    ("support", {"yeras": 3}, (), "facts.json:1:2: NIC502 error: there is no fact `yeras`"),
    ("support", {"seats": 1, "firm_seats": 2}, (), "NIC508 error: More seats than there are."),
    ("support", POOR, ("--to", "suport"), "NIC702 error: `support` has no outcome `suport`"),
    ("support", POOR, ("--lang", "de"), "the rule book has no language `de`"),
    ("support", POOR, ("--format", "html"), "'html' is not one of"),
]


@pytest.mark.parametrize(("table", "told", "more", "line"), REFUSED)
def test_bad_input(
    table: str, told: dict[str, object], more: tuple[str, ...], line: str, rules: Path, facts: Path
) -> None:
    """What cannot be used is refused in one line."""
    facts.write_text(json.dumps(told))
    ran = run("change", table, facts, *DAY, "--rules", rules, "--lang", "en", *more)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert line in ran.problems[0]


def test_an_outcome_that_no_facts_give(rules: Path, facts: Path) -> None:
    """An outcome that no row gives is refused, and told apart from one that the table has not."""
    book = rules / "small.yaml"
    text = book.read_text(encoding="utf-8")
    other = '    - {outcome: delay, name: {nb: "Vent", en: "Wait"}}\n    - {outcome: ask,'
    book.write_text(text.replace("    - {outcome: ask,", other), encoding="utf-8")
    ran = run("change", "support", facts, *DAY, "--rules", rules, "--to", "delay")
    line = "NIC702 error: no facts at all give `support` the outcome `delay` on 2016-01-01"
    assert (2, "", [line]) == (ran.code, ran.out, ran.problems)


def test_a_wrong_solver_is_our_fault(
    rules: Path, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that the engine does not confirm is not shown: exit 3, in one line."""
    monkeypatch.setattr(nearest, "smallest_changes", lambda *_: [{"years": 2}])
    ran = run("change", "support", facts, *DAY, "--rules", rules)
    assert (3, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert "the solver changes {'years': 2}, the engine then gives `refuse`" in ran.problems[0]


def test_without_z3(rules: Path, facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where z3 is not installed, one line says what to install."""
    needing = ("engine.solver", "explanation.nearest", "explanation.lines", "language.solver")
    for module in needing:
        monkeypatch.delitem(sys.modules, f"nic_rules.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "z3", None)
    ran = run("change", "support", facts, *DAY, "--rules", rules)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert ran.problems[0].endswith("is not installed (install `nic-rules[prove]`)")


def test_texts_move_no_cursor(rules: Path, facts: Path) -> None:
    """Control characters of the rule book's texts are written out."""
    book = rules / "small.yaml"
    text = book.read_text(encoding="utf-8")
    book.write_text(text.replace('en: "Years"', 'en: "Ye\\x1b[2Jars"'), encoding="utf-8")
    ran = run("change", "support", facts, *DAY, "--rules", rules, "--lang", "en")
    assert (0, True) == (ran.code, r"\x1b[2J" in ran.out)
    assert [] == [line for line in ran.out.splitlines() if not line.isprintable()]
