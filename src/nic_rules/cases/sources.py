"""What was given as cases, a file, a folder, a pattern or standard input, as files to be read."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from nic_rules.cases.looks import CSV, EXCEL, JSON_LINES, PARQUET, looks_like
from nic_rules.cases.opened import readable, unreadable, why

ENDINGS = {
    ".csv": CSV,
    ".jsonl": JSON_LINES,
    ".ndjson": JSON_LINES,
    ".parquet": PARQUET,
    ".xlsx": EXCEL,
}
"""What files of cases are, by the ending of their names."""

KNOWN = ", ".join(f"`{ending}`" for ending in ENDINGS)
STDIN = "-"


@dataclass(frozen=True)
class Source:
    """A file: where it is, how it is told in messages, and what it is taken for."""

    path: Path
    told: str
    kind: str


@dataclass
class Sources:
    """The files that were given, in their order, and what lies beside them and is not read."""

    files: list[Source] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    spooled: IO[bytes] | None = None
    """Standard input, kept in a file that goes when this is closed."""

    def close(self) -> None:
        """Take away what was kept."""
        if self.spooled is not None:
            self.spooled.close()


def sources(given: str | Path) -> Sources:
    """Find the files; raises `CasesError` if there are none, or if what was given is no file."""
    if str(given) == STDIN:
        return _standard_input()
    path = Path(given)
    try:
        if path.is_dir():
            return _several(given, sorted(path.iterdir()), "in this folder")
        if not path.exists() and has_magic(str(given)):
            found = sorted(map(Path, glob(str(given), recursive=True)))
            return _several(given, found, "of this pattern")
    except (OSError, ValueError) as error:
        raise unreadable(str(given), why(error)) from None
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        raise unreadable(str(given), f"a file of cases ends in one of {KNOWN}")
    return Sources([Source(path, str(given), kind)])


def _several(given: str | Path, paths: Iterable[Path], where: str) -> Sources:
    files, left_out = [], []
    for path in paths:
        kind = ENDINGS.get(path.suffix.lower())
        if kind is None or path.name.startswith((".", "~$")) or path.is_dir():
            left_out.append(str(path))
        else:
            files.append(Source(path, str(path), kind))
    if not files:
        message = f"there is no file of cases {where}"
        raise unreadable(str(given), message, f"one ends in {KNOWN}")
    return Sources(files, tuple(left_out))


def _standard_input() -> Sources:
    spooled: IO[Any] = NamedTemporaryFile(prefix="nic-rules-")  # noqa: SIM115 - lives as long as the cases
    try:
        shutil.copyfileobj(sys.stdin.buffer, spooled)
        spooled.flush()
        path = Path(spooled.name)
        kind = looks_like(path) or CSV
        if kind not in (CSV, JSON_LINES):
            message = f"standard input is CSV or JSON Lines; this looks like {kind}"
            raise unreadable(STDIN, message)
    except OSError as error:
        spooled.close()
        raise unreadable(STDIN, why(error)) from None
    except BaseException:
        spooled.close()
        raise
    return Sources([Source(path, STDIN, kind)], spooled=spooled)


def prove(source: Source) -> None:
    """Look whether a file can be what its name says; raises `CasesError` if it is no such file."""
    with readable(source.told):
        if not source.path.is_file() and source.path.exists():
            hint = f"give it as `{STDIN}`, on standard input"
            raise unreadable(source.told, "this is no file that can be read twice", hint)
        looks = looks_like(source.path)
    is_binary = source.kind in (EXCEL, PARQUET)
    if looks != source.kind and (looks is not None or is_binary):
        like = looks or "none"
        message = f"this file is not {source.kind}, as its name says: it looks like {like}"
        if looks is None:
            message = f"this file is not {source.kind}, as its name says"
        raise unreadable(source.told, message)
