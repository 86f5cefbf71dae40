"""Lists of the cases that somebody has to see to, and what is to be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from nic_rules.portfolio.decided import a_year_after
from nic_rules.portfolio.report.model import (
    Cell,
    Column,
    Table,
    Worklist,
)
from nic_rules.portfolio.report.setting import Setting


def worklists(at: Setting) -> Iterator[Worklist]:
    """Give the lists that the rule book names, of tables that were decided."""
    for one in at.reporting.worklists:
        entries = at.tally.worklists.get(one.worklist)
        if entries is None:
            continue  # its tables were not decided
        lead, day_head = "", ""
        if one.day is not None:
            day_head = at.names.title(one.day)
        if one.becomes is not None:
            day_head = at.word["first_day"]
            outcomes = (
                at.word["quoted"].format(text=at.names.outcome(table, outcome))
                for table, wanted in one.becomes.items()
                for outcome in wanted
            )
            lead = at.word["becomes"].format(
                outcomes=at.word["or"].join(outcomes),
                day=at.names.day(a_year_after(at.as_of)),
            )
        title = one.name[at.language]
        now = one.becomes is not None
        yield at.listed(("list", one.worklist), title, entries, lead, day_head, now=now)


def missing(at: Setting) -> Iterator[Worklist]:
    """List the cases that lack something, by who is to supply it."""
    names, tally = at.names, at.tally
    columns = (*at.case_columns(), Column(at.word["ask"]))
    for number, asked in enumerate(tally.suppliers.values(), 1):
        who = names.supplier(asked.kept[0].facts[0])
        title = at.word["from"].format(who=who)
        if at.book.book.facts[asked.kept[0].facts[0]].item.written.supplied_by is None:
            title = who
        rows = tuple(
            (*at.case(one.who), Cell(" ".join(map(names.ask, one.facts)))) for one in asked.kept
        )
        table = Table(title, columns, rows)
        yield at.bounded(at.id("from", number), title, asked.total, table)


def asked(at: Setting) -> Table:
    """Count the facts that are worth asking for."""
    facts = at.tally.asked.most_common()
    columns = (
        Column(at.word["question"]), Column(at.word["from"].format(who="").strip()),
        Column(at.word["cases"], True),
    )  # fmt: skip
    return Table(
        at.word["missing"], columns,
        tuple(
            (Cell(at.names.title(f)), Cell(at.names.supplier(f)), Cell(str(n), True))
            for f, n in sorted(facts, key=lambda one: (-one[1], one[0]))
        ),
    )  # fmt: skip
