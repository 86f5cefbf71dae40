"""`nic-rules explain` and `letter`: each form on standard output, and bad records in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nic_rules.canonical import canonical, digest
from tests.cli.running import run
from tests.cli.small import BOOK, GOOD, small_book

ROOT = Path(__file__).parents[2]
RECORD = ROOT / "fixtures" / "records" / "kl-049-2016.json"
NOTICE = ROOT / "fixtures" / "cases" / "notice.json"
FORMS = ("text", "markdown", "html", "json")
DAY = ("--as-of", "2016-11-15")
BEGINS = {
    "text": {"nb": "<script>*_[]|, per 15.", "en": "<script>*_[]|, as of 15"},
    "markdown": {"nb": "# Gis det støtte?\n", "en": "# Is support given?\n"},
    "html": {"nb": '<!doctype html>\n<html lang="nb">', "en": '<!doctype html>\n<html lang="en">'},
    "json": {"nb": '{\n  "schema": "nic-rules/', "en": '{\n  "schema": "nic-rules/'},
}
SHOWN = {
    "text": "<script>*_[]|",
    "markdown": r"\<script\>\*\_\[\]\|",
    "html": "&lt;script&gt;*_[]|",
    "json": "<script>*_[]|",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give the small rule book."""
    return small_book(tmp_path / "book")


@pytest.fixture
def record(tmp_path: Path, small: Path) -> Path:
    """Give the record of a case whose subject would be markup."""
    case = tmp_path / "case.json"
    case.write_text(json.dumps({**GOOD, "years": 1, "label": "<script>*_[]|"}))
    options = ("--rules", small, *DAY, "--subject", "<script>*_[]|", "--format", "json")
    ran = run("decide", "support", case, *options)
    path = tmp_path / "record.json"
    path.write_text(ran.out)
    return path


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_forms(small: Path, record: Path, form: str, language: str) -> None:
    """Each form is in the language asked for, and shows a subject's signs as text."""
    ran = run("explain", record, "--rules", small, "--format", form, "--lang", language)
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(BEGINS[form][language])
    assert SHOWN[form] in ran.out
    assert ran.out.endswith("\n")
    assert not ran.out.endswith("\n\n")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_no_markup_of_a_subject(small: Path, record: Path, form: str) -> None:
    """The signs of the subject, and of a fact that a sentence tells, stand nowhere unescaped."""
    ran = run("explain", record, "--rules", small, "--format", form, "--lang", "en")
    assert ran.out.count(SHOWN[form]) >= 2
    assert "<script" not in ran.out.replace(r"\<script", "")


@pytest.mark.parametrize("form", FORMS)
def test_a_changed_record(tmp_path: Path, small: Path, record: Path, form: str) -> None:
    """A record whose digest does not hold is refused in one line, with nothing printed."""
    changed = tmp_path / "changed.json"
    changed.write_text(record.read_text().replace('"years":1', '"years":2'))
    assert record.read_text() != changed.read_text()
    ran = run("explain", changed, "--rules", small, "--format", form)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))


@pytest.mark.parametrize("form", FORMS)
def test_another_books_record(tmp_path: Path, record: Path, form: str) -> None:
    """A record of another rule book, or of other rules under its name, is refused in one line."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "small.yaml").write_text(BOOK.replace("> 0.5", ">= 0.5"), encoding="utf-8")
    for rules in ("nic", other):
        ran = run("explain", record, "--rules", rules, "--format", form)
        assert (2, "", 1) == (ran.code, ran.out, len(ran.problems)), rules


SIGNED_ANEW: list[dict[str, object]] = [
    {"outcome": "support"},
    {"outcome": ["refuse"]},
    {"rows": []},
    {"facts": {"level": "no_such", "years": "three"}},
    {"facts": {"no_fact": 1}},
    {"findings": {}},
    {"needs": ["no_fact"]},
    {"needs": ["level"]},
    {"stuck": ["no_criterion"]},
    {"inner": {"no_table": {"outcome": "x", "rows": []}}},
    {"table": "no_such"},
    {"evidence": {"years": {"recorded_on": "soon"}}},
    {"evidence": {"years": {"by": "me", "from": "you"}}},
    {"evidence": {"no_fact": {"by": "me"}}},
]
"""What whoever can work out a digest may put into a record; it covers no evidence."""


@pytest.mark.parametrize("put", SIGNED_ANEW)
def test_a_record_that_its_rules_contradict(
    tmp_path: Path, small: Path, record: Path, put: dict[str, object]
) -> None:
    """A digest is no signature: what the rules do not decide so is refused in one line."""
    data = json.loads(record.read_text(encoding="utf-8"))
    assert [] == [key for key, value in put.items() if data[key] == value]
    data |= put
    kept = {k: v for k, v in data.items() if k not in ("evidence", "library", "digest")}
    kept["edition"] = {key: data["edition"][key] for key in ("rulebook", "logic")}
    forged = tmp_path / "forged.json"
    forged.write_text(canonical({**data, "digest": digest(kept)}), encoding="utf-8")
    ran = run("explain", forged, "--rules", small)
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert ran.err.startswith(f"{forged}: NIC703 error: the rules that this record names do not")


NOW = {"nb": "endret etter avgjørelsen", "en": "changed since the decision"}


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_texts_mended_since(
    tmp_path: Path, small: Path, record: Path, form: str, language: str
) -> None:
    """A decision whose rules have other texts now is explained, and that is said."""
    mended = tmp_path / "mended"
    mended.mkdir()
    assert "Firms steer." in BOOK
    text = BOOK.replace("Firms steer.", "Firms are to steer.")
    (mended / "small.yaml").write_text(text, encoding="utf-8")
    asked = ("--format", form, "--lang", language)
    then, now = (run("explain", record, "--rules", rules, *asked) for rules in (small, mended))
    assert (0, 0) == (then.code, now.code)
    assert (False, True) == (NOW[language] in then.out, NOW[language] in now.out)


def test_an_unknown_form() -> None:
    """A form that there is not is refused in one line, which names those that there are."""
    ran = run("explain", RECORD, "--format", "pdf")
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))
    assert [] == [form for form in FORMS if form not in ran.err]


def test_a_letter_is_told_in_both_languages() -> None:
    """A letter is of the case's day and subject, in the language asked for."""
    english, bokmål = (
        run("letter", "continuation", NOTICE, *DAY, "--subject", "kl-049", "--lang", language)
        for language in ("en", "nb")
    )
    assert (0, "") == (english.code, english.err) == (bokmål.code, bokmål.err)
    assert english.out.startswith("The case concerns kl-049. We have considered the following")
    assert bokmål.out.startswith("Saken gjelder kl-049. Vi har vurdert dette spørsmålet slik")
    assert english.out.count("\n\n") == bokmål.out.count("\n\n") > 3


@pytest.mark.parametrize(
    ("table", "facts"), [("no_such", "{}"), ("support", '{"yeers": 1}'), ("support", "{")]
)
def test_a_letter_of_bad_input(small: Path, table: str, facts: str) -> None:
    """An unknown table or fact, or what is no JSON, is one line."""
    ran = run("letter", table, "-", "--rules", small, *DAY, given=facts.encode())
    assert (2, "", 1) == (ran.code, ran.out, len(ran.problems))


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_record_is_explained_as_when_it_was_decided(small: Path, form: str) -> None:
    """What `decide --explain` tells, evidence among it, is what `explain` tells of its record."""
    told = {"value": 1, "evidence": "letter 17", "recorded_on": "2016-01-31", "by": "A. Reed"}
    facts = json.dumps({**GOOD, "years": told}).encode()
    case = ("decide", "support", "-", "--rules", small, *DAY)
    record = run(*case, "--format", "json", given=facts).out.encode()
    before = run(*case, "--explain", "--format", form, given=facts)
    after = run("explain", "-", "--rules", small, "--format", form, given=record)
    assert (0, 0) == (before.code, after.code)
    assert "letter 17" in before.out
    assert before.out == after.out
