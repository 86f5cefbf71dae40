"""Records read from files and folders: each in its place, none lost for another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nic_rules.diagnostics import RecordError
from nic_rules.records import recorded as module
from nic_rules.records.recorded import Recorded, read_records
from tests.records.small import DAY, SOUND, UNSOUND, book, record

RECORD = record(SOUND).decision.to_json()
OTHER = record(UNSOUND, subject="sør").decision.to_json()


def told(read: Recorded) -> str:
    """Give the one line that tells why there is no decision."""
    assert read.decision is None
    (wrong,) = read.wrong
    return str(wrong)


@pytest.mark.parametrize("name", ["a.json", "a", "a.txt"])
def test_one_record_a_file(tmp_path: Path, name: str) -> None:
    """A file of any name holds one record, unless its ending says that it holds lines."""
    file = tmp_path / name
    file.write_text(f"{RECORD}\n", encoding="utf-8")
    (read,) = read_records(file)
    assert (str(file), 0, RECORD, None) == (read.file, read.line, *_texts(read))


def _texts(read: Recorded) -> tuple[str | None, object]:
    return (read.decision.to_json() if read.decision else None, read.reasons)


def test_one_record_written_over_lines(tmp_path: Path) -> None:
    """Spaces and line feeds are no part of a record."""
    file = tmp_path / "a.json"
    file.write_text(json.dumps(json.loads(RECORD), indent=2), encoding="utf-8")
    (read,) = read_records(file)
    assert (RECORD, None) == _texts(read)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL"])
def test_one_record_a_line(tmp_path: Path, name: str) -> None:
    """Each line is a record, and blank ones are none."""
    file = tmp_path / name
    file.write_text(f"{RECORD}\n\n  \n{OTHER}", encoding="utf-8")
    reads = list(read_records(file))
    assert [(1, RECORD), (4, OTHER)] == [(r.line, _texts(r)[0]) for r in reads]


def test_no_record_is_lost_for_another(tmp_path: Path) -> None:
    """Lines that cannot be read stand in their places, each with its line and why."""
    file = tmp_path / "a.jsonl"
    changed = OTHER.replace("sør", "øst")
    lines = [RECORD, "{", changed, "[]", '{"schema":"nic-rules/decision/1"}', OTHER]
    file.write_text("\n".join(lines), encoding="utf-8")
    reads = list(read_records(file))
    assert [1, 2, 3, 4, 5, 6] == [read.line for read in reads]
    assert [RECORD, OTHER] == [t for t, _ in map(_texts, reads) if t is not None]
    no_record = "this is no record of a decision: "
    assert [
        f"{file}:2: NIC703 error: {no_record}it is not JSON, or a key stands twice",
        f"{file}:3: NIC703 error: the digest of this record does not hold: it was changed",
        f"{file}:4: NIC703 error: {no_record}its schema is not nic-rules/decision/1",
    ] == [told(read) for read in reads[1:4]]
    assert told(reads[4]).startswith(f"{file}:5: NIC703 error: {no_record}key `")


def test_a_folder_is_read_in_order(tmp_path: Path) -> None:
    """Files below a folder come by path; those of other endings are no records."""
    (tmp_path / "b").mkdir()
    for name in ("b/c.jsonl", "a.json", "c.json", "d.csv", "b/page.html"):
        (tmp_path / name).write_text(RECORD, encoding="utf-8")
    found = [str(Path(read.file).relative_to(tmp_path)) for read in read_records(tmp_path)]
    assert ["a.json", "b/c.jsonl", "c.json"] == found


@pytest.mark.parametrize("schema", ["nic-rules/summary/1", "nic-rules/archive/1"])
def test_what_lies_beside_records_is_passed_over(
    tmp_path: Path, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder may hold a review's summary and archives; asked for alone, they are no records."""
    file = tmp_path / "b.json"
    file.write_text(json.dumps({"schema": schema, "x": "x" * 9_000}), encoding="utf-8")
    (tmp_path / "a.json").write_text(RECORD, encoding="utf-8")
    assert [str(tmp_path / "a.json")] == [read.file for read in read_records(tmp_path)]
    (alone,) = read_records(file)
    assert "its schema is not nic-rules/decision/1" in told(alone)
    monkeypatch.setattr(module, "MOST_BYTES", 8_000)
    assert [str(tmp_path / "a.json")] == [read.file for read in read_records(tmp_path)]


def test_who_only_speaks_of_a_schema_is_told(tmp_path: Path) -> None:
    """A broken file beside records is told, though the name of another schema stands in it."""
    (tmp_path / "a.json").write_text('{"x": "nic-rules/archive/1"', encoding="utf-8")
    (read,) = read_records(tmp_path)
    assert "it is not JSON" in told(read)


def test_reasons_are_kept_as_given(tmp_path: Path) -> None:
    """A trace gives the decision, and the reasons just as they stand."""
    trace = book().edition(DAY).explain(record(SOUND).decision, "en").as_data()
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(trace), encoding="utf-8")
    (read,) = read_records(file)
    expected = json.loads(json.dumps({k: v for k, v in trace.items() if k != "decision"}))
    assert (RECORD, expected) == _texts(read)


BROKEN = {
    "no decision": ('{"schema": "nic-rules/trace/1"}', "its schema is not nic-rules/decision/1"),
    "a key twice": ('{"schema": "nic-rules/trace/1", "schema": 1}', "it is not JSON"),
    "a changed decision": (
        '{"schema": "nic-rules/trace/1", "decision": ' + RECORD.replace("nord", "sør") + "}",
        "the digest of this record does not hold",
    ),
    "empty": (" \n", "this file is empty"),
    "not UTF-8": ("\udcff", "it is not JSON"),
    "nested deep": ("[" * 100_000, "it is not JSON"),
    "an edition of a path": (RECORD.replace('"small"', '"../small"'), "digest of this record"),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_what_is_no_record_is_one_line(tmp_path: Path, kind: str, ending: str) -> None:
    """Whatever a file holds instead of a record, one line names it and says so."""
    text, said = BROKEN[kind]
    file = tmp_path / f"a.{ending}"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    (read,) = read_records(file)
    assert told(read).startswith(str(file))
    assert said in told(read)


def test_a_record_may_not_lead_out_of_the_archives(tmp_path: Path) -> None:
    """A rule book of no name, with a digest made anew, is refused before any file is looked for."""
    from tests.records.dated import forged

    def lead_out(told: dict[str, object]) -> None:
        told["edition"] = {**dict(told["edition"]), "rulebook": "../small"}  # type: ignore[call-overload]  # of JSON

    file = tmp_path / "a.json"
    file.write_text(forged(record(SOUND).decision, lead_out), encoding="utf-8")
    (read,) = read_records(file)
    assert "it names no edition" in told(read)


def test_a_long_line_is_told_and_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is too long is told once, and those after it keep their numbers."""
    monkeypatch.setattr(module, "MOST_BYTES", 4_000)
    file = tmp_path / "a.jsonl"
    file.write_text(f"{'x' * 20_000}\n{RECORD}\n", encoding="utf-8")
    long, fine = read_records(file)
    assert f"{file}:1: NIC703 error: this is no record of a decision: it has more than 10 MB" == (
        told(long)
    )
    assert (2, RECORD) == (fine.line, _texts(fine)[0])


def test_no_file_and_no_records(tmp_path: Path) -> None:
    """A file that is not there is a line; a folder without records is refused."""
    (read,) = read_records(tmp_path / "none.json")
    assert "this file cannot be read: No such file or directory" in told(read)
    (read,) = read_records(tmp_path / "a\0b")
    assert "no file can have this name" in told(read)
    with pytest.raises(RecordError, match="there are no records here"):
        list(read_records(tmp_path))
