"""Grounds as Markdown (CommonMark): headings and lists, and everything that was tried, nested.

Whatever comes from facts, subjects or rules shows as the text that it is: its signs are escaped,
so that none of it becomes markup, a link or HTML, be it read by CommonMark or by its dialects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nic_rules.explanation.branches import Branch
from nic_rules.explanation.grounds import Grounds
from nic_rules.explanation.page import Page, Point, Value, page_of
from nic_rules.explanation.phrases import Rests
from nic_rules.explanation.words import words

_SIGNS = re.compile(
    r"[\\`*_\[\]<>&|~#$@^={}]"  # what means something wherever it stands
    r"|(?<=[^\W\d])\.(?=\w)|(?<=\w)\.(?=[^\W\d])|:(?=\S)"  # what some dialects make links of
)
_BEGINS = re.compile(r"^(\d*)([-+.)])")
"""What makes a member of a list of the line that it begins."""


def as_markdown(grounds: Grounds, *, whole: bool = True) -> str:
    """Render grounds in their language; `whole`: with the tree."""
    return "\n".join(_Setter(page_of(grounds)).lines(whole)) + "\n"


def escaped(text: str) -> str:
    """Write a text of one line so that Markdown shows it as it is, once the line has begun."""
    return _SIGNS.sub(r"\\\g<0>", text)


def line(content: str) -> str:
    """Begin a line by what is already written as Markdown."""
    return _BEGINS.sub(r"\1\\\2", content)


def item(content: str, pad: str = "") -> str:
    """Make a member of a list of what is already written as Markdown."""
    return f"{pad}- {line(content)}"


def bold(text: str) -> str:
    """Write a text in bold."""
    return f"**{escaped(text)}**"


def name(text: str) -> str:
    """Write a name of the rules, a file or a digest as code, which nothing in it can end."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in text else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


class _Setter:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.words = words(page.language)

    def lines(self, whole: bool) -> Iterator[str]:
        page = self.page
        yield f"# {line(escaped(page.question))}"
        yield ""
        yield " · ".join(map(bold, page.outcomes))
        yield ""
        yield line(escaped(" ".join(page.lasting)))
        yield ""
        yield line(escaped(", ".join(filter(None, (page.subject, page.days)))))
        yield from self.section("why", self.why())
        yield from self.section("rules", self.rules())
        yield from self.section("facts", map(self.value, (*page.facts, *page.values)))
        yield from self.section("considerations", self.points(page.considerations))
        yield from self.section("interpretations", self.choices())
        yield from self.section("notes", self.points(page.noted))
        yield from self.section("missing", self.missing())
        if whole:
            yield from self.section("tree", self.tree())
        yield from self.section("record", self.record())

    def section(self, word: str, lines: Iterable[str]) -> Iterator[str]:
        """Give a heading and what is below it; nothing where nothing is."""
        below = [*lines]
        if below:
            yield from ("", f"## {escaped(self.words[word])}", "", *below)

    # --- the grounds

    def why(self) -> Iterator[str]:
        for reason in self.page.reasons:
            yield item(escaped(reason.text))
            yield item(self.rests(reason.rests), "  ")
        if not self.page.reasons:
            yield item(escaped(self.words["no_row"]))
        if self.page.may_change:
            yield item(escaped(self.words["may_change"]))

    def rules(self) -> Iterator[str]:
        for clause in self.page.clauses:
            yield item(escaped(clause.says))
            yield item(f"{escaped(f'{clause.place}, {clause.source}')} {name(clause.name)}", "  ")

    def value(self, value: Value) -> str:
        about = escaped(value.about)
        if value.rests is not None:
            about += f", {self.rests(value.rests, spot=False)}"
        tail = f" ({about})" if about else ""
        return item(f"{escaped(value.title)}: {bold(value.shown)}{tail}")

    def points(self, points: Iterable[Point]) -> Iterator[str]:
        for point in points:
            yield item(f"{point.sign} {bold(point.title)}: {escaped(point.word)}")
            yield from (item(escaped(text), "  ") for text in point.texts)
            yield item(self.rests(point.rests), "  ")

    def choices(self) -> Iterator[str]:
        if self.page.choices:
            yield from (escaped(self.words["chosen_here"]), "")
        for choice in self.page.choices:
            yield item(" · ".join(map(bold, choice.titles)))
            yield item(escaped(choice.why), "  ")

    def missing(self) -> Iterator[str]:
        for one in self.page.missing:
            who = f" ({escaped(self.words['from'].format(who=one.who))})" if one.who else ""
            yield item(f"{bold(one.title)}{who} {name(one.name)}")
            if one.ask:
                yield item(escaped(one.ask), "  ")
        if not self.page.missing and not self.page.stuck:
            yield item(escaped(self.words["nothing_missing"]))
        if self.page.stuck:
            yield item(f"{escaped(self.words['stuck'])}:")
            yield from (item(escaped(title), "  ") for title in self.page.stuck)

    def record(self) -> Iterator[str]:
        for entry in self.page.record:
            value = name(entry.value) if entry.is_name else escaped(entry.value)
            yield item(f"{escaped(entry.what)}: {value}")

    def rests(self, rests: Rests, *, spot: bool = True) -> str:
        """Say what a rule rests on, and where it stands."""
        places = ", ".join(f"{escaped(place)} {name(clause)}" for place, clause in rests.places)
        said = escaped(rests.basis) + (f": {places}" if places else "")
        return " · ".join(filter(None, (said, name(rests.spot) if spot else "")))

    # --- the tree

    def tree(self) -> Iterator[str]:
        for table in self.page.tree:
            yield item(f"{bold(table.title)} → {escaped(table.given)} {name(table.name)}")
            yield item(escaped(self.words["tried_rows"]), "  ")
            for branch in table.rows:
                yield from self.branch(branch, "    ")
            yield item(escaped(self.words["tried_found"]), "  ")
            for branch in table.branches:
                yield from self.branch(branch, "    ")

    def branch(self, branch: Branch, pad: str) -> Iterator[str]:
        sign = f"{branch.sign} " if branch.sign else ""
        if branch.kind == "value":
            yield item(f"{escaped(branch.title)}: {bold(branch.word)}{self.about(branch)}", pad)
        elif branch.kind == "step":
            yield item(f"{sign}{escaped(branch.title)}", pad)
            yield from (item(escaped(text), pad + "  ") for text in branch.texts)
        else:
            named = f" {name(branch.name)}" if branch.name else ""
            yield item(f"{sign}{bold(branch.title)}{named}: {escaped(branch.word)}", pad)
            yield from (item(escaped(text), pad + "  ") for text in branch.texts)
            if branch.rests is not None:
                yield item(self.rests(branch.rests), pad + "  ")
        for below in branch.branches:
            yield from self.branch(below, pad + "  ")

    def about(self, value: Branch) -> str:
        told = [*map(escaped, value.texts)]
        if value.rests is not None:
            told.append(self.rests(value.rests))
        return f" ({', '.join(told)})" if told else ""
