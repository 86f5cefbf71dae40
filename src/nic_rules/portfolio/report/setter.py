"""From a tally to the report in one language."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from markupsafe import Markup

from nic_rules.decision import Decision, EditionRef
from nic_rules.engine.book import RuleBook
from nic_rules.portfolio.report.charts import COLOURS, Bar, Part, bars, swatch
from nic_rules.portfolio.report.gather import (
    CONTRADICTION,
    a_year_after,
    favourable,
    outcomes_of,
)
from nic_rules.portfolio.report.model import (
    Answer,
    Asking,
    Case,
    Cell,
    Changes,
    Column,
    Compared,
    Figure,
    Given,
    KeyFigure,
    Question,
    Report,
    Table,
    Worklist,
)
from nic_rules.portfolio.report.names import Names, lowered
from nic_rules.portfolio.report.tally import NONE, Entry, First, Tally, Who
from nic_rules.portfolio.report.words import WORDS
from nic_rules.rulebook import written
from nic_rules.rulebook.folder import shipped
from nic_rules.version import __version__


class Setter:
    """Sets out a tally in one language."""

    def __init__(
        self,
        book: RuleBook,
        tables: tuple[str, ...],
        tally: Tally,
        as_of: date,
        editions: Iterable[EditionRef],
        previous_as_of: str | None,
        language: str,
    ) -> None:
        self.book = book
        self.tables = tables
        self.tally = tally
        self.as_of = as_of
        self.editions = tuple(editions)
        self.previous_as_of = previous_as_of
        self.language = language
        self.names = Names(book, language)
        self.word = self.names.word
        self.reporting = book.book.item.written.report or written.Reporting()
        self.collecting = {t.name for t in book.book.tables if t.collects}
        self._because: dict[tuple[int, str], tuple[str, ...]] = {}

    def report(self) -> Report:
        """Give the whole report."""
        word, day = self.word, self.names.day(self.as_of)
        rows = self.tally.decided + self.tally.rejected
        changes = self.changes()
        return Report(
            language=self.language,
            named=word["language"] if self.language in WORDS else self.language,
            word=word,
            book=self.book.book.item.written.title[self.language],
            heading=word["heading"].format(day=day),
            lead=self.counted("rows", rows),
            key_figures=tuple(self.key_figures()),
            contents=tuple(self.contents(changes)),
            questions=tuple(map(self.question, self.tables)),
            reasons=tuple(self.reasons()),
            worklists=tuple(self.worklists()),
            asked=self.asked(),
            missing=tuple(self.missing()),
            changes=changes,
            rejects=self.rejects(),
            cases=tuple(self.cases()),
            command=self.command(word["placeholder"]),
            about=tuple(self.about()),
        )

    def id(self, *parts: object) -> str:
        """Make an id that no other language has."""
        return "-".join(str(part) for part in (self.language, *parts))

    def counted(self, key: str, n: int) -> str:
        """Say a number of things."""
        kind = {0: "none", 1: "one"}.get(n, "many")
        text = self.word.get(f"{key}_{kind}") or self.word[f"{key}_many"]
        return text.format(n=n)

    def key_figures(self) -> Iterator[KeyFigure]:
        tally, word = self.tally, self.word
        yield KeyFigure(str(tally.decided), word["decided"], self.id("outcomes"))
        yield KeyFigure(str(tally.rejected), word["rejected"], self.id("rejects"))
        yield KeyFigure(str(tally.to_ask), word["to_ask"], self.id("missing"))
        if self.previous_as_of is not None:
            yield KeyFigure(str(tally.moved), word["changed"], self.id("changes"))

    def contents(self, changes: Changes | None) -> Iterator[tuple[str, str]]:
        keys = ["outcomes", "reasons", "worklists", "missing", "changes", "rejects", "one_by_one"]
        for key in (*keys, "about"):
            if key != "changes" or changes is not None:
                yield self.id(key), self.word[key]

    # --- outcomes

    def question(self, table: str) -> Question:
        figures = [self.overall(table)]
        figures += [self.grouped(table, fact) for fact in self.reporting.by]
        return Question(self.id("table", table), self.names.title(table), tuple(figures))

    def found(self, table: str) -> list[str]:
        """Give the outcomes that occurred, in the order of the table."""
        return [o for o in self.names.outcomes(table) if self.tally.outcomes[table, o]]

    def colours(self, table: str) -> dict[str, int]:
        """Give each outcome a colour, the same in all charts: the favourable ones the first."""
        wanted = favourable(self.book, table)
        known = list(self.names.outcomes(table))
        ordered = [o for o in known if o in wanted] + [o for o in known if o not in wanted]
        first = sum(o in wanted for o in known)
        room = max(first, min(_UNFAVOURABLE, COLOURS - len(ordered) + first))
        return {o: n if n < first else n - first + room for n, o in enumerate(ordered)}

    def overall(self, table: str) -> Figure:
        tally, word, titles = self.tally, self.word, self.names.outcomes(table)
        found, colours = self.found(table), self.colours(table)
        counts = {o: tally.outcomes[table, o] for o in found}
        rows = [Bar(titles[o], (Part(titles[o], n, colours[o]),)) for o, n in counts.items()]
        key, title = self.id("figure", table), self.names.title(table)
        percent = {o: word["percent"].format(n=_percent(n, tally.decided)) for o, n in counts.items()}
        return Figure(
            key, word["in_all"], bars(key, title, self._said(titles, counts), rows),
            Table(
                title,
                (Column(word["outcome"]), Column(word["cases"], True), Column(word["share"], True)),
                tuple(
                    (Cell(titles[o]), Cell(str(n), True), Cell(percent[o], True))
                    for o, n in counts.items()
                ),
            ),
            word["collects"] if table in self.collecting else "",
        )  # fmt: skip

    def _said(self, titles: Mapping[str, str], counts: Mapping[str, int]) -> str:
        told = (f"{titles[o]}: {n}" for o, n in counts.items())
        return f"{'; '.join(told)}. {self.word['chart']}"

    def grouped(self, table: str, fact: str) -> Figure:
        tally, names, titles = self.tally, self.names, self.names.outcomes(table)
        found, colours = self.found(table), self.colours(table)
        values = names.values(fact, {value for one, value in tally.sizes if one == fact})
        counts = {v: [tally.groups[fact, v, table, o] for o in found] for v in values}
        key = "by_year" if names.is_date(fact) else "by_value"
        title = self.word[key].format(fact=lowered(names.title(fact)))
        head = self.word["year"] if names.is_date(fact) else names.title(fact)
        sizes = {v: tally.sizes[fact, v] for v in values}
        chart = Markup()
        if table not in self.collecting:
            rows = [
                Bar(names.value(fact, v), tuple(
                    Part(titles[o], n, colours[o]) for o, n in zip(found, counts[v], strict=True)
                ))
                for v in values
            ]  # fmt: skip
            said = "; ".join(f"{names.value(fact, v)}: {n}" for v, n in sizes.items())
            key = self.id("figure", table, fact)
            chart = bars(key, f"{names.title(table)} {title}", f"{said}. {self.word['chart']}", rows)
        return Figure(
            self.id("by", table, fact), title, chart,
            Table(
                title,
                (
                    Column(head),
                    *(Column(titles[o], True) for o in found),
                    Column(self.word["cases"], True),
                ),
                tuple(
                    (
                        Cell(names.value(fact, v)),
                        *(Cell(_dash(n), True) for n in counts[v]),
                        Cell(str(sizes[v]), True),
                    )
                    for v in values
                ),
                (
                    Cell(self.word["in_all"]),
                    *(Cell(_dash(tally.outcomes[table, o]), True) for o in found),
                    Cell(str(tally.decided), True),
                ),
            ),
            legend=tuple((swatch(colours[o]), titles[o]) for o in found) if chart else (),
            is_wide=True,
        )  # fmt: skip

    # --- reasons

    def reasons(self) -> Iterator[Asking]:
        for table in self.tables:
            wanted = favourable(self.book, table)
            titles = self.names.outcomes(table)
            answers = [self.answer(table, o) for o in self.found(table) if o not in wanted]
            if answers and titles:
                yield Asking(self.names.title(table), tuple(answers))

    def answer(self, table: str, outcome: str) -> Answer:
        names, tally, word = self.names, self.tally, self.word
        key = (table, outcome)
        reasons = ((names.row(table, row), n) for row, n in _of(tally.reasons, key))
        not_met = ((names.title(name), n) for name, n in _of(tally.not_met, key))
        lacking = (
            (f"{names.title(fact)} ({names.supplier(fact)})", n)
            for fact, n in _of(tally.lacking, key)
        )
        kinds = {"reason": reasons, "not_met": not_met, "lacking": lacking}
        tables = (self.counts(word[kind], rows) for kind, rows in kinds.items())
        title = names.outcome(table, outcome)
        entries = tally.unfavourable[key]
        cases = self.listed(("who", table, outcome or "none"), title, entries)
        return Answer(
            self.id("why", table, outcome or "none"),
            title,
            self.counted("count", tally.outcomes[key]),
            tuple(one for one in tables if one.rows),
            cases,
        )

    def counts(self, head: str, rows: Iterable[tuple[str, int]]) -> Table:
        columns = (Column(head), Column(self.word["cases"], True))
        return Table(head, columns, tuple((Cell(text), Cell(str(n), True)) for text, n in rows))

    # --- lists of cases

    def case(self, who: Who) -> tuple[Cell, ...]:
        """Name a case, and lead to where it is told."""
        target = self.id("case", who.row) if self.tally.is_small else ""
        named = Cell(who.subject, target=target)
        return (named, Cell(who.called)) if self.reporting.called else (named,)

    def case_columns(self) -> tuple[Column, ...]:
        columns = (Column(self.word["subject"]), Column(self.word["called"]))
        return columns if self.reporting.called else columns[:1]

    def listed(
        self, key: tuple[str, ...], title: str, entries: First[Entry], lead: str = "",
        day_head: str = "", *, now: bool = False,
    ) -> Worklist:  # fmt: skip
        kept = entries.kept
        if day_head:
            kept = sorted(kept, key=lambda one: (one.day or date.max, one.who.row))
        rows = tuple(
            (
                *self.case(one.who),
                *((Cell(self.names.day(one.day)),) if day_head else ()),
                Cell(self.told(one, now=now)),
            )
            for one in kept
        )
        days = (Column(day_head),) if day_head else ()
        last = Column(self.word["outcome_now" if now else "why"])
        table = Table(title, (*self.case_columns(), *days, last), rows)
        return self.bounded(self.id(*key), title, entries.total, table, lead)

    def told(self, one: Entry, *, now: bool) -> str:
        """Say why a case is in a list; where time alone brings it there, what its outcome is."""
        if now:
            return ", ".join(
                self.names.outcome(one.decision.table, o) for o in outcomes_of(one.decision)
            )
        return " ".join(self.because(one.who, one.decision))

    def bounded(self, id_: str, title: str, total: int, table: Table, lead: str = "") -> Worklist:
        """Make a list that says how many cases it leaves out."""
        more = total - len(table.rows)
        return Worklist(
            id_, title, self.counted("count", total) if total else "0",
            lead if total else self.word["empty_list"], table if table.rows else None,
            self.counted("more", more) if more else "",
        )  # fmt: skip

    def because(self, who: Who, decision: Decision) -> tuple[str, ...]:
        key = (who.row, decision.table)
        if key not in self._because:
            self._because[key] = self.names.because(decision)
        return self._because[key]

    def worklists(self) -> Iterator[Worklist]:
        for one in self.reporting.worklists:
            entries = self.tally.worklists.get(one.worklist)
            if entries is None:
                continue  # its tables were not decided
            lead, day_head = "", ""
            if one.day is not None:
                day_head = self.names.title(one.day)
            if one.becomes is not None:
                day_head = self.word["first_day"]
                outcomes = (
                    self.word["quoted"].format(text=self.names.outcome(table, outcome))
                    for table, wanted in one.becomes.items()
                    for outcome in wanted
                )
                lead = self.word["becomes"].format(
                    outcomes=self.word["or"].join(outcomes), day=self.names.day(a_year_after(self.as_of))
                )
            title = one.name[self.language]
            now = one.becomes is not None
            yield self.listed(("list", one.worklist), title, entries, lead, day_head, now=now)

    def missing(self) -> Iterator[Worklist]:
        names, tally = self.names, self.tally
        columns = (*self.case_columns(), Column(self.word["ask"]))
        for number, asked in enumerate(tally.suppliers.values(), 1):
            who = names.supplier(asked.kept[0].facts[0])
            title = self.word["from"].format(who=who)
            if self.book.book.facts[asked.kept[0].facts[0]].item.written.supplied_by is None:
                title = who
            rows = tuple(
                (*self.case(one.who), Cell(" ".join(map(names.ask, one.facts))))
                for one in asked.kept
            )
            table = Table(title, columns, rows)
            yield self.bounded(self.id("from", number), title, asked.total, table)

    def asked(self) -> Table:
        """Count the facts that are worth asking for."""
        facts = self.tally.asked.most_common()
        columns = (
            Column(self.word["question"]), Column(self.word["from"].format(who="").strip()),
            Column(self.word["cases"], True),
        )  # fmt: skip
        return Table(
            self.word["missing"], columns,
            tuple(
                (Cell(self.names.title(f)), Cell(self.names.supplier(f)), Cell(str(n), True))
                for f, n in sorted(facts, key=lambda one: (-one[1], one[0]))
            ),
        )  # fmt: skip

    # --- what changed

    def changes(self) -> Changes | None:
        if self.previous_as_of is None:
            return None
        tally, word = self.tally, self.word
        others = [
            word[key].format(n=self.counted("count", n))
            for key, n in (
                ("come", tally.come), ("gone", tally.gone), ("now_rejected", tally.now_rejected)
            )
            if n
        ]  # fmt: skip
        day = date.fromisoformat(self.previous_as_of) if self.previous_as_of else None
        lead = word["changes_lead"].format(day=self.names.day(day))
        return Changes(lead, tuple(others), tuple(map(self.compared, self.tables)))

    def compared(self, table: str) -> Compared:
        tally, word, titles = self.tally, self.word, self.names.outcomes(table)
        rows = []
        for outcome, title in titles.items():
            was, now = tally.before[table, outcome], tally.outcomes[table, outcome]
            if was or now:
                rows.append((title, was, now, _signed(now - was)))
        columns = ("outcome", "before", "now", "difference")
        totals = Table(
            word["changes_totals"],
            tuple(Column(word[key], key != "outcome") for key in columns),
            tuple(
                (Cell(t), Cell(str(a), True), Cell(str(b), True), Cell(d, True)) for t, a, b, d in rows
            ),
        )
        moves = {(a, b): n for (t, a, b), n in tally.moves.items() if t == table}
        same = sum(n for (a, b), n in moves.items() if a == b)
        stayed = word["stayed"].format(n=same, all=sum(moves.values()))
        id_, title = self.id("changed", table), self.names.title(table)
        if table in self.collecting:
            return Compared(id_, title, totals, stayed, None, None)
        order = {outcome: number for number, outcome in enumerate(titles)}
        moved = sorted(
            ((a, b, n) for (a, b), n in moves.items() if a != b),
            key=lambda one: (order.get(one[0], len(order)), order.get(one[1], len(order))),
        )
        table_ = Table(
            word["moves"],
            (Column(word["move_from"]), Column(word["move_to"]), Column(word["cases"], True)),
            tuple(
                (Cell(self.names.outcome(table, a)), Cell(self.names.outcome(table, b)),
                 Cell(str(n), True))
                for a, b, n in moved
            ),
        )  # fmt: skip
        return Compared(id_, title, totals, stayed, table_, self.changed(table, sum(n for *_, n in moved)))

    def changed(self, table: str, total: int) -> Worklist:
        title = self.word["moves"]
        columns = (*self.case_columns(), Column(self.word["before"]), Column(self.word["now"]))
        rows = tuple(
            (
                *self.case(one.who),
                Cell(self.names.outcome(table, one.before)),
                Cell(self.names.outcome(table, one.after)),
            )
            for one in self.tally.changed.kept
            if one.table == table
        )
        return self.bounded(self.id("moved", table), title, total, Table(title, columns, rows))

    # --- rejects, cases, and about

    def rejects(self) -> Worklist:
        word, rejected = self.word, self.tally.rejects
        columns = ("row", "subject", "column", "value", "wrong")
        rows = tuple(
            (
                Cell(f"{one.row} ({word['line'].format(n=one.line)})"),
                Cell(one.subject),
                Cell(self.names.column(column) if code != CONTRADICTION else "–"),
                Cell(value if value and code != CONTRADICTION else "–"),
                self._wrong(one.contradictions, code, value, message),
            )
            for one in rejected.kept
            for code, column, value, message in one.problems
        )
        title = word["rejects"]
        table = Table(title, tuple(Column(word[key]) for key in columns), rows)
        return Worklist(
            self.id("rejects"), title,
            self.counted("rejected", rejected.total) if rejected.total else "0",
            word["rejects_lead"] if rows else word["rejects_none"], table if rows else None,
            word["rejected_more"] if rejected.more else "",
        )  # fmt: skip

    def _wrong(
        self, contradictions: Mapping[tuple[str, str], str], code: str, value: str, message: str
    ) -> Cell:
        """Say what is wrong: the rule book's words of a contradiction, else ours and the engine's."""
        if (self.language, value) in contradictions:
            return Cell(contradictions[self.language, value])
        said = self.word.get(code, self.word["NIC"])
        return Cell(f"{said} {code}: {message}" if self.language == "en" else f"{said} ({code})")

    def cases(self) -> Iterator[Case]:
        for who, decisions in self.tally.cases.kept:
            yield Case(
                self.id("case", who.row), who.subject, who.called,
                tuple(self.given(who, decision) for decision in decisions),
                self.command(who.subject),
            )  # fmt: skip

    def given(self, who: Who, decision: Decision) -> Given:
        table, outcome = decision.table, decision.outcome
        outcomes = [outcome] if isinstance(outcome, str) else [*outcome] or [NONE]
        return Given(
            self.names.title(table),
            tuple(self.names.outcome(table, one) for one in outcomes),
            {*outcomes} <= favourable(self.book, table),
            self.because(who, decision),
            tuple(map(self.names.title, decision.needs)),
        )

    def command(self, subject: str) -> str:
        """Give the command that explains the decisions of a case."""
        told = ["nic-rules", "explain", "decisions.jsonl", "--subject", subject]
        if self.book.name not in shipped():
            told += ["--rules", "…"]
        if self.language != self.book.languages[0]:
            told += ["--lang", self.language]
        return " ".join(part if part == "…" else shlex.quote(part) for part in told)

    def about(self) -> Iterator[tuple[str, str]]:
        word = self.word
        yield word["as_of"], self.names.day(self.as_of)
        title = self.book.book.item.written.title[self.language]
        for edition in self.editions:
            start = edition.start and word["since"].format(day=self.names.day(edition.start))
            last = edition.until and edition.until - timedelta(days=1)
            end = last and word["until"].format(day=self.names.day(last))
            force = word["in_force"].format(
                from_=start or ("" if end else word["always"]), until=end or ""
            )
            yield word["rules"], f"{title} ({edition.rulebook}), {force}"
            yield word["digest"], edition.logic
        yield word["library"], f"nic-rules {__version__}"


_UNFAVOURABLE = 3
"""From which colour on those of outcomes are that are not favourable, where there is room."""


def _of(counts: Counter[tuple[str, str, str]], key: tuple[str, str]) -> list[tuple[str, int]]:
    """Give what was counted of a table's outcome, the most first."""
    found = [(name, n) for (*of, name), n in counts.items() if tuple(of) == key]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _percent(part: int, whole: int) -> str:
    """Write a share in whole hundredths, rounded half up."""
    return str((200 * part + whole) // (2 * whole)) if whole else "0"


def _dash(n: int) -> str:
    return str(n) if n else "–"


def _signed(n: int) -> str:
    return f"+{n}" if n > 0 else f"−{-n}" if n else "0"
