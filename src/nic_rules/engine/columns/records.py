"""The records of many decisions: of each, the text that `Decision.to_json` gives.

A record is put together of pieces, one at each of its keys. Where only few things can stand, each
is written once; facts are written by expressions. Digests alone are made row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import polars as pl

from nic_rules.canonical import Json, canonical, digest_of
from nic_rules.decision import SCHEMA, digested
from nic_rules.engine.columns.finding import ColumnFinder
from nic_rules.engine.columns.found import Found
from nic_rules.engine.columns.lacking import lacks_column
from nic_rules.engine.columns.lookup import repeated
from nic_rules.engine.columns.parts import Part, dates, only
from nic_rules.engine.columns.reading import RULES_ON, SUBJECT
from nic_rules.engine.columns.told import (
    FINDINGS,
    finding_code,
    masks_of_needs,
    masks_of_stuck,
    named,
    one_key,
    texts,
)
from nic_rules.engine.columns.values import is_text
from nic_rules.engine.columns.writing import iso, known, quoted, value, written
from nic_rules.language.lower import AS_OF
from nic_rules.rulebook.given import EVIDENCE_KEYS
from nic_rules.version import __version__

Piece = str | pl.Series
"""What stands at a key: the same in all records, or a text for each."""

Key = Sequence[int]
"""What tells apart the few things that can stand somewhere: masks, or the number of an answer."""


def records_of(part: Part, tables: Sequence[str]) -> pl.DataFrame:
    """Give the records of some cases, a column for each table; null for bad rows."""
    good = part.answers.to_series().is_not_null()
    if not good.any():
        nothing = repeated(None, good.len(), pl.String)
        return pl.DataFrame([nothing.alias(table) for table in tables])
    if good.all():
        return _Records(part, tables).of(tables)
    place = pl.select(pl.when(good).then(good.cum_sum() - 1)).to_series()
    return _Records(only(part, good), tables).of(tables).select(pl.all().gather(place))


class _Records:
    """The records of cases that all were decided."""

    def __init__(self, part: Part, tables: Sequence[str]) -> None:
        self.part = part
        self.found = Found(part, tables)

    def of(self, tables: Sequence[str]) -> pl.DataFrame:
        """Give a column of records for each table; what they have alike is written once."""
        alike = self._alike()
        made = [_put_together({**alike, **self._own(table)}, self.part) for table in tables]
        return pl.DataFrame(dict(zip(tables, made, strict=True)))

    # --- what a case's records by all tables have alike

    def _alike(self) -> dict[str, Piece]:
        cases, edition = self.part.cases, self.part.edition
        subject: Piece = "null"
        if SUBJECT in cases.columns:
            subject = cases.select(quoted(pl.col(SUBJECT).cast(pl.String))).to_series()
        return {
            "schema": canonical(SCHEMA),
            "library": canonical(__version__),
            "edition": canonical(edition.reference.recorded()),
            "as_of": self._days(AS_OF, self.part.as_of),
            "rules_on": self._days(RULES_ON, edition.rules_on),
            "subject": subject,
            "facts": self._facts(),
            "evidence": self._evidence(),
        }

    def _days(self, name: str, instead: date) -> Piece:
        """Write the days of a column that is no fact's."""
        if name not in self.part.cases.columns:
            return canonical(instead.isoformat())
        days = dates(self.part.cases, name, instead).to_frame()
        return days.select(quoted(iso(pl.first()))).to_series()

    def _facts(self) -> Piece:
        """Write the facts that are known."""
        core, reader = self.found.core, self.part.rules.reader
        some = [name for name in reader.facts if core[name].null_count() < core.height]
        return _some_of(core, {n: value(reader.facts[n], reader.codes) for n in some})

    def _evidence(self) -> Piece:
        """Write what was given beside values."""
        facts = {}
        for fact in self.part.rules.reader.facts:
            given = {key: self._beside(f"{fact}.{key}") for key in EVIDENCE_KEYS}
            told = {key: text for key, text in given.items() if text is not None}
            if told:
                is_any = pl.any_horizontal(text.is_not_null() for text in told.values())
                beside = known({key: quoted(text) for key, text in told.items()})
                facts[fact] = pl.when(is_any).then(beside)
        return _some_of(self.part.cases, facts)

    def _beside(self, name: str) -> pl.Expr | None:
        """Give a column of what was given beside values, null where nothing was."""
        dtype = self.part.cases.schema.get(name, pl.Null())
        if dtype == pl.Date:
            return iso(pl.col(name))
        if not is_text(dtype):
            return None  # whatever stood there would have been refused
        text = pl.col(name).cast(pl.String)
        return pl.when(text != "").then(text)

    # --- what a table's records have of their own

    def _own(self, table: str) -> dict[str, Piece]:
        found, running, finder = self.found, self.found.running(table), self.found.finder(table)
        needs, stuck = masks_of_needs(found, table), masks_of_stuck(found, table)
        return {
            "table": canonical(table),
            "findings": self._findings(table),
            "needs": texts(needs, lambda m: canonical([*named(m, finder.facts)])).to_series(),
            "stuck": texts(stuck, lambda m: canonical([*named(m, running.tokens)])).to_series(),
            "inner": self._inner(table),
            "outcome": self._answers(table, lambda outcome, _: outcome),
            "rows": self._answers(table, lambda _, rows: rows),
        }

    def _findings(self, table: str) -> Piece:
        """Write what was found of each criterion, and what it lacks."""
        finder, masked = self.found.finder(table), self.found.masked(table)
        keys = masked.select(_finding_key(finder, name) for name in finder.criteria)
        return _all_of(texts(keys, _finding_of(finder)))

    def _inner(self, table: str) -> Piece:
        """Write what the tables below gave."""
        columns = {
            name: self._answers(name, lambda outcome, rows: {"outcome": outcome, "rows": rows})
            for name in self.found.running(table).below
        }
        return _all_of(pl.DataFrame(columns))

    def _answers(self, table: str, told: Callable[[Json, Json], Json]) -> pl.Series:
        """Write something of each answer of a table: of its outcome and its rows."""
        made = self.part.rules.tables[table]
        answers = made.answers

        def text(key: Key) -> str:
            outcomes: list[Json] = [*made.outcome(answers[key[0]])]
            outcome = outcomes if made.running.table.collects else outcomes[0]
            return canonical(told(outcome, [*made.row_names(answers[key[0]])]))

        return texts(self.part.answers.select(table), text).to_series()


def _put_together(pieces: Mapping[str, Piece], part: Part) -> pl.Series:
    """Write records, their digests included."""
    frame = pl.DataFrame({k: piece for k, piece in pieces.items() if isinstance(piece, pl.Series)})
    places = {k: piece if isinstance(piece, str) else pl.col(k) for k, piece in pieces.items()}
    texts = frame.select(written(digested(places, part.edition.reference))).to_series()
    digests = [f'"{digest_of(text)}"' for text in texts.cast(pl.Binary)]
    frame = frame.with_columns(digest=pl.Series(digests, dtype=pl.String))
    return frame.select(written({**places, "digest": pl.col("digest")})).to_series()


def _all_of(pieces: pl.DataFrame) -> Piece:
    """Write objects that have all of some keys, a column for each, if there are any."""
    if not pieces.width:
        return "{}"
    return pieces.select(written({name: pl.col(name) for name in pieces.columns})).to_series()


def _some_of(frame: pl.DataFrame, pieces: Mapping[str, pl.Expr]) -> Piece:
    """Write objects that have those of some keys whose piece is not null, if there are any."""
    return frame.select(known(pieces)).to_series() if pieces else "{}"


def _finding_key(finder: ColumnFinder, name: str) -> pl.Expr:
    """Tell findings apart: below zero what is known, else the mask of what lacks."""
    code, unknown = finding_code(finder, name), FINDINGS.index("unknown")
    first, *more = (pl.col(lacks_column(name, word)) for word in finder.words)
    first = pl.when(code == unknown).then(first).otherwise(-1 - code.cast(pl.Int64))
    return one_key([first, *more]).alias(name)


def _finding_of(finder: ColumnFinder) -> Callable[[Key], str]:
    """Give what writes findings that are told apart so."""

    def finding(key: Key) -> str:
        if key[0] < 0:
            return canonical({"finding": FINDINGS[-1 - key[0]], "lacks": []})
        return canonical({"finding": "unknown", "lacks": [*named(key, finder.facts)]})

    return finding
