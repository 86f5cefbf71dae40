"""The folder of a review: whose it is, and how far an unfinished review has come.

A review is known by all that its files follow from (`Run`). While it works, its files and a journal
stand in a folder of their own below; after each chunk the journal says how long every file then
was, and what had been counted. Whatever stops the review, the same command cuts the files to what
the journal says and goes on from there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from typing import Any

from nic_rules.diagnostics import CasesError, Place, problem

SCHEMA = "nic-rules/run/1"
WORK = ".unfinished"
JOURNAL = "journal.json"
MARK = ".review.json"
ASIDE = ".part"

Run = dict[str, Any]
"""All that the files of a review follow from, by what a person calls it."""


class Folder:
    """The folder that a review writes to."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        """`names` are the files that a review may put there, in the order they are put there."""
        self.path = path
        self.names = names
        self.work = path / WORK

    def refuse_what_cannot_be(self) -> None:
        """Raise `CasesError` or `OSError` where a link or a folder is in the place of a file."""
        ours = (self.path / name for name in (*self.names, MARK, MARK + ASIDE))
        for path in (self.path, self.work, *ours, *self.work.glob("*")):
            if path.is_symlink():
                message = "this is a symbolic link: a review writes to no other place than it says"
                raise self._refused(message, path)
        for name in self.names:
            if (self.path / name).is_dir():  # told before anything is written
                raise IsADirectoryError(EISDIR, f"{name} is a folder")

    def refuse_to_replace(self, read: Iterable[Path]) -> None:
        """Raise `CasesError` where a file that the review reads is one that it would write."""
        ours = [path for name in self.names if (path := self.path / name).exists()]
        for path in read:
            if path.exists() and any(path.samefile(our) for our in ours):
                message = "this file is read by the review, which would replace it"
                raise self._refused(message, path, "choose another folder to write to")

    def refuse_to_be_read(self, cases: Path) -> None:
        """Raise `CasesError` for the folder of the cases: our files would be read as some."""
        if cases.is_dir() and self.path.is_dir() and self.path.samefile(cases):
            message = "the cases are read from this folder, and what is written would be too"
            raise self._refused(message, self.path, "choose another folder to write to")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the folder for one review at a time; raises `CasesError` if another one works."""
        self.work.mkdir(parents=True, exist_ok=True)
        with (self.work / "lock").open("w") as lock:
            _lock(lock.fileno(), self)
            try:
                yield
            finally:
                with suppress(OSError):  # what is unfinished stays, and what others put there
                    (self.work / "lock").unlink()
                    self.work.rmdir()
                    self.path.rmdir()

    def unfinished(self, run: Run, *, replace: bool) -> dict[str, Any] | None:
        """Give the journal of this very review, None if it begins anew.

        Raises `CasesError` if the folder is another review's, unless that may be replaced.
        """
        journal = _read(self.work / JOURNAL)
        found = journal or _read(self.path / MARK)
        if found is None:
            others = any((self.path / name).exists() for name in self.names)
            told = "this folder holds files that no review is known to have written"
        else:
            others = found["run"] != run
            differ = [name for name in run if found["run"].get(name) != run[name]]
            told = f"this folder holds another review: of {' and '.join(differ) or 'other kinds'}"
        if others and not replace:
            hint = "choose another folder, or replace what is there with `--replace`"
            raise self._refused(told, self.path, hint)
        if others or journal is None or not self._holds(journal):
            self._clear()
            return None
        return journal

    def _holds(self, journal: Mapping[str, Any]) -> bool:
        """Tell whether what grew is at least as long as noted; once it is placed, it is."""
        lengths = {} if journal.get("placing") else journal["lengths"]
        paths = {self.work / name: length for name, length in lengths.items()}
        return all(path.exists() and path.stat().st_size >= n for path, n in paths.items())

    def _clear(self) -> None:
        for path in self.work.iterdir():
            if path.name != "lock":
                path.unlink()

    def note(self, run: Run, state: Mapping[str, Any]) -> None:
        """Write the journal, whole or not at all."""
        _write(self.work / JOURNAL, {"schema": SCHEMA, "run": run, **state})

    def finish(self, run: Run, names: tuple[str, ...]) -> None:
        """Put the files in place, what is told of the whole last; from here on nothing is lost."""
        for name in names:
            part = self.work / name
            if part.exists():  # else it was put there before the review was stopped
                part.replace(self.path / name)
        before = _read(self.path / MARK)
        if before is not None and before["run"] != run:  # it is replaced, in forms of its own
            for name in set(self.names) - set(names):
                (self.path / name).unlink(missing_ok=True)
        _write(self.path / MARK, {"schema": SCHEMA, "run": run})
        _sync(self.path)
        shutil.rmtree(self.work)

    def _refused(self, message: str, path: Path, hint: str | None = None) -> CasesError:
        return CasesError([problem("NIC601", message, Place(str(path), 0, 0), hint)])


def _lock(file: int, folder: Folder) -> None:
    try:
        import fcntl
    except ImportError:  # a system without such locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        message = "another review is writing to this folder"
        raise CasesError([problem("NIC601", message, Place(str(folder.path), 0, 0))]) from None


def _read(path: Path) -> dict[str, Any] | None:
    """Read what was noted; what was not noted whole, or by another version, is none."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    is_ours = isinstance(found, dict) and found.get("schema") == SCHEMA
    return found if is_ours and isinstance(found.get("run"), dict) else None


def _write(path: Path, data: Mapping[str, Any]) -> None:
    aside = path.with_name(path.name + ASIDE)
    with aside.open("w", encoding="utf-8") as file:
        # at once, which is faster; ASCII, for what a row holds may be no UTF-8
        file.write(json.dumps(data))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make names last as well as what they name, where the system can."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
