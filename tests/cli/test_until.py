"""`nic-rules until`: what it prints, and how it refuses what cannot be decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.small import GOOD, small_book
from tests.explanation.timed import TOO_LONG, criterion, table, timed

ROOT = Path(__file__).parents[2]
NOTICE = ROOT / "fixtures" / "cases" / "notice.json"
DAY = ("--as-of", "2016-11-15")


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Give a file with good facts of the small book."""
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(GOOD))
    return path


def test_text_in_two_languages() -> None:
    """The day, the question, until when the outcome holds, and what it becomes."""
    english, bokmål = (
        run("until", "continuation", NOTICE, *DAY, "--lang", language) for language in ("en", "nb")
    )
    assert (0, "") == (english.code, english.err)
    assert (
        "As of 15 November 2016\n"
        "Does the cluster continue in the programme?\n"
        "  If the facts stay the same, the outcome is “Notice of requirements not met” up to and "
        "including 31\n  December 2016.\n"
        "  On 1 January 2017 it becomes “Evaluation due”.\n"
    ) == english.out
    assert (
        "Per 15. november 2016\n"
        "Fortsetter klyngen i programmet?\n"
        "  Med de samme opplysningene er utfallet «Varsel om krav som ikke er oppfylt» til og med "
        "31.\n  desember 2016.\n"
        "  Den 1. januar 2017 blir utfallet «Evaluering gjenstår».\n"
    ) == bokmål.out


def test_json() -> None:
    """JSON is one object, with the keys that are promised and no others."""
    ran = run("until", "allocation", "-", *DAY, "--format", "json", given=NOTICE.read_bytes())
    assert (0, "") == (ran.code, ran.err)
    assert {
        "schema": "nic-rules/until/1",
        "table": "allocation",
        "outcome": "basis_for_support",
        "until": "2017-01-01",
        "becomes": "awaiting_split",
        "horizon": "2199-12-31",
    } == json.loads(ran.out)


def test_today_is_said() -> None:
    """Without a day it is today, and that is said on standard error."""
    ran = run("until", "eligibility", NOTICE, "--format", "json")
    assert 0 == ran.code
    assert [True] == ["which is today" in line for line in ran.problems]


def test_texts_move_no_cursor(tmp_path: Path) -> None:
    """Control characters of facts that a sentence tells are written out."""
    timed(tmp_path, TOO_LONG, criterion("c", "a > 3"), table("t", "c: met"))
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"a": 5, "d": "2016-02-29", "name": "\x1b[2J\r\nok: forged"}))
    ran = run("until", "t", case, "--rules", tmp_path, "--as-of", "2017-01-01", "--lang", "en")
    assert 0 == ran.code
    assert [] == [line for line in ran.out.splitlines() if not line.isprintable()]
    assert [] == [line for line in ran.out.splitlines() if line.startswith("ok")]
    assert r"\x1b[2J" in ran.out


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("suport", {}, "there is no table `suport` (did you mean `support`?)"),
    ("later", {}, "table `later` is not in force on 2016-11-15"),
    ("support", {"yeras": 3}, "facts.json:1:2: NIC502 error: there is no fact `yeras`"),
    ("support", {"years": "x"}, "facts.json:1:11: NIC503 error: years: expected a whole number"),
    ("support", {"seats": 1, "firm_seats": 2}, "NIC508 error: More seats than there are."),
]


@pytest.mark.parametrize(("name", "told", "line"), REFUSED)
def test_bad_input(
    name: str, told: dict[str, object], line: str, facts: Path, tmp_path: Path
) -> None:
    """What cannot be decided on the day itself is refused as `decide` refuses it, in one line."""
    rules = small_book(tmp_path / "small")
    facts.write_text(json.dumps(told))
    arguments = (name, facts, *DAY, "--rules", rules, "--lang", "en")
    ran = run("until", *arguments)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert line in ran.problems[0]
    assert run("decide", *arguments) == ran


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (("--as-of", "yesterday"), "`yesterday` is not a day written YYYY-MM-DD"),
        (("--lang", "de", *DAY), "the rule book has no language `de`"),
        (("--format", "html", *DAY), "'html' is not one of"),
    ],
)
def test_bad_options(option: tuple[str, ...], line: str) -> None:
    """Options are refused in one line; the day of the rules is no option, for time moves both."""
    ran = run("until", "continuation", NOTICE, *option)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert line in ran.err


def test_a_fact_told_twice(facts: Path, tmp_path: Path) -> None:
    """A fact that is told twice stops it, though its last value would do."""
    facts.write_text('{"years": 3, "years": 4}')
    ran = run("until", "support", facts, *DAY, "--rules", small_book(tmp_path / "small"))
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert "NIC509" in ran.err
