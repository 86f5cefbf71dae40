"""What is kept between processes: the same answers, and no harm from whatever stands there."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nic_rules
from nic_rules.engine import kept
from tests.strategies import Book, Case, books, cases

ROOT = Path(__file__).parents[2]
NIC = ROOT / "rules" / "nic"

FACTS = {"level": "arena", "agreed_years": 6, "organisation_number": "974760673"}


def decided(book: nic_rules.RuleBook, day: date = date(2016, 3, 1)) -> list[str]:
    """Decide a case by all tables; give the records."""
    edition = book.edition(day)
    return [edition.decide(table, FACTS).to_json() for table in edition.tables]


def entries(home: Path) -> list[Path]:
    """Give the files that are kept."""
    return sorted(path for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("day", [date(2001, 1, 1), date(2004, 1, 1), date(2010, 1, 1), date.max])
def test_a_kept_book_gives_the_same_records(day: date, tmp_path: Path) -> None:
    """What was checked now, what was kept just now and what was kept before decide alike."""
    fresh = decided(nic_rules.load(NIC), day)
    assert fresh == decided(nic_rules.load(NIC, keep_in=tmp_path), day)
    assert fresh == decided(nic_rules.load(NIC, keep_in=str(tmp_path)), day)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_book_kept_decides_alike(data: st.DataObject) -> None:
    """A drawn rule book decides a drawn case alike, kept or not."""
    drawn: Book = data.draw(books())
    case: Case = data.draw(cases(drawn))

    def records(book: nic_rules.RuleBook) -> list[str]:
        edition = book.edition(case.rules_on)
        found = []
        for table in edition.tables:
            try:
                found.append(edition.decide(table, case.data, as_of=case.as_of).to_json())
            except nic_rules.FactError as error:
                found.append(str(error))
        return found

    with TemporaryDirectory() as name:
        folder, home = Path(name) / "book", Path(name) / "kept"
        folder.mkdir()
        (folder / "book.yaml").write_text(drawn.text, encoding="utf-8")
        fresh = records(nic_rules.load(folder))
        for _ in range(2):
            assert fresh == records(nic_rules.load(folder, keep_in=home))


def test_nothing_is_checked_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that was kept is decided by without being read, checked or generated again."""
    before = decided(nic_rules.load(NIC, keep_in=tmp_path))

    def refuse(*_: object) -> None:
        raise AssertionError("done again")

    monkeypatch.setattr("nic_rules.rulebook.check.load_files", refuse)
    monkeypatch.setattr("nic_rules.engine.generate.generate", refuse)
    monkeypatch.setattr("nic_rules.engine.digests.reference", refuse)
    assert before == decided(nic_rules.load(NIC, keep_in=tmp_path))


@pytest.mark.parametrize("damage", [b"", b"\x80", b"not a pickle", b"\x80\x05cos\nsystem\n."])
def test_damaged_files_are_made_anew(damage: bytes, tmp_path: Path) -> None:
    """Whatever a kept file holds, the answer is the right one and the file is put right."""
    before = decided(nic_rules.load(NIC, keep_in=tmp_path))
    for path in entries(tmp_path):
        path.write_bytes(damage)
    assert before == decided(nic_rules.load(NIC, keep_in=tmp_path))
    assert [] == [path for path in entries(tmp_path) if path.read_bytes() == damage]


def test_files_cut_off_anywhere_are_made_anew(tmp_path: Path) -> None:
    """A file that ends early, as on a full disk, is no answer."""
    before = decided(nic_rules.load(NIC, keep_in=tmp_path))
    (book,) = [path for path in entries(tmp_path) if path.name == "book"]
    whole = book.read_bytes()
    for end in range(0, len(whole), len(whole) // 20):
        book.write_bytes(whole[:end])
        assert before == decided(nic_rules.load(NIC, keep_in=tmp_path))


def test_a_folder_that_cannot_be_is_no_hindrance(tmp_path: Path) -> None:
    """Where nothing can be kept, everything is decided all the same."""
    blocked = tmp_path / "file"
    blocked.write_text("here is no folder", encoding="utf-8")
    assert decided(nic_rules.load(NIC)) == decided(nic_rules.load(NIC, keep_in=blocked))
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_what_others_wrote_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another user could do anything when read: it is not."""
    before = decided(nic_rules.load(NIC, keep_in=tmp_path))
    read: list[object] = []
    monkeypatch.setattr(os, "getuid", lambda: -1)
    monkeypatch.setattr("nic_rules.engine.kept.pickle.load", read.append)
    assert before == decided(nic_rules.load(NIC, keep_in=tmp_path))
    assert [] == read


def test_every_change_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule, a file's name or place, the library and the Python are all part of the key."""
    folder, home = tmp_path / "book", tmp_path / "kept"
    shutil.copytree(NIC, folder)
    count = 0

    def is_new() -> bool:
        nonlocal count
        nic_rules.load(folder, keep_in=home)
        before, count = count, len(list(home.iterdir()))
        return count > before

    assert is_new()
    assert not is_new()
    rules = folder / "rulebook.yaml"
    rules.write_bytes(rules.read_bytes() + b"# a comment\n")
    assert is_new()
    rules.rename(folder / "moved.yaml")
    assert is_new()
    (folder / "empty.yaml").write_bytes(b"")
    assert is_new()
    folder = folder.rename(tmp_path / "moved")
    assert is_new()
    monkeypatch.setattr(kept, "__version__", "0.1.1")
    assert is_new()
    monkeypatch.setattr(sys, "version", "3.99")
    assert is_new()
    monkeypatch.setattr(kept, "_library", lambda: ["another library"])
    assert is_new()
    assert not is_new()


def test_an_error_is_never_kept(tmp_path: Path) -> None:
    """A book with an error is refused each time, and leaves nothing."""
    folder, home = tmp_path / "book", tmp_path / "kept"
    shutil.copytree(NIC, folder)
    (folder / "wrong.yaml").write_text("- fact: level\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(nic_rules.RuleBookError):
            nic_rules.load(folder, keep_in=home)
    assert not home.exists()


def test_only_so_much_is_kept(tmp_path: Path) -> None:
    """What was made longest ago is dropped, one rule book for each new one."""
    folder, home = tmp_path / "book", tmp_path / "kept"
    shutil.copytree(NIC, folder)
    for number in range(kept.MOST_KEPT + 3):
        (folder / "more.yaml").write_text(f"# {number}\n", encoding="utf-8")
        nic_rules.load(folder, keep_in=home)
        for age, path in enumerate(sorted(home.iterdir(), key=lambda p: p.stat().st_mtime)):
            os.utime(path, (age, age))
    assert kept.MOST_KEPT == len(list(home.iterdir()))


def test_what_else_stands_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    """Folders that were not made here are never dropped, however many and however old."""
    others = {f"other_{number}" for number in range(kept.MOST_KEPT + 3)}
    for name in others:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (0, 0))
    nic_rules.load(NIC, keep_in=tmp_path)
    assert others == others & {path.name for path in tmp_path.iterdir()}


def test_a_pickle_does_not_name_the_folder(tmp_path: Path) -> None:
    """What is kept is for this Python alone, and a pickled book or edition may go to another."""
    book = nic_rules.load(NIC, keep_in=tmp_path)
    edition = book.edition(date(2016, 3, 1))
    for handed_on in (book, edition):
        assert str(tmp_path).encode() not in pickle.dumps(handed_on)
    assert decided(book) == decided(pickle.loads(pickle.dumps(book)))
