"""Many cases, of one file or of several, as rows that can be read again and again.

sources    what was given, as files                     sources, looks
opened     each file with a right header                csv_file, json_lines, …
counted    all rows read once: total, subjects twice    subjects
rows       read as often as anybody asks
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from nic_rules.canonical import digest
from nic_rules.cases.chunk import AT_ONCE, Chunk
from nic_rules.cases.csv_file import CsvFile
from nic_rules.cases.json_lines import JsonLinesFile
from nic_rules.cases.looks import CSV, EXCEL, JSON_LINES, PARQUET
from nic_rules.cases.opened import Opened, readable, refuse, unreadable
from nic_rules.cases.reading import PLAIN, Reading
from nic_rules.cases.rows import GivenRow
from nic_rules.cases.sources import Source, Sources, prove, sources
from nic_rules.cases.subjects import Repeated, Subjects
from nic_rules.diagnostics import CasesError, Diagnostic
from nic_rules.rulebook.book import Fact

Opener = Callable[[Source, Mapping[str, Fact], Reading], Opened]


def _csv(source: Source, facts: Mapping[str, Fact], reading: Reading) -> Opened:
    return CsvFile(source.path, source.told, facts, reading)


def _json_lines(source: Source, facts: Mapping[str, Fact], _: Reading) -> Opened:
    return JsonLinesFile(source.path, source.told, facts)


def _parquet(source: Source, facts: Mapping[str, Fact], _: Reading) -> Opened:
    from nic_rules.cases.parquet import ParquetFile  # polars takes time to load

    return ParquetFile(source.path, source.told, facts)


def _excel(source: Source, facts: Mapping[str, Fact], _: Reading) -> Opened:
    from nic_rules.cases.excel import ExcelFile  # few need it

    return ExcelFile(source.path, source.told, facts)


OPENERS: dict[str, Opener] = {
    CSV: _csv,
    JSON_LINES: _json_lines,
    PARQUET: _parquet,
    EXCEL: _excel,
}
"""How files are opened, by what they are taken for."""


@dataclass(frozen=True)
class CasesFile:
    """A file that was read: how it is told, what it was taken for, and its SHA-256."""

    path: str
    taken_for: str
    sha256: str


class Cases:
    """Cases of files that can be used. To be used in a `with`, or closed.

    `total` is the number of rows, `left_out` names what lies beside the files and is not read,
    `paths` are the files that are.
    """

    def __init__(
        self, given: Sources, opened: list[tuple[Source, Opened]], reading: Reading
    ) -> None:
        self._given, self._opened = given, opened
        self._seen = [_seen(source) for source, _ in opened]
        self.left_out = given.left_out
        self.paths = tuple(source.path for source, _ in opened)
        with ThreadPoolExecutor(1) as aside:  # which does not hold up what follows
            sums = [aside.submit(_sha256, source) for source, _ in opened]
            self._look_through()
        self.files = tuple(
            CasesFile(source.told, one.taken_for, found.result())
            for (source, one), found in zip(opened, sums, strict=True)
        )
        self.digest = digest(
            {"files": [file.sha256 for file in self.files], "reading": asdict(reading)}
        )

    def _look_through(self) -> None:
        """Count the rows, find subjects that stand twice, and refuse what makes files unusable."""
        self.total = 0
        subjects = Subjects()
        for source, one in self._each():
            with readable(source.told):
                for some in one.subjects():
                    self.total += len(some)
                    subjects.add(some)
        refuse(wrong for _, one in self._opened for wrong in one.wrong)
        self._repeated = Repeated()
        self._repeated = Repeated(subjects.twice(), self._chunks(AT_ONCE))

    def __enter__(self) -> Cases:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was kept of standard input."""
        self._given.close()

    def rows(self) -> Iterator[GivenRow]:
        """Read all rows in their order, always the same ones.

        Raises `CasesError` if a file is no longer what it was.
        """
        for row in self._read():
            self._repeated.refuse(row)
            yield row

    def _read(self) -> Iterator[GivenRow]:
        number = 0
        for source, opened in self._each():
            with readable(source.told):
                for row in opened.rows():
                    number += 1
                    row.number, row.file = number, source.told
                    yield row

    def chunks(self, size: int, done: int = 0) -> Iterator[Chunk]:
        """Read all rows but the first that are done in columns, up to so many at a time.

        Raises `CasesError` as `rows` does.
        """
        number = 0
        for chunk in self._chunks(size):
            start, number = max(done - number, 0), number + len(chunk)
            if start < len(chunk):
                yield chunk.from_place(start) if start else chunk

    def _chunks(self, size: int) -> Iterator[Chunk]:
        number = 0
        for source, opened in self._each():
            with readable(source.told):
                for chunk in opened.chunks(size):
                    yield self._numbered(chunk, number, source.told)
                    number += len(chunk)

    def _numbered(self, chunk: Chunk, before: int, file: str) -> Chunk:
        """Give the same rows with their numbers among those of all files."""

        def row(place: int) -> GivenRow:
            found = chunk.row(place)
            found.number, found.file = before + place + 1, file
            self._repeated.refuse(found)
            return found

        again = self._repeated.among(chunk.subjects)
        return Chunk(chunk.frame, chunk.odd | again, row, before)

    def _each(self) -> Iterator[tuple[Source, Opened]]:
        """Give each file, and look afterwards whether it is still what it was."""
        for (source, opened), seen in zip(self._opened, self._seen, strict=True):
            yield source, opened
            if _seen(source) != seen:
                raise unreadable(source.told, "this file was changed while it was read")


def open_cases(source: str | Path, facts: Mapping[str, Fact], reading: Reading = PLAIN) -> Cases:
    """Open a file of cases, a folder or a pattern of them, or `-` for standard input.

    Raises `CasesError` with all that makes any of the files unusable.
    """
    given = sources(source)
    try:
        return Cases(given, _opened(given.files, facts, reading), reading)
    except BaseException:
        given.close()
        raise


def _opened(
    files: list[Source], facts: Mapping[str, Fact], reading: Reading
) -> list[tuple[Source, Opened]]:
    opened: list[tuple[Source, Opened]] = []
    wrong: list[Diagnostic] = []
    for source in files:
        try:
            prove(source)
            with readable(source.told):
                opened.append((source, OPENERS[source.kind](source, facts, reading)))
        except CasesError as error:
            wrong += error.diagnostics
    refuse(wrong)
    return opened


def _seen(source: Source) -> tuple[int, int, int]:
    """Give what shows that a file was changed."""
    with readable(source.told):
        found = source.path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _sha256(source: Source) -> str:
    with readable(source.told), source.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
