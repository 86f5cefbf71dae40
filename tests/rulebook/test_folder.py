"""The files of a rule book: which are read, and what is told of those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nic_rules.diagnostics import RequestError, in_order
from nic_rules.rulebook.check import check_book, load_book
from nic_rules.rulebook.folder import find_book, shipped
from tests.rulebook.books import FACTS, RULEBOOK, SOURCE, constraint, criterion, write

WORDS = "only words\n"
HINT = "it is a folder, or a shipped one's name: halls, nic"


def told(folder: Path) -> list[tuple[str, str]]:
    """Check a rule book, and give code and file, named from the folder, of each error."""
    return [
        (wrong.code, str(Path(wrong.file or "").relative_to(folder)))
        for wrong in in_order(check_book(folder)[1])
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a rule book that has nothing but its `rulebook` item."""
    write(tmp_path, "")
    return tmp_path


@pytest.mark.parametrize("text", ["", "\n", "# a comment\n", "---\n", "[]\n", "\ufeff"])
def test_an_empty_file_is_fine(folder: Path, text: str) -> None:
    """A file that holds no item is no error."""
    (folder / "empty.yaml").write_text(text, encoding="utf-8")
    assert [] == told(folder)


def test_one_item_needs_no_list(folder: Path) -> None:
    """A file is one item, or a list of items."""
    (folder / "one.yaml").write_text("fact: a\nname: {en: A}\ntype: boolean\n", encoding="utf-8")
    assert ["a"] == list(load_book(folder).facts)


def test_files_are_read_in_the_order_of_their_names(folder: Path) -> None:
    """Facts come in the order of files' names, folders among them, and then of their lines."""
    for name in ("c", "a", "b/z", "b/a"):
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        fact = name.replace("/", "_")
        text = f"- fact: {fact}\n  name: {{en: A}}\n  type: text\n"
        path.write_text(text, encoding="utf-8")
    assert ["a", "b_a", "b_z", "c"] == list(load_book(folder).facts)


@pytest.mark.parametrize("name", ["facts.yml", "facts.YML", "below/facts.yml"])
def test_another_ending_is_an_error(folder: Path, name: str) -> None:
    """A file ending in `.yml` would be overlooked, so it is an error."""
    (folder / "below").mkdir()
    (folder / name).write_text(FACTS, encoding="utf-8")
    assert [("NIC109", name)] == told(folder)


@pytest.mark.parametrize("name", ["README.md", "facts.yaml.bak", "yaml", "facts.json"])
def test_other_files_are_passed_over(folder: Path, name: str) -> None:
    """What is no rule file is not read."""
    (folder / name).write_text(WORDS, encoding="utf-8")
    assert [] == told(folder)


def test_a_linked_file_is_read(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A link to a file elsewhere is read as the file."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "facts.txt"
    elsewhere.write_text(FACTS, encoding="utf-8")
    (folder / "facts.yaml").symlink_to(elsewhere)
    assert "members" in load_book(folder).facts


def test_links_lead_in_no_circle(folder: Path) -> None:
    """A link to a folder is not followed, so that no circle of links is, and is told."""
    (folder / "below").mkdir()
    (folder / "below" / "above").symlink_to(folder)
    assert [("NIC101", "below/above")] == told(folder)


@pytest.mark.parametrize("target", ["nowhere", "itself.yaml", "."])
def test_a_link_to_no_file_is_an_error(folder: Path, target: str) -> None:
    """A link to nothing, to itself or to a folder cannot be read."""
    (folder / "itself.yaml").symlink_to(folder / target)
    assert [("NIC101", "itself.yaml")] == told(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_is_an_error(folder: Path) -> None:
    """A file that may not be read is told as such, and so is a folder."""
    (folder / "facts.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "facts.yaml").chmod(0)
    (folder / "below").mkdir(mode=0)
    assert [("NIC101", "below"), ("NIC101", "facts.yaml")] == told(folder)


def test_what_is_wrong_with_one_file_keeps_no_other_back(folder: Path) -> None:
    """Each file that cannot be read is told, each by its own code."""
    (folder / "a.yaml").write_bytes(b"- \xff")
    (folder / "b.yaml").write_bytes(b"- \x00")
    (folder / "c.yaml").write_bytes(b"- [")
    (folder / "d.yaml").write_bytes(b"#" * 1_000_001)
    (folder / "e.yaml").write_bytes("- 1".encode("utf-16"))
    expected = [("NIC102", "a"), ("NIC103", "b"), ("NIC105", "c"), ("NIC104", "d")]
    assert [(code, f"{name}.yaml") for code, name in (*expected, ("NIC102", "e"))] == told(folder)


def test_files_have_a_largest_size(folder: Path) -> None:
    """A file may have a million bytes, and no more."""
    (folder / "large.yaml").write_bytes(b"#" * 1_000_000)
    assert [] == told(folder)
    (folder / "large.yaml").write_bytes(b"#" * 1_000_001)
    assert [("NIC104", "large.yaml")] == told(folder)


def test_books_have_a_largest_size(folder: Path) -> None:
    """A rule book may have twenty million bytes together; the file that passes them is told."""
    whole = len(RULEBOOK.encode())
    for number in range(20):
        (folder / f"r{number:02}.yaml").write_bytes(b"#" * (1_000_000 - whole * (number == 0)))
    assert [] == told(folder)
    (folder / "z.yaml").write_bytes(b"#")
    assert [("NIC104", "z.yaml")] == told(folder)


def test_endless_files_are_not_read_to_their_end(folder: Path) -> None:
    """What is no ordinary file, such as a device or a pipe, is not read at all."""
    (folder / "endless.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.yaml")
    assert [("NIC101", "endless.yaml"), ("NIC101", "pipe.yaml")] == told(folder)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"- '", "NIC105"),
        (b"- \xff", "NIC102"),
        (b"- \x9b", "NIC102"),
        (b"- \xc2\x9b", "NIC103"),
        (b"#" * 1_000_001, "NIC104"),
        (b"--- []\n--- []\n", "NIC106"),
        (None, "NIC101"),
    ],
)
def test_what_may_stand_in_a_file_that_cannot_be_read_is_not_missed(
    folder: Path, raw: bytes | None, code: str
) -> None:
    """Names, clauses and tables are not missed where a file cannot be read; all else is told."""
    rules = SOURCE + constraint("members > 5 and open") + criterion("large", "members > 5")
    scenario = "- scenario: s\n  about: S\n  table: t\n  as_of: 2015-03-01\n  given: {}\n"
    write(folder, rules.replace("[one]", "[one, two]") + scenario + "  expect: {outcome: yes}\n")
    missed = ["NIC303", "NIC303", "NIC303", "NIC310", "NIC405"]
    assert missed == sorted(code for code, _ in told(folder))
    if raw is None:
        (folder / "a.yaml").symlink_to(folder / "nowhere")
    else:
        (folder / "a.yaml").write_bytes(raw)
    assert [(code, "a.yaml")] == told(folder)
    (folder / "book.yaml").unlink()
    assert [(code, "a.yaml")] == told(folder)
    (folder / "a.yaml").write_bytes(b"- fact: a\n  fact: a\n")
    assert [("NIC112", "."), ("NIC108", "a.yaml")] == told(folder)


def test_a_shipped_book_is_found_by_its_name() -> None:
    """A name finds a shipped rule book, before any folder of that name."""
    assert shipped()["nic"] == find_book("nic")


@pytest.mark.parametrize(
    ("book", "hint"),
    [
        ("nicc", "did you mean `nic`?"),
        ("something_else", HINT),
        ("no/such/folder", HINT),
        (Path("nic"), "did you mean `nic`?"),
        ("\0", HINT),
        ("", HINT),
        ("README.md", HINT),
    ],
)
def test_a_book_that_is_not_there(
    book: str | Path, hint: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is neither a shipped rule book nor a folder is a request that cannot be met."""
    monkeypatch.chdir(Path(__file__).parents[2])
    with pytest.raises(RequestError) as raised:
        load_book(find_book(book))
    wrong = raised.value.diagnostics
    assert ["NIC702"] == [w.code for w in wrong]
    assert hint == wrong[0].hint
