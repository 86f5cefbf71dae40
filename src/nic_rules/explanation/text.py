"""Grounds as text for a terminal: the outcome, what it rests on, what is missing; and the tree."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from nic_rules.explanation.calculated import Calculations
from nic_rules.explanation.grounds import Grounds
from nic_rules.explanation.trace import (
    FoundNode,
    Ground,
    Leaf,
    Missing,
    RowNode,
    Step,
    TableNode,
    Trace,
)
from nic_rules.explanation.words import words
from nic_rules.rulebook.given import EVIDENCE_KEYS
from nic_rules.rulebook.people import told

if TYPE_CHECKING:
    from nic_rules.explanation.why_not import Obstacle, Way, WhyNot

Style = Callable[[str, str], str]
"""Dresses a text for a role: `head`, `outcome`, `met`, `not_met`, `unknown`, `faint`."""

SIGNS = {"met": "✓", "not_met": "✗", "unknown": "?", "not_applicable": "–"}
CAME = {"true": "met", "false": "not_met", "unknown": "unknown"}
"""How the truth of a step is signed: as a finding is."""

STATES = {"gave": "met", "later": "not_applicable", "unfit": "not_met"}


def plainly(text: str, role: str) -> str:  # noqa: ARG001 - a style that dresses nothing
    """Leave texts as they are."""
    return text


def as_text(
    grounds: Grounds, style: Style = plainly, width: int = 100, *, whole: bool = False
) -> str:
    """Render grounds in their language, at most `width` characters wide; `whole`: with the tree."""
    return "\n".join(_Page(grounds, style, width).lines(whole)) + "\n"


def why_not_as_text(answer: WhyNot, style: Style = plainly, width: int = 100) -> str:
    """Render why a case has not an outcome."""
    return "\n".join(_WhyNotPage(answer.trace, style, width).lines(answer)) + "\n"


class _Lines:
    """What pages have in common: lines of a width, signs, and how parts of a trace are told."""

    def __init__(self, trace: Trace, style: Style, width: int) -> None:
        self.trace = trace
        self.style = style
        self.width = max(width, 40)
        self.words = words(trace.language)
        self.calculations = Calculations(trace.language)

    def wrapped(self, text: str, indent: int, first: str = "", role: str = "") -> Iterator[str]:
        """Break a text into lines; `first` stands before it, later lines are indented under it."""
        pad = " " * indent
        room = self.width - indent - len(first)
        lines = textwrap.wrap(_safe(text), max(room, 20), break_on_hyphens=False)
        for number, line in enumerate(lines or [""]):
            lead = first if number == 0 else " " * len(first)
            yield pad + lead + (self.style(line, role) if role else line)

    def signed(self, text: str, indent: int, finding: str) -> Iterator[str]:
        """Put the sign of a finding before a text."""
        sign = SIGNS[finding]
        first, *more = self.wrapped(text, indent, f"{sign} ")
        yield first.replace(sign, self.style(sign, finding), 1)
        yield from more

    def section(self, word: str) -> Iterator[str]:
        yield ""
        yield self.style(self.words[word], "head")

    def day(self, day: date) -> str:
        return told(day, self.trace.language)

    def leaf(self, leaf: Leaf, indent: int, *, nested: bool = True) -> Iterator[str]:
        role = "" if leaf.known else "unknown"
        about = [self.calculations.kind(leaf)] if leaf.kind != "fact" else []
        if leaf.since is not None:
            about.append(self.words["since"].format(day=self.day(date.fromisoformat(leaf.since))))
        if leaf.ground is not None and leaf.kind == "parameter":
            cited = ", ".join(clause.clause for clause in leaf.ground.cites)
            about.append(f"{self.words[leaf.ground.basis]} {cited}".rstrip())
        if leaf.supplied_by is not None:
            about.append(self.words["from"].format(who=leaf.supplied_by))
        given: Mapping[str, str] = leaf.evidence or {}
        for key in (key for key in EVIDENCE_KEYS if key in given):  # whatever order it came in
            what = given[key]
            if key == "recorded_on":
                what = self.day(date.fromisoformat(what))
            about.append(self.words[key].format(what=what))
        tail = f" ({', '.join(about)})" if about else ""
        yield from self.wrapped(f"{leaf.title}: {leaf.shown}{tail}", indent, "· ", role)
        if leaf.condition is not None and nested:
            for part in leaf.condition.parts:
                if isinstance(part, Leaf):
                    yield from self.leaf(part, indent + 2)

    def cited(self, ground: Ground, indent: int) -> Iterator[str]:
        """Say what a rule rests on, and where it stands."""
        places = ", ".join(f"{cited.place} [{cited.clause}]" for cited in ground.cites)
        cited = f"{self.words[ground.basis]}: {places}" if places else self.words["no_clause"]
        where = f"{ground.spot.file}:{ground.spot.line}"
        yield from self.wrapped(f"{cited} · {where}", indent, role="faint")


class _Page(_Lines):
    def __init__(self, grounds: Grounds, style: Style, width: int) -> None:
        super().__init__(grounds.trace, style, width)
        self.grounds = grounds

    def lines(self, whole: bool) -> Iterator[str]:
        yield from self.head()
        yield from self.why()
        yield from self.rules()
        yield from self.facts()
        yield from self.considerations()
        yield from self.interpretations()
        yield from self.noted()
        yield from self.missing()
        if whole:
            yield from self.tree()
        yield from self.record()

    # --- the grounds

    def head(self) -> Iterator[str]:
        decision, table = self.trace.decision, self.trace.table
        days = self.words["as_of"].format(day=self.day(decision.as_of))
        if decision.rules_on != decision.as_of:
            days += ", " + self.words["rules_on"].format(day=self.day(decision.rules_on))
        days = days[0].upper() + days[1:] if decision.subject is None else days
        subject = f"{decision.subject}, " if decision.subject is not None else ""
        yield from self.wrapped(f"{subject}{days}", 0, role="faint")
        yield from self.wrapped(table.title, 0)
        none = self.words["unsettled" if self.trace.missing else "nothing"]
        outcomes = table.outcomes or (("", none),)
        for name, title in outcomes:
            code = self.style(f"  [{name}]", "faint") if name else ""
            *lines, last = self.wrapped(title, 2, "→ ", "outcome")
            yield from lines
            yield last + code
        for sentence in self.trace.lasting.said:
            yield from self.wrapped(sentence, 4, role="faint")

    def why(self) -> Iterator[str]:
        yield from self.section("why")
        for row in self.grounds.rows:
            yield from self.wrapped(row.because or "", 2)
            yield from self.cited(row.ground, 2)
        if not self.grounds.rows:
            yield from self.wrapped(self.words["no_row"], 2)
        if self.trace.missing and not isinstance(self.trace.decision.outcome, str):
            yield from self.wrapped(self.words["may_change"], 2)

    def rules(self) -> Iterator[str]:
        if not self.grounds.rules:
            return
        yield from self.section("rules")
        for rule in self.grounds.rules:
            yield from self.wrapped(rule.clause.says, 2, "• ")
            where = f"{rule.clause.place}, {rule.clause.source} [{rule.clause.clause}]"
            yield from self.wrapped(where, 4, role="faint")

    def facts(self) -> Iterator[str]:
        if not self.grounds.facts and not self.grounds.values:
            return
        yield from self.section("facts")
        for leaf in (*self.grounds.facts, *self.grounds.values):
            yield from self.leaf(leaf, 2, nested=False)

    def considerations(self) -> Iterator[str]:
        if not self.grounds.considerations:
            return
        yield from self.section("considerations")
        for one in self.grounds.considerations:
            word = self.words[one.finding]
            yield from self.signed(f"{one.title}: {word}", 2, one.finding)
            for text in (*((one.said,) if one.said else ()), *one.causes):
                yield from self.wrapped(text, 4)
            yield from self.cited(one.ground, 4)

    def interpretations(self) -> Iterator[str]:
        if not self.grounds.interpretations:
            return
        yield from self.section("interpretations")
        for chosen in self.grounds.interpretations:
            yield from self.wrapped(chosen.title, 2, "· ")
            yield from self.wrapped(chosen.why, 4, role="faint")

    def noted(self) -> Iterator[str]:
        if not self.grounds.noted:
            return
        yield from self.section("notes")
        for node in self.grounds.noted:
            yield from self.signed(f"{node.title}: {self.words[node.finding]}", 2, node.finding)
            if node.said is not None:
                yield from self.wrapped(node.said, 4)

    def missing(self) -> Iterator[str]:
        yield from self.section("missing")
        if not self.trace.missing and not self.trace.stuck:
            yield from self.wrapped(self.words["nothing_missing"], 2)
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

    def record(self) -> Iterator[str]:
        decision = self.trace.decision
        edition = decision.edition
        yield from self.section("record")
        begin = edition.start or "…"
        end = edition.until - timedelta(1) if edition.until else "…"  # the last day in force
        rows = ", ".join(decision.rows) or "–"
        line = f"{edition.rulebook} {begin} – {end} · {decision.table}: {rows}"
        yield from self.wrapped(line, 2, role="faint")
        if self.trace.retold:
            texts = f"{self.words['texts']}: {self.words['retold']}"
            yield from self.wrapped(texts, 2, role="faint")
        yield "  " + self.style(decision.digest, "faint")

    # --- the tree

    def tree(self) -> Iterator[str]:
        yield from self.section("tree")
        for table in self.trace.tables:
            yield from self.table(table)

    def table(self, table: TableNode) -> Iterator[str]:
        given = ", ".join(title for _, title in table.outcomes) or self.words["nothing"]
        yield from self.wrapped(f"{table.title} → {given} [{table.name}]", 2, role="head")
        for row in table.rows:
            yield from self.row(row)
        yield from self.nodes(table.found, 4)
        for leaf in table.looked_at:
            yield from self.leaf(leaf, 4)
        yield from self.nodes(table.notes, 4)

    def row(self, row: RowNode) -> Iterator[str]:
        state = self.words[f"row_{row.state}"]
        yield from self.signed(f"{row.outcome} [{row.name}]: {state}", 4, STATES[row.state])
        for cell in row.cells if row.state == "unfit" else ():
            if not cell.fits:
                wants = self.words["wants"].format(wants=" / ".join(cell.wants), found=cell.found)
                yield from self.wrapped(f"{cell.title}: {wants}", 6, role="faint")
        yield from self.cited(row.ground, 6)

    def nodes(self, nodes: Iterable[FoundNode], indent: int) -> Iterator[str]:
        for node in nodes:
            yield from self.node(node, indent)

    def node(self, node: FoundNode, indent: int) -> Iterator[str]:
        yield from self.signed(f"{node.title}: {self.words[node.finding]}", indent, node.finding)
        for text in (*((node.said,) if node.said else ()), *node.causes):
            yield from self.wrapped(text, indent + 2)
        yield from self.cited(node.ground, indent + 2)
        if node.applies is not None:
            yield from self.wrapped(self.words["applies_when"], indent + 2)
            yield from self.step(node.applies, indent + 4)
        yield from self.step(node.condition, indent + 2)

    def step(self, step: Step, indent: int, *, outermost: bool = True) -> Iterator[str]:
        """Show a step; one that only names what stands below it is that alone.

        So is an outermost `and`: that all parts of a criterion must hold goes without saying.
        """
        inner = indent
        is_all = step.form == "and" and outermost
        if not (is_all or (step.form == "is" and step.text.isidentifier())):
            yield from self.signed(step.said, indent, CAME.get(step.came, "not_applicable"))
            inner += 2
            for side in self.calculations.beside(step):
                yield from self.wrapped(side, inner)
        for part in step.parts:
            if isinstance(part, Step):
                yield from self.step(part, inner, outermost=False)
            elif isinstance(part, FoundNode):
                yield from self.node(part, inner)
            else:
                yield from self.leaf(part, inner)


class _WhyNotPage(_Lines):
    def lines(self, answer: WhyNot) -> Iterator[str]:
        table = self.trace.table
        given = ", ".join(title for _, title in table.outcomes) or self.words["nothing"]
        yield from self.wrapped(table.title, 0)
        yield from self.wrapped(given, 2, "→ ", "outcome")
        yield ""
        if answer.has_it:
            yield from self.wrapped(self.words["has_it"].format(outcome=answer.title), 0)
            return
        known = "not_so" if answer.ways else "no_way"
        yield from self.wrapped(self.words[known].format(outcome=answer.title), 0)
        for way in answer.ways:
            yield ""
            yield from self.way(way, 2)

    def way(self, way: Way, indent: int) -> Iterator[str]:
        if len(way.obstacles) > 1:
            yield from self.wrapped(self.words["all_stand"], indent, role="faint")
        for obstacle in way.obstacles:
            yield from self.obstacle(obstacle, indent)
        for row in way.before:
            word = "still_first" if way.obstacles else "comes_first"
            yield from self.wrapped(self.words[word].format(outcome=row.outcome), indent)
            yield from self.wrapped(row.because or "", indent + 2)
            yield from self.cited(row.ground, indent + 2)
        yield from self.cited(way.row.ground, indent)

    def obstacle(self, obstacle: Obstacle, indent: int) -> Iterator[str]:
        cell = obstacle.cell
        wants = self.words["wants"].format(wants=" / ".join(cell.wants), found=cell.found)
        yield from self.signed(f"{cell.title}: {wants}", indent, "not_met")
        for node in obstacle.findings:
            yield from self.signed(
                f"{node.title}: {self.words[node.finding]}", indent + 2, node.finding
            )
            for text in (*((node.said,) if node.said else ()), *node.causes):
                yield from self.wrapped(text, indent + 4)
        for leaf in obstacle.values:
            yield from self.leaf(leaf, indent + (4 if obstacle.findings else 2), nested=False)
        for way in obstacle.ways:
            yield from self.way(way, indent + 2)


def _safe(text: str) -> str:
    """Keep control characters of facts and subjects out of the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
