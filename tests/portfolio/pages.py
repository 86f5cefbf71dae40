"""A report as a parser reads it: elements in order, ids, links, headings, and tables as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input"}
"""Elements that have no end."""

DRAWN = {"rect"}
"""Elements of a chart that are written without one where they hold nothing."""


@dataclass
class Part:
    """An element with its attributes, its parts, and its own texts in order."""

    tag: str
    attributes: dict[str, str]
    parts: list[Part | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Give all text below it, with one space between words."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> list[str]:
        return [part if isinstance(part, str) else part.text + " " for part in self.parts]

    def all(self, tag: str = "") -> list[Part]:
        """Give every element below it, or those of a tag, in the order of the page."""
        found: list[Part] = []
        for part in self.parts:
            if isinstance(part, Part):
                found += [part] if tag in ("", part.tag) else []
                found += part.all(tag)
        return found

    def rows(self) -> list[list[str]]:
        """Give a table's rows below its head as texts."""
        (body,) = self.all("tbody")
        rows = body.all("tr")
        return [[c.text for c in row.parts if isinstance(c, Part)] for row in rows]


class Read(HTMLParser):
    """Reads a page; each element must end where it ought to."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__(convert_charrefs=True)
        self.root = Part("", {})
        self.open = [self.root]
        self.feed(page)
        self.close()
        assert [self.root] == self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice: {attrs}"
        part = Part(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(part)
        if tag not in VOID:
            self.open.append(part)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that holds nothing."""
        assert tag in DRAWN, tag
        self.open[-1].parts.append(Part(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """End the element that is open."""
        assert tag == self.open.pop().tag

    def handle_data(self, data: str) -> None:
        """Add a text."""
        self.open[-1].parts.append(data)

    def in_language(self, language: str) -> Part:
        """Give the part of a language."""
        (found,) = [p for p in self.root.all("div") if p.attributes.get("id") == language]
        return found


def after(part: Part, heading: str) -> list[Part]:
    """Give the elements that follow the heading with an id, up to the next heading as high."""
    everything = part.all()
    start = next(n for n, p in enumerate(everything) if p.attributes.get("id") == heading)
    level = everything[start].tag
    found = []
    for one in everything[start + 1 :]:
        if one.tag[:1] == "h" and one.tag[1:].isdigit() and one.tag <= level:
            break
        found.append(one)
    return found
