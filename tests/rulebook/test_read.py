"""Reading: nodes with places, every scalar the text that was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_rules.diagnostics import Diagnostic
from nic_rules.rulebook.nodes import Mapping, Node, Scalar, Sequence, at, decode
from nic_rules.rulebook.read import read_text


def composed(text: str) -> Node:
    """Read a text that nothing is wrong with."""
    node, problems = read_text("rules.yaml", text)
    assert [] == problems
    assert node is not None
    return node


def scalar(text: str) -> Scalar:
    """Read the scalar under `key`."""
    node = at(composed(text), "key")
    assert isinstance(node, Scalar)
    return node


def wrong(text: str) -> list[tuple[str, int | None, int | None]]:
    """Give code, line and column of all that is wrong with a text."""
    return [(d.code, d.line, d.column) for d in read_text("rules.yaml", text)[1]]


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "true", "2014-06-01", "1.10", "0x1F", "012", "1e3", "null", ".inf", "12:30:45"],
)
def test_a_plain_scalar_is_its_text(written: str) -> None:
    """No scalar is resolved: each is the text that was written."""
    node = scalar(f"key: {written}\n")
    assert written == node.text
    assert node.plain


@pytest.mark.parametrize(
    ("written", "nothing"),
    [("", True), ("~", True), ("null", True), ('""', False), ("'~'", False), ("Null", False)],
)
def test_nothing_is_plain(written: str, nothing: bool) -> None:
    """Plain `null`, `~` and nothing are no value; in quotes they are text."""
    assert nothing == scalar(f"key: {written}\n").is_nothing


def test_nodes_have_the_places_of_their_first_character() -> None:
    """Lists, maps, scalars and keys stand where they begin, counted from 1."""
    node = composed('- first: [a, {b: "c"}]\n  second: |\n    d\n')
    assert isinstance(node, Sequence)
    item = node.items[0]
    assert isinstance(item, Mapping)
    found = [(p.line, p.column) for p in (node.place, item.place, *item.keys.values())]
    assert [(1, 1), (1, 3), (1, 3), (2, 3)] == found
    inner = [at(item, "first").place, at(item, "first", 1).place, at(item, "first", 1, "b").place]
    assert [(1, 10), (1, 14), (1, 18)] == [(p.line, p.column) for p in inner]
    assert (2, 11) == (at(item, "second").place.line, at(item, "second").place.column)


def test_a_path_leads_as_far_as_it_can() -> None:
    """A path that breaks off gives the last node that was there."""
    node = composed("key: {inner: text}\n")
    assert at(node, "key", "other", 3) is at(node, "key")


@pytest.mark.parametrize(
    ("written", "word", "place"),
    [
        ("key: a + bad", "bad", (1, 10)),
        ("key: a  +   bad", "bad", (1, 13)),
        ("key: a\n   + bad", "bad", (2, 6)),
        ("key: 'a + bad'", "bad", (1, 11)),
        ("key: 'it''s bad'", "bad", (1, 13)),
        ('key: "a + bad"', "bad", (1, 11)),
        ('key: "a\n   + bad"', "bad", (2, 6)),
        ('key: "a\\\n   + bad"', "bad", (2, 6)),
        ('key: "a \\"b\\" bad"', "bad", (1, 15)),
        ('key: "åæ😀 + bad"', "bad", (1, 13)),
        ('key: "b\\x61d + b\\x61d > bay"', "bay", (1, 25)),
        ('key: "a + \\u0062\\U00000061d"', "bad", (1, 11)),
        ('key: "a +\\tbad"', "bad", (1, 12)),
        ('key: "\\\\ + \\/ + bad"', "bad", (1, 17)),
        ('key: "a\\\n   \\\n   + bad"', "bad", (3, 6)),
        ("key: >\n  a +\n  bad\n", "bad", (3, 3)),
        ("key: >-\n  a +\n\n\n  bad\n", "bad", (5, 3)),
        ("key: > # bad news\n  a bad\n", "bad", (2, 5)),
        ("key: |\n  a +\n    bad\n", "bad", (3, 5)),
        ("key: |2\n    a +\n  bad\n", "bad", (3, 3)),
        ("key: |+\n  a\n\n\n  bad\n\n", "bad", (5, 3)),
        ("key: |\n  and and band\n", "band", (2, 11)),
        ("- x\n- {other: y,\n   key: a + bad}", "bad", (3, 13)),
    ],
)
def test_characters_of_a_scalar_have_places(
    written: str, word: str, place: tuple[int, int]
) -> None:
    """A character is found in plain, quoted, folded and literal scalars, over several lines."""
    node = composed(written)
    node = at(node, 1) if isinstance(node, Sequence) else node
    found = at(node, "key")
    assert isinstance(found, Scalar)
    told = found.place_at(found.text.index(word))
    assert place == (told.line, told.column)


@pytest.mark.parametrize("style", ["{}", '"{}"', "'{}'", ">-\n  {}", "|-\n  {}"])
@given(words=st.lists(st.sampled_from(("and", "a", "nd", "5", ">=", "(b)", "år")), min_size=1))
def test_each_word_has_its_place(style: str, words: list[str]) -> None:
    """However a scalar is written, each character of it is found where it stands."""
    text = "word " + "\n".join(words)
    written = "key: " + style.format(text.replace("\n", "\n  "))
    node = scalar(written)
    lines = written.split("\n")
    for offset, char in enumerate(node.text):
        if not char.isspace():
            place = node.place_at(offset)
            assert char == lines[place.line - 1][place.column - 1]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_may_end_in_either_way(end: str) -> None:
    """Places are the same whether lines end in LF or in CR LF."""
    text = end.join(["# one", "first: a", "key: >", "  a +", "  bad", "twice: 1", "twice: 2"])
    node, problems = read_text("rules.yaml", text)
    assert node is not None
    found = at(node, "key")
    assert isinstance(found, Scalar)
    place = found.place_at(found.text.index("bad"))
    assert (5, 3) == (place.line, place.column)
    assert [("NIC108", 7, 1)] == [(d.code, d.line, d.column) for d in problems]


def test_a_byte_order_mark_takes_no_column() -> None:
    """A file may begin with a byte order mark, and its first column is still column 1."""
    text = decode("rules.yaml", b"\xef\xbb\xbfkey: a\nkey: b\n")
    assert "key: a\nkey: b\n" == text
    assert [("NIC108", 2, 1)] == wrong(text)


def test_bytes_that_are_no_text_have_places() -> None:
    """A byte that is not UTF-8, and a character that YAML forbids, are told where they stand."""
    for raw, code in ((b"a: b\n  \xe5", "NIC102"), (b"a: b\n  \x00", "NIC103")):
        found = decode("rules.yaml", raw)
        assert isinstance(found, Diagnostic)
        assert (code, 2, 3) == (found.code, found.line, found.column)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n", "---\n"])
def test_an_empty_file_has_no_node(text: str) -> None:
    """A file without anything in it is fine."""
    assert (None, []) == read_text("rules.yaml", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key: &a 1\n", [("NIC107", 1, 6)]),
        ("{a: &x 1, b: *x}\n", [("NIC107", 1, 5), ("NIC107", 1, 14)]),
        (
            "a: &x\n  - 1\n*x : [*x, *x]\n",
            [("NIC107", *p) for p in ((1, 4), (3, 1), (3, 7), (3, 11))],
        ),
        ("- a: 1\n  a: 2\n- ! b\n", [("NIC108", 2, 3), ("NIC107", 3, 3)]),
        ("key: *a\n", [("NIC107", 1, 6)]),
        ("key: !!str 1\n", [("NIC107", 1, 6)]),
        ("&k key: 1\n", [("NIC107", 1, 1)]),
        ("<<: {a: 1}\n", [("NIC107", 1, 1)]),
        ("'<<': 1\n", []),
        ("key: '&a'\n", []),
        ("a: 1\nb: {c: 1, c: 2}\na: 3\n", [("NIC108", 2, 11), ("NIC108", 3, 1)]),
        ("? [a]\n: 1\n", [("NIC203", 1, 3)]),
        ("a: 1\n---\nb: 2\n", [("NIC106", 2, 1)]),
        ("a: b: c\n", [("NIC105", 1, 5)]),
    ],
)
def test_what_is_not_used_of_yaml(text: str, expected: list[tuple[str, int, int]]) -> None:
    """Anchors, aliases, tags, merge keys, double keys and further documents are told in place."""
    assert sorted(expected) == sorted(wrong(text))


@pytest.mark.parametrize("open_and_close", [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_nesting_has_an_end(open_and_close: tuple[str, str]) -> None:
    """A hundred levels can be read; the next is one problem at its place, however many follow."""
    opening, closing = open_and_close
    assert [] == wrong(opening * 100 + "x" + closing * 100)
    too_deep = [("NIC105", 1, 100 * len(opening) + 1)]
    for depth in (101, 102, 5_000, 500_000):
        assert too_deep == wrong(opening * depth + "x" + closing * depth)
    for depth in (5_000, 500_000):
        assert too_deep == wrong(opening * depth)


@pytest.mark.parametrize(
    "text", ["'a\n", '"a', "key: 'a\nother: b\n", 'key: [b, "a\nb]\n', "- 'it''s\n- b\n\n"]
)
def test_a_quote_never_closed_is_told_where_it_opens(text: str) -> None:
    """However much follows a quote that is never closed, its place is where it opens."""
    before = text[: min(text.index(sign) for sign in "'\"" if sign in text)]
    line = before.count("\n") + 1
    assert [("NIC105", line, len(before) - (before.rfind("\n") + 1) + 1)] == wrong(text)


@pytest.mark.parametrize("char", [*range(0x80, 0xA0), 0xFFFE, 0x7F, 0x0C])
def test_control_characters(char: int) -> None:
    """Control characters are refused, those beyond ASCII too; but U+0085 is a line break."""
    found = decode("rules.yaml", f"a: b{chr(char)}c".encode())
    if char == 0x85:
        assert isinstance(found, str)
    else:
        assert isinstance(found, Diagnostic)
        assert ("NIC103", 1, 5) == (found.code, found.line, found.column)
        assert f"character U+{char:04X} is not allowed" == found.message


@pytest.mark.parametrize(
    "piece", ["'", '"', "#", " ", "\n", "a ", "!x ", "*a ", "%a\n", "a:", "\\"]
)
def test_a_megabyte_of_one_thing_is_read(piece: str) -> None:
    """However odd a large file is, reading ends in a node or in problems."""
    node, problems = read_text("rules.yaml", piece * (999_999 // len(piece)))
    assert node is None or problems == []


@given(st.text(alphabet="ab:-,[]{}'\"&*!|>#%@?~ \n\t\\", max_size=40))
def test_whatever_is_written_is_read_or_told(text: str) -> None:
    """Any text gives a node, nothing, or problems with places; it never raises."""
    node, problems = read_text("rules.yaml", text)
    assert node is None or isinstance(node, Scalar | Sequence | Mapping)
    assert all(d.line is not None and d.column is not None for d in problems)
