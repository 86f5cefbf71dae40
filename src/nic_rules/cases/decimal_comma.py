"""Numbers of CSV files that are written with a decimal comma, where their user says so.

Nothing is guessed: a point is refused, for `1.234` may be a thousand or a little more than one.
"""

from __future__ import annotations

import polars as pl

from nic_rules.diagnostics import shown
from nic_rules.language.types import Number
from nic_rules.language.values import NotWrittenRight, Plain, scaled
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import BadFact, read_cell, told_number


def with_point(fact: Fact, text: str) -> Plain:
    """Give the text of a number as it is written with a point; raises `BadFact`."""
    kind = fact.type
    assert isinstance(kind, Number)
    if "." in text:
        hint = "write a comma, not a point, and nothing between thousands"
        raise BadFact("NIC504", f"{shown(text)} is not a number with a decimal comma", hint)
    if "," not in text:
        return Plain(text)
    if not fact.is_decimal:
        raise BadFact("NIC504", f"{shown(text)} is not {told_number(fact, kind)}")
    number = Plain(text.replace(",", ".", 1))
    try:
        scaled(number, kind.decimals)
    except NotWrittenRight as wrong:
        digits = "write digits, such as `12` or `-0,25`" if wrong.hint else None
        raise BadFact("NIC504", f"{shown(text)} is not {wrong}", digits) from None
    read_cell(fact, number)  # its bounds
    return number


def column_with_point(fact: Fact, column: pl.Series) -> tuple[pl.Series, set[int]]:
    """Give a column of numbers as they are written with a point, and the places of what is none."""
    told, wrong = {}, []
    for text in column.unique():
        if text:
            try:
                told[text] = str(with_point(fact, text))
            except BadFact:
                wrong.append(text)
    numbers = column.replace_strict(told, default=None, return_dtype=pl.String)
    return numbers, {*column.is_in(wrong).fill_null(False).arg_true()}
