"""Replay: what is the same comes out equal, what is not is found, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.decision import Decision
from nic_rules.diagnostics import RecordError
from nic_rules.records.replay import NOTHING, Difference, Replayed, replay
from tests.records.dated import BEFORE, FACTS, MIDDLE, NOW, archived, changed, dated_book, forged

Change = Callable[[dict[str, Any]], object]


class Kept:
    """A rule book with the archives of its editions, and a file for records."""

    def __init__(self, home: Path) -> None:
        self.rules = dated_book(home)
        self.archives = home / "archives"
        self.paths = archived(self.rules, self.archives, BEFORE, MIDDLE, NOW)
        self.book = nic_rules.load(self.rules)
        self.file = home / "records.jsonl"

    def decide(self, day: date = MIDDLE, facts: dict[str, object] | None = None) -> Decision:
        """Decide by the rules of a day."""
        edition = self.book.edition(day)
        return edition.decide("open", FACTS if facts is None else facts, subject="å")

    def reasons(self, language: str = "en") -> dict[str, Any]:
        """Give the reasons of a decision."""
        told: Any = json.loads(json.dumps(self.decide().explain(language).as_data()))
        assert isinstance(told, dict)
        return told

    def replay(self, *records: str) -> list[Replayed]:
        """Write records, one a line, and replay them."""
        self.file.write_text("\n".join(records), encoding="utf-8")
        return list(replay(self.file, self.archives))

    def difference(self, record: str) -> Difference | None:
        """Replay one record."""
        (replayed,) = self.replay(record)
        assert () == replayed.wrong
        assert ("differs" if replayed.difference else "equal") == replayed.state
        return replayed.difference


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Give a rule book with its archives."""
    return Kept(tmp_path)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """Give one for many cases."""
    return Kept(tmp_path_factory.mktemp("kept"))


@settings(max_examples=60)
@given(
    facts=st.fixed_dictionaries(
        {},
        optional={
            "members": st.integers(0, 99),
            "fee": st.decimals(0, 99, places=2).map(str),
            "paid_on": st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        },
    ),
    rules_on=st.sampled_from([BEFORE, MIDDLE, NOW]),
    as_of=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    subject=st.none() | st.text(st.characters(codec="utf-8"), min_size=1),
)
def test_every_decision_comes_out_again(
    once: Kept, facts: dict[str, object], rules_on: date, as_of: date, subject: str | None
) -> None:
    """Whatever the facts, days and subject, a decision is equal when it is made again."""
    edition = once.book.edition(rules_on)
    made = edition.decide("open", facts, subject=subject, as_of=as_of)
    assert once.difference(made.to_json()) is None


def test_evidence_comes_out_again(kept: Kept) -> None:
    """What was given of evidence, of known and of unknown facts, is equal too."""
    told = {"evidence": "letter", "recorded_on": "2014-01-31", "by": "clerk"}
    facts = {"members": {"value": 4, **told}, "fee": {"value": None, "by": "x"}}
    assert kept.difference(kept.decide(MIDDLE, facts).to_json()) is None


def test_the_rules_come_from_the_archive_alone(kept: Kept) -> None:
    """When the rule book is gone or changed, its archives still decide as it did."""
    record = kept.decide().to_json()
    for file in [*kept.rules.rglob("*.yaml")]:
        file.unlink()
    assert kept.difference(record) is None


def test_the_version_of_the_library_may_be_another(kept: Kept) -> None:
    """A record of a later or earlier version is equal if all else is."""
    record = kept.decide().to_json().replace('"library":"0.1.0"', '"library":"7.0"')
    assert '"7.0"' in record
    assert kept.difference(record) is None


FORGED: dict[str, tuple[Change, Difference]] = {
    "outcome": (
        lambda told: told.update(outcome="ask"),
        Difference("decision", "outcome", "ask", "yes_open"),
    ),
    "row": (
        lambda told: told.update(rows=["unclear"]),
        Difference("decision", "rows", ["unclear"], ["fine"]),
    ),
    "finding": (
        lambda told: told["findings"]["enough"].update(finding="not_met"),
        Difference("decision", "findings.enough.finding", "not_met", "met"),
    ),
    "a finding more": (
        lambda told: told["findings"].update(more={"finding": "met", "lacks": []}),
        Difference("decision", "findings.more", {"finding": "met", "lacks": []}, NOTHING),
    ),
    "a finding less": (
        lambda told: told["findings"].pop("enough"),
        Difference("decision", "findings.enough", NOTHING, {"finding": "met", "lacks": []}),
    ),
    "needs": (
        lambda told: told.update(needs=["fee"]),
        Difference("decision", "needs", ["fee"], []),
    ),
    "the first of two": (
        lambda told: told.update(stuck=["paid"], outcome="ask"),
        Difference("decision", "outcome", "ask", "yes_open"),
    ),
    "a fact by another writing": (
        lambda told: told["facts"].update(fee="1.5"),
        Difference("decision", "facts.fee", "1.5", "1.50"),
    ),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_record_differs(kept: Kept, kind: str) -> None:
    """A record changed by who made its digest anew: the first difference is told."""
    change, expected = FORGED[kind]
    assert expected == kept.difference(forged(kept.decide(), change))


def test_facts_changed_by_a_forger_come_out_otherwise(kept: Kept) -> None:
    """With a fact changed, the outcome that was recorded does not follow."""
    record = forged(kept.decide(), lambda told: told["facts"].update(members=2))
    assert Difference("decision", "outcome", "yes_open", "not_open") == kept.difference(record)


REFUSED: dict[str, tuple[Change, str]] = {
    "bounds": (lambda told: told["facts"].update(members=200), "NIC505"),
    "no fact": (lambda told: told["facts"].update(member=2), "NIC502"),
    "no table": (lambda told: told.update(table="opens"), "NIC701"),
    "evidence": (lambda told: told.update(evidence={"members": {"x": "y"}}), "NIC507"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_record_that_is_now_refused_differs(kept: Kept, kind: str) -> None:
    """A record of what no edition of the archive would decide differs, and it is said why."""
    change, code = REFUSED[kind]
    found = kept.difference(forged(kept.decide(), change))
    assert found is not None
    assert ("refused", "", NOTHING) == (found.kind, found.key, found.expected)
    assert str(found.got).startswith(code)


@pytest.mark.parametrize("day", [date(2009, 12, 31), date(2020, 1, 1)])
def test_another_day_of_rules_is_another_edition(kept: Kept, day: date) -> None:
    """A record whose day of rules lies outside the edition that it names differs."""
    record = forged(kept.decide(), lambda told: told.update(rules_on=day.isoformat()))
    found = kept.difference(record)
    assert found is not None
    assert "decision" == found.kind


# --- reasons


@pytest.mark.parametrize("language", ["nb", "en"])
def test_reasons_come_out_again(kept: Kept, language: str) -> None:
    """In each language, reasons are those that were recorded."""
    assert kept.difference(json.dumps(kept.reasons(language))) is None


def test_every_reason_is_held_against_what_was_given(kept: Kept) -> None:
    """Any text of the reasons that was changed is found, at its place."""
    reasons = kept.reasons()
    ways = [way for way in _texts(reasons) if way[0] not in ("schema", "decision", "lasting")]
    assert len(ways) > 50
    for way in ways:
        told = json.loads(json.dumps(reasons))
        inner = told
        for step in way[:-1]:
            inner = inner[step]
        inner[way[-1]] = "changed"
        found = kept.difference(json.dumps(told))
        assert found is not None, way
        assert "reasons" == found.kind
        assert "changed" in json.dumps(found.expected)
        assert found.key == _key(way) or _key(way).startswith(f"{found.key}["), way


def _texts(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [w for key, inner in value.items() for w in _texts(inner, (*way, key))]
    if isinstance(value, list):
        return [w for i, inner in enumerate(value) for w in _texts(inner, (*way, i))]
    return [way] if isinstance(value, str) else []


def _key(way: tuple[str | int, ...]) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in way).removeprefix(".")


def test_what_later_rules_change_is_no_reason_of_the_edition(kept: Kept) -> None:
    """Until when an outcome holds rests on later rules too, which may not be in the archive."""
    reasons = kept.reasons()
    assert "2020-01-01" == reasons["decision"]["edition"]["until"]
    assert reasons["lasting"]["until"] >= "2020-01-01"
    later = {**reasons, "lasting": {**reasons["lasting"], "until": "2024-05-01", "said": []}}
    assert kept.difference(json.dumps(later)) is None
    within = {**reasons, "lasting": {**reasons["lasting"], "until": "2019-12-31"}}
    found = kept.difference(json.dumps(within))
    assert found is not None
    assert "lasting.until" == found.key


# --- what cannot be made again


def test_nothing_is_lost_for_another(kept: Kept) -> None:
    """Broken records and missing archives stand in their places; all others are decided."""
    kept.paths[0].unlink()
    record, gone = kept.decide().to_json(), kept.decide(BEFORE).to_json()
    other = forged(kept.decide(), lambda told: told.update(outcome="ask"))
    replayed = kept.replay(record, "{", gone, other, gone, record)
    expected = ["equal", "unusable", "unusable", "differs", "unusable", "equal"]
    assert expected == [one.state for one in replayed]
    assert [1, 2, 3, 4, 5, 6] == [one.recorded.line for one in replayed]
    name = kept.paths[0].name
    assert f"{kept.file}:3: NIC706 error: the archive of its rules, `{name}`, is not in " in str(
        replayed[2].wrong[0]
    )
    assert () == replayed[4].wrong, "the same archive is told once"


def test_an_altered_archive_is_named(kept: Kept) -> None:
    """A changed archive decides nothing; it is told once, and the others go on."""
    changed(kept.paths[1], lambda told: told["about"].update(en=[]), anew=False)
    record, other = kept.decide().to_json(), kept.decide(NOW).to_json()
    replayed = kept.replay(record, other, record)
    assert ["unusable", "equal", "unusable"] == [one.state for one in replayed]
    (line,) = [str(wrong) for one in replayed for wrong in one.wrong]
    said = "this archive was changed: its own digest does not hold"
    assert f"{kept.paths[1]}: NIC706 error: {said}" == line


def test_an_archive_with_other_texts_is_hinted_at(kept: Kept) -> None:
    """Where only an archive of the same logic is there, the line says so."""
    file = kept.rules / "inner" / "rules.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("All is well", "All is fine"), encoding="utf-8")
    record = nic_rules.load(kept.rules).edition(MIDDLE).decide("open", FACTS).to_json()
    (replayed,) = kept.replay(record)
    (wrong,) = replayed.wrong
    assert f"`{kept.paths[1].name}` has the same logic, but other texts or days" == wrong.hint


def test_a_folder_of_archives_that_is_not_there(kept: Kept) -> None:
    """Without the folder nothing is begun."""
    kept.file.write_text(kept.decide().to_json(), encoding="utf-8")
    for folder in (kept.archives / "none", kept.file, Path("a\0b")):
        with pytest.raises(RecordError, match=r"NIC706 error: the archives in .* cannot be read"):
            list(replay(kept.file, folder))
