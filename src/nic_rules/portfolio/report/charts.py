"""Charts as SVG: bars that stretch with the page while their words keep their size.

Every bar has its words and number beside or in it; colours only help. They are those of Okabe and
Ito, which colour-blind people tell apart; from the ninth on they come again, hatched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

COLOURS = 8
"""How many colours the style sheet has: `.c0` and on."""

LONGEST_LABEL = 42
LINE, BAR, GAP = 17, 20, 12
"""Heights in pixels: of a line of words, of a bar, and between two."""

LEAST_FOR_NUMBER = 5.5
"""How many hundredths of the width a part needs so that its number stands in it."""


class Part(NamedTuple):
    """A part of a bar: what it stands for, how many, and its colour's number."""

    label: str
    number: int
    colour: int


class Bar(NamedTuple):
    """A bar of one or more parts."""

    label: str
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """How many it stands for."""
        return sum(part.number for part in self.parts)


def bars(key: str, title: str, told: str, rows: Sequence[Bar], whole: int = 0) -> Markup:
    """Draw bars below each other, as a share of `whole`, or of the longest.

    `key` begins the ids; `told` says in words what is seen.
    """
    longest = max([whole, *(row.total for row in rows)]) or 1
    height = len(rows) * (LINE + BAR + GAP)
    drawn = Markup("\n").join(_drawn(rows, longest))
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{k}-t {k}-d" width="100%" height="{h}">\n'
        '<title id="{k}-t">{title}</title>\n<desc id="{k}-d">{told}</desc>\n{drawn}\n</svg>'
    ).format(k=key, h=height, title=title, told=told, drawn=drawn)


def _drawn(rows: Iterable[Bar], longest: int) -> Iterator[Markup]:
    top = 0
    for row in rows:
        single = len(row.parts) == 1
        yield Markup(
            '<text class="label" x="0" y="{y}">{label}</text>'
            '<text class="number" x="100%" y="{y}">{total}</text>'
        ).format(y=top + LINE - 4, label=shortened(row.label), total=row.total)
        yield Markup('<rect class="track" x="0" y="{y}" width="100%" height="{h}"/>').format(
            y=top + LINE, h=BAR
        )
        at = 0.0
        for part in row.parts:
            share = 100 * part.number / longest
            yield from _part(part, at, share, top + LINE, numbered=not single)
            at += share
        top += LINE + BAR + GAP


def _part(part: Part, at: float, share: float, top: int, *, numbered: bool) -> Iterator[Markup]:
    """Draw a part with a title that says what it is, and its number where there is room."""
    if not part.number:
        return
    kind = colour_class(part.colour)
    yield Markup(
        '<rect class="{kind}" x="{x}%" y="{y}" width="{w}%" height="{h}">'
        "<title>{label}: {n}</title></rect>"
    ).format(
        kind=kind, x=_number(at), y=top, w=_number(share), h=BAR, label=part.label, n=part.number
    )
    if numbered and share >= LEAST_FOR_NUMBER:
        yield Markup('<text class="in {kind}" x="{x}%" y="{y}">{n}</text>').format(
            kind=kind, x=_number(at + share / 2), y=top + BAR - 5, n=part.number
        )


def colour_class(number: int) -> str:
    """Give the classes of a colour."""
    again = number // COLOURS
    return f"c{number % COLOURS}" + (" again" if again else "")


def swatch(number: int) -> Markup:
    """Draw a colour's sample, for the head of a column."""
    return Markup(
        '<svg class="swatch" aria-hidden="true" width="12" height="12">'
        '<rect class="{kind}" width="12" height="12"/></svg>'
    ).format(kind=colour_class(number))


def shortened(label: str) -> str:
    """Cut a label that would run out of a narrow page; the table has it whole."""
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def _number(value: float) -> str:
    """Write a number of hundredths, short and the same everywhere."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
