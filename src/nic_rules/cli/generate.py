"""`nic-rules generate`: a portfolio drawn for tries, the same for the same seed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from nic_rules.authoring.generated import Wanted, generate
from nic_rules.cli.options import as_of_option, or_today, rules_option
from nic_rules.diagnostics import CasesError, Place, RequestError, problem
from nic_rules.library import load

if TYPE_CHECKING:
    import polars as pl


class ShareType(click.FloatRange):
    """A share, from 0 to 1."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read a share; what is no number lies between no bounds."""
        share = float(super().convert(value, param, ctx))
        if isnan(share):
            self.fail(f"`{value}` is not a share from 0 to 1", param, ctx)
        return share


SHARE = ShareType(0, 1)


@click.command()
@click.argument("count", metavar="N", type=click.IntRange(1, 100_000_000))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="The file to write: .csv, or .parquet with columns of text.",
)  # fmt: skip
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="S", help="Draws other cases."
)
@click.option(
    "--missing", type=SHARE, default=0.0, show_default=True, metavar="SHARE",
    help="The share of known facts to leave out.",
)  # fmt: skip
@click.option(
    "--bad", type=SHARE, default=0.0, show_default=True, metavar="SHARE",
    help="The share of rows with a cell that cannot be read.",
)  # fmt: skip
@rules_option
@as_of_option
def command(
    count: int, out: Path, seed: int, missing: float, bad: float, rules: str, as_of: date | None
) -> None:
    """Draw N cases of the rule book, for tries: close to its scenarios, so that outcomes mix.

    The same book, seed and options give the same file. Nobody is meant by any of the cases.

    \b
    Example:
      nic-rules generate 1000 --seed 7 --missing 0.1 --as-of 2016-11-15 --out drawn.csv
    """
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        known = " or ".join(f"`{suffix}`" for suffix in _WRITERS)
        raise RequestError.of("NIC702", f"the file to write ends in {known}")
    book = load(rules)  # what is kept of a book has no scenarios
    wanted = Wanted(count, seed, or_today(as_of), missing, bad)
    aside = out.with_name(f".{out.name}.part")
    try:
        try:
            write(generate(book, wanted), aside)
            os.replace(aside, out)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        message = f"this file cannot be written: {error.strerror}"
        raise CasesError([problem("NIC601", message, Place(str(out), 0, 0))]) from None


def _csv(parts: Iterator[pl.DataFrame], file: Path) -> None:
    with file.open("wb") as to:
        for number, part in enumerate(parts):
            part.write_csv(to, include_header=number == 0)


def _parquet(parts: Iterator[pl.DataFrame], file: Path) -> None:
    import polars as pl

    with TemporaryDirectory(dir=file.parent) as folder:
        for number, part in enumerate(parts):
            part.write_parquet(Path(folder) / f"{number:06}.parquet")
        pl.scan_parquet(Path(folder) / "*.parquet").sink_parquet(file)


_WRITERS: dict[str, Callable[[Iterator[pl.DataFrame], Path], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
}
"""How a portfolio is written, by the ending of the file's name."""
