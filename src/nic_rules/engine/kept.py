"""Work that a process has done, kept on disk for the next one.

What is kept stands in a folder named by the digest of all that it was made of: this library, this
Python, and each rule file's path and bytes. So what is found is right, and nothing has ever to be
taken back. Whatever goes wrong with the folder only means that the work is done again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

from nic_rules.rulebook.folder import RuleFile
from nic_rules.version import __version__

MOST_KEPT = 16
"""Rule books kept, counting each change of one; those made longest ago are dropped."""

_IS_KEPT = re.compile("[0-9a-f]{32}").fullmatch

T = TypeVar("T")


class Kept:
    """What is kept of one rule book; with no folder, nothing is."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    @classmethod
    def of(cls, home: Path, book: Path, files: Iterable[RuleFile]) -> Kept:
        """Find what is kept of a rule book, by all that it is made of."""
        made_of = hashlib.sha256()
        for part in (__version__, sys.version, *_library(), str(book)):
            made_of.update(f"{len(part)} {part}".encode("utf-8", "surrogateescape"))
        for file in files:
            path = str(file.path).encode("utf-8", "surrogateescape")
            made_of.update(b"%d %d %s%s" % (len(path), len(file.raw), path, file.raw))
        return cls(home / made_of.hexdigest()[:32])

    def get(self, name: str, make: Callable[[], T]) -> T:
        """Give what is kept under a name; if nothing is, make it and keep it."""
        if self.folder is None:
            return make()
        try:
            with (self.folder / name).open("rb") as file:
                if _is_ours(file.fileno()):  # what others wrote could do anything
                    kept_as, found = pickle.load(file)
                    if kept_as == name:
                        return cast(T, found)
        except Exception:  # nothing is kept, or it is damaged in whatever way
            pass
        made = make()
        with suppress(OSError, pickle.PicklingError, TypeError):
            self._keep(name, made)
        return made

    def _keep(self, name: str, made: object) -> None:
        """Write aside, then put in place: another process never reads half of it."""
        assert self.folder is not None
        if not self.folder.is_dir():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _drop_the_oldest(self.folder.parent)
        aside = self.folder / f"{name}.{os.urandom(8).hex()}"
        try:
            with aside.open("xb") as file:
                pickle.dump((name, made), file, protocol=5)
            aside.replace(self.folder / name)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


def _is_ours(file: int) -> bool:
    return not hasattr(os, "getuid") or os.fstat(file).st_uid == os.getuid()


def _library() -> list[str]:
    """Tell this library's own files apart from changed ones, as Python does."""
    package = Path(__file__).parents[1]
    told = []
    for room in sorted((package, *(path for path in package.iterdir() if path.is_dir()))):
        for path in sorted(room.glob("*.py")):
            stat = path.stat()
            told.append(f"{path} {stat.st_mtime_ns} {stat.st_size}")
    return told


def _drop_the_oldest(home: Path) -> None:
    import shutil  # only when a rule book is kept anew

    ours = (folder for folder in home.iterdir() if _IS_KEPT(folder.name))  # others' are not ours
    folders = sorted(ours, key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[MOST_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)
