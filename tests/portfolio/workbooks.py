"""Workbooks written for tests, and read back by another library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel

from nic_rules.cases.rows import GivenRow, RowProblem
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.workbook import Workbook


def read(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read a workbook by another library: the rows of each sheet, in order."""
    found = fastexcel.read_excel(path)
    return {
        name: found.load_sheet(name, header_row=None).to_polars().rows()
        for name in found.sheet_names
    }


def with_subjects(path: Path, book: RuleBook, subjects: Iterable[str]) -> None:
    """Write a workbook of cases with these subjects, each decided and each rejected."""
    day = date(2016, 11, 15)
    with Workbook(path, book, book.review, as_of=day, language="nb") as workbook:
        for number, subject in enumerate(subjects, 1):
            row = GivenRow(number, number + 1, subject)
            workbook.decide(row, book.edition(day).decide_all(book.review, {}, as_of=day))
            workbook.reject(row, [RowProblem("NIC506", "wrong", "level", subject)])
