"""A report as people read it, in one language: every text and figure, ready to be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup


class Cell(NamedTuple):
    """A figure or text in a table; `target` is the id of a case that it leads to."""

    text: str
    is_number: bool = False
    target: str = ""


class Column(NamedTuple):
    """The head of a column."""

    text: str
    is_number: bool = False


class Table(NamedTuple):
    """A table; the first cell of a row is its head. `total` is a last row of sums."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()


class Figure(NamedTuple):
    """A chart with its table beside it."""

    id: str
    title: str
    chart: Markup
    table: Table
    note: str = ""
    legend: tuple[tuple[Markup, str], ...] = ()
    is_wide: bool = False


class Question(NamedTuple):
    """What a table came to: over all, then by each fact that the rule book names."""

    id: str
    title: str
    figures: tuple[Figure, ...]


class Worklist(NamedTuple):
    """A list of cases; `lead` says what it is, `more` how many are left out."""

    id: str
    title: str
    many: str
    lead: str
    table: Table | None
    more: str = ""


class Answer(NamedTuple):
    """Why an outcome came that is not favourable."""

    id: str
    title: str
    many: str
    tables: tuple[Table, ...]
    cases: Worklist


class Asking(NamedTuple):
    """A question of a review, with its answers that are not favourable."""

    title: str
    answers: tuple[Answer, ...]


class Given(NamedTuple):
    """What a table answered in one case."""

    question: str
    outcomes: tuple[str, ...]
    is_favourable: bool
    because: tuple[str, ...]
    needs: tuple[str, ...]


class Case(NamedTuple):
    """A case, told."""

    id: str
    title: str
    called: str
    given: tuple[Given, ...]
    command: str


class Compared(NamedTuple):
    """What a table came to at both reviews."""

    id: str
    title: str
    totals: Table
    stayed: str
    moves: Table | None
    cases: Worklist | None


class Changes(NamedTuple):
    """What changed since the previous review."""

    lead: str
    others: tuple[str, ...]
    tables: tuple[Compared, ...]


class KeyFigure(NamedTuple):
    """A number that is told first, and the section it leads to."""

    number: str
    said: str
    section: str


@dataclass(frozen=True)
class Report:
    """The whole report in one language."""

    language: str
    named: str
    """What the language calls itself; its code where we do not speak it."""
    word: Mapping[str, str]
    book: str
    heading: str
    lead: str
    key_figures: tuple[KeyFigure, ...]
    contents: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    reasons: tuple[Asking, ...]
    worklists: tuple[Worklist, ...]
    asked: Table
    missing: tuple[Worklist, ...]
    changes: Changes | None
    rejects: Worklist
    cases: tuple[Case, ...]
    command: str
    about: tuple[tuple[str, str], ...]
