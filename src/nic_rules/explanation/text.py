"""A trace as text for a terminal: the outcome, why, what was found, what is missing."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from nic_rules.explanation.trace import FoundNode, Leaf, Missing, Rest, TableTrace, Trace
from nic_rules.explanation.words import words
from nic_rules.rulebook.people import told

Style = Callable[[str, str], str]
"""Dresses a text for a role: `head`, `outcome`, `met`, `not_met`, `unknown`, `faint`."""

SIGNS = {"met": "✓", "not_met": "✗", "unknown": "?", "not_applicable": "–"}


def plainly(text: str, role: str) -> str:  # noqa: ARG001 - a style that dresses nothing
    """Leave texts as they are."""
    return text


def as_text(trace: Trace, style: Style = plainly, width: int = 100) -> str:
    """Render a trace in its language, at most `width` characters wide."""
    return "\n".join(_Page(trace, style, width).lines()) + "\n"


class _Page:
    def __init__(self, trace: Trace, style: Style, width: int) -> None:
        self.trace = trace
        self.style = style
        self.width = max(width, 40)
        self.words = words(trace.language)

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.why()
        yield from self.findings()
        yield from self.missing()
        yield from self.interpretations()
        yield from self.record()

    def wrapped(self, text: str, indent: int, first: str = "", role: str = "") -> Iterator[str]:
        """Break a text into lines; `first` stands before it, later lines are indented under it."""
        pad = " " * indent
        room = self.width - indent - len(first)
        lines = textwrap.wrap(_safe(text), max(room, 20), break_on_hyphens=False)
        for number, line in enumerate(lines or [""]):
            lead = first if number == 0 else " " * len(first)
            yield pad + lead + (self.style(line, role) if role else line)

    def section(self, word: str) -> Iterator[str]:
        yield ""
        yield self.style(self.words[word], "head")

    def head(self) -> Iterator[str]:
        decision, table = self.trace.decision, self.trace.table
        days = self.words["as_of"].format(day=self.day(decision.as_of))
        if decision.rules_on != decision.as_of:
            days += ", " + self.words["rules_on"].format(day=self.day(decision.rules_on))
        subject = f"{decision.subject}, " if decision.subject is not None else ""
        yield from self.wrapped(f"{subject}{days}", 0, role="faint")
        yield from self.wrapped(table.title, 0)
        outcomes = table.outcomes or (("", self.words["nothing"]),)
        for name, title in outcomes:
            code = self.style(f"  [{name}]", "faint") if name else ""
            *lines, last = self.wrapped(title, 2, "→ ", "outcome")
            yield from lines
            yield last + code

    def day(self, day: date) -> str:
        return told(day, self.trace.language)

    def why(self) -> Iterator[str]:
        yield from self.section("why")
        for row in self.trace.table.rows:
            yield from self.wrapped(row.because, 2)
            yield from self.rest(row.rest, 2)
        if not self.trace.table.rows:
            yield from self.wrapped(self.words["no_row"], 2)
            if self.trace.missing or self.trace.stuck:
                yield from self.wrapped(self.words["may_change"], 2)

    def findings(self) -> Iterator[str]:
        table = self.trace.table
        decisive = {name for row in table.rows for name in row.looked_at}
        first = [node for node in table.found if node.name in decisive]
        facts = [leaf for leaf in table.looked_at if leaf.name in decisive]
        inner = [t for t in self.trace.inner if t.name in decisive]
        if first or facts or inner:
            yield from self.section("decided")
            yield from self.nodes(first, 2)
            yield from self.leaves(facts, 2)
            for below in inner:
                yield from self.table(below)
        others = [node for node in table.found if node.name not in decisive]
        other_facts = [leaf for leaf in table.looked_at if leaf.name not in decisive]
        other_inner = [t for t in self.trace.inner if t.name not in decisive]
        if others or other_facts or other_inner:
            yield from self.section("found")
            yield from self.nodes(others, 2)
            yield from self.leaves(other_facts, 2)
            for below in other_inner:
                yield from self.table(below)
        if table.notes:
            yield from self.section("notes")
            yield from self.nodes(table.notes, 2)

    def table(self, table: TableTrace) -> Iterator[str]:
        for name, title in table.outcomes:
            yield from self.wrapped(f"{table.title} {title} [{name}]", 2, "→ ")
        for row in table.rows:
            yield from self.wrapped(row.because, 4)
            yield from self.rest(row.rest, 4)
        yield from self.nodes(table.found, 4)
        yield from self.leaves(table.looked_at, 4)

    def nodes(self, nodes: Iterable[FoundNode], indent: int) -> Iterator[str]:
        for node in nodes:
            sign = SIGNS[node.finding]
            title, *more = self.wrapped(node.title, indent, f"{sign} ")
            yield title.replace(sign, self.style(sign, node.finding), 1)
            yield from more
            if node.said is not None:
                yield from self.wrapped(node.said, indent + 2)
            for cause in node.causes:
                yield from self.wrapped(cause, indent + 2)
            yield from self.rest(node.rest, indent + 2, node.finding)
            yield from self.leaves(node.leaves, indent + 4)
            yield from self.nodes(node.parts, indent + 4)

    def leaves(self, leaves: Iterable[Leaf], indent: int) -> Iterator[str]:
        for leaf in leaves:
            role = "" if leaf.known else "unknown"
            about = [self.words[leaf.kind]] if leaf.kind != "fact" else []
            if leaf.rest is not None:
                cited = ", ".join(clause.clause for clause in leaf.rest.cites)
                about.append(f"{self.words[leaf.rest.basis]} {cited}".rstrip())
            if leaf.supplied_by is not None:
                about.append(self.words["from"].format(who=leaf.supplied_by))
            for key, what in (leaf.evidence or {}).items():
                if key == "recorded_on":
                    what = self.day(date.fromisoformat(what))
                about.append(self.words[key].format(what=what))
            tail = f" ({', '.join(about)})" if about else ""
            yield from self.wrapped(f"{leaf.title}: {leaf.value}{tail}", indent, "· ", role)
            yield from self.leaves(leaf.parts, indent + 2)

    def rest(self, rest: Rest, indent: int, finding: str = "") -> Iterator[str]:
        """Say what a rule rests on; behind the finding, where there is one."""
        places = ", ".join(f"{cited.clause} ({cited.place})" for cited in rest.cites)
        basis = self.words[rest.basis]
        cited = f"{basis}: {places}" if places else basis
        if not finding:
            yield from self.wrapped(cited, indent, role="faint")
            return
        word = self.words[finding]
        first, *more = self.wrapped(f"{word} · {cited}", indent)
        yield first.replace(word, self.style(word, finding), 1)
        yield from more

    def missing(self) -> Iterator[str]:
        yield from self.section("missing")
        if not self.trace.missing:
            yield "  " + self.words["nothing_missing"]
        for fact in self.trace.missing:
            yield from self.asked(fact)
        if self.trace.stuck:
            yield from self.wrapped(self.words["stuck"] + ":", 2)
            for title in self.trace.stuck:
                yield from self.wrapped(title, 4, "? ")

    def asked(self, fact: Missing) -> Iterator[str]:
        who = self.words["from"].format(who=fact.supplied_by) if fact.supplied_by else ""
        tail = f" ({who})" if who else ""
        yield from self.wrapped(f"{fact.title}{tail} [{fact.name}]", 2, "? ")
        if fact.ask is not None:
            yield from self.wrapped(fact.ask, 4)

    def interpretations(self) -> Iterator[str]:
        used = list(self.trace.interpretations)
        if not used:
            return
        yield from self.section("interpretations")
        for title, why in used:
            yield from self.wrapped(title, 2, "· ")
            yield from self.wrapped(why, 4, role="faint")

    def record(self) -> Iterator[str]:
        decision = self.trace.decision
        edition = decision.edition
        yield from self.section("record")
        begin, end = edition.start or "…", edition.until or "…"
        rows = ", ".join(decision.rows) or "–"
        line = f"{edition.rulebook} {begin} – {end} · {decision.table}: {rows}"
        yield from self.wrapped(line, 2, role="faint")
        yield "  " + self.style(decision.digest, "faint")


def _safe(text: str) -> str:
    """Keep control characters of facts and subjects out of the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
