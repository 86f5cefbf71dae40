"""One case from JSON or YAML: what is taken, what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from nic_rules.cases.one import read_one
from nic_rules.diagnostics import FactError
from nic_rules.engine.book import RuleBook
from nic_rules.library import load
from nic_rules.rulebook.given import read_case
from tests.cli.small import small_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Give the small rule book."""
    return load(small_book(tmp_path_factory.mktemp("small")))


def problems(book: RuleBook, file: str, raw: bytes) -> list[str]:
    """Give the codes and places of all that is wrong with a case."""
    try:
        given = read_one(file, raw)
    except FactError as error:
        found = list(error.diagnostics)
    else:
        case = read_case(book.book.facts, given.facts, given.places)
        found = [*given.problems, *case.problems]
    return sorted(f"{d.code} {d.line}:{d.column}" for d in found)


JSON = [
    (b'{"years": 6, "years": 7}', ["NIC509 1:14"]),
    (b'{"years": {"value": 6, "value": 7}}', ["NIC509 1:2"]),
    (b'{"years": NaN}', ["NIC504 1:11"]),
    (b'{"years": Infinity, "part": -Infinity}', ["NIC504 1:11", "NIC504 1:29"]),
    (b'{"years": 1e3}', ["NIC504 1:11"]),
    (b'{"years": ' + b"[" * 100_000, ["NIC601 1:2"]),
    (b'{"label": "\\ud800"}', ["NIC503 1:11"]),
    (b'{"\\ud800": 1}', ["NIC502 1:2"]),
    (b'{"label": {"value": "x", "evidence": "\\ud800"}}', ["NIC507 1:11"]),
    (b'{"label": "\xff"}', ["NIC102 1:12"]),
    (b'{"label": "a\x00b"}', ["NIC601 1:13"]),
    (b'{"label": "a\x7fb"}', []),
    (b'{"label": "a\\u0000b"}', []),
    (b'\xef\xbb\xbf{"years": 6}', []),
    (b"", ["NIC501 1:1"]),
    (b" \n\t", ["NIC501 1:1"]),
    (b"[]", ["NIC501 1:1"]),
    (b"null", ["NIC501 1:1"]),
    (b'"years"', ["NIC501 1:1"]),
    (b"{}", []),
    (b'{"years": 6}x', ["NIC601 1:13"]),
    (b'{"years": 6,}', ["NIC601 1:13"]),
    (b'{"years" 6}', ["NIC601 1:10"]),
    (b'{"years": }', ["NIC601 1:11"]),
    (b"{years: 6}", ["NIC601 1:2"]),
    (b'{"years": 06}', ["NIC601 1:12"]),
    (b'{"years": +6}', ["NIC601 1:11"]),
    (b'{"years": "6"}', ["NIC503 1:11"]),
    (b'{"years": true}', ["NIC503 1:11"]),
    (b'{"active": 1}', ["NIC503 1:12"]),
    (b'{"years": [6]}', ["NIC503 1:11"]),
    (b'{"label": ""}', ["NIC503 1:11"]),
    (b'{"label": 12}', ["NIC503 1:11"]),
    (b'{"years": -0, "part": -0.00}', []),
    (b'{"part": 33.330}', []),
    (b'{"part": "33.33"}', []),
    (b'{"part": 33.333}', ["NIC504 1:10"]),
    (b'{"told_on": "20150301"}', ["NIC504 1:13"]),
    (b'{"told_on": "2015-02-30"}', ["NIC504 1:13"]),
    (
        b'{"yers": 1,\n "years": "x",\n "level": "ARENA"}',
        ["NIC502 1:2", "NIC503 2:11", "NIC506 3:11"],
    ),
    (b'{ "yers" : 1 , "years" :\n"x" }', ["NIC502 1:3", "NIC503 2:1"]),
    (b'{"years": 1, "years": "x", "level": 3}', ["NIC503 1:23", "NIC503 1:37", "NIC509 1:14"]),
    (b'{"years": {}}', ["NIC507 1:11"]),
    (b'{"years": {"value": 6, "foo": 1}}', ["NIC507 1:11"]),
    (b'{"years": {"value": 6, "by": ""}}', ["NIC507 1:11"]),
    (b'{"years": {"value": null, "evidence": "letter 4"}}', []),
]


@pytest.mark.parametrize(("raw", "expected"), JSON)
def test_json(book: RuleBook, raw: bytes, expected: list[str]) -> None:
    """Each JSON text is read, or refused with all its problems at their places."""
    assert expected == problems(book, "case.json", raw)


YAML = [
    (b"years: 6", []),
    (b'years: "6"', ["NIC503 1:8"]),
    (b"years: '6'", ["NIC503 1:8"]),
    (b"years: |\n  6\n", ["NIC503 1:8"]),
    (b"years: null\npart: ~\nlevel:\nactive: ", []),
    (b"years: 'null'", ["NIC503 1:8"]),
    (b"label: no", []),
    (b"label: 12", []),
    (b"active: True", ["NIC503 1:9"]),
    (b"active: yes", ["NIC503 1:9"]),
    (b"told_on: 2015-03-01", []),
    (b"years: 0x10", ["NIC504 1:8"]),
    (b"years: 1_000", ["NIC504 1:8"]),
    (b"years: &x 6", ["NIC107 1:8"]),
    (b"years: &x 6\nseats: *x", ["NIC107 1:8", "NIC107 2:8"]),
    (b"years: !!int 6", ["NIC107 1:8"]),
    (b"<<: {years: 6}", ["NIC107 1:1"]),
    (b"years: 6\nyears: 7\nlevel: x", ["NIC108 2:1", "NIC506 3:8"]),
    (b"--- {years: 6}\n--- {years: 7}", ["NIC106 2:1"]),
    (b"- years: 6", ["NIC501 1:1"]),
    (b"years", ["NIC501 1:1"]),
    (b"# nothing", ["NIC501 1:1"]),
    (b"? [a]\n: 6", ["NIC203 1:3"]),
    (b"years: [6", ["NIC105 2:1"]),
    (b"years: " + b"[" * 5_000 + b"]" * 5_000, ["NIC105 1:107"]),
    (b"years: " + b"[" * 500_000, ["NIC105 1:107"]),
    (b"yers: 6\nyears: [6]", ["NIC502 1:1", "NIC503 2:8"]),
    (b'label: "\\0\\e[2J"', []),
    (b'label: "\\uD800"', ["NIC105 1:11"]),
    (b"label: a\x00b", ["NIC103 1:9"]),
    (b"label: a\xc2\x9bb", ["NIC103 1:9"]),
    (b'label: "a\xc2\x85b"', []),
    (b"years: '6", ["NIC105 1:8"]),
    (b"years: {value: 6, evidence: 12, recorded_on: 2015-01-01, by: me}", []),
]


@pytest.mark.parametrize(("raw", "expected"), YAML)
def test_yaml(book: RuleBook, raw: bytes, expected: list[str]) -> None:
    """Each YAML text is read, or refused with all its problems at their places."""
    assert expected == problems(book, "case.yaml", raw)


@pytest.mark.parametrize("file", ["-", "case", "case.txt", "CASE.JSON"])
@pytest.mark.parametrize("raw", [b"years: 6", b'{"years": 6}'])
def test_the_text_says_which_it_is(book: RuleBook, file: str, raw: bytes) -> None:
    """Without a telling name, what begins as JSON is JSON, and all else is YAML."""
    assert [] == problems(book, file, raw)


def test_yaml_that_looks_like_json(book: RuleBook) -> None:
    """A map of YAML in braces is read where the name does not promise JSON."""
    assert [] == problems(book, "-", b"{years: 6}")


def test_too_large() -> None:
    """A case of more than 10 MB is refused before it is looked at."""
    with pytest.raises(FactError) as caught:
        read_one("case.json", b" " * 10_000_001)
    assert ["the facts have more than 10 MB"] == [d.message for d in caught.value.diagnostics]


def test_numbers_of_any_length(book: RuleBook) -> None:
    """A number of 5,000 digits is refused as any other, and its message is short."""
    given = read_one("case.json", b'{"years": ' + b"9" * 5_000 + b"}")
    found = read_case(book.book.facts, given.facts, given.places).problems
    assert 1 == len(found)
    assert len(str(found[0])) < 200


def test_files_of_rules_are_no_cases(tmp_path: Path) -> None:
    """A rule book's file given as a case is refused for what it is."""
    file = small_book(tmp_path) / "small.yaml"
    with pytest.raises(FactError) as caught:
        read_one(str(file), file.read_bytes())
    assert ["NIC501"] == [d.code for d in caught.value.diagnostics]
