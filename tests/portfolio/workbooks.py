"""Workbooks written for tests, and read back by another library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.workbook import Workbook


def read(path: Path) -> dict[str, list[list[Any]]]:
    """Read a workbook by another library: the rows of each sheet, in order, "" where empty."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def with_subjects(path: Path, book: RuleBook, subjects: Iterable[str]) -> None:
    """Write a workbook of cases with these subjects, each decided and each rejected."""
    day = date(2016, 11, 15)
    with Workbook(path, book, book.review, as_of=day, language="nb") as workbook:
        for number, subject in enumerate(subjects, 1):
            row = GivenRow(number, number + 1, subject)
            workbook.decide(row, book.edition(day).decide_all(book.review, {}, as_of=day))
            workbook.reject(row, [RowProblem("NIC506", "wrong", "level", subject)])
