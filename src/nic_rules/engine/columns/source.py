"""Where cases in columns come from, and in what kind their answer goes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from nic_rules.diagnostics import (
    CasesError,
    Place,
    RequestError,
    nearest,
    one_line,
    problem,
    shown,
)
from nic_rules.engine.columns.reading import OWN_COLUMNS
from nic_rules.rulebook.book import Fact
from nic_rules.rulebook.given import EVIDENCE_KEYS


def frame_of(cases: Any) -> tuple[pl.DataFrame, Callable[[pl.DataFrame], Any]]:
    """Give cases as a frame, and what makes a frame of the same kind as they came in."""
    if isinstance(cases, pl.DataFrame):
        return cases, lambda frame: frame
    if isinstance(cases, pl.LazyFrame):
        try:
            return cases.collect(), lambda frame: frame.lazy()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _unreadable("this lazy frame", error) from None
    if isinstance(cases, str | Path):
        return _file(Path(cases)), lambda frame: frame
    if hasattr(cases, "__arrow_c_stream__"):
        try:
            frame = pl.DataFrame(cases)
        except pl.exceptions.PolarsError as error:
            raise _unreadable("these columns", error) from None
        # what made the table makes those of the answer too; else a frame, which is such a table
        kind = type(cases)
        back = getattr(kind, "from_arrow", None)
        if kind.__module__.partition(".")[0] == "pyarrow":
            return frame, lambda found: found.to_arrow()
        return frame, back if callable(back) else lambda found: found
    message = f"cases are a frame, an Arrow table or a path, not a {type(cases).__name__}"
    raise RequestError.of("NIC702", message)


def check_columns(columns: Mapping[str, pl.DataType], facts: Mapping[str, Fact]) -> None:
    """Refuse columns of no fact, or of no type, before anything is decided; raises `CasesError`."""
    wrong = []
    for column, dtype in columns.items():
        if dtype == pl.Object:
            message = f"column {shown(column)} holds {dtype}, which no fact is"
            wrong.append(problem("NIC601", message, hint="give the column a type of its own"))
        fact, dot, key = column.partition(".")
        is_own = column in facts or column in OWN_COLUMNS
        if not (is_own or (dot and fact in facts and key in EVIDENCE_KEYS)):
            beside = (f"{f}.{k}" for f in facts for k in EVIDENCE_KEYS if dot)
            hint = nearest(column, (*facts, *OWN_COLUMNS, *beside))
            wrong.append(problem("NIC602", f"column {shown(column)} is no fact", hint=hint))
    if wrong:
        raise CasesError(wrong)


def _file(path: Path) -> pl.DataFrame:
    place = Place(str(path), 0, 0)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(f"`{suffix}`" for suffix in READERS)
        message = f"a file of cases in columns ends in one of {known}"
        raise CasesError([problem("NIC601", message, place)])
    try:
        return reader(path)
    except OSError as error:
        message = f"this file cannot be read: {error.strerror or 'it is no such file'}"
        raise CasesError([problem("NIC601", message, place)]) from None
    except pl.exceptions.NoDataError:
        raise CasesError([problem("NIC601", "this file is empty", place)]) from None
    except pl.exceptions.PolarsError as error:
        raise _unreadable("this file", error, place) from None


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda path: pl.read_csv(path, infer_schema=False, glob=False),
    ".parquet": lambda path: pl.read_parquet(path, glob=False, hive_partitioning=False),
    ".arrow": pl.read_ipc,
    ".feather": pl.read_ipc,
}
"""How files of cases are read in columns, by the ending of their names."""


def _unreadable(what: str, error: Exception, place: Place | None = None) -> CasesError:
    first = one_line(str(error).partition("\n")[0])
    return CasesError([problem("NIC601", f"{what} cannot be read: {first}", place)])
