"""Whose cases they are: a column of subjects, each of one row."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from nic_rules.diagnostics import Diagnostic, shown
from nic_rules.engine.columns.lookup import repeated as constant
from nic_rules.engine.columns.reading import SUBJECT
from nic_rules.engine.columns.values import is_text
from nic_rules.rulebook.given import as_written

MOST_OTHERS = 3
"""How many other rows of the same subject are named."""

BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
"""What Python takes for blanks; all lie below U+3001, and polars' own are a few less."""


def texts_of(column: pl.Series) -> pl.Series:
    """Give subjects as texts, null for what is none."""
    if is_text(column.dtype):
        return column.cast(pl.String)
    return constant(None, column.len(), pl.String).alias(column.name)


def is_blank(text: pl.Expr) -> pl.Expr:
    """Tell whether texts hold nothing but blanks."""
    return text.str.strip_chars(BLANKS) == ""


def repeated_subjects(frame: pl.DataFrame) -> dict[str, list[int]]:
    """Give the rows, from 1, of each subject that stands more than once."""
    if SUBJECT not in frame.columns or not is_text(frame[SUBJECT].dtype):
        return {}
    subjects = frame[SUBJECT].cast(pl.String)
    if subjects.n_unique() == frame.height:
        return {}
    same = pl.DataFrame({SUBJECT: subjects}).with_row_index("row", offset=1)
    grouped = same.drop_nulls().group_by(SUBJECT).agg("row").filter(pl.col("row").list.len() > 1)
    return dict(grouped.iter_rows())


def wrong_subjects(
    column: pl.Series, first: int, repeated: dict[str, list[int]]
) -> Iterator[tuple[int, Diagnostic]]:
    """Give what is wrong with subjects: rows by their number from 1, and why."""
    text = texts_of(column)
    if is_text(column.dtype):
        missing = text.is_null() | text.to_frame().select(is_blank(pl.first())).to_series()
    else:
        missing = column.is_null()
        for index, value in enumerate(column.to_list()):
            if value is not None:
                yield first + 1 + index, _no_text(value)
    for index in missing.arg_true():
        wrong = Diagnostic("NIC604", "error", "this row has no subject", fact=SUBJECT, value=None)
        yield first + 1 + index, wrong
    if not repeated:
        return
    for index in text.is_in(list(repeated)).fill_null(False).arg_true():
        subject, row = text[index], first + 1 + index
        same = repeated[subject]
        others = [other for other in same[: MOST_OTHERS + 1] if other != row][:MOST_OTHERS]
        told = ", ".join(f"row {other}" for other in others)
        more = len(same) - 1 - len(others)
        told += f" and {more} more" if more else ""
        message = f"subject {shown(subject)} also occurs in {told}"
        yield row, Diagnostic("NIC604", "error", message, fact=SUBJECT, value=subject)


def _no_text(value: object) -> Diagnostic:
    return Diagnostic("NIC503", "error", "expected text", fact=SUBJECT, value=as_written(value))
