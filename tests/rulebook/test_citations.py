"""Citations and placeholders: what rules rest on, and what their texts say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rulebook.books import FACTS, SOURCE, codes, criterion, found, places, table, warned

OTHER = SOURCE.replace("handbook", "letter")


@pytest.mark.parametrize(
    ("cited", "code"),
    [
        ("one", None),
        ("handbook/one", None),
        ("letter/one", "NIC310"),
        ("onne", "NIC310"),
        ("handbook", "NIC310"),
        ("Chapter 1", "NIC310"),
    ],
)
@pytest.mark.parametrize("kind", ["criterion", "constraint", "parameter", "row"])
def test_clauses_are_cited_by_name(kind: str, cited: str, code: str | None, tmp_path: Path) -> None:
    """A clause is cited by its name, alone or with its source, wherever rules cite."""
    item = {
        "criterion": criterion("a", "open"),
        "constraint": ("- constraint: a\n  holds_when: open\n  message: {en: M}\n  cites: [one]\n"),
        "parameter": (
            "- parameter: a\n  name: {en: A}\n  type: boolean\n  basis: source\n  cites: [one]\n"
            "  values: [{from: 2010-01-01, value: true}]\n"
        ),
        "row": table("a", "first", "{} -> yes"),
    }[kind].replace("[one]", f"[{cited}]")
    assert ([] if code is None else [code]) == codes(tmp_path, FACTS + SOURCE + item)


def test_a_clause_of_two_sources_wants_its_source(tmp_path: Path) -> None:
    """A clause that two sources have is cited with its source; the hint names both."""
    wrong = found(tmp_path, FACTS + SOURCE + OTHER + criterion("a", "open"))
    assert ["NIC310"] == [w.code for w in wrong]
    assert "write `handbook/one` or `letter/one`" == wrong[0].hint
    full = criterion("a", "open").replace("[one]", "[letter/one]")
    assert [] == codes(tmp_path, FACTS + SOURCE + OTHER + full)


def test_each_citation_has_its_place(tmp_path: Path) -> None:
    """A wrong citation is told at the name, not at the list."""
    rules = criterion("a", "open").replace("[one]", "[one, two,\n    three]")
    expected = [("NIC310", 6, 16), ("NIC310", 7, 5)]
    assert expected == places(tmp_path, rules + FACTS + SOURCE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nothing.", []),
        ("{members}, {least} and {years}", []),
        ("{{members}}, {{, }}", []),
        ("{{{members}}}", []),
        ("{failing} and {lacking}", []),
        ("{membrs}", ["NIC215"]),
        ("{a}", ["NIC215"]),
        ("{t}", ["NIC215"]),
        ("{as_of}", ["NIC215"]),
        ("{}", ["NIC215"]),
        ("{ members }", ["NIC215"]),
        ("{members!r}", ["NIC215"]),
        ("{members.real}", ["NIC215"]),
        ("{0}", ["NIC215"]),
        ("{members", ["NIC215"]),
        ("members}", ["NIC215"]),
        ("{", ["NIC215"]),
        ("} {", ["NIC215", "NIC215"]),
        ("{{members}", ["NIC215"]),
    ],
)
def test_placeholders_name_values(text: str, expected: list[str], tmp_path: Path) -> None:
    """A placeholder is the name of a fact, parameter or derived fact; two braces are a brace."""
    rules = FACTS + SOURCE + criterion("a", "open")
    rules += (
        "- parameter: least\n  name: {en: L}\n  type: boolean\n  basis: source\n  cites: [one]\n"
        "  values: [{from: 2010-01-01, value: true}]\n"
        "- derived: years\n  name: {en: Y}\n  value: members + 1\n"
    )
    row = table("t", "first", "{} -> yes").replace('"So."', f'"{text}"')
    assert expected == codes(tmp_path, rules + row)


@pytest.mark.parametrize("key", ["met", "not_met"])
def test_only_rows_tell_what_fails(key: str, tmp_path: Path) -> None:
    """`{failing}` and `{lacking}` stand in rows only."""
    rules = (
        FACTS + SOURCE + criterion("a", "open", f'  {key}: {{en: "{{failing}}: {{members}}"}}\n')
    )
    assert ["NIC215"] == codes(tmp_path, rules)


def test_placeholders_have_places(tmp_path: Path) -> None:
    """A placeholder is told where its brace stands, in whichever language."""
    rules = '- constraint: a\n  holds_when: open\n  message: {en: "It is {membrs}."}\n'
    assert [("NIC215", 3, 24)] == places(tmp_path, rules + FACTS)


def test_a_placeholder_is_in_force(tmp_path: Path) -> None:
    """A text may only tell a derived fact that is in force with it."""
    rules = FACTS + (
        "- derived: years\n  name: {en: Y}\n  value: members + 1\n  until: 2014-06-01\n"
        '- constraint: a\n  holds_when: open\n  message: {en: "{years}"}\n'
    )
    assert ["NIC309"] == codes(tmp_path, rules)
    assert [] == codes(tmp_path, rules + "  until: 2014-06-01\n")


USED = FACTS[: FACTS.index("- fact: members")]
TWO = SOURCE + "    - {clause: two, place: P, says: {en: S}, normative: true}\n"
TABLE = table("t", "first", "{open: 'true'} -> yes", "{} -> no")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("", []),
        ("- fact: a\n  name: {en: A}\n  type: date\n", ["NIC804"]),
        ("- fact: a\n  name: {en: A}\n  type: text\n", []),
        (criterion("a", "open"), ["NIC804"]),
        (criterion("a", "open") + criterion("b", "a"), ["NIC804"]),
        ("- derived: a\n  name: {en: A}\n  value: year(as_of)\n", ["NIC804"]),
        (
            "- parameter: a\n  name: {en: A}\n  type: boolean\n  basis: source\n  cites: [one]\n"
            "  values: [{from: 2010-01-01, value: true}]\n",
            ["NIC804"],
        ),
        ("- constraint: a\n  holds_when: open\n  message: {en: A}\n", []),
        (
            criterion("a", "open", kind="aim")
            + table("u", "collect", "{} -> yes", "{} -> no", more="  notes: [a]\n"),
            [],
        ),
    ],
)
def test_items_that_no_rule_uses(rules: str, expected: list[str], tmp_path: Path) -> None:
    """What no rule uses is a warning; text facts and constraints need no use, and notes are one."""
    assert expected == warned(tmp_path, USED + SOURCE + TABLE + rules)


def test_clauses_that_no_rule_cites(tmp_path: Path) -> None:
    """A normative clause is cited, or says why no rule cites it."""
    assert ["NIC805"] == warned(tmp_path, USED + TWO + TABLE)
    told = TWO.replace("normative: true}", "normative: true, no_rule: {en: N}}")
    assert [] == warned(tmp_path, USED + told + TABLE)
    cited = TABLE.replace("[one]", "[one, handbook/two]")
    assert [] == warned(tmp_path, USED + TWO + cited)


def test_keyed_values_that_disappear(tmp_path: Path) -> None:
    """A keyed value that the next entry leaves out is a warning; one that comes is none."""
    level = FACTS[FACTS.index("- fact: level") : FACTS.index("- fact: motto")]
    rules = (
        SOURCE + level + "- parameter: p\n  name: {en: P}\n  type: integer\n  by: level\n"
        "  basis: source\n  cites: [one]\n  values:\n"
        "    - {from: 2010-01-01, value: {arena: 1}}\n"
        "    - {from: 2011-01-01, value: {arena: 1, nce: 2}}\n"
    )
    use = "- constraint: a\n  holds_when: p[level] > 0\n  message: {en: A}\n"
    assert [] == warned(tmp_path, rules + use)
    less = rules + "    - {from: 2012-01-01, value: {nce: 2}}\n"
    assert ["NIC807"] == warned(tmp_path, less + use)
