"""How the commands show problems, texts and styles."""

from __future__ import annotations

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


def near(diagnostic: Diagnostic) -> Diagnostic:
    """Name a file from here, if it lies below."""
    if diagnostic.file is None:
        return diagnostic
    path, here = Path(diagnostic.file), Path.cwd()
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
    """Give diagnostics as lines; a fact's problem without a place begins with the fact."""
    for diagnostic in diagnostics:
        told = str(near(diagnostic))
        if diagnostic.fact is not None and f"`{diagnostic.fact}`" not in diagnostic.message:
            head, mark, tail = told.partition(f"{diagnostic.severity}: ")
            told = f"{head}{mark}{diagnostic.fact}: {tail}"
        yield told
