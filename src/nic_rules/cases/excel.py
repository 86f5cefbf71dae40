"""Cases in a sheet of an Excel workbook, a row a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from nic_rules.cases.cells import CellError, read_cells
from nic_rules.cases.chunk import AT_ONCE, Chunk, chunks_of_rows, in_columns
from nic_rules.cases.header import wrong_columns
from nic_rules.cases.opened import refuse, unreadable
from nic_rules.cases.rows import GivenRow
from nic_rules.cases.workbook import MOST_UNPACKED, NotAWorkbook, errors, unpacked
from nic_rules.diagnostics import CasesError, Diagnostic, Place, problem, shown
from nic_rules.rulebook.book import Fact


class ExcelFile:
    """A workbook with a sheet whose header, its first line, is right."""

    def __init__(self, path: Path, told: str, facts: Mapping[str, Fact]) -> None:
        self.path, self.told, self.facts = path, told, facts
        self.wrong: list[Diagnostic] = []
        try:
            if unpacked(path) > MOST_UNPACKED:
                raise unreadable(told, "unpacked, this workbook has more than 4 GB")
            sheet, others = self._chosen()
            self.sheet, self.first = sheet.name, (sheet.start or (0, 0))[1] + 1
            self.errors = errors(path, sheet.name)
        except (CalamineError, *NotAWorkbook):
            raise unreadable(told, "this workbook cannot be read") from None
        not_read = f" (not read: {', '.join(map(shown, others))})" if others else ""
        self.taken_for = f"Excel, sheet {shown(self.sheet)}{not_read}"
        self.header = _header(sheet)
        place = Place(told, 1, 1)
        if not self.header:
            message = "the first line is not a header"
            if sheet.start is None:
                message = f"sheet {shown(self.sheet)} is empty"
            raise CasesError([problem("NIC601", message, place)])
        places = [Place(told, 1, self.first + at) for at in range(len(self.header))]
        refuse(wrong_columns(self.header, places, list(facts), place))

    def subjects(self) -> Iterator[pl.Series]:
        """Give the subject of each row, some at a time."""
        return in_columns((row.subject for row in self.rows()), AT_ONCE)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Give the rows, some at a time: a column of a sheet may hold values of any type."""
        return chunks_of_rows(self.rows(), size)

    def rows(self) -> Iterator[GivenRow]:
        """Read the rows, from the first to the last; blank lines are none."""
        number = 0
        try:
            workbook = CalamineWorkbook.from_path(str(self.path))
            lines = enumerate(workbook.get_sheet_by_name(self.sheet).iter_rows(), start=1)
            next(lines)  # the header
        except (CalamineError, OSError):
            raise unreadable(self.told, "this workbook cannot be read") from None
        for line, given in lines:
            cells: list[object] = list(given)
            for at in range(len(cells)) if self.errors else ():
                if error := self.errors.get((line, self.first + at)):
                    cells[at] = CellError(error)
            if any(cell != "" for cell in cells):
                number += 1
                yield self._row(GivenRow(number, line), cells)

    def _row(self, row: GivenRow, cells: list[object]) -> GivenRow:
        size = len(self.header)
        last = max(at for at, cell in enumerate(cells, start=1) if cell != "")
        if last > size:
            row.wrong("NIC603", f"this row has {last} cells, the header {size}")
            if self.header[0] == "subject":
                row.label = str(cells[0])
            return row
        cells += [""] * (size - len(cells))
        return read_cells(row, self.header, cells[:size], self.facts)

    def _chosen(self) -> tuple[CalamineSheet, list[str]]:
        """Give the only sheet with a column `subject`, or the first one; hidden ones are none.

        Those that are not read though something stands there are named.
        """
        workbook = CalamineWorkbook.from_path(str(self.path))
        sheets = [
            workbook.get_sheet_by_name(sheet.name)
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not sheets:
            raise unreadable(self.told, "this workbook has no sheet that can be seen")
        with_subjects = [sheet for sheet in sheets if "subject" in _header(sheet)]
        chosen = with_subjects[0] if len(with_subjects) == 1 else sheets[0]
        others = [sheet.name for sheet in sheets if sheet is not chosen and sheet.start is not None]
        return chosen, others


def _header(sheet: CalamineSheet) -> list[str]:
    """Give the texts of a sheet's first line, as far as something stands there."""
    cells = [str(cell) for cell in next(iter(sheet.iter_rows()), [])]
    while cells and not cells[-1]:
        cells.pop()
    return cells
