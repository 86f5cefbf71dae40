"""From a tally to the report in one language: its parts, in order."""

from __future__ import annotations

from collections.abc import Iterator

from nic_rules.portfolio.report.changes import changes
from nic_rules.portfolio.report.model import (
    Changes,
    KeyFigure,
    Report,
)
from nic_rules.portfolio.report.outcomes import question
from nic_rules.portfolio.report.reasons import reasons
from nic_rules.portfolio.report.rows import cases, rejects
from nic_rules.portfolio.report.setting import Setting
from nic_rules.portfolio.report.words import WORDS
from nic_rules.portfolio.report.worklists import asked, missing, worklists
from nic_rules.version import __version__


def report_of(at: Setting) -> Report:
    """Give the whole report."""
    word, day = at.word, at.names.day(at.as_of)
    rows = at.tally.decided + at.tally.rejected
    changed = changes(at)
    return Report(
        language=at.language,
        named=word["language"] if at.language in WORDS else at.language,
        word=word,
        book=at.book.book.item.written.title[at.language],
        heading=word["heading"].format(day=day),
        lead=at.counted("rows", rows),
        key_figures=tuple(_key_figures(at)),
        contents=tuple(_contents(at, changed)),
        questions=tuple(question(at, table) for table in at.tables),
        reasons=tuple(reasons(at)),
        worklists=tuple(worklists(at)),
        asked=asked(at),
        missing=tuple(missing(at)),
        changes=changed,
        rejects=rejects(at),
        cases=tuple(cases(at)),
        command=at.command(word["placeholder"]),
        about=tuple(_about(at)),
    )


def _key_figures(at: Setting) -> Iterator[KeyFigure]:
    tally, word = at.tally, at.word
    yield KeyFigure(str(tally.decided), word["decided"], at.id("outcomes"))
    yield KeyFigure(str(tally.rejected), word["rejected"], at.id("rejects"))
    yield KeyFigure(str(tally.to_ask), word["to_ask"], at.id("missing"))
    if at.previous_as_of is not None:
        yield KeyFigure(str(tally.moved), word["changed"], at.id("changes"))


def _contents(at: Setting, changes: Changes | None) -> Iterator[tuple[str, str]]:
    keys = ["outcomes", "reasons", "worklists", "missing", "changes", "rejects", "one_by_one"]
    for key in (*keys, "about"):
        if key != "changes" or changes is not None:
            yield at.id(key), at.word[key]


def _about(at: Setting) -> Iterator[tuple[str, str]]:
    word = at.word
    yield word["as_of"], at.names.day(at.as_of)
    for edition in at.editions:
        yield word["rules"], at.names.in_force(edition)
        yield word["digest"], edition.logic
    yield word["library"], f"nic-rules {__version__}"
