"""What is not wrong, but hardly meant: the warnings of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from nic_rules.diagnostics import Diagnostic, problem
from nic_rules.language.types import Text
from nic_rules.rulebook.book import (
    Book,
    Constraint,
    Criterion,
    Days,
    Derived,
    Parameter,
    Row,
    Rules,
    Table,
    used_names,
)
from nic_rules.rulebook.citations import citing, texts_of
from nic_rules.rulebook.situations import MOST_SITUATIONS, spelled
from nic_rules.rulebook.tables import box_of, space_of
from nic_rules.rulebook.texts import Placeholder, placeholders


def warnings_of(book: Book) -> Iterator[Diagnostic]:
    """Give every warning of a book without errors."""
    editions = book.rules
    for warn in WARN_BOOK:
        yield from warn(book)
    for rules in editions:
        yield from _differing_placeholders(rules)
    reached = {(t.name, t.days, row.name) for rules in editions for t, row in _reached_rows(rules)}
    yield from _rows_never_reached(book, reached)
    looked_at: set[tuple[object, ...]] = set()
    for rules in editions:
        for table in rules.tables.values():
            domains = tuple(rules.domain(name) for name in table.columns)
            same = (table.name, table.days, tuple(row.name for row in table.rows), domains)
            if same not in looked_at:
                looked_at.add(same)
                yield from _asking_in_vain(rules, table)


def _rows_never_reached(book: Book, reached: set[tuple[str, Days, str]]) -> Iterator[Diagnostic]:
    for table in book.tables:
        for row in table.rows:
            place = table.item.at("rows", row.position)
            if row.days.meet(table.days) is None:
                message = f"row `{row.name}` is in force on none of the days of `{table.name}`"
                yield problem("NIC802", message, place)
            elif (table.name, table.days, row.name) not in reached:
                message = f"nothing can reach row `{row.name}` of `{table.name}`"
                yield problem("NIC801", message, place, "the rows before it take everything")


def _reached_rows(rules: Rules) -> Iterator[tuple[Table, Row]]:
    for table in rules.tables.values():
        space = space_of(rules, table)
        boxes = [box_of(row) for row in table.rows]
        for index, row in enumerate(table.rows):
            falls_through = table.item.written.hit_policy != "first"
            if falls_through or space.uncovered(boxes[:index], boxes[index]) is not None:
                yield table, row


def _asking_in_vain(rules: Rules, table: Table) -> Iterator[Diagnostic]:
    space = space_of(rules, table)
    if space.size > MOST_SITUATIONS:
        message = f"`{table.name}` has {space.size:,} situations, more than {MOST_SITUATIONS:,}"
        yield problem("NIC809", message, table.item.place, "split it: a table can look at a table")
    elif not table.collects:
        boxes = [box_of(row) for row in table.rows]
        found = space.asks_in_vain(boxes, [row.written.then for row in table.rows])
        if found is not None:
            situation, mine, other = found
            message = f"`{table.name}` gives `{mine}`, though every answer leads to `{other}`"
            yield problem("NIC808", message, table.item.place, f"for {spelled(situation)}")


def _outcomes_never_given(book: Book) -> Iterator[Diagnostic]:
    for table in book.tables:
        given = {row.written.then for row in table.rows if row.days.meet(table.days)}
        for index, outcome in enumerate(table.outcomes):
            if outcome not in given:
                place = table.item.at("outcomes", index)
                message = f"no row of `{table.name}` gives outcome `{outcome}`"
                yield problem("NIC803", message, place)


def _unused(book: Book) -> Iterator[Diagnostic]:
    used = {p.by for p in book.parameters.values()}
    users: list[Derived | Criterion | Constraint] = [*book.derived, *book.criteria]
    for item in (*users, *book.constraints):
        used.update(name for name in used_names(item) if name != item.name)
    for table in book.tables:
        used.update((*table.columns, *table.notes))
    reporting = book.item.written.report
    if reporting is not None:
        used.update((*reporting.by, *(one.day for one in reporting.worklists)))
    for rules in book.rules:  # what is shown to people has its use
        for _, _, text, _ in texts_of(rules):
            found = (p for words in text.values() for p in placeholders(words))
            used.update(p.name for p in found if isinstance(p, Placeholder))
    for fact in book.facts.values():
        if fact.name not in used and not isinstance(fact.type, Text):
            yield problem("NIC804", f"no rule uses fact `{fact.name}`", fact.item.place)
    others: list[Parameter | Derived | Criterion] = list(book.parameters.values())
    for other in (*others, *book.derived, *book.criteria):
        if other.name not in used:
            kind = "derived fact" if other.item.kind == "derived" else other.item.kind
            yield problem("NIC804", f"no rule uses {kind} `{other.name}`", other.item.place)


def _uncited_clauses(book: Book) -> Iterator[Diagnostic]:
    cited = {
        book.clauses[name].full_name
        for _, _, cites in citing(book)
        for name in cites
        if name in book.clauses
    }
    for source in book.sources:
        for index, clause in enumerate(source.written.clauses):
            full_name = f"{source.name}/{clause.clause}"
            if clause.normative and clause.no_rule is None and full_name not in cited:
                place = source.at("clauses", index)
                message = f"no rule cites the normative clause `{clause.clause}`"
                yield problem("NIC805", message, place, "cite it, or say why in `no_rule`")


def _differing_placeholders(rules: Rules) -> Iterator[Diagnostic]:
    for item, path, text, _ in texts_of(rules):
        found = {
            language: {p.name for p in placeholders(words) if isinstance(p, Placeholder)}
            for language, words in text.items()
        }
        everywhere = set().union(*found.values())
        for language, names in found.items():
            for name in sorted(everywhere - names):
                message = f"`{{{name}}}` does not stand in `{language}`, but in another language"
                yield problem("NIC806", message, item.at(*path, language))


def _keyed_values_that_disappear(book: Book) -> Iterator[Diagnostic]:
    for parameter in book.parameters.values():
        for index, ((_, before), (start, after)) in enumerate(pairwise(parameter.entries), start=1):
            for key in before:
                if key not in after:
                    place = parameter.item.at("values", index, "value")
                    message = f"`{parameter.name}` loses its value for `{key}` on {start}"
                    hint = "each entry replaces the one before it whole"
                    yield problem("NIC807", message, place, hint)


WARN_BOOK: tuple[Callable[[Book], Iterator[Diagnostic]], ...] = (
    _outcomes_never_given,
    _unused,
    _uncited_clauses,
    _keyed_values_that_disappear,
)
