"""Grounds as Markdown: all of them stand in it, and no text of a case or rule becomes markup."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

import nic_rules
from nic_rules.explanation.grounds import Grounds, grounds_of
from nic_rules.explanation.markdown import as_markdown, escaped, item, line
from nic_rules.explanation.phrases import clean
from nic_rules.explanation.tracing import trace
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

COMMONMARK = MarkdownIt("commonmark", {"maxNesting": 200})
DIALECT = MarkdownIt("js-default", {"maxNesting": 200})
"""With tables and what is struck through."""

OURS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open",
    "bullet_list_close", "list_item_open", "list_item_close", "inline", "text", "strong_open",
    "strong_close", "code_inline",
}  # fmt: skip
"""All that our Markdown is made of."""


def tokens(markdown: str, reader: MarkdownIt = COMMONMARK) -> list[Token]:
    """Read Markdown; give its blocks, each with what stands in it."""
    return [t for block in reader.parse(markdown) for t in (block, *(block.children or ()))]


def shape(markdown: str, reader: MarkdownIt = COMMONMARK) -> list[tuple[str, str, int]]:
    """Give what Markdown is made of, without its texts."""
    return [(t.type, t.tag, t.level) for t in tokens(markdown, reader) if t.type != "text"]


def shown(markdown: str) -> list[str]:
    """Give the texts of each block as they are shown."""
    blocks = COMMONMARK.parse(markdown)
    return ["".join(t.content for t in b.children) for b in blocks if b.children]


def reread(text: str) -> str:
    """Escape a text, and give what Markdown shows of it."""
    (alone,) = shown(f"{line(escaped(text))}\n")
    return alone


@given(texts)
@settings(max_examples=300)
def test_an_escaped_text_shows_as_it_is(text: str) -> None:
    """Alone, in a heading, in bold or in a list, a text shows as it is and is nothing else."""
    text = " ".join(clean(text).split())
    assert text == reread(text)
    for around in ("# {}", "## {}", "x {} x", "x **{}**: x"):
        written = around.format(line(escaped(text)))
        for reader in (COMMONMARK, DIALECT):
            assert shape(around.format("x"), reader) == shape(written, reader)
    assert shape("- x") == shape(item(escaped(text)))


@pytest.mark.parametrize("text", EVIL)
def test_addresses_become_no_links_in_dialects(text: str) -> None:
    """No address stands there whole, for dialects make links of those that do."""
    written = escaped(clean(text))
    assert [] == re.findall(r"(?<!\\)://|www\.|a@b|javascript:", written)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> nic_rules.Edition:
    """Give the small rule book's edition of a day."""
    return _edition(small_book(tmp_path_factory.mktemp("small")))


def _edition(folder: Path) -> nic_rules.Edition:
    return nic_rules.load(folder).edition(date(2016, 11, 15))


def grounds(edition: nic_rules.Edition, text: str) -> Grounds:
    """Give grounds of a case whose subject, facts and evidence are a text."""
    years = {"value": 1, "evidence": text, "by": text}
    facts = {**GOOD, "label": text, "years": years, "seats": None, "firm_seats": None}
    decision = edition.decide("support", facts, subject=text)
    return grounds_of(trace(edition, decision, "en"))


@given(texts.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
@example("<script>")
@settings(max_examples=100, deadline=None)
def test_nothing_of_a_case_becomes_markup(small: nic_rules.Edition, text: str) -> None:
    """Whatever subject, facts and evidence are, the Markdown is made of the same parts."""
    markdown = as_markdown(grounds(small, text))
    for reader in (COMMONMARK, DIALECT):
        assert shape(as_markdown(grounds(small, "x")), reader) == shape(markdown, reader)
    told_once = " ".join(clean(text).split())
    assert any(told_once in " ".join(block.split()) for block in shown(markdown))


@given(texts)
@settings(max_examples=60, deadline=None)
def test_nothing_of_rules_becomes_markup(text: str) -> None:
    """Whatever the texts of rules are, the Markdown is made of the same parts."""
    for one in told()[::25]:
        plain, evil = (grounds_of(spoiled(one.trace, instead)) for instead in ("x", text))
        markdown = as_markdown(evil)
        for reader in (COMMONMARK, DIALECT):
            assert shape(as_markdown(plain), reader) == shape(markdown, reader)


@pytest.mark.parametrize("text", [text for text in EVIL if text.isprintable()])
def test_a_rule_book_of_evil_texts(tmp_path: Path, small: nic_rules.Edition, text: str) -> None:
    """A rule book whose every text is markup is told in texts."""
    evil = _edition(spoiled_book(tmp_path, text))
    decisions = [edition.decide("support", GOOD, subject="x") for edition in (small, evil)]
    plain, spoilt = (
        as_markdown(grounds_of(trace(edition, decision, "nb")))
        for edition, decision in zip((small, evil), decisions, strict=True)
    )
    assert {t.type for t in tokens(spoilt)} <= OURS
    assert [t.tag for t in tokens(plain) if t.type == "heading_open"] == [
        t.tag for t in tokens(spoilt) if t.type == "heading_open"
    ]
    assert clean(text) in shown(spoilt)[0]


def test_all_grounds_stand_in_it() -> None:
    """Every reason, rule, value, consideration, choice and question is told."""
    for one in told():
        markdown = as_markdown(one)
        assert {t.type for t in tokens(markdown)} <= OURS
        all_shown = "\n".join(shown(markdown))
        expected = [f"{leaf.title}: {leaf.shown}" for leaf in (*one.facts, *one.values)]
        expected += [f"{node.title}: " for node in one.considerations]
        expected += [f"{node.title}: " for node in one.noted]
        missed = (text for text in [*expected, *texts_of(one)] if clean(text) not in all_shown)
        assert [] == [*missed], names_of(one)


def test_the_tree_only_where_it_is_asked_for() -> None:
    """Without the tree, all else is the same."""
    whole, short = as_markdown(told()[0]), as_markdown(told()[0], whole=False)
    head, _, rest = whole.partition("\n## Alt som er prøvd\n")
    _, _, record = rest.partition("\n## Protokoll\n")
    assert short == f"{head}\n## Protokoll\n{record}"
