"""Nothing of any programme lives in the code: what the rule books name, the source never does."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from typing import NamedTuple

import pytest

import nic_rules
from nic_rules.rulebook.book import Book
from nic_rules.rulebook.folder import shipped

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "nic_rules"

PROGRAMME_WORDS = {
    "arena", "nce", "gce", "klynge", "klynger", "klyngen", "cluster", "clusters", "innovation",
    "kommune", "kommunen", "municipality", "tindesund", "hall", "halls", "grant", "grants",
    "tilskudd",
}  # fmt: skip
"""Words of the two programmes. They are not wanted as a part of a longer name either."""

OWN_WORDS: dict[str, tuple[tuple[str, ...], str]] = {
    "nic": (
        ("*",),
        "the library and its command are called nic-rules, and the default rule book is nic",
    ),
    "organisation_number": (
        (
            "rulebook/given.py",
            "rulebook/written.py",
            "rulebook/facts_schema.py",
            "engine/columns/values.py",
        ),
        "a format that the language gives to text facts, and so to those of other programmes",
    ),
    "programme": (("engine/book.py",), "what a rule book holds the rules of"),
    "eligible": (("__init__.py",), "what the library is for, in its first sentence"),
    "level": (
        ("engine/needs.py", "engine/columns/counting.py", "explanation/left.py"),
        "the place of a token in a decision diagram",
    ),
    "completed": (
        ("language/calendar.py", "language/operators.py", "language/packed.py"),
        "years and months that are over, as the contract counts them",
    ),
    "other": (("*",), "plain English"),
}
"""Words that a rule book has too, but that the code owns: in which files, and why."""


class Found(NamedTuple):
    """A word of a programme, and where it stands in the source."""

    word: str
    file: str
    line: int


def names_in(book: Book) -> Iterator[str]:
    """Give every name that a rule book gives to something, but for the words of its texts."""
    yield book.name
    yield from book.facts
    yield from (value for fact in book.facts.values() for value in fact.choices)
    yield from book.parameters
    for items in (book.derived, book.criteria, book.constraints):
        yield from (item.name for item in items)
    for table in book.tables:
        yield table.name
        yield from table.outcomes
        yield from (row.name for row in table.rows)
    yield from book.scenarios
    for source in book.sources:
        yield source.name
        for clause in source.written.clauses:
            yield clause.clause
            # of a clause's parts, those of one plain word (`size`, `place`) tell nothing
            yield from (part for part in clause.clause.split(".") if "_" in part)


BOOKS = {name: nic_rules.load(name).book for name in shipped()}
WORDS = PROGRAMME_WORDS.union(*(names_in(book) for book in BOOKS.values()))


def is_example(file: str, line: str) -> bool:
    """Tell whether a line is an example command in a command's help.

    This is the one place where the code may show a table's name or a programme's file.
    """
    return file.startswith("cli/") and line.startswith("      nic-rules ")


def words_of(text: str) -> Iterator[str]:
    """Give identifiers and words, names with dots also by their parts."""
    for word in re.findall(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*", text.lower()):
        yield word
        if "." in word:
            yield from word.split(".")


def found_in(file: str, source: str) -> Iterator[Found]:
    """Find the words of all programmes in a file: in its code, its texts and its comments."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and iskeyword(token.string):
            continue
        for number, line in enumerate(token.string.splitlines(), token.start[0]):
            if is_example(file, line):
                continue
            for word in words_of(line):
                if word in WORDS:
                    yield Found(word, file, number)
                yield from (
                    Found(word, file, number)
                    for part in word.split("_")
                    if part in PROGRAMME_WORDS and word not in WORDS
                )


def is_own(found: Found) -> bool:
    """Tell whether a word is the code's own in the file where it stands."""
    files, _ = OWN_WORDS.get(found.word, ((), ""))
    return "*" in files or found.file in files


def all_found() -> list[Found]:
    """Search every source file."""
    return [
        found
        for path in sorted(SOURCES.rglob("*.py"))
        for found in found_in(path.relative_to(SOURCES).as_posix(), path.read_text("utf-8"))
    ]


def test_words_are_collected_from_every_shipped_rule_book() -> None:
    """Two rule books at least, and of each kind of name some."""
    assert {"nic", "halls"} <= BOOKS.keys()
    assert {
        "share_general", "stated_costs",  # facts
        "cluster_project", "fire_safety",  # values
        "drivers_seat_share", "least_hall_area",  # parameters
        "years_at_level", "points_in_all",  # derived facts
        "business_leads", "secure_tenure",  # criteria
        "followed_strategy_is_agreed", "room_within_premises",  # constraints
        "continuation", "grant_payment",  # tables
        "evaluation_due", "outside_scheme",  # outcomes
        "off_strategy", "short_of_first_threshold",  # rows
        "om_klyngeprogrammet", "hall_regulation",  # sources
        "levels.duration_nce_gce", "duration_nce_gce", "works.not_begun",  # clauses
    } <= WORDS  # fmt: skip


def test_nothing_of_any_programme_lives_in_the_code() -> None:
    """No source file holds a word of a programme, but for those that the code owns."""
    assert [] == [found for found in all_found() if not is_own(found)]


def test_no_word_is_allowed_in_vain() -> None:
    """Each word that the code owns stands where that is said, and is some rule book's too."""
    found = {(f.word, f.file) for f in all_found()}
    allowed = {(word, file) for word, (files, _) in OWN_WORDS.items() for file in files}
    assert set() == {(w, f) for w, f in allowed if f != "*" and (w, f) not in found}
    assert OWN_WORDS.keys() <= {word for word, _ in found}


PLANTED = [
    ("engine/edition.py", 'if table == "continuation":\n    pass\n', "continuation"),
    ("engine/edition.py", "def share_general() -> None: ...\n", "share_general"),
    ("engine/edition.py", "# as grant_decision has it\n", "grant_decision"),
    ("engine/edition.py", '"""Cites `levels.duration_nce_gce`."""\n', "levels.duration_nce_gce"),
    ("engine/edition.py", "is_cluster = True\n", "is_cluster"),
    ("engine/edition.py", 'f"{who} is in the municipality"\n', "municipality"),
    ("engine/edition.py", 'level = "unknown"\n', "level"),  # owned, but elsewhere
    ("cli/facts.py", '"""Ask what eligibility asks for."""\n', "eligibility"),
    ("cli/facts.py", 'say("nic-rules facts eligibility")\n', "eligibility"),
    ("engine/edition.py", '"""\n      nic-rules facts eligibility\n"""\n', "eligibility"),
]


@pytest.mark.parametrize(("file", "source", "word"), PLANTED)
def test_a_planted_word_is_found(file: str, source: str, word: str) -> None:
    """In code, text or comment, whole or as a part of a name, and in help beside the examples."""
    assert word in {found.word for found in found_in(file, source) if not is_own(found)}


def test_what_is_no_word_of_a_programme_is_left_alone() -> None:
    """Python's own words, parts of other words, and example commands are not taken for names."""
    source = 'for x in y:\n    continue\ninstance = "sentence, advancement"\n'
    assert [] == list(found_in("engine/edition.py", source))
    example = '"""Help.\n\n      nic-rules decide continuation clusters.json\n"""\n'
    assert [] == list(found_in("cli/decide.py", example))
