"""`nic-rules compare`: what it prints of two records, and which it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nic_rules.decision import Decision
from tests.cli.running import run
from tests.cli.small import BOOK
from tests.fixture_years import NIC
from tests.records.small import SOUND, UNSOUND, record

ROOT = Path(__file__).parents[2]
BEFORE, AFTER = (ROOT / "fixtures" / "records" / f"kl-049-{year}.json" for year in (2015, 2016))


def kept(folder: Path, name: str, facts: dict[str, Any], **told: Any) -> Path:
    """Write a decision by the small rule book into a file."""
    path = folder / name
    path.write_text(record(facts, **told).decision.to_json(), encoding="utf-8")
    return path


def test_text_says_what_moved_the_outcome() -> None:
    """In each language: both outcomes, the fact that moved it, and what else changed."""
    english, bokmål = (run("compare", BEFORE, AFTER, "--lang", lang) for lang in ("en", "nb"))
    assert ((0, ""), (0, "")) == ((english.code, english.err), (bokmål.code, bokmål.err))
    assert (
        "What moved the outcome\n"
        "  With this as before and all else as after, the outcome would be “Continues” again:\n"
        "  · Active leadership: yes → no\n"
    ) in english.out
    assert (
        "Dette endret utfallet\n"
        "  Med dette som før og alt annet som etterpå ville utfallet igjen blitt «Fortsetter»:\n"
        "  · Aktiv ledelse: ja → nei\n"
    ) in bokmål.out


def test_json_says_the_same() -> None:
    """The sets that moved the outcome, and each change with what was and what is."""
    told = json.loads(run("compare", BEFORE, AFTER, "--format", "json").out)
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (BEFORE, AFTER))
    assert {"sets": [["active_leadership"]], "tried": 3, "complete": True} == told["moved"]
    assert {"before": True, "after": False} == told["facts"]["active_leadership"]
    changed = {n for n in before["facts"] | after["facts"]
               if before["facts"].get(n) != after["facts"].get(n)}  # fmt: skip
    assert changed == told["facts"].keys()
    assert [before["outcome"], after["outcome"]] == [
        told[w]["outcome"] for w in ("before", "after")
    ]


def test_what_moved_restores_the_outcome() -> None:
    """Taken back by hand, the change that is named restores the outcome."""
    before, after = (Decision.from_json(path.read_text("utf-8")) for path in (BEFORE, AFTER))
    facts = {**after.facts, "active_leadership": before.facts["active_leadership"]}
    again = NIC.edition(after.rules_on).decide("continuation", facts, as_of=after.as_of)
    assert before.outcome == again.outcome


def test_the_same_outcome_was_moved_by_nothing() -> None:
    """A record beside itself: nothing changed, and that is said."""
    ran = run("compare", AFTER, AFTER, "--lang", "en")
    assert "The outcome is the same, so nothing moved it." in ran.out
    assert "No fact changed." in ran.out


def test_records_of_rules_that_are_not_at_hand(tmp_path: Path) -> None:
    """Facts and findings are compared, and that nothing is said of what moved the outcome is."""
    one, two = kept(tmp_path, "a", SOUND), kept(tmp_path, "b", UNSOUND)
    book = tmp_path / "book"
    book.mkdir()
    (book / "small.yaml").write_text(BOOK.replace("{arena: 3}", "{arena: 4}"), encoding="utf-8")
    told = json.loads(run("compare", one, two, "--rules", book, "--format", "json").out)
    assert (None, "rules_are_not_at_hand") == (told["moved"], told["silence"])
    assert {"firm_seats", "seats", "years"} == told["facts"].keys()


def test_the_rule_book_is_the_one_that_the_records_name(tmp_path: Path) -> None:
    """Records of another shipped book need no `--rules`; where two are named, that is told."""
    halls = tmp_path / "halls.json"
    asked = ("--rules", "halls", "--as-of", "2024-06-01", "--format", "json")
    decided = run("decide", "grant_decision", "-", *asked, given=b"{}")
    halls.write_text(decided.out, encoding="utf-8")
    ran = run("compare", halls, halls, "--lang", "en")
    assert (0, "") == (ran.code, ran.err)
    assert "The outcome is the same" in ran.out
    told = run("compare", AFTER, kept(tmp_path, "small.json", SOUND)).problems
    assert "NIC705 error: the records are of two rule books: `nic` and `small`" in told


CHANGES = [
    ('"outcome":"notice"', '"outcome":"continue"', "the digest of this record does not hold"),
    ('"schema":"nic-rules/decision/1"', '"schema":"x"', "its schema is not nic-rules/decision/1"),
    ("{", "", "it is not JSON"),
]


@pytest.mark.parametrize(("old", "new", "told"), CHANGES)
def test_a_changed_record_is_refused(tmp_path: Path, old: str, new: str, told: str) -> None:
    """One line that names the file, whatever was put differently."""
    changed = tmp_path / "changed.json"
    text = AFTER.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    ran = run("compare", BEFORE, changed)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert ran.problems[0].startswith(f"{changed}: NIC703 error:")
    assert told in ran.problems[0]


def test_two_subjects_are_refused(tmp_path: Path) -> None:
    """Decisions of two subjects, or one of nobody's, are not compared."""
    one = kept(tmp_path, "a", SOUND, subject="nord")
    two = kept(tmp_path, "b", SOUND, subject=None)
    ran = run("compare", one, two)
    assert (2, "") == (ran.code, ran.out)
    assert ["NIC705 error: the records are of two subjects: `nord` and none"] == ran.problems
