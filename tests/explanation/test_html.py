"""Grounds as a page: it needs nothing else, is in order, and texts stay texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings

import nic_rules
from nic_rules.explanation import html as module
from nic_rules.explanation.branches import Branch
from nic_rules.explanation.grounds import Grounds, grounds_of
from nic_rules.explanation.html import as_html
from nic_rules.explanation.page import Page, page_of
from nic_rules.explanation.phrases import clean
from nic_rules.explanation.tracing import trace
from nic_rules.explanation.words import WORDS
from tests.cli.small import GOOD, small_book
from tests.explanation.told_cases import (
    EVIL,
    names_of,
    spoiled,
    spoiled_book,
    texts,
    texts_of,
    told,
)

STYLE = Path(module.__file__).with_name("templates") / "page.css"
EMPTY = {"meta"}
"""Elements that have no end."""

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section",
    "h1", "h2", "h3", "h4", "p", "ul", "li", "div", "span", "bdi", "code", "details", "summary",
    "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd",
}  # fmt: skip
ATTRIBUTES = {
    "aria-hidden", "charset", "class", "content", "data-head", "http-equiv", "lang", "name", "open",
    "role", "scope",
}  # fmt: skip
"""All that a page is made of: nothing that loads, links or runs anything is among them."""


class Read(HTMLParser):
    """A page as a parser reads it: its elements in order, and the texts in each."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.made: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.headings: list[str] = []
        self.others: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its attributes."""
        self.made.append((tag, tuple(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold that elements end in order."""
        assert tag == self.open.pop()
        self.made.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self.open and self.open[-1] in ("h1", "h2", "h3", "h4"):
            self.headings.append(self.open[-1])
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """Note what should not be there."""
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        """Note what should not be there."""
        self.others.append(data)

    @property
    def shown(self) -> str:
        """All texts, with one space between words, as a browser shows them."""
        return " ".join(" ".join(self.texts).split())


def spaced(text: str) -> str:
    """Write a text as a browser shows it."""
    return " ".join(clean(text).split())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> nic_rules.Edition:
    """Give the small rule book's edition of a day."""
    return edition(small_book(tmp_path_factory.mktemp("small")))


def edition(folder: Path) -> nic_rules.Edition:
    """Give a rule book's edition of a day."""
    return nic_rules.load(folder).edition(date(2016, 11, 15))


# --- what it is made of


def test_a_page_needs_nothing_else() -> None:
    """No element loads, links or runs anything, and the page forbids all but its own style."""
    for one in told():
        page = as_html(one)
        read = Read(page)
        assert [] == read.open == read.others
        assert {tag for tag, _ in read.made if tag[0] != "/"} <= ELEMENTS
        assert {name for _, attributes in read.made for name, _ in attributes} <= ATTRIBUTES
        policy = ("content", "default-src 'none'; style-src 'unsafe-inline'")
        assert ("meta", (("http-equiv", "Content-Security-Policy"), policy)) in read.made
        assert len(page.encode()) < 150_000
        assert page.startswith(f'<!doctype html>\n<html lang="{one.trace.language}">')


def test_the_style_loads_nothing() -> None:
    """The style names no address and imports nothing."""
    assert [] == re.findall(
        r"url\(|@import|@font-face|image-set|expression\(|//", STYLE.read_text()
    )


def test_a_word_longer_than_a_line_is_broken() -> None:
    """A long word breaks even in a grid or a cell, so that no telephone scrolls sideways."""
    rules = re.findall(r"^(\S[^{}]*) \{([^{}]*)\}", STYLE.read_text(), re.MULTILINE)
    assert ["overflow-wrap: anywhere"] == [
        one.strip() for name, body in rules if name == "body" for one in body.split(";")
        if "overflow-wrap" in one
    ]  # fmt: skip
    assert [] == [name for name, body in rules if "overflow-wrap: normal" in body]


def test_headings_are_in_order() -> None:
    """One heading is the page's, and none is more than one step below the one before it."""
    for one in told():
        levels = [int(heading[1]) for heading in Read(as_html(one)).headings]
        assert [1] == [level for level in levels if level == 1] == levels[:1]
        assert all(below <= above + 1 for above, below in pairwise(levels))


def test_landmarks() -> None:
    """Header, main part and footer stand one after the other, each once."""
    made = [tag for tag, _ in Read(as_html(told()[0])).made]
    marks = ["header", "/header", "main", "/main", "footer", "/footer"]
    assert marks == [tag for tag in made if tag in marks]


def test_details_begin_with_their_summary() -> None:
    """What unfolds has something to unfold it by; what mattered, alone, is open and so marked.

    By the mark the style puts on paper what its reader has folded.
    """
    for one in told():
        made = Read(as_html(one)).made
        folded = [at for at, (tag, _) in enumerate(made) if tag == "details"]
        assert all(made[at + 1] == ("summary", ()) for at in folded)
        grown = [branch for branch in branches(page_of(one)) if branch.branches or branch.rests]
        opened = [branch.mattered and branch.kind != "value" for branch in grown]
        mark = (("class", "mattered"), ("open", None))
        assert [mark if one else () for one in opened] == [made[at][1] for at in folded]
        assert any(opened) or not one.rows


def branches(page: Page) -> Iterator[Branch]:
    """Give every branch of a page's trees, in order."""
    for table in page.tree:
        for branch in (*table.rows, *table.branches):
            yield from below(branch)


def below(branch: Branch) -> Iterator[Branch]:
    """Give a branch and those below it."""
    yield branch
    for one in branch.branches:
        yield from below(one)


def test_no_meaning_by_colour_alone() -> None:
    """Whatever is coloured by what was found has a sign or a value, and a word, beside it."""
    for one in told():
        words = WORDS[one.trace.language]
        found = {"met", "not_met", "unknown", "not_applicable"}
        for branch in branches(page_of(one)):
            if branch.finding:
                assert branch.finding in found
                assert branch.sign or branch.word == words["not_known"]
                assert branch.word


# --- contrast


def schemes() -> Iterator[tuple[str, dict[str, str]]]:
    """Give the colours of the style, light and dark."""
    style = STYLE.read_text(encoding="utf-8")
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style.partition("@media")[0]))
    dark = style.partition("prefers-color-scheme: dark")[2]
    yield "light", light
    yield "dark", light | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(("name", "colours"), [*schemes()])
def test_contrast(name: str, colours: dict[str, str]) -> None:
    """Every colour of text stands out from every ground by 4.5 to 1 at least."""
    assert 11 == len(colours), name
    for text in ("text", "soft", "lead", "met", "not-met", "open"):
        for ground in ("ground", "shade", "chosen"):
            lighter, darker = sorted(map(luminance, (colours[text], colours[ground])))[::-1]
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (name, text, ground)


# --- texts stay texts


def grounds(small: nic_rules.Edition, text: str) -> Grounds:
    """Give grounds of a case whose subject, facts and evidence are a text."""
    years = {"value": 1, "evidence": text, "by": text}
    facts = {**GOOD, "label": text, "years": years, "seats": None, "firm_seats": None}
    return grounds_of(trace(small, small.decide("support", facts, subject=text), "en"))


@given(texts.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
@example("<script>")
@settings(max_examples=100, deadline=None)
def test_nothing_of_a_case_becomes_markup(small: nic_rules.Edition, text: str) -> None:
    """Whatever subject, facts and evidence are, elements and attributes are the same."""
    read = Read(as_html(grounds(small, text)))
    assert Read(as_html(grounds(small, "x"))).made == read.made
    assert [] == read.others
    assert spaced(text) in read.shown


@given(texts)
@settings(max_examples=60, deadline=None)
def test_nothing_of_rules_becomes_markup(text: str) -> None:
    """Whatever the texts of rules are, elements and attributes are the same."""
    for one in told()[::25]:
        plain, evil = (grounds_of(spoiled(one.trace, instead)) for instead in ("x", text))
        read = Read(as_html(evil))
        assert Read(as_html(plain)).made == read.made
        assert [] == read.others
        assert spaced(text) in read.shown


@pytest.mark.parametrize("text", [text for text in EVIL if text.isprintable()])
def test_a_rule_book_of_evil_texts(tmp_path: Path, text: str) -> None:
    """A rule book whose every text is markup is told in texts."""
    evil = edition(spoiled_book(tmp_path, text))
    decision = evil.decide("support", GOOD, subject=text)
    read = Read(as_html(grounds_of(trace(evil, decision, "nb"))))
    assert {tag for tag, _ in read.made if tag[0] != "/"} <= ELEMENTS
    assert {name for _, attributes in read.made for name, _ in attributes} <= ATTRIBUTES
    values = {value for _, attributes in read.made for _, value in attributes if value}
    assert [] == [value for value in values if clean(text) in value]
    assert [] == read.others
    assert spaced(text) in read.shown


# --- all of it


def test_all_grounds_stand_in_it() -> None:
    """Every reason, rule, value, consideration, choice and question is told."""
    for one in told():
        shown, words = Read(as_html(one)).shown, WORDS[one.trace.language]
        expected = [f"{node.title}: {words[node.finding]}" for node in one.considerations]
        expected += [f"{node.title}: {words[node.finding]}" for node in one.noted]
        expected += [f"{leaf.title} {leaf.shown}" for leaf in (*one.facts, *one.values)]
        expected += [one.trace.decision.edition.logic, one.trace.decision.edition.text]
        missed = (text for text in [*expected, *texts_of(one)] if spaced(text) not in shown)
        assert [] == [*missed], names_of(one)


def test_rules_of_another_day(small: nic_rules.Edition) -> None:
    """Where the rules are of another day than the facts, both days stand at the top."""
    decision = small.decide("support", GOOD, as_of=date(2015, 3, 1), subject="kl-1")
    shown = Read(as_html(grounds_of(trace(small, decision, "en")))).shown
    assert "kl-1 , as of 1 March 2015, under the rules in force on 15 November 2016" in shown
