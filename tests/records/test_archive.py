"""An archive: found from a record, the same everywhere, readable, whole, and never trusted."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785

import nic_rules
from nic_rules.decision import EditionRef
from nic_rules.diagnostics import RecordError, RuleBookError
from nic_rules.engine.book import RuleBook
from nic_rules.records import archive as module
from nic_rules.records.archive import Archive, archive_name, archive_of, keep, read_archive
from tests.records.dated import BEFORE, FACTS, MIDDLE, NOW, archived, changed, dated_book

ROOT = Path(__file__).parents[2]

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Give the folder of the dated rule book."""
    return dated_book(tmp_path)


@pytest.fixture
def made(rules: Path) -> Archive:
    """Give the archive of its edition in the middle."""
    return archive_of(rules, MIDDLE)


def held(archive: Archive) -> dict[str, Any]:
    """Give what an archive's text holds."""
    told = json.loads(archive.text)
    assert isinstance(told, dict)
    return told


# --- its name


@pytest.mark.parametrize("book", ["nic", "halls"])
def test_a_record_leads_to_its_archive(book: str) -> None:
    """What a record tells of its edition is all that the name is made of, for every edition."""
    folder = ROOT / "rules" / book
    loaded = nic_rules.load(folder)
    for days in loaded.book.intervals:
        edition = loaded.edition(days.start or date.min)
        if not edition.tables:
            continue
        record = json.loads(edition.decide(edition.tables[0], {}).to_json())["edition"]
        first, last = record["from"] or "start", record["until"] or "open"
        logic, text = (record[key].split(":")[1][:16] for key in ("logic", "text"))
        made = archive_of(folder, edition.rules_on)
        assert f"{book}-{first}-{last}-{logic}-{text}.json" == made.name


def test_each_edition_has_a_name_of_its_own(rules: Path) -> None:
    """Editions differ in name, and so does one whose texts or last day have changed."""
    names = {archive_of(rules, day).name for day in (BEFORE, MIDDLE, NOW)}
    file = rules / "inner" / "rules.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Only {members}", "No more than {members}"), encoding="utf-8")
    names.add(archive_of(rules, MIDDLE).name)
    later = text + text[text.index("- criterion: paid") : text.index("- table")].replace(
        "- criterion: paid\n", "- criterion: later\n  from: 2018-01-01\n"
    )
    file.write_text(later, encoding="utf-8")
    names.add(archive_of(rules, MIDDLE).name)
    assert 5 == len(names)


# --- its bytes


def test_the_same_bytes_everywhere(rules: Path, made: Archive, tmp_path: Path) -> None:
    """Another folder, order of writing, process, seed of hashes and time change no byte."""
    other = tmp_path / "elsewhere" / "of another name"
    (other / "inner").mkdir(parents=True)
    for name in ("inner/rules.yaml", "book.yaml"):
        (other / name).write_bytes((rules / name).read_bytes())
        os.utime(other / name, (0, 0))
    code = (
        "import sys; from pathlib import Path; from datetime import date;"
        "from nic_rules.records.archive import archive_of;"
        "sys.stdout.buffer.write(archive_of(Path(sys.argv[1]), date(2012, 2, 3)).text.encode())"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(other)], capture_output=True, check=True,
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
        )  # fmt: skip
        assert made.text.encode() == done.stdout


def test_it_is_utf8_and_indented(made: Archive) -> None:
    """Letters stand as themselves, each value on a line of its own, and a line feed ends it."""
    assert '\n    "nb": "Daterte regler",\n' in made.text
    assert made.text.endswith("}\n")
    assert "\\u00" not in made.text


def test_its_digest_is_over_everything(made: Archive) -> None:
    """The digest is that of the RFC 8785 form of all the rest, by another library."""
    told = held(made)
    claimed = told.pop("digest")
    assert "sha256:" + hashlib.sha256(rfc8785.dumps(told)).hexdigest() == claimed


# --- what people read


def test_it_says_what_it_is(rules: Path, made: Archive) -> None:
    """It begins with its schema and an explanation in both languages, its title and its edition."""
    told = held(made)
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    expected = ["schema", "about", "title", "edition", "rules", "files", "digest"]
    assert expected == list(told)
    assert "nic-rules/archive/1" == told["schema"]
    assert ["nb", "en"] == list(told["about"])
    assert len(told["about"]["nb"]) == len(told["about"]["en"])
    assert {"nb": "Daterte regler", "en": "Dated rules"} == told["title"]
    assert {
        "rulebook": "dated", "from": "2010-01-01", "until": "2020-01-01",
        "logic": edition.logic, "text": edition.text,
    } == told["edition"]  # fmt: skip


def test_the_explanation_names_what_is_there(made: Archive) -> None:
    """Every part of the file, and every word of tables, is named in each language."""
    told = held(made)
    words = [*list(told)[2:], "tables", "criteria", "hit_policy", "sources", "since", "value"]
    for language, quote in (("nb", "«{}»"), ("en", "“{}”")):
        text = " ".join(told["about"][language])
        assert [] == [word for word in words if quote.format(word) not in text]


@pytest.mark.parametrize(
    ("day", "rows", "value", "since"),
    [
        (BEFORE, ["few", "unclear", "fine"], None, None),
        (MIDDLE, ["few", "unclear", "fine"], "3", "2010-01-01"),
        (NOW, ["unpaid", "few", "unclear", "fine"], "5", "2020-01-01"),
    ],
)
def test_only_what_was_in_force_is_read(
    rules: Path, day: date, rows: list[str], value: str | None, since: str | None
) -> None:
    """Tables hold the rows of the day, parameters the value of the day; all else as written."""
    told = held(archive_of(rules, day))["rules"]
    (table,) = told["tables"]
    assert rows == [row["row"] for row in table["rows"]]
    assert {"nb": "Åpen?", "en": "Open?"} == table["name"]
    (parameter,) = told["parameters"]
    assert (value, since) == (parameter["value"], parameter["since"])
    assert "values" not in parameter
    enough, paid = told["criteria"]
    assert "members >= least_members" == enough["met_when"]
    assert {"nb": "Valgt.", "en": "Chosen."} == paid["why"]
    assert ["members", "fee", "paid_on"] == [fact["fact"] for fact in told["facts"]]
    assert "§ 1" == told["sources"][0]["clauses"][0]["place"]


def test_what_ended_is_not_read(rules: Path) -> None:
    """A criterion, derived fact, constraint or table of other days is left out."""
    days = "  from: 2020-01-01\n"
    ended = (
        f"- derived: twice\n{days}  name: {{nb: 'To', en: 'Two'}}\n  value: members + members\n"
        f"- constraint: some\n{days}  holds_when: twice >= 0\n  message: {{nb: 'N', en: 'N'}}\n"
    )
    (rules / "more.yaml").write_text(ended, encoding="utf-8")
    for day, count in ((MIDDLE, 0), (NOW, 1)):
        told = held(archive_of(rules, day))["rules"]
        assert (count, count) == (len(told["derived"]), len(told["constraints"]))


def test_the_files_stand_there_word_for_word(rules: Path) -> None:
    """Each file's lines, joined, are its bytes: byte order mark, CR, U+2028, an open last line."""
    odd = "\ufeff# én\r\n#\u2028# to\u0085# tre\n\n# uten slutt".encode()
    (rules / "odd.yaml").write_bytes(odd)
    (rules / "empty.yaml").write_bytes(b"")
    (rules / "not_rules.txt").write_bytes(b"x")
    files = held(archive_of(rules, MIDDLE))["files"]
    found = {file["path"]: "\n".join(file["lines"]).encode() for file in files}
    names = ["book.yaml", "empty.yaml", "inner/rules.yaml", "odd.yaml"]
    assert {name: (rules / name).read_bytes() for name in names} == found
    assert names == [file["path"] for file in files]


# --- kept


def test_it_is_kept_whole(made: Archive, tmp_path: Path) -> None:
    """A folder is made where there is none, and holds nothing but the archive."""
    out = tmp_path / "a" / "b"
    assert keep(made, out)
    assert {made.name: made.text.encode()} == {p.name: p.read_bytes() for p in out.iterdir()}


def test_the_same_archive_may_be_there(made: Archive, tmp_path: Path) -> None:
    """Kept twice, the file is left as it is."""
    keep(made, tmp_path)
    before = (tmp_path / made.name).stat().st_mtime_ns
    assert not keep(made, tmp_path)
    assert before == (tmp_path / made.name).stat().st_mtime_ns


def test_another_archive_of_the_edition_may_be_there(rules: Path, tmp_path: Path) -> None:
    """One made before a comment, or a rule of far other days, was written is as good, and stays."""
    first = archive_of(rules, BEFORE)
    keep(first, tmp_path / "out")
    file = rules / "inner" / "rules.yaml"
    text = file.read_text(encoding="utf-8")
    paid = text[text.index("- criterion: paid\n") : text.index("- table")]
    later = paid.replace("- criterion: paid\n", "- criterion: later  # new\n  from: 2030-01-01\n")
    file.write_text(text + later, encoding="utf-8")
    again = archive_of(rules, BEFORE)
    assert (first.name, False) == (again.name, first.text == again.text)
    assert not keep(again, tmp_path / "out")
    assert first.text.encode() == (tmp_path / "out" / first.name).read_bytes()


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_nothing_is_overwritten(made: Archive, tmp_path: Path, kind: str) -> None:
    """Whatever else has the name already stays, and is told."""
    path = tmp_path / made.name
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(RecordError, match="NIC706 error: something else is there already"):
        keep(made, tmp_path)
    assert "mine" == path.read_text() if kind == "file" else os.path.lexists(path)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("theirs", ["the same", "another"])
def test_somebody_may_be_faster(
    made: Archive, tmp_path: Path, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that appears while ours is written is not overwritten either."""
    path = tmp_path / made.name
    text = made.text if theirs == "the same" else "another"
    link = os.link

    def late(aside: Path, to: Path) -> None:
        path.write_bytes(text.encode())
        link(aside, to)

    monkeypatch.setattr(os, "link", late)
    if theirs == "the same":
        assert not keep(made, tmp_path)
    else:
        with pytest.raises(RecordError, match="is not overwritten"):
            keep(made, tmp_path)
    assert [path] == [p for p in tmp_path.iterdir() if p.is_file()]
    assert text.encode() == path.read_bytes()


def test_a_disk_without_links(
    made: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files cannot be linked, the archive is put in place all the same."""

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    assert keep(made, tmp_path / "out")
    assert [made.name] == [path.name for path in (tmp_path / "out").iterdir()]


def test_a_full_disk_leaves_nothing(
    made: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the archive cannot be written whole, no part of it stays."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordError, match="cannot be written: No space left on device"):
        keep(made, tmp_path / "out")
    assert [] == list((tmp_path / "out").iterdir())


def test_what_could_not_be_read_again_is_not_written(
    made: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that is too large to be read is refused before it is written."""
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    with pytest.raises(RecordError, match="more than 100 MB"):
        keep(made, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_of_a_name_that_cannot_be_told(rules: Path) -> None:
    """A rule file whose name is not UTF-8 is told, for no archive could name it."""
    (rules / os.fsdecode(b"\xff.yaml")).write_text("# nothing\n")
    with pytest.raises(RecordError, match="NIC706 error: this file's name is not UTF-8"):
        archive_of(rules, MIDDLE)


def test_a_book_with_errors_has_no_archive(rules: Path) -> None:
    """A rule book with errors is not archived, and all of them are told."""
    (rules / "wrong.yaml").write_text("- fact: x\n- fact: y\n", encoding="utf-8")
    with pytest.raises(RuleBookError) as raised:
        archive_of(rules, MIDDLE)
    assert {1, 2} <= {diagnostic.line for diagnostic in raised.value.diagnostics}


# --- read back


@pytest.mark.parametrize("day", [BEFORE, MIDDLE, NOW])
def test_what_is_read_decides_the_same(rules: Path, tmp_path: Path, day: date) -> None:
    """The book read from an archive decides to the byte as the book that was archived."""
    (path,) = archived(rules, tmp_path / "out", day)
    edition = nic_rules.load(rules).edition(day)
    again = RuleBook(read_archive(path, edition.reference)).edition(day)
    for facts in ({}, FACTS, {"members": 2, "fee": "0"}):
        expected = edition.decide("open", facts, subject="å")
        assert expected.to_json() == again.decide("open", facts, subject="å").to_json()


def test_one_written_otherwise_still_holds(rules: Path, tmp_path: Path) -> None:
    """Spaces and the order of keys are no part of what an archive holds."""
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told, sort_keys=True), encoding="utf-8")
    assert "dated" == read_archive(path, edition).name


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the way to every text and null of an archive."""
    if isinstance(value, dict):
        return [p for key, inner in value.items() for p in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [p for i, inner in enumerate(value) for p in leaves(inner, (*path, i))]
    return [path]


def put(told: Any, path: tuple[str | int, ...], value: object) -> None:
    """Put a value where a way leads."""
    for step in path[:-1]:
        told = told[step]
    told[path[-1]] = value


def refused(path: Path, edition: EditionRef) -> str:
    """Expect an archive to be refused; give what is said."""
    with pytest.raises((RecordError, RuleBookError)) as raised:
        read_archive(path, edition)
    assert all(str(path) in str(d) for d in raised.value.diagnostics)
    return str(raised.value)


def test_no_change_goes_unnoticed(rules: Path, tmp_path: Path) -> None:
    """Any single value that is changed, wherever it stands, breaks the archive's own digest."""
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    text = path.read_text(encoding="utf-8")
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    ways = leaves(json.loads(text))
    assert len(ways) > 150
    for way in ways:
        told = json.loads(text)
        put(told, way, "changed")
        path.write_text(json.dumps(told), encoding="utf-8")
        said = "its schema is not" if way == ("schema",) else "its own digest does not hold"
        assert said in refused(path, edition), way


def test_no_forger_changes_what_decides_or_what_is_read(rules: Path, tmp_path: Path) -> None:
    """With its own digest made anew too, no value can be changed but in the explanation."""
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    text = path.read_text(encoding="utf-8")
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    ways = [way for way in leaves(json.loads(text)) if way[0] in ("title", "edition", "rules")]
    for way in ways:
        path.write_text(text, encoding="utf-8")
        changed(path, lambda told, way=way: put(told, way, "changed"), anew=True)  # type: ignore[misc]  # bound now
        assert "NIC706" in refused(path, edition), way


def line(find: str, instead: str) -> Change:
    """Change a line of the rule files."""

    def change(told: dict[str, Any]) -> None:
        for file in told["files"]:
            file["lines"] = [text.replace(find, instead) for text in file["lines"]]

    return change


FORGED: dict[str, tuple[Change, str]] = {
    "logic": (line("value: 3}", "value: 4}"), "other days or digests than it says"),
    "text": (line("All is well.", "Alas."), "other days or digests than it says"),
    "days": (line("2010-01-01", "2011-01-01"), "other days or digests than it says"),
    "error": (line("members >= least", "member >= least"), "did you mean `members`?"),
    "no_yaml": (line("- criterion: enough", "- criterion: {"), "NIC105"),
    "no_files": (lambda told: told.update(files=[]), "NIC112"),
    "files": (
        lambda told: told.update(files={"a": "b"}),
        "its files are not written as they are in one",
    ),
    "lines": (
        lambda told: told["files"][0].update(lines=[1]),
        "its files are not written as they are in one",
    ),
    "path": (
        lambda told: told["files"][0].update(path=None),
        "its files are not written as they are in one",
    ),
    "no_path": (
        lambda told: told["files"][0].pop("path"),
        "its files are not written as they are in one",
    ),
    "surrogate": (
        lambda told: told["files"][0]["lines"].append("\ud800"),
        "it is not JSON, or a key stands twice",
    ),
    "key_missing": (lambda told: told.pop("about"), "it has not the keys of one"),
    "key_more": (lambda told: told.update(more=1), "it has not the keys of one"),
    "edition": (
        lambda told: told["edition"].update(until=None),
        "of another edition than its name says",
    ),
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_archive_is_refused(rules: Path, tmp_path: Path, kind: str) -> None:
    """Whoever changes an archive and makes its digest anew is found out all the same."""
    change, said = FORGED[kind]
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    if kind == "surrogate":  # it has no digest
        text = path.read_text(encoding="utf-8").replace('"- rulebook: dated"', '"\\ud800"')
        path.write_text(text, encoding="utf-8")
    else:
        changed(path, change, anew=True)
    assert said in refused(path, edition)


def test_an_error_in_an_archive_is_told_at_its_place(rules: Path, tmp_path: Path) -> None:
    """What the check finds is told by the archive, the file in it and the line there."""
    change, _ = FORGED["error"]
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    changed(path, change, anew=True)
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    assert f"{path}/inner/rules.yaml:11:13: NIC303 error: " in refused(path, edition)


NO_ARCHIVES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "it is not JSON"),
    "cut off": (b'{"schema": "nic-rules/archive/1", "about', "it is not JSON"),
    "a key twice": (b'{"schema": "nic-rules/archive/1", "schema": 1}', "a key stands twice"),
    "no UTF-8": (b'{"schema": "\xff"}', "it is not JSON"),
    "a list": (b"[]", "its schema is not nic-rules/archive/1"),
    "a number": (b"7", "its schema is not nic-rules/archive/1"),
    "not a number": (b'{"schema": NaN}', "it is not JSON"),
    "another schema": (b'{"schema": "nic-rules/archive/2"}', "its schema is not"),
    "nested deep": (b"[" * 100_000, "it is not JSON"),
}


@pytest.mark.parametrize("kind", NO_ARCHIVES)
def test_what_is_no_archive_is_told(rules: Path, tmp_path: Path, kind: str) -> None:
    """A file of an archive's name that is none is one line."""
    raw, said = NO_ARCHIVES[kind]
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    path = tmp_path / archive_name(edition)
    path.write_bytes(raw)
    assert said in refused(path, edition)


def test_a_large_or_unreadable_archive(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is too large, or is a folder, is one line."""
    (path,) = archived(rules, tmp_path / "out", MIDDLE)
    edition = nic_rules.load(rules).edition(MIDDLE).reference
    monkeypatch.setattr(module, "MOST_BYTES", 1_000)
    assert "it has more than 100 MB" in refused(path, edition)
    path.unlink()
    path.mkdir()
    assert "cannot be read: Is a directory" in refused(path, edition)
