"""Items: every key and value that does not fit its kind, at its place, with the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from nic_rules.rulebook.written import FACT_TYPES, KINDS
from tests.rulebook.books import FACTS, SOURCE, codes, found, good, places, table

LEAST: dict[str, str] = {
    "source": 'source: a\ntitle: {en: "A"}\nclauses: []\n',
    "constraint": 'constraint: a\nholds_when: open\nmessage: {en: "No."}\n',
    "parameter": (
        'parameter: a\nname: {en: "A"}\ntype: integer\nvalues: [{from: 2010-01-01, value: 1}]\n'
        "basis: source\ncites: [one]\n"
    ),
    "derived": 'derived: a\nname: {en: "A"}\nvalue: members + 1\n',
    "criterion": (
        'criterion: a\nname: {en: "A"}\nmet_when: open\nkind: requirement\nbasis: source\n'
        "cites: [one]\n"
    ),
    "table": (
        'table: a\nname: {en: "A"}\nhit_policy: collect\n'
        'outcomes: [{outcome: yes, name: {en: "Yes"}}]\nrows: []\n'
    ),
    "scenario": "scenario: a\nabout: A case.\ntable: t\nas_of: 2015-01-01\ngiven: {}\nexpect: {}\n",
}
"""An item of each kind with its required keys only (a scenario may take some over)."""

BESIDE = FACTS + SOURCE + table("t", "collect")


def as_item(text: str) -> str:
    """Write an item as one of a list."""
    return "- " + text.rstrip("\n").replace("\n", "\n  ") + "\n"


@pytest.mark.parametrize("kind", LEAST)
def test_required_keys_are_enough(kind: str, tmp_path: Path) -> None:
    """An item with its required keys, and no others, is right."""
    good(tmp_path, BESIDE + as_item(LEAST[kind]))


@pytest.mark.parametrize(
    ("kind", "key"),
    [(kind, line.partition(":")[0]) for kind in LEAST for line in LEAST[kind].splitlines()[1:]],
)
def test_each_required_key_is_missed(kind: str, key: str, tmp_path: Path) -> None:
    """Without one of its required keys an item is told to lack just that, where it begins."""
    lines = [line for line in LEAST[kind].splitlines() if not line.startswith(f"{key}:")]
    rules = BESIDE + as_item("\n".join(lines))
    line = BESIDE.removeprefix("\n").count("\n") + 1
    wrong = found(tmp_path, rules)
    assert [("NIC201", line, 3)] == [(w.code, w.line, w.column) for w in wrong]
    assert f"`{key}`" in wrong[0].message


@pytest.mark.parametrize("kind", LEAST)
def test_an_unknown_key_gets_the_nearest(kind: str, tmp_path: Path) -> None:
    """A misspelt key is told at its place, with the key that it is most like."""
    key = LEAST[kind].splitlines()[1].partition(":")[0]
    rules = as_item(f"{LEAST[kind]}{key}x: 1")
    line = len(rules.splitlines())
    wrong = [w for w in found(tmp_path, rules + BESIDE) if w.code == "NIC202"]
    assert [(line, 3, f"did you mean `{key}`?")] == [(w.line, w.column, w.hint) for w in wrong]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("- source: a\n  title: {en: A}\n  clauses: [{clause: b}]\n", [("NIC201", 3, 14)] * 3),
        (
            "- source: a\n  title: {en: A}\n  clauses:\n"
            "    - {clause: b, place: P, says: {en: S}, normative: true, no_rul: {en: N}}\n",
            [("NIC202", 4, 61)],
        ),
        (
            "- fact: a\n  name: {en: A}\n  type: enum\n  values:\n    - {valu: b, name: {en: B}}\n",
            [("NIC201", 5, 8), ("NIC202", 5, 8)],
        ),
        (
            "- scenario: a\n  about: A case.\n  expect: {outcomes: b, finding: {}}\n",
            [("NIC202", 3, 12), ("NIC202", 3, 25)],
        ),
        ("- fact: a\n  name: {en: [A]}\n  type: boolean\n", [("NIC203", 2, 14)]),
        ("- fact: a\n  name: {en: A}\n  type: boolean\n  unit: {en: U}\n", [("NIC202", 4, 3)]),
    ],
)
def test_keys_are_checked_at_depth(
    rules: str, expected: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    """Keys that are missing, unknown or of the wrong shape are told wherever they stand."""
    assert expected == places(tmp_path, rules)


def test_a_hint_names_all_keys_where_none_is_near(tmp_path: Path) -> None:
    """A key like none that there is gets all that there are."""
    rules = "- fact: a\n  name: {en: A}\n  type: boolean\n  xyzzy: 1\n"
    hint = found(tmp_path, rules)[0].hint
    assert "keys are fact, name, type, supplied_by, ask, changeable" == hint


def test_an_item_of_an_unknown_kind_gets_the_nearest(tmp_path: Path) -> None:
    """A kind that there is not gets the kind that it is most like."""
    wrong = found(tmp_path, "- criteria: a\n  name: {en: A}\n")
    assert [("NIC111", "did you mean `criterion`?")] == [(w.code, w.hint) for w in wrong]


def test_every_kind_has_a_key_of_its_name() -> None:
    """The class of a kind has a key that is the kind's name."""
    assert [] == [kind for kind, item in KINDS.items() if kind not in item.fields()]
    assert set(FACT_TYPES) == {"boolean", "integer", "decimal", "date", "enum", "text"}


def test_what_is_wrong_with_all_items_comes_at_once(tmp_path: Path) -> None:
    """One broken item does not keep the problems of others back, nor stand for more of them."""
    rules = (
        "- fact: level\n  name: {en: L}\n  type: enum\n"
        "- constraint: a\n  holds_when: level == 'nce'\n  message: {en: A, b}\n"
        "- constraint: b\n  holds_when: lvel == 'nce'\n  message: {en: B}\n"
    )
    assert ["NIC201", "NIC208", "NIC303"] == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{en: "A"}', None),
        ('{en: "A, and {b}: c # d"}', "NIC215"),
        ("{en: A, b}", "NIC208"),
        ("{en: A, b: c}", "NIC207"),
        ("{en: }", "NIC207"),
        ('{en: " "}', "NIC207"),
        ("{}", "NIC207"),
        ("A", "NIC203"),
        ("[A]", "NIC203"),
    ],
)
def test_a_text_has_the_languages_of_the_book(text: str, code: str | None, tmp_path: Path) -> None:
    """A text is a map with exactly the book's languages, none empty."""
    rules = FACTS + f"- constraint: a\n  holds_when: open\n  message: {text}\n"
    assert ([] if code is None else [code]) == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a", None),
        ("a1_b", None),
        ("a" * 60, None),
        ("a" * 61, "NIC204"),
        ("A", "NIC204"),
        ("1a", "NIC204"),
        ("_a", "NIC204"),
        ("a-b", "NIC204"),
        ("a.b", "NIC204"),
        ("å", "NIC204"),
        ("ａ", "NIC204"),
        ("class", "NIC205"),
        ("min", "NIC205"),
        ("as_of", "NIC205"),
        ("subject", "NIC205"),
        ("lacking", "NIC205"),
        ("null", "NIC205"),
        ("not_applicable", "NIC205"),
        ("match", None),
        ("minimum", None),
    ],
)
def test_names_are_written_as_names_are(name: str, code: str | None, tmp_path: Path) -> None:
    """Names are small letters, digits and `_`, and not the words of the language."""
    rules = f"- fact: {name}\n  name: {{en: A}}\n  type: boolean\n"
    assert ([] if code is None else [(code, 1, 9)]) == places(tmp_path, rules)


@pytest.mark.parametrize(("value", "code"), [("met", "NIC205"), ("class", None), ("as_of", None)])
def test_values_are_no_tokens(value: str, code: str | None, tmp_path: Path) -> None:
    """An enum value may be a reserved name, but no token of the engine."""
    rules = (
        "- fact: a\n  name: {en: A}\n  type: enum\n"
        f"  values:\n    - {{value: {value}, name: {{en: V}}}}\n"
    )
    assert ([] if code is None else [code]) == codes(tmp_path, rules)


@pytest.mark.parametrize(
    ("clause", "code"),
    [("a.b", None), ("a.1", None), ("a..b", "NIC204"), ("a.", "NIC204"), ("A", "NIC204")],
)
def test_clauses_may_have_dots(clause: str, code: str | None, tmp_path: Path) -> None:
    """The name of a clause may have dots between its parts."""
    rules = SOURCE.replace("clause: one", f"clause: {clause}")
    assert ([] if code is None else [code]) == codes(tmp_path, rules)
