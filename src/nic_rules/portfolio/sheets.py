"""Sheets of an Excel file, row by row: every cell is what was written, and nothing more.

Rows go to files of their own as they come (constant memory), and into the workbook at its end. The
bytes depend on nothing but what is written: no clock is read, and parts of the file have one time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from nic_rules.diagnostics import one_line

MOST_ROWS = 1_048_576 - 1
"""How many rows a sheet has room for below its head."""

MOST_TEXT = 32_767
"""How long a text in a cell may be, as Excel counts: in units of UTF-16."""

MOST_NAME = 31
"""How long the name of a sheet may be, counted likewise."""

EARLIEST_YEAR = 1900
"""Excel has no days before."""

Cell = str | int | date

_NOT_IN_NAMES = str.maketrans("[]/\\:*?", "()--   ")

_KEPT = "\n\t\u00a0\u202f"
"""What cannot be printed, but stands in a cell as it should: breaks and spaces of numbers."""

_DAYS = {"nb": "dd.mm.yyyy", "nn": "dd.mm.yyyy", "en": "d mmm yyyy"}


class Column(NamedTuple):
    """The head of a column, and how many characters wide it is."""

    head: str
    width: int


class Sheet:
    """One sheet, written from top to bottom."""

    def __init__(self, sheet: Any, formats: dict[str, Any]) -> None:
        self.sheet = sheet
        self.formats = formats
        self.rows = 0

    def row(self, *cells: Cell, style: str = "text") -> None:
        """Write the next row. `style` is that of its texts: text, head or title.

        Raises `OverflowError` if the sheet is full: nothing may be left out in silence.
        """
        if self.rows > MOST_ROWS:
            raise OverflowError("a sheet of Excel has no room for more rows")
        for column, cell in enumerate(cells):
            if isinstance(cell, date) and cell.year >= EARLIEST_YEAR:
                self.sheet.write_datetime(self.rows, column, cell, self.formats["day"])
            elif isinstance(cell, int):
                self.sheet.write_number(self.rows, column, cell, self.formats["number"])
            else:
                self._text(column, standing(str(cell)), self.formats[style])
        self.rows += 1

    def _text(self, column: int, text: str, style: Any) -> None:
        at = (self.rows, column)
        if text.startswith("<r>") and text.endswith("</r>"):
            # xlsxwriter would take such a text for markup of its own, and not escape it
            self.sheet.write_rich_string(*at, text[:1], style, text[1:], style)
        elif text:
            self.sheet.write_string(*at, text, style)


class Sheets:
    """The file: sheets are added as they are needed, and put in order at the end."""

    def __init__(self, path: Path, title: str, day: date, language: str) -> None:
        self._parts = TemporaryDirectory(prefix="nic-rules-")
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "tmpdir": self._parts.name}
        )
        self._book.use_zip64()
        created = datetime.combine(day, time(), tzinfo=UTC)
        self._book.set_properties({"title": standing(title), "created": created})
        # the prefix keeps a text that is edited in Excel from becoming a formula or a link
        text = {"text_wrap": True, "valign": "top", "quote_prefix": True}
        head = {**text, "bold": True, "bottom": 1, "bg_color": "#E8EDF2"}
        self._formats = {
            "text": self._book.add_format(text),
            "head": self._book.add_format(head),
            "title": self._book.add_format({"bold": True, "font_size": 14, "quote_prefix": True}),
            "number": self._book.add_format({"valign": "top"}),
            "day": self._book.add_format(
                {"valign": "top", "align": "left", "num_format": _DAYS.get(language, "yyyy-mm-dd")}
            ),
        }

    def plain(self, name: str, widths: Iterable[int]) -> Sheet:
        """Add a sheet without a head."""
        sheet = self._book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return Sheet(sheet, self._formats)

    def table(self, name: str, columns: Sequence[Column]) -> Sheet:
        """Add a sheet with a head that stays in sight, and on top of each page in print."""
        found = self.plain(name, (column.width for column in columns))
        found.row(*(column.head for column in columns), style="head")
        found.sheet.freeze_panes(1, 0)
        found.sheet.repeat_rows(0)
        return found

    def close(self, ordered: Sequence[Sheet], filtered: Sequence[tuple[Sheet, int]]) -> None:
        """Write the file, its sheets in this order; `filtered` have a filter on so many columns."""
        for sheet, columns in filtered:
            sheet.sheet.autofilter(0, 0, sheet.rows - 1, columns - 1)
        self._book.worksheets_objs[:] = [one.sheet for one in ordered]
        for index, sheet in enumerate(ordered):
            sheet.sheet.index = index  # by which filters and print titles are named
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError itself

    def discard(self) -> None:
        """Let go of the files that rows were kept in; what is not in the file by now is lost."""
        for sheet in self._book.worksheets_objs:
            sheet.row_data_fh.close()
        self._parts.cleanup()


def standing(text: str) -> str:
    """Give a text as a cell can hold it: what cannot be printed shown by its escape, and cut."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(c if c in _KEPT else one_line(c) for c in text)
    return _cut(text, MOST_TEXT)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Make a name that a sheet can have and none of those taken has; it is then taken too."""
    name = " ".join(standing(wanted).translate(_NOT_IN_NAMES).split()).strip("'")
    number = 1
    while True:
        end = f" ({number})" if number > 1 else ""
        found = _cut(name, MOST_NAME - len(end)) + end
        if found.casefold() not in taken:
            taken.add(found.casefold())
            return found
        number += 1


def _cut(text: str, most: int) -> str:
    if 2 * len(text) <= most:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - 1)].decode("utf-16-le", "ignore") + "…"
