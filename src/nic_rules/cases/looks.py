"""What a file looks like by its first bytes, whatever its name says."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import BadZipFile, ZipFile

CSV, JSON_LINES, EXCEL, PARQUET = "CSV", "JSON Lines", "Excel", "Parquet"

_HEAD = 4_096

_MAGIC = (
    (b"PAR1", PARQUET),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel file that is old or has a password"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "PDF"),
    (b"<?xml", "XML"),
    (b"\xff\xfe", "a text in UTF-16"),
    (b"\xfe\xff", "a text in UTF-16"),
)

_SUBJECT = re.compile(rb'(?:^|[,;\t])"?subject"?(?:[,;\t]|\r|\n|$)')
_MARK = b"\xef\xbb\xbf"


def looks_like(path: Path) -> str | None:
    """Say what a file surely is; None if its bytes do not tell."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return EXCEL if _is_workbook(path) else "a ZIP file"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    head = head.removeprefix(_MARK).lstrip()
    if head.startswith(b"{"):
        return JSON_LINES
    first = head.partition(b"\n")[0]
    return CSV if _SUBJECT.search(first) and first.strip() != b'"subject"' else None


def _is_workbook(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (BadZipFile, OSError):
        return True  # cut off, most likely
