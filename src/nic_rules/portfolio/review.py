"""The review of a portfolio: each row ends in the decisions or in the rejects, whole.

Rows are decided in chunks. After each, the journal of the folder says how far the review came, so
that the same review goes on from there whatever stopped it, and ends with the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import polars as pl

from nic_rules.cases.chunk import Chunk
from nic_rules.cases.many import Cases, open_cases
from nic_rules.cases.reading import PLAIN, Reading
from nic_rules.decision import Decision, EditionRef
from nic_rules.diagnostics import CasesError, Place, RequestError, problem
from nic_rules.engine.book import RuleBook
from nic_rules.engine.columns.parts import FEW
from nic_rules.portfolio.ahead import in_order
from nic_rules.portfolio.decided import NUMBER, SUBJECT, Decided, Wanted
from nic_rules.portfolio.deciding import Decider
from nic_rules.portfolio.files import DECISIONS, REJECTS, TABLE, Outputs
from nic_rules.portfolio.finals import (
    CAN_BE_LEFT_OUT,
    FORMS,
    REPORT,
    SUMMARY,
    DecidedRow,
    refuse_too_many,
    write_report,
    write_summary,
    write_workbook,
)
from nic_rules.portfolio.folder import Folder, Run
from nic_rules.portfolio.in_columns import ChunkDecider
from nic_rules.portfolio.parquet import ParquetTable
from nic_rules.portfolio.report.gather import Gatherer
from nic_rules.portfolio.report.noted import as_data, put_back, rows_of
from nic_rules.portfolio.report.previous import Previous, decisions_of, read_previous
from nic_rules.portfolio.since import Since
from nic_rules.portfolio.summary import Summary, edition_data
from nic_rules.version import __version__

CHUNK = FEW
"""Rows after which a review notes how far it came: as many as nothing is found twice of."""

Log = Callable[..., object]
"""Takes an event's name and its values."""

AtRows = Callable[[int], object]
"""Takes how many rows are done more."""


@dataclass(frozen=True)
class _Order:
    """What was ordered, as `review` takes it."""

    as_of: date
    rules_on: date | None
    language: str | None
    previous: Path | None
    since: Path | None
    also: tuple[str, ...]
    without: tuple[str, ...]
    replace: bool
    chunk: int


def review(
    book: RuleBook,
    cases: str | Path,
    out: Path,
    *,
    as_of: date,
    tables: tuple[str, ...] = (),
    rules_on: date | None = None,
    language: str | None = None,
    previous: Path | None = None,
    since: Path | None = None,
    also: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    reading: Reading = PLAIN,
    replace: bool = False,
    chunk: int = CHUNK,
    log: Log = lambda *_, **__: None,
    at_rows: AtRows = lambda _: None,
) -> Summary:
    """Decide every case of a file or several by the review tables, and write the contract's files.

    `cases` are a file, a folder, a pattern of names, or `-`. `rules_on` and `as_of` hold for rows
    that have none of their own. `language` is that of what facts contradict, and the one that the
    report shows first. `previous` is the folder of an earlier review, or its file of decisions, to
    compare with; `since` one to take over decisions from that nothing changed of. `also` names
    further forms to write (`FORMS`), `without` what to leave out (`CAN_BE_LEFT_OUT`), and `reading`
    how CSV is written. After `chunk` rows it is noted how far the review came: a review that was
    stopped goes on when it is ordered again.
    `replace`: replace what another review left in the folder. `at_rows` is called as rows are done.

    Raises `CasesError` if the cases, the earlier reviews or the folder to write to cannot be used
    at all; `RequestError` for an unknown table.
    """
    tables = _tables(book, tables)
    folder = Folder(out, (DECISIONS, TABLE, REJECTS, *FORMS.values(), REPORT, SUMMARY))
    forms, left_out = (tuple(dict.fromkeys(names)) for names in (also, without))
    order = _Order(as_of, rules_on, language, previous, since, forms, left_out, replace, chunk)
    try:
        with ExitStack() as stack:
            folder.refuse_what_cannot_be()
            folder.refuse_to_be_read(Path(cases))
            opened = stack.enter_context(open_cases(cases, book.book.facts, reading))
            earlier = [decisions_of(given) for given in (previous, since) if given is not None]
            folder.refuse_to_replace([*opened.paths, *earlier])
            for form in also:
                refuse_too_many(form, cases, opened.total)
            running = _Review(book, tables, opened, order, folder)
            stack.callback(running.close)
            stack.enter_context(folder.held())
            return running.run(log, at_rows)
    except OSError as error:
        message = f"the files of the review cannot be written: {error.strerror}"
        hint = (
            "the same command goes on from what is there" if os.path.exists(folder.work) else None
        )
        raise CasesError([problem("NIC601", message, Place(str(out), 0, 0), hint)]) from None


def _tables(book: RuleBook, tables: tuple[str, ...]) -> tuple[str, ...]:
    tables = tuple(dict.fromkeys(tables)) or book.review
    if not tables:
        message = "the rule book names no tables of a review"
        raise RequestError.of("NIC701", message, "choose with `--table`")
    for table in tables:
        book.facts(table)  # raises for an unknown one
    return tables


class _Review:
    """One review at work: what it counts, and the files that grow."""

    def __init__(
        self,
        book: RuleBook,
        tables: tuple[str, ...],
        cases: Cases,
        order: _Order,
        folder: Folder,
    ) -> None:
        self.book, self.tables, self.cases = book, tables, cases
        self.order, self.folder = order, folder
        forms = (FORMS[form] for form in order.also)
        names = (DECISIONS, TABLE, REJECTS, *forms, REPORT, SUMMARY)
        left_out = {CAN_BE_LEFT_OUT[name] for name in order.without}
        self.names = tuple(name for name in names if name not in left_out)
        self.since = None if order.since is None else Since(order.since)
        self.decider = Decider(book, tables, order.as_of, order.rules_on, order.language)
        self.previous: Previous | None = None
        if order.previous is not None:
            self.previous = read_previous(order.previous, book.name, tables)
        self.gatherer = Gatherer(book, tables, self.decider.rules_on, self.previous)
        wanted = self.gatherer.wanted if REPORT in self.names else Wanted()
        self.in_columns = ChunkDecider(book, tables, self.decider, wanted)
        self.summary = Summary(order.as_of, outcomes={table: Counter() for table in tables})

    def close(self) -> None:
        """Let go of files."""
        if self.since is not None:
            self.since.close()

    def run(self, log: Log, at_rows: AtRows) -> Summary:
        """Decide what is left to decide, and put the files in place."""
        run = self._known_by()
        journal = self.folder.unfinished(run, replace=self.order.replace)
        done = 0 if journal is None else journal["summary"]["rows"]
        if self.cases.left_out:
            log("files left out", files=[*self.cases.left_out])
        taken = [(file.path, file.taken_for) for file in self.cases.files]
        log("review starts", files=taken, rows=self.cases.total, done=done, tables=[*self.tables])
        if journal is not None:
            self._go_on_from(journal, done)
        if journal is None or not journal.get("placing"):
            self._decide(run, {} if journal is None else journal["lengths"], done, log, at_rows)
            self._write_finals()
            self.folder.note(run, {**self.summary.as_noted(), "placing": True})
        self.folder.finish(run, self.names)
        log("review ends", **self._counts())
        return self.summary

    def _decide(
        self, run: Run, lengths: Mapping[str, int], done: int, log: Log, at_rows: AtRows
    ) -> None:
        """Decide what is left to decide, and write it."""
        growing = [name for name in (DECISIONS, TABLE, REJECTS) if name in self.names]
        grown = Outputs(self.folder.work, self.tables, growing, lengths)
        with grown as outputs, self._parquet(done) as add:
            self._note(run, outputs)

            def decide(chunk: Chunk) -> tuple[Decided, bytes]:
                made = self.in_columns.decide(chunk)
                return made, outputs.told(made.rows)

            chunks = self.cases.chunks(self.order.chunk, done)
            with closing(in_order(decide, chunks)) as decided:
                for made, told in decided:
                    outputs.decide(told)
                    add(made.rows)
                    self._review(made, outputs, at_rows)
                    self._note(run, outputs)
                    log("rows reviewed", **self._counts())

    @contextmanager
    def _parquet(self, done: int) -> Iterator[Callable[[pl.DataFrame], object]]:
        """Give what takes rows for the table as Parquet, if that is asked for."""
        if "parquet" not in self.order.also:
            yield lambda _: None
            return
        with ParquetTable(self.folder.work / FORMS["parquet"], self.tables) as table:
            chunks = self.cases.chunks(self.order.chunk) if done else iter(())
            before = takewhile(lambda chunk: chunk.before < done, chunks)
            with closing(in_order(self.in_columns.decide, before)) as decided:
                for made in decided:
                    table.add(made.rows.filter(pl.col(NUMBER) <= done))
            yield table.add

    def _counts(self) -> dict[str, int]:
        summary = self.summary
        return {"rows": summary.rows, "decided": summary.decided, "rejected": summary.rejected}

    def _known_by(self) -> Run:
        """Give all that the files follow from."""
        order = self.order
        return {
            "other cases": [self.cases.digest, [file.path for file in self.cases.files]],
            "other rules": edition_data(self.book.references),
            "other tables": [*self.tables],
            "another day": [order.as_of.isoformat(), order.rules_on and order.rules_on.isoformat()],
            "another language": order.language or self.book.languages[0],
            "another review before": _digest(order.previous),
            "another review since": _digest(order.since),
            "other forms of files": [[*order.also], [*order.without]],
            "another version of this program": __version__,
        }

    # --- rows

    def _review(self, made: Decided, outputs: Outputs, at_rows: AtRows) -> None:
        self.summary.count(made.rows, len(made.rejects), self._edition)
        if DECISIONS in self.names or self.since is not None:
            self._record(made, outputs, at_rows)
        else:
            at_rows(made.rows.height)
        for row, problems in made.rejects:
            outputs.reject(row, problems)
        at_rows(len(made.rejects))
        if REPORT in self.names:
            self.gatherer.add(made)

    def _record(self, made: Decided, outputs: Outputs, at_rows: AtRows) -> None:
        """Write records, and count those that an earlier review has too."""
        for subject, (_, told) in zip(made.rows[SUBJECT], made.records, strict=True):
            lines = told.encode("utf-8")
            if self.since is not None:
                self.summary.taken_over += self.since.has(subject, lines)
            if DECISIONS in self.names:
                outputs.record(lines)
            at_rows(1)

    def _edition(self, day: date) -> EditionRef:
        return self.book.edition(day).reference

    def _decided_again(self) -> Iterator[DecidedRow]:
        """Decide every row once more, for a file that cannot grow row by row."""
        for row in self.cases.rows():
            decisions, problems = self.decider.decide(row)
            yield row, decisions, problems

    def _write_finals(self) -> None:
        work, book, language = self.folder.work, self.book, self.order.language
        if "xlsx" in self.order.also:
            rows = self._decided_again()
            write_workbook(work, book, self.tables, rows, self.summary, language)
        if REPORT in self.names:
            recorded = DECISIONS in self.names
            write_report(work, book, self.gatherer, self.summary, language, recorded=recorded)
        write_summary(work, self.summary)

    # --- the journal

    def _note(self, run: Run, outputs: Outputs) -> None:
        lengths = outputs.lasting()
        tally = as_data(self.gatherer.tally)
        self.folder.note(run, {**self.summary.as_noted(), "lengths": lengths, "tally": tally})

    def _go_on_from(self, journal: dict[str, Any], done: int) -> None:
        """Put back what was counted of the rows that are done; few of them are decided again."""
        self.summary.put_back(journal)
        if journal.get("placing"):
            return
        wanted = rows_of(journal["tally"])
        decided: dict[int, Sequence[Decision]] = {}
        for chunk in self.cases.chunks(self.order.chunk):
            places = range(min(len(chunk), done - chunk.before))
            for number in wanted.intersection(chunk.before + place + 1 for place in places):
                decided[number] = self.decider.decide(chunk.row(number - chunk.before - 1))[0]
            if self.previous is not None:
                for place, subject in zip(places, chunk.subjects, strict=False):
                    self.previous.take(subject or chunk.row(place).label)
            if chunk.before + len(chunk) >= done:
                break
        put_back(self.gatherer.tally, journal["tally"], decided)


def _digest(given: Path | None) -> str | None:
    if given is None:
        return None
    with decisions_of(given).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
