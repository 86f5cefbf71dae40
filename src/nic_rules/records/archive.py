"""An edition as one file that stands alone: to be read by people, and to decide by again.

An archive holds the rules in force as people read them, and the rule files word for word. It is
named so that a record of a decision leads to it. What is read back is trusted in nothing: see
`read_archive`.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from nic_rules.canonical import Json, digest, read_json
from nic_rules.decision import EditionRef
from nic_rules.diagnostics import Diagnostic, Place, RecordError, RuleBookError, problem
from nic_rules.engine.digests import reference
from nic_rules.language.values import has_lone_surrogate
from nic_rules.records.in_force import ABOUT, in_force
from nic_rules.rulebook.book import Book, Days, Rules
from nic_rules.rulebook.check import load_files
from nic_rules.rulebook.folder import RuleFile, files_below

SCHEMA = "nic-rules/archive/1"

KEYS = {"schema", "about", "title", "edition", "rules", "files"}
"""What an archive holds, beside its own digest."""

MOST_BYTES = 100_000_000
"""A rule book has at most a fifth of this; it stands in its archive twice."""


class Archive(NamedTuple):
    """An edition's archive: its rules, and the text of the file."""

    rules: Rules
    reference: EditionRef
    text: str

    @property
    def name(self) -> str:
        """Give the name of its file."""
        return archive_name(self.reference)


def archive_name(edition: EditionRef) -> str:
    """Name an edition's archive by what every record of a decision tells of it.

    By the days too: a rule that is added for a later day ends an edition, and changes no digest.
    """
    days = (edition.start or "start", edition.until or "open")
    digests = (told.removeprefix("sha256:")[:16] for told in (edition.logic, edition.text))
    return "-".join((edition.rulebook, *map(str, days), *digests)) + ".json"


# --- making one


def archive_of(folder: Path, day: date) -> Archive:
    """Archive the edition of a rule book's folder that is in force on a day.

    The same files give the same bytes, on every machine. Raises `RuleBookError` for a book with
    errors.
    """
    problems: list[Diagnostic] = []
    files = files_below(folder, problems)
    files.sort(key=lambda file: file.path.relative_to(folder).parts)
    book = load_files(folder, files, problems)
    rules = book.rules_on(day)
    edition = reference(rules)
    held: dict[str, Json] = {
        "schema": SCHEMA,
        "about": {language: [*told] for language, told in ABOUT.items()},
        "title": dict(book.item.written.title),
        "edition": edition_data(edition),
        "rules": in_force(rules),
        "files": [_file(folder, file) for file in files],
    }
    text = json.dumps({**held, "digest": digest(held)}, ensure_ascii=False, indent=2)
    return Archive(rules, edition, f"{text}\n")


def edition_data(edition: EditionRef) -> dict[str, Json]:
    """Give an edition as a record of a decision has it."""
    return {
        "rulebook": edition.rulebook,
        "from": edition.start.isoformat() if edition.start else None,
        "until": edition.until.isoformat() if edition.until else None,
        "logic": edition.logic,
        "text": edition.text,
    }


def _file(folder: Path, file: RuleFile) -> dict[str, Json]:
    path = file.path.relative_to(folder).as_posix()
    if has_lone_surrogate(path):
        message = "this file's name is not UTF-8, and cannot be archived"
        raise _wrong(message, file.path, "rename it")
    return {"path": path, "lines": [*file.raw.decode("utf-8").split("\n")]}


def keep(archive: Archive, folder: Path) -> bool:
    """Put an archive into a folder; give False where one of the same edition is there already.

    That one may hold other rule files, whose comments or rules of other days have changed since; it
    decides the same and stays. Nothing is ever overwritten. Raises `RecordError` if something else
    is there, or nothing can be written.
    """
    path, raw = folder / archive.name, archive.text.encode("utf-8")
    if len(raw) > MOST_BYTES:
        raise _wrong("the archive would have more than 100 MB, and could not be read again", path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _is_there(path, archive):
            return False
        aside = folder / f".{archive.name}.{os.urandom(8).hex()}"
        try:
            with aside.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            return _put_in_place(aside, path, archive)
        finally:
            aside.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no folder can have this name"
        raise _wrong(f"the archive cannot be written: {why}", folder) from None


def _put_in_place(aside: Path, path: Path, archive: Archive) -> bool:
    """Give a file that was written aside its name, if the name is still free."""
    try:
        os.link(aside, path)
    except OSError:  # somebody was faster, or the disk has no links
        if _is_there(path, archive):
            return False
        aside.replace(path)
    with suppress(OSError):  # not every system opens folders
        opened = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    return True


def _is_there(path: Path, archive: Archive) -> bool:
    """Tell whether an archive of the edition is there; raises if something else is."""
    if not os.path.lexists(path):
        return False
    try:
        if path.read_bytes() != archive.text.encode("utf-8"):
            read_archive(path, archive.reference)
    except (OSError, RecordError, RuleBookError):
        message = "something else is there already, and is not overwritten"
        raise _wrong(message, path, "move it away, or choose another folder") from None
    return True


# --- reading one


def read_archive(path: Path, edition: EditionRef) -> Book:
    """Read the rule book that an edition's archive holds, trusting nothing of it.

    Its own digest has to hold; its rule files have to pass the ordinary check; the edition made of
    them has to be the one asked for, with the digests worked out anew; and the rules that people
    read have to be those of the files. Raises `RecordError`, or `RuleBookError` with what the
    check finds.
    """
    held = _held(path)
    try:
        if held["edition"] != edition_data(edition):
            raise _wrong("this archive is of another edition than its name says", path)
        files = [_rule_file(path, told) for told in held["files"]]
    except (KeyError, TypeError, ValueError):
        raise _wrong(
            "this is no archive: its files are not written as they are in one", path
        ) from None
    book = load_files(path, files, [])
    days = Days(edition.start, edition.until)
    rules = next((rules for rules in book.rules if rules.days == days), None)
    if rules is None or reference(rules) != edition:
        message = "this archive was changed: its rules have other days or digests than it says"
        raise _wrong(message, path)
    if (in_force(rules), book.item.written.title) != (held["rules"], held["title"]):
        message = "this archive was changed: it tells people other rules than its files hold"
        raise _wrong(message, path)
    return book


def _held(path: Path) -> dict[str, Any]:
    """Read what an archive's file holds, without its digest; raises if that does not hold."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _wrong(f"this archive cannot be read: {error.strerror}", path) from None
    if len(raw) > MOST_BYTES:
        raise _wrong("this is no archive: it has more than 100 MB", path)
    try:
        held = read_json(raw)
        told = held.pop("digest", None) if isinstance(held, dict) else None
        found = digest(held)
    except (ValueError, RecursionError):
        message = "this is no archive: it is not JSON, or a key stands twice"
        raise _wrong(message, path) from None
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise _wrong(f"this is no archive: its schema is not {SCHEMA}", path)
    if told != found:
        raise _wrong("this archive was changed: its own digest does not hold", path)
    if held.keys() != KEYS:
        raise _wrong("this is no archive: it has not the keys of one", path)
    return held


def _rule_file(path: Path, told: dict[str, Any]) -> RuleFile:
    """Give a rule file as if it lay in a folder of the archive's name, for the places in it."""
    inner = PurePosixPath(told["path"])
    raw = "\n".join(told["lines"]).encode("utf-8")
    return RuleFile(path / inner, raw)


def _wrong(message: str, path: Path, hint: str | None = None) -> RecordError:
    return RecordError([problem("NIC706", message, Place(str(path), 0, 0), hint)])
