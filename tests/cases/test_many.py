"""Files of many cases: rows as read, and files that cannot be used at all."""

# ruff: noqa: E501 - rows of tables stay on one line

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.cases.many import open_cases
from nic_rules.cases.one import JSON
from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import CasesError
from nic_rules.engine.book import RuleBook
from nic_rules.language.values import Plain
from nic_rules.library import load
from nic_rules.rulebook.given import BadFact, read_case, read_cell
from tests.cli.small import FACTS, small_book, small_facts

EVIDENCE = "subject,years,years.evidence,years.recorded_on,years.by\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    """Give the small rule book."""
    return load(small_book(tmp_path_factory.mktemp("small")))


def rows(folder: Path, name: str, text: str | bytes) -> list[GivenRow]:
    """Read a file of a name and a text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    with open_cases(path, small_facts()) as cases:
        return list(cases.rows())


def told(row: GivenRow) -> str:
    """Tell a row in short: its place, and its subject or what is wrong."""
    wrong = ", ".join(f"{p.code} {p.column}".rstrip() for p in row.problems)
    return f"{row.row}/{row.line} {wrong or row.subject}"


UNUSABLE = [
    ("a.csv", b"", ["NIC601 this file is empty"]),
    ("a.csv", b"\xef\xbb\xbf", ["NIC601 this file is empty"]),
    ("a.csv", b"\nsubject\na\n", ["NIC601 the first line is not a header"]),
    ("a.csv", b"years\n6\n", ["NIC602 there is no column `subject`"]),
    ("a.csv", b"subject,years,years\na,6,7\n", ["NIC602 column `years` stands twice"]),
    ("a.csv", b"subject,yers\na,6\n", ["NIC602 column `yers` is no fact (did you mean `years`?)"]),
    ("a.csv", b"subject, years\na,6\n", ["NIC602 column ` years` is no fact (did you mean `years`?)"]),
    ("a.csv", b"subject,\na,6\n", ["NIC602 column 2 of the header has no name"]),
    ("a.csv", b"subject,subject.by\na,6\n", ["NIC602 column `subject.by` is no fact (did you mean `subject`?)"]),
    ("a.csv", b"subject,nope.by\na,6\n", ["NIC602 column `nope.by` is no fact"]),
    ("a.csv", b"subj\xffect\na\n", ["NIC102 the header holds bytes that are not UTF-8 (say `--encoding windows-1252` if the whole file is)"]),
    ("a.csv", '\ufeffsubject'.encode("utf-16"), ["NIC601 this file is not CSV, as its name says: it looks like a text in UTF-16"]),
    ("a.csv", b'"sub"ject\na\n', ["NIC601 the header cannot be read: something stands between a closing quote and the next comma"]),
    ("a.csv", b'"subject\na\n', ["NIC601 the header cannot be read: a quote is not closed"]),
    ("a.jsonl", b"", ["NIC601 this file is empty"]),
    ("a.jsonl", b"\n \n", ["NIC601 this file is empty"]),
    ("a.jsonl", b'{"subject": "a", "yers": 6}\n', ["NIC602 key `yers` is no fact (did you mean `years`?)"]),
    ("a.txt", b"subject\na\n", ["NIC601 a file of cases ends in one of `.csv`, `.jsonl`, `.ndjson`, `.parquet`, `.xlsx`"]),
    ("a", b"subject\na\n", ["NIC601 a file of cases ends in one of `.csv`, `.jsonl`, `.ndjson`, `.parquet`, `.xlsx`"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), UNUSABLE)
def test_unusable_files(tmp_path: Path, name: str, text: bytes, expected: list[str]) -> None:
    """A file that cannot be used at all is refused before anything is decided, and says why."""
    with pytest.raises(CasesError) as caught:
        rows(tmp_path, name, text)
    found = [str(d).partition("NIC")[2].replace(" error:", "") for d in caught.value.diagnostics]
    assert expected == [f"NIC{told}" for told in found]


CSV = [
    ("subject\n", []),
    ("\ufeffsubject,years\na,6\n", ["1/2 a"]),
    ("subject,years\r\na,6\r\nb,7", ["1/2 a", "2/3 b"]),
    ('"subject","years"\n"a","6"\n', ["1/2 a"]),
    ('subject,label\na,"x\ny"\nb,"x\r\ny"\nc,"q""q"\n', ["1/2 a", "2/4 b", "3/6 c"]),
    ("subject,label\na,x\n\n\nb,y\n", ["1/2 a", "2/5 b"]),
    ("subject,label\na\nb,c,d\ne,f\n", ["1/2 NIC603", "2/3 NIC603", "3/4 e"]),
    ('subject,label\na,x"y\n', ["1/2 a"]),
    ('subject,label\na,"x"y\nb,z\n', ["1/2 NIC603", "2/3 b"]),
    ('subject,label\na,"x\nb,y\nc,z\n', ["1/2 NIC603", "2/3 NIC603", "3/4 NIC603"]),
    ('subject,label\na,"x\nb,"y"\nc,z\n', ["1/2 NIC603", "2/3 NIC603", "3/4 c"]),
    ("subject,label\n,x\n  ,x\n", ["1/2 NIC604 subject", "2/3 NIC604 subject"]),
    ("subject,label\na,x\nb,x\na,x\n", ["1/2 NIC604 subject", "2/3 b", "3/4 NIC604 subject"]),
    ("subject,label\na\x00,x\nb,\x00\n", ["1/2 NIC103 subject", "2/3 NIC103 label"]),
    ("subject,label\na\u2028b,x\nc\x0bd,x\ne\x85f,x\n", ["1/2 a\u2028b", "2/3 c\x0bd", "3/4 e\x85f"]),
    ("subject,as_of,rules_on\na,2016-01-01,2015-01-01\n", ["1/2 a"]),
    ("subject,as_of,rules_on\na,20160101,2016-02-30\n", ["1/2 NIC504 as_of, NIC504 rules_on"]),
    ("subject,label\na," + "x" * 200_000 + "\nb,x\n", ["1/2 a", "2/3 b"]),
    ('subject,label\na,"' + "b,x\n" * 60_000 + '"\nc,x\n', ["1/2 a", "2/60003 c"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CSV)
def test_csv(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Each line of a CSV file ends in one row: read, or with its problems."""
    assert expected == [told(row) for row in rows(tmp_path, "a.CSV", text)]


def test_bad_bytes_spoil_only_their_row(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are a problem of their cell, and the subject is still told."""
    found = rows(tmp_path, "a.csv", b"subject,label\na,\xff\nb\xff,x\nc,y\n")
    assert ["1/2 NIC102 label", "2/3 NIC102 subject", "3/4 c"] == [told(row) for row in found]
    assert "a" == found[0].subject


JSON_LINES = [
    ('{"subject": "a", "years": 6}\n\n{"subject": "b"}\n\n\n', ["1/1 a", "2/3 b"]),
    ('\ufeff{"subject": "a"}\r\n{"subject": "b"}', ["1/1 a", "2/2 b"]),
    ('{bad\n[1]\n"x"\nnull\n', ["1/1 NIC603", "2/2 NIC501", "3/3 NIC501", "4/4 NIC501"]),
    ('{"years": 6}\n{"subject": null}\n{"subject": " "}', ["1/1 NIC604 subject", "2/2 NIC604 subject", "3/3 NIC604 subject"]),
    ('{"subject": 12}\n{"subject": true}\n{"subject": ["a"]}', ["1/1 NIC503 subject", "2/2 NIC503 subject", "3/3 NIC503 subject"]),
    ('{"subject": "\\ud800"}', ["1/1 NIC503 subject"]),
    ('{"subject": "a", "subject": "b"}', ["1/1 NIC509"]),
    ('{"subject": "a", "years": {"value": 1, "value": 2}}', ["1/1 NIC509"]),
    ('{"subject": "a", "years": ' + "[" * 100_000, ["1/1 NIC603"]),
    ('{"subject": "a", "as_of": "2016-01-01", "rules_on": null}', ["1/1 a"]),
    ('{"subject": "a", "as_of": 20160101}', ["1/1 NIC504 as_of"]),
    ('{"subject": "a", "as_of": ["x"]}', ["1/1 NIC503 as_of"]),
    ('{"subject": "a"}\n{"subject": "a"}', ["1/1 NIC604 subject", "2/2 NIC604 subject"]),
    ('{"subject": "a", "years.by": "me", "years": {"value": 6, "by": "you"}}', ["1/1 NIC509 years.by"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), JSON_LINES)
@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.JSONL"])
def test_json_lines(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    """Each line of JSON ends in one row: read, or with its problems."""
    assert expected == [told(row) for row in rows(tmp_path, name, text)]


def test_bytes_of_json_lines(tmp_path: Path) -> None:
    """A line that is no UTF-8 is a row with a problem, and the next is read."""
    found = rows(tmp_path, "a.jsonl", b'{"subject": "\xff"}\n{"subject": "b"}\n')
    assert ["1/1 NIC102", "2/2 b"] == [told(row) for row in found]


def test_many_of_one_subject_are_told_shortly(tmp_path: Path) -> None:
    """A row names at most three others of its subject, however many there are."""
    found = rows(tmp_path, "a.csv", "subject\n" + "a\n" * 3_000)
    expected = (
        "subject `a` also occurs in row 1 (line 2), row 2 (line 3), row 3 (line 4) and 2996 more"
    )
    assert expected == found[-1].problems[0].message


def test_evidence_columns(tmp_path: Path) -> None:
    """Evidence stands beside its fact's value, known or not; what is empty is not told."""
    text = EVIDENCE + "a,6,letter,2015-01-01,me\nb,,letter,,\nc,6,,,\n"
    expected = [
        {"years": {"value": "6", "evidence": "letter", "recorded_on": "2015-01-01", "by": "me"}},
        {"years": {"value": None, "evidence": "letter"}},
        {"years": "6"},
    ]
    assert expected == [row.given for row in rows(tmp_path, "a.csv", text)]


@pytest.mark.parametrize("value", ["5", '["x"]', "true", '{"a": 1}'])
def test_evidence_of_json_is_text(book: RuleBook, tmp_path: Path, value: str) -> None:
    """Evidence that is no text is refused in JSON Lines as it is in one case."""
    (row,) = rows(tmp_path, "a.jsonl", f'{{"subject": "a", "years": 6, "years.evidence": {value}}}')
    assert ["NIC507"] == [d.code for d in read_case(book.book.facts, row.given).problems]


# --- both readers of values take and refuse the same texts

ODD = st.sampled_from([
    "6", "06", "+6", "-0", "6.0", "6.", ".5", "1e3", "６", "33.333", "33.330", "1_0", " 6", "6 ",
    "true", "True", "false", "yes", "null", "~", "arena", "Arena", "NaN", "=1+1", 'q"q', "a,b",
    "2015-03-01", "20150301", "2015-02-30", "２015-03-01", "x\ny", "\u2028", "\x1b[2J", "\ufeff",
])  # fmt: skip
TEXTS = ODD | st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1)


@given(fact=st.sampled_from(FACTS), text=TEXTS)
def test_a_cell_is_read_as_a_plain_scalar(book: RuleBook, fact: str, text: str) -> None:
    """A cell, a plain scalar, and the same value in JSON are taken or refused alike."""
    facts = book.book.facts
    buffer = io.StringIO()
    csv.writer(buffer).writerow([text])
    (cell,) = next(csv.reader(io.StringIO(buffer.getvalue(), newline="")))
    try:
        expected = [read_cell(facts[fact], cell)]
    except BadFact:
        expected = []
    case = read_case(facts, {fact: Plain(text)})
    assert expected == list(case.values.values())
    kind = facts[fact].item.written.type
    if kind in ("text", "enum", "date"):
        as_json = json.dumps(text)
    elif text in ("NaN", "null") or not _is_json(text):
        return  # no value of JSON, or the unknown
    else:
        as_json = text
    value = JSON.decode(f'{{"{fact}": {as_json}}}')
    assert expected == list(read_case(facts, value).values.values())


def _is_json(text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, bool | int | float) and text.strip(" \t\r\n") == text
