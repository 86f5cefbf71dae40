"""The trace of a decision as data: rows, findings, values and what they rest on."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from string import Formatter

import pytest

from nic_rules.decision import Decision, Finding, FrozenMap, Names, Rest, Told
from nic_rules.diagnostics import RequestError
from nic_rules.engine.edition import Edition
from nic_rules.explanation.grounds import grounds_of
from nic_rules.explanation.text import as_text as grounds_as_text
from nic_rules.explanation.trace import FoundNode, Leaf, Trace, below, parts_of
from nic_rules.explanation.tracing import TraceFault, trace
from nic_rules.explanation.words import WORDS, words
from nic_rules.library import load
from tests.cli.small import GOOD, small_book

DAY = date(2016, 11, 15)


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """Give the small rule book's edition of a day."""
    return load(small_book(tmp_path_factory.mktemp("small"))).edition(DAY)


def decided(edition: Edition, **facts: object) -> Decision:
    """Decide by good facts, but for those given; None takes one away."""
    return edition.decide("support", {**GOOD, **facts})


def traced(edition: Edition, language: str = "en", **facts: object) -> Trace:
    """Trace the decision of good facts, but for those given."""
    return trace(edition, decided(edition, **facts), language)


def node(found: Trace, name: str) -> FoundNode:
    """Find a finding in the tree."""
    for top in (*found.table.found, *found.table.notes):
        for one in below(top):
            if isinstance(one, FoundNode) and one.name == name:
                return one
    raise KeyError(name)


def leaves_of(found: FoundNode) -> dict[str, Leaf]:
    """Give the values below a finding, by name."""
    return {one.name: one for one in below(found) if isinstance(one, Leaf)}


def as_text(found: Trace, width: int = 100) -> str:
    """Render the grounds of a trace and its tree."""
    return grounds_as_text(grounds_of(found), width=width, whole=True)


def test_the_outcome_and_its_row(edition: Edition) -> None:
    """The trace tells the table, the outcome, and the row with reason, basis and clause."""
    found = traced(edition)
    assert "Is support given?" == found.table.title
    assert (("support", "Support"),) == found.table.outcomes
    (row,) = found.table.gave
    assert ("fine", "All is well.", ()) == (row.name, row.because, row.cells)
    assert ("source", None) == (row.ground.basis, row.ground.why)
    assert [("seats", "§ 1", "Firms steer.")] == [
        (c.clause, c.place, c.says) for c in row.ground.cites
    ]


def test_a_finding_and_its_values(edition: Edition) -> None:
    """A finding has what is said of it, its parts, and the values of its facts and parameters."""
    found = node(traced(edition), "long_enough")
    assert ("met", "4 years will do at Arena level.") == (found.finding, found.said)
    leaves = leaves_of(found)
    assert ["years", "least_years", "level"] == list(leaves)
    assert ("4 years", 4, True) == (leaves["years"].shown, leaves["years"].value, True)
    assert ("3 years", "parameter") == (leaves["least_years"].shown, leaves["least_years"].kind)
    assert ("Arena level", "the register") == (leaves["level"].shown, leaves["level"].supplied_by)
    below_sound = parts_of(node(traced(edition), "sound"))
    assert ["long_enough", "firms_steer"] == [part.name for part in below_sound]


def test_evidence_stands_with_its_fact(edition: Edition) -> None:
    """What was given as evidence of a fact is told with its value."""
    evidence = {"evidence": "letter 4", "recorded_on": "2015-01-31", "by": "me"}
    found = traced(edition, years={"value": 6, **evidence})
    leaf = leaves_of(node(found, "long_enough"))["years"]
    assert evidence == dict(leaf.evidence or {})
    assert "(evidence: letter 4, recorded on 31 January 2015, stated by me)" in as_text(found)


def test_a_record_is_explained_by_the_edition_of_any_day_of_its_rules(edition: Edition) -> None:
    """Rules are the same on all days of an interval: the record's own day counts."""
    earlier = edition.at(edition.rules_on - timedelta(days=1))
    decision = earlier.decide("support", GOOD)
    record = Decision.from_json(decision.to_json())
    assert decision.explain("en").as_data() == edition.explain(record, "en").as_data()


@pytest.mark.parametrize("language", ["de", "EN", "nb\n"])
def test_a_language_that_the_rule_book_has_not(edition: Edition, language: str) -> None:
    """It is refused as every wrong request is, with the languages that there are."""
    decision = edition.decide("support", GOOD)
    for explain in (decision.explain, partial(edition.explain, decision)):
        with pytest.raises(RequestError, match=r"NIC702 .*no language.*its languages are nb, en"):
            explain(language)


def test_what_is_failing(edition: Edition) -> None:
    """`{failing}` names the lowest criteria that are not met."""
    (row,) = traced(edition, years=1, firm_seats=1).table.gave
    assert "Failing: Long enough; Firms steer" == row.because


def test_what_is_lacking(edition: Edition) -> None:
    """`{lacking}` names the facts that lack."""
    (row,) = traced(edition, years=None, level=None).table.gave
    assert "Lacking: Level; Years" == row.because


def test_what_is_lacking_and_no_fact_would_settle(edition: Edition) -> None:
    """`{lacking}` names the lowest criteria that are unknown though no fact lacks."""
    (row,) = traced(edition, seats=0, firm_seats=0).table.gave
    assert "Lacking: Firms steer" == row.because


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The share cannot be worked out, because the whole is zero: Seats."),
        ("nb", "Andelen kan ikke beregnes, fordi helheten er null: Plasser."),
    ],
)
def test_a_share_of_zero(edition: Edition, language: str, told: str) -> None:
    """A share of a whole of zero is unknown, and the trace says why."""
    found = traced(edition, language, seats=0, firm_seats=0)
    assert (told,) == node(found, "firms_steer").causes
    assert 1 == len(found.stuck)
    assert told in as_text(found, width=200)


def test_a_parameter_without_value(edition: Edition) -> None:
    """A parameter that has no value for the case is told as unknown."""
    leaf = leaves_of(node(traced(edition, level="nce"), "long_enough"))["least_years"]
    assert ("unknown", None, False) == (leaf.shown, leaf.value, leaf.known)


def test_what_is_missing(edition: Edition) -> None:
    """What is missing has its name, the question, and who is to answer it."""
    (fact,) = traced(edition, level=None).missing
    expected = ("level", "Level", "Which level?", "the register")
    assert expected == (fact.name, fact.title, fact.ask, fact.supplied_by)


def test_interpretations_stand_once(edition: Edition) -> None:
    """Each interpretation that was used is told once, with its why."""
    expected = [("Firms steer", "More than half is chosen.")]
    chosen = grounds_of(traced(edition, firm_seats=1)).interpretations
    assert expected == [tuple(one) for one in chosen if one.title == "Firms steer"]


def test_notes_stand_apart(edition: Edition) -> None:
    """An aim that the table notes is no part of what decided."""
    found = traced(edition, level="nce", active=True, told_on="2016-11-15", part="0.00")
    assert ["told_and_active"] == [one.name for one in found.table.notes]
    assert ("met", True) == (found.table.notes[0].finding, found.table.notes[0].is_aim)
    assert "Noted, with no bearing on the outcome\n  ✓ Told and active: met" in as_text(found)


def altered(decision: Decision, **changes: object) -> Decision:
    """Alter what a decision says, as nobody may."""
    of_told = {key: value for key, value in changes.items() if key in Told._fields}
    of_rest = {key: value for key, value in changes.items() if key in Rest._fields}
    assert len(changes) == len(of_told) + len(of_rest)
    return Decision.of(decision.told._replace(**of_told), decision.rest._replace(**of_rest))  # type: ignore[arg-type]


@pytest.mark.parametrize("finding", ["not_met", "unknown", "not_applicable"])
def test_an_altered_finding_is_not_explained(edition: Edition, finding: str) -> None:
    """A decision whose findings are not those of its facts is a fault, never an explanation."""
    decision = decided(edition)
    findings = FrozenMap({**decision.findings, "long_enough": Finding(finding, Names())})
    said = rf"`long_enough`: the decision says {finding} \[\], the walk met \[\]"
    with pytest.raises(TraceFault, match=said):
        trace(edition, altered(decision, findings=findings), "en")


ALTERED: list[dict[str, object]] = [
    {"findings": FrozenMap({})},
    {"facts": FrozenMap({**GOOD, "years": 1})},
    {"outcome": "refuse"},
    {"rows": Names(["unsound"])},
    {"outcome": "refuse", "rows": Names(["unsound"])},
]


@pytest.mark.parametrize("changes", ALTERED)
def test_an_altered_decision_is_not_explained(edition: Edition, changes: dict[str, object]) -> None:
    """A decision whose facts, findings, outcome or rows were altered is a fault."""
    decision = decided(edition)
    assert trace(edition, altered(decision), "en") == trace(edition, decision, "en")
    with pytest.raises(TraceFault, match="the decision says"):
        trace(edition, altered(decision, **changes), "en")


def test_an_altered_lack_is_not_explained(edition: Edition) -> None:
    """A decision that says that other facts lack is a fault."""
    decision = decided(edition, years=None)
    findings = FrozenMap({**decision.findings, "sound": Finding("unknown", Names(["seats"]))})
    with pytest.raises(TraceFault, match="`sound`"):
        trace(edition, altered(decision, findings=findings), "en")


# --- as text


def test_text_in_two_languages(edition: Edition) -> None:
    """The text is of one language in whole; names in brackets are those of the rules."""
    english, bokmål = (as_text(traced(edition, language)) for language in ("en", "nb"))
    assert english.startswith("As of 15 November 2016\nIs support given?\n  → Support  [support]\n")
    assert bokmål.startswith("Per 15. november 2016\nGis det støtte?\n  → Støtte  [support]\n")
    for text in (english, bokmål):
        assert text.endswith("\n")
        assert [] == [line for line in text.splitlines() if line != line.rstrip()]


def test_text_of_other_rules(edition: Edition) -> None:
    """Where the rules are of another day than the facts, both days are told."""
    decision = edition.decide("support", GOOD, as_of=date(2015, 3, 1), subject="kl-1")
    text = as_text(trace(edition, decision, "en"))
    assert text.startswith(
        "kl-1, as of 1 March 2015, under the rules in force on 15 November 2016\n"
    )


def test_text_of_control_characters(edition: Edition) -> None:
    """Control characters of facts, subjects and evidence are not printed."""
    evil = "\x1b[2J\r\n✗ forged\u202e\x9b\x00"
    decision = edition.decide(
        "support", {**GOOD, "years": {"value": 1, "by": evil}, "label": evil}, subject=evil
    )
    text = as_text(trace(edition, decision, "en"))
    assert [] == [line for line in text.split("\n") if not line.isprintable()]
    assert [] == [line for line in text.split("\n") if line.lstrip().startswith("✗ forged")]


def test_the_digest_is_whole(edition: Edition) -> None:
    """However narrow the page, the digest stands unbroken on a line of its own."""
    text = as_text(traced(edition), width=40)
    assert f"  {decided(edition).digest}" == text.splitlines()[-1]


def placeholders(text: str) -> set[str]:
    """Give the names of a text's placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_all_words() -> None:
    """Each word is there in both languages, not empty, with the same placeholders."""
    english, bokmål = WORDS["en"], WORDS["nb"]
    assert list(english) == list(bokmål)
    assert [] == [key for key in english if not english[key].strip() or not bokmål[key].strip()]
    different = [k for k in english if placeholders(english[k]) != placeholders(bokmål[k])]
    assert [] == different


def test_each_word_is_used() -> None:
    """No word is there that nothing says."""
    source = Path(__file__).parents[2] / "src" / "nic_rules"
    files = [*(source / "explanation").glob("*.py"), *(source / "cli").glob("*.py")]
    code = "\n".join(p.read_text(encoding="utf-8") for p in files if p.name != "words.py")
    named = {"met", "not_met", "unknown", "not_applicable", "source", "interpretation"}
    named |= {"boolean", "integer", "decimal", "date", "enum", "text"}  # types of facts
    named |= {f"row_{state}" for state in ("gave", "later", "unfit")}
    by_sign = ("number", "date", "value", "calculated")
    named |= {key for key in WORDS["en"] if key.partition(" ")[0] in by_sign}
    named |= {
        "parameter",
        "derived",
        "evidence",
        "recorded_on",
        "by",
    }  # looked up by what they name
    assert [] == [key for key in WORDS["en"] if f'"{key}"' not in code and key not in named]


def test_other_languages_are_told_in_english() -> None:
    """A language whose words we do not have is told in English."""
    assert WORDS["en"] == words("se")
