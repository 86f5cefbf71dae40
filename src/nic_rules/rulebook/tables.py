"""Tables: what their rows look at, and that each situation has exactly the rows it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from nic_rules.diagnostics import nearest
from nic_rules.rulebook.book import Row, Rules, Table
from nic_rules.rulebook.circles import in_order_of_use, written_out
from nic_rules.rulebook.report import Report
from nic_rules.rulebook.scope import not_in_force
from nic_rules.rulebook.situations import Box, Space, spelled


def check_tables(rules: Rules, kinds: Mapping[str, str], report: Report) -> None:
    """Check every table of one interval: names, tokens, notes, circles, gaps and overlaps."""
    for table in rules.tables.values():
        before = len(report.problems)
        for row in table.rows:
            _check_row(rules, kinds, table, row, report)
        _check_notes(rules, kinds, table, report)
        if len(report.problems) > before:
            report.broken.add(table.name)
    _check_circles(rules, report)
    for table in rules.tables.values():
        if table.name not in report.broken and not report.broken & set(table.columns):
            _check_fit(rules, table, report)


def space_of(rules: Rules, table: Table) -> Space:
    """Give the space of a table's situations."""
    return Space({name: rules.domain(name) for name in table.columns})


def box_of(row: Row) -> Box:
    """Give the box of situations that a row takes."""
    return {name: frozenset(tokens) for name, tokens in row.when.items()}


def _below(rules: Rules, table: Table) -> set[str]:
    return {name for name in table.columns if name in rules.tables}


def _check_row(
    rules: Rules, kinds: Mapping[str, str], table: Table, row: Row, report: Report
) -> None:
    for name, tokens in row.when.items():
        path = ("rows", row.position, "when", name)
        wrong = _wrong_name(rules, kinds, name)
        if name in report.broken:
            continue
        if wrong is not None:
            report.wrong(wrong[0], table.item.key(*path), wrong[1], wrong[2])
            continue
        if not tokens:
            report.wrong("NIC209", table.item.at(*path), f"`{name}` has at least one token")
        domain = rules.domain(name)
        for index, token in enumerate(tokens):
            place = table.item.at(*path, index)
            if token in tokens[:index]:
                report.wrong("NIC209", place, f"token `{token}` stands twice")
            elif token not in domain:
                hint = nearest(token, domain) or f"it can be {', '.join(domain)}"
                report.wrong("NIC403", place, f"`{name}` is never `{token}`", hint)


def _wrong_name(
    rules: Rules, kinds: Mapping[str, str], name: str
) -> tuple[str, str, str | None] | None:
    """Say why a table may not look at a name; None if it may."""
    kind = kinds.get(name)
    if kind is None:
        usable = [n for n, k in kinds.items() if k in ("criterion", "table", "fact")]
        return "NIC303", f"nothing is named `{name}`", nearest(name, usable)
    if kind == "fact":
        if rules.facts[name].tokens:
            return None
        hint = "name a criterion that compares it"
        message = f"a table cannot look at `{name}`, which is neither boolean nor enum"
        return "NIC304", message, hint
    if kind not in ("criterion", "table"):
        kind = "derived fact" if kind == "derived" else kind
        return "NIC304", f"`{name}` is a {kind}; a table cannot look at it", None
    if name not in rules.criteria and name not in rules.tables:
        return "NIC309", *not_in_force(rules.book, name, kind)
    if kind == "criterion" and rules.criteria[name].is_aim:
        return "NIC311", f"a table cannot rest on the aim `{name}`", "name it in `notes`"
    if kind == "table" and rules.tables[name].collects:
        return "NIC304", f"table `{name}` collects outcomes; a table cannot look at it", None
    return None


def _check_notes(rules: Rules, kinds: Mapping[str, str], table: Table, report: Report) -> None:
    for index, name in enumerate(table.notes):
        place = table.item.at("notes", index)
        if name in report.broken:
            continue
        if name in table.notes[:index]:
            report.wrong("NIC209", place, f"`{name}` stands twice")
        elif kinds.get(name) is None:
            hint = nearest(name, [n for n, kind in kinds.items() if kind == "criterion"])
            report.wrong("NIC303", place, f"nothing is named `{name}`", hint)
        elif kinds[name] != "criterion":
            report.wrong("NIC304", place, f"`{name}` is a {kinds[name]}; aims can be noted")
        elif name not in rules.criteria:
            message, hint = not_in_force(rules.book, name, "criterion")
            report.wrong("NIC309", place, message, hint)
        elif not rules.criteria[name].is_aim:
            report.wrong("NIC304", place, f"`{name}` is a requirement; aims can be noted")


def _check_circles(rules: Rules, report: Report) -> None:
    uses = {name: _below(rules, table) for name, table in rules.tables.items()}
    for circle in in_order_of_use(uses)[1]:
        message = f"table looks at itself: {written_out(circle)}"
        report.wrong("NIC308", rules.tables[circle[0]].item.place, message)
        report.broken.update(circle)


def _check_fit(rules: Rules, table: Table, report: Report) -> None:
    """Check for gaps, and for overlaps that the hit policy does not allow."""
    space = space_of(rules, table)
    policy = table.item.written.hit_policy
    boxes = [box_of(row) for row in table.rows]
    if policy != "collect":
        gap = space.uncovered(boxes)
        if gap is not None:
            message = f"no row of `{table.name}` fits {spelled(gap)}"
            if not table.rows:
                message = f"no row of `{table.name}` is in force"
            hint = "add a last row `when: {}`" if policy == "first" else None
            report.on_days(rules.days, "NIC401", table.item.place, message, hint)
    if policy in ("unique", "any"):
        for one, other, situation in _overlaps(space, table, boxes):
            if policy == "any" and one.written.then == other.written.then:
                continue
            place = table.item.at("rows", other.position)
            message = f"rows `{one.name}` and `{other.name}` both fit {spelled(situation)}"
            why = "with two outcomes"
            if policy == "unique":
                why = "no two rows of a `unique` table may"
            report.on_days(rules.days, "NIC402", place, message, why)


def _overlaps(
    space: Space, table: Table, boxes: list[Box]
) -> Iterator[tuple[Row, Row, Mapping[str, str]]]:
    pairs = combinations(zip(table.rows, boxes, strict=True), 2)
    for (one, box), (other, other_box) in pairs:
        situation = space.shared(box, other_box)
        if situation is not None:
            yield one, other, situation
