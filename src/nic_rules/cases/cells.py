"""Cells that have types of their own, in Parquet and Excel, as values of the one grammar.

A text is read as the text of any file. What else a cell holds must be what the fact is: nothing is
turned into something else, but for floating-point numbers, of which Excel has no others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from nic_rules.cases.header import OWN_COLUMNS
from nic_rules.cases.rows import GivenRow, read_row
from nic_rules.diagnostics import shown
from nic_rules.language.types import Day, Number, Text
from nic_rules.language.values import JsonNumber, NotWrittenRight, Plain, scaled
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import BadFact, as_written

_EXACT = 2**53
"""Below it, each whole number is a float of its own."""


class CellError(str):
    """What a cell shows that could not be computed, such as `#N/A`."""

    __slots__ = ()


def read_cells(
    row: GivenRow, header: Sequence[str], cells: Sequence[object], facts: Mapping[str, Fact]
) -> GivenRow:
    """Read a row out of its cells, and tell what is wrong with it in its problems."""
    values: dict[str, Any] = {}
    for column, cell in zip(header, cells, strict=True):
        try:
            values[column] = _value(column, facts.get(column), cell)
        except BadFact as wrong:
            message = f"{wrong.message} ({wrong.hint})" if wrong.hint else wrong.message
            written = _text_of(cell) if isinstance(cell, float) else as_written(cell)
            row.wrong(wrong.code, message, column, written)
    read_row(row, values)
    return row


def _value(column: str, fact: Fact | None, cell: object) -> object:
    match cell:
        case None | "":
            return None
        case CellError():
            raise BadFact("NIC503", f"this cell holds the error {shown(cell)}")
        case str():
            if "\0" in cell:
                raise BadFact("NIC103", "this cell holds the character U+0000")
            return Plain(cell)
        case bool():
            return cell
        case int() | float() | Decimal():
            return _number(column, fact, cell)
        case datetime():
            if cell.tzinfo is not None or cell.time() != time():
                raise BadFact("NIC504", f"{shown(cell)} is not a day: it has a time")
            return cell.date()
        case date():
            return cell
        case time() | timedelta():
            raise BadFact("NIC503", "no fact is a time of day, or a span of time")
        case _:
            raise BadFact("NIC503", "no fact is what this cell holds")


def _number(column: str, fact: Fact | None, cell: float | Decimal) -> object:
    kind = fact.type if fact is not None else None
    number = JsonNumber(_text_of(cell))
    if column == "subject" or isinstance(kind, Text):
        hint = "keep it as text, for a number loses its zeros in front"
        raise BadFact("NIC503", f"expected text, got the number {shown(number)}", hint)
    if column in OWN_COLUMNS or isinstance(kind, Day):
        hint = "keep it as a date"
        raise BadFact("NIC503", f"expected a day, got the number {shown(number)}", hint)
    if isinstance(cell, float) and isinstance(kind, Number):
        places = kind.decimals if fact is not None and fact.is_decimal else 0
        _prove_exact(cell, number, places)
    return number


def _text_of(number: float | Decimal) -> str:
    """Write a number with a point and without an exponent; of a float the shortest that is it."""
    if isinstance(number, float):
        if not isfinite(number):
            return repr(number)
        if number.is_integer():
            return str(int(number))
        number = Decimal(repr(number))
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def _prove_exact(cell: float, text: str, places: int) -> None:
    """Refuse a float that may be several numbers of so many decimals; raises `BadFact`."""
    try:
        number = scaled(text, places)
    except NotWrittenRight:
        return  # it is none of them, as the fact's own reader says
    others = (number - 1) / 10**places, (number + 1) / 10**places
    if abs(number) >= _EXACT or cell in others:
        hint = "keep it as text"
        raise BadFact("NIC504", f"{shown(text)} is too large to be exact", hint)
