"""How the commands show problems, texts and styles."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from nic_rules.diagnostics import (
    CasesError,
    Diagnostic,
    FactError,
    NicRulesError,
    RecordError,
    RequestError,
    RuleBookError,
)

WIDEST, USUAL = 110, 100
"""Characters of a line: at most, and where there is no terminal."""

_STYLES: dict[str, dict[str, object]] = {
    "head": {"bold": True},
    "outcome": {"bold": True},
    "met": {"fg": "green"},
    "not_met": {"fg": "red"},
    "unknown": {"fg": "yellow"},
    "not_applicable": {"dim": True},
    "faint": {"dim": True},
}


def styled(text: str, role: str) -> str:
    """Dress a text for a terminal; click takes the dress off where there is none."""
    return click.style(text, **_STYLES[role])  # type: ignore[arg-type]


def page_width() -> int:
    """Give the width of texts: the terminal's, where that is not too wide to read."""
    chosen = os.environ.get("COLUMNS", "")
    if chosen.isdecimal() and int(chosen):
        return min(int(chosen), WIDEST)
    try:
        terminal = sys.__stdout__.fileno() if sys.__stdout__ is not None else -1
        return min(os.get_terminal_size(terminal).columns or USUAL, WIDEST)
    except (ValueError, OSError):  # standard output is closed, or no terminal
        return USUAL


def say(text: str) -> None:
    """Print data; a reader of standard output that has gone away changes no exit code."""
    try:
        click.echo(text)
    except BrokenPipeError:
        _to_nowhere()
    except UnicodeEncodeError:  # not all characters are of the terminal: data is UTF-8
        click.echo(click.unstyle(text).encode("utf-8", "backslashreplace"))
    except OSError as error:
        _to_nowhere()
        message = f"standard output cannot be written: {error.strerror}"
        raise click.ClickException(message) from None


def _to_nowhere() -> None:
    """Send what is still to be printed, or flushed at the end, to nowhere."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end


def near(diagnostic: Diagnostic) -> Diagnostic:
    """Name a file from here, if it lies below."""
    if diagnostic.file is None:
        return diagnostic
    try:
        path, here = Path(diagnostic.file), Path.cwd()
    except OSError:  # the folder that we stand in has gone
        return diagnostic
    if path.is_absolute() and path.is_relative_to(here):
        return replace(diagnostic, file=str(path.relative_to(here)))
    return diagnostic


def problem_lines(error: NicRulesError) -> Iterator[str]:
    """Give an error as lines, one a problem."""
    if isinstance(error, FactError | RuleBookError | RequestError | RecordError | CasesError):
        yield from lines(error.diagnostics)
    else:
        yield str(error)


def lines(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Give diagnostics as lines, their files named from here."""
    return (str(near(diagnostic)) for diagnostic in diagnostics)
