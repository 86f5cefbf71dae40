"""The files of a rule book, and the shipped rule books by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from nic_rules.diagnostics import Diagnostic, Place, RequestError, nearest, problem, shown

MOST_BYTES_IN_A_FILE = 1_000_000
MOST_BYTES_IN_A_BOOK = 20_000_000


def shipped() -> dict[str, Path]:
    """Give the rule books that come with the library, by name."""
    package = Path(__file__).parents[1]
    # in a wheel they stand in the package; in a checkout beside `src`
    for home in (package / "shipped", package.parents[1] / "rules"):
        if home.is_dir():
            return {path.name: path for path in sorted(home.iterdir()) if path.is_dir()}
    return {}


def find_book(book: str | Path) -> Path:
    """Find a shipped rule book by its name, or the folder of any other; raises `RequestError`."""
    books = shipped()
    if isinstance(book, str) and book in books:
        return books[book]
    if str(book) and _is_folder(book):
        return Path(book)
    message = f"there is no rule book {shown(book)}" if str(book) else "no rule book is named"
    listed = ", ".join(books) or "none"
    hint = nearest(str(book), books) or f"it is a folder, or a shipped one's name: {listed}"
    raise RequestError.of("NIC702", message, hint)


def _is_folder(path: str | Path) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError, TypeError):  # a name that no file can have, or no name
        return False


class RuleFile(NamedTuple):
    """A file's path and bytes."""

    path: Path
    raw: bytes


def files_below(folder: Path, problems: list[Diagnostic]) -> list[RuleFile]:
    """Take every rule file below a folder, in order of their paths."""
    paths = []
    for path in _paths(folder, problems):
        if path.suffix != ".yaml":
            message = "a rule file ends in .yaml, in small letters"
            problems.append(problem("NIC109", message, Place(str(path), 1, 1), "rename it"))
        else:
            paths.append(path)
    return take_files(paths, problems)


def take_files(paths: list[Path], problems: list[Diagnostic]) -> list[RuleFile]:
    """Take the bytes of rule files, as long as they are not too large together."""
    files: list[RuleFile] = []
    total = 0
    for path in paths:
        raw = _read_bytes(path, problems)
        if raw is None:
            continue
        total += len(raw)
        if total > MOST_BYTES_IN_A_BOOK:
            message = "the rule book has more than 20 MB from this file on"
            problems.append(problem("NIC104", message, Place(str(path), 1, 1)))
            break
        files.append(RuleFile(path, raw))
    return files


def _paths(folder: Path, problems: list[Diagnostic]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        message = f"this folder cannot be read: {error.strerror}"
        problems.append(problem("NIC101", message, Place(str(folder), 0, 0)))
        return
    for entry in entries:
        if entry.is_dir() and entry.is_symlink():  # it could lead round in a circle
            message = "this is a link to a folder, which is not followed"
            hint = "put the folder itself here"
            problems.append(problem("NIC101", message, Place(str(entry), 1, 1), hint))
        elif entry.is_dir():
            yield from _paths(entry, problems)
        elif entry.suffix.lower() in (".yaml", ".yml"):
            yield entry


def _read_bytes(path: Path, problems: list[Diagnostic]) -> bytes | None:
    try:
        if not path.is_file():  # a pipe would never end
            message = "this is no file" if path.exists() else "nothing is behind this link"
            problems.append(problem("NIC101", message, Place(str(path), 1, 1)))
            return None
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES_IN_A_FILE + 1)  # no more, however large it is
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        problems.append(problem("NIC101", message, Place(str(path), 1, 1)))
        return None
    if len(raw) > MOST_BYTES_IN_A_FILE:
        problems.append(problem("NIC104", "this file has more than 1 MB", Place(str(path), 1, 1)))
        return None
    return raw
