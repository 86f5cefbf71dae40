"""Cases written to files of every kind, to be read again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from nic_rules.cases.many import Cases, open_cases
from nic_rules.cases.reading import PLAIN, Reading
from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import CasesError
from tests.cli.small import small_facts

Row = Mapping[str, object]
"""A case by column: a text, bool, int, Decimal, date, or None."""

TYPES: dict[str, pl.DataType] = {
    "subject": pl.String(), "level": pl.String(), "label": pl.String(), "active": pl.Boolean(),
    "years": pl.Int64(), "seats": pl.Int64(), "firm_seats": pl.Int64(),
    "part": pl.Decimal(10, 2), "told_on": pl.Date(), "as_of": pl.Date(), "years.by": pl.String(),
}  # fmt: skip


def opened(path: Path | str, reading: Reading = PLAIN) -> Cases:
    """Open cases of the small rule book."""
    return open_cases(path, small_facts(), reading)


def read(path: Path | str, reading: Reading = PLAIN) -> list[GivenRow]:
    """Read all rows of cases of the small rule book."""
    with opened(path, reading) as cases:
        return list(cases.rows())


def wrong(source: str | Path) -> list[str]:
    """Give what makes cases unusable."""
    with pytest.raises(CasesError) as caught:
        read(source)
    return [str(d) for d in caught.value.diagnostics]


def problems(row: GivenRow) -> list[str]:
    """Tell what is wrong with a row: code, column, value and message."""
    return [f"{p.code} {p.column} {p.value!r}: {p.message}" for p in row.problems]


def as_text(value: object) -> str:
    """Write a value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _cells(row: Row, rows: Sequence[Row]) -> list[object]:
    """Give the cells of a row in the order of the first."""
    return [row[column] for column in rows[0]]


def write_csv(path: Path, rows: Sequence[Row], delimiter: str = ",", comma: bool = False) -> None:
    """Write CSV with a delimiter, and perhaps with decimal commas."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(rows[0])
        for row in rows:
            texts = [
                as_text(v).replace(".", ",") if comma and isinstance(v, Decimal) else as_text(v)
                for v in _cells(row, rows)
            ]
            writer.writerow(texts)


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """Write JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            plain = {k: str(v) if isinstance(v, Decimal | date) else v for k, v in row.items()}
            file.write(json.dumps(plain) + "\n")


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    """Write Parquet, each column in its type."""
    schema = {column: TYPES[column] for column in rows[0]}
    pl.DataFrame([dict(row) for row in rows], schema=schema).write_parquet(path)


def write_excel(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Write a workbook of sheets of cells; a text `=#N/A` is a formula that comes to it."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(lines):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str) and cell.startswith("=#"):
                        sheet.write_formula(at, column, "=1/0", None, cell[1:])
                    elif isinstance(cell, date):
                        sheet.write_datetime(at, column, cell, days)
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write(at, column, cell)


def write_sheet(path: Path, rows: Sequence[Row]) -> None:
    """Write a workbook of one sheet; a Decimal is a number, of which Excel has only floats."""
    cells = [[float(v) if isinstance(v, Decimal) else v for v in _cells(row, rows)] for row in rows]
    write_excel(path, {"Ark1": [list(rows[0]), *cells]})


Writer = Callable[[Path, Sequence[Row]], None]

KINDS: dict[str, tuple[str, Writer, Reading]] = {
    "comma": ("a.csv", write_csv, PLAIN),
    "semicolon": ("a.csv", lambda p, rows: write_csv(p, rows, ";"), PLAIN),
    "tab": ("a.csv", lambda p, rows: write_csv(p, rows, "\t"), PLAIN),
    "decimal comma": (
        "a.csv", lambda p, rows: write_csv(p, rows, ";", True), Reading(decimal_comma=True)
    ),
    "JSON Lines": ("a.jsonl", write_json, PLAIN),
    "Parquet": ("a.parquet", write_parquet, PLAIN),
    "Excel": ("a.xlsx", write_sheet, PLAIN),
}  # fmt: skip
