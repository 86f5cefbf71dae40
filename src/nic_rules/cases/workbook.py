"""What the reader of workbooks does not tell: which cells could not be computed.

It gives such a cell as an empty one, and what is empty is unknown. So they are looked for in the
sheet's own XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import BadZipFile, ZipFile

MOST_UNPACKED = 4_000_000_000
"""How many bytes a workbook may have, unpacked."""

_ERROR = re.compile(rb"""\st=["']e["']""")
_PIECE = 1 << 20
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")

NotAWorkbook = (BadZipFile, ParseError, KeyError, OSError, ValueError, NotImplementedError)
"""What is raised where a file is no workbook."""


def unpacked(path: Path) -> int:
    """Tell how many bytes a workbook has, unpacked."""
    with ZipFile(path) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def errors(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Give the errors of a sheet, such as `#N/A`, by line and column from 1."""
    with ZipFile(path) as archive:
        name = _part(archive, sheet)
        if not _may_have_errors(archive, name):
            return {}
        return dict(_errors(archive, name))


def _part(archive: ZipFile, sheet: str) -> str:
    """Give the name of the part that a sheet lies in."""
    kind = next(
        entry.attrib["Target"]
        for entry in fromstring(archive.read("_rels/.rels"))
        if entry.attrib["Type"].endswith("/officeDocument")
    )
    book = PurePosixPath(kind.lstrip("/"))
    links = {
        entry.attrib["Id"]: entry.attrib["Target"]
        for entry in fromstring(archive.read(str(book.parent / "_rels" / f"{book.name}.rels")))
    }
    for element in fromstring(archive.read(str(book))).iter():
        if _tag(element) == "sheet" and element.attrib.get("name") == sheet:
            target = next(links[v] for k, v in element.attrib.items() if k.endswith("}id"))
            return target.lstrip("/") if target.startswith("/") else str(book.parent / target)
    raise KeyError(sheet)


def _may_have_errors(archive: ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        before = b""
        while piece := part.read(_PIECE):
            if _ERROR.search(before + piece):
                return True
            before = piece[-8:]
    return False


def _errors(archive: ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    line = column = 0
    with archive.open(name) as part:
        for event, element in iterparse(part, ("start", "end")):
            tag = _tag(element)
            if event == "start" and tag == "row":
                line, column = int(element.attrib.get("r", line + 1)), 0
            elif event == "start" and tag == "c":
                line, column = _place(element.attrib.get("r"), line, column + 1)
            elif event == "end" and tag == "c":
                if element.attrib.get("t") == "e":
                    yield (line, column), _written(element)
                element.clear()
            elif event == "end" and tag == "row":
                element.clear()


def _written(cell: Element) -> str:
    return next((e.text or "" for e in cell if _tag(e) == "v"), "") or "#ERROR"


def _place(reference: str | None, line: int, column: int) -> tuple[int, int]:
    """Give the line and the column of a cell: as it says, or the next one."""
    found = _REFERENCE.fullmatch(reference or "")
    if found is None:
        return line, column
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
