"""A tally as JSON, to go on counting from after a review was stopped.

Decisions are not noted, but the number of the row: who goes on decides these few cases again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from nic_rules.decision import Decision
from nic_rules.portfolio.report.tally import (
    Asked,
    Changed,
    Entry,
    First,
    Rejected,
    Tally,
    Told,
    Who,
    new_list,
)

Decided = Mapping[int, Sequence[Decision]]
"""Decisions by the number of the row."""


def as_data(tally: Tally) -> dict[str, Any]:
    """Give a tally as data for JSON."""
    return {name: _data(value) for name, value in vars(tally).items()}


def _data(value: Any) -> Any:
    if isinstance(value, Counter):
        return [[key, count] for key, count in value.items()]
    if isinstance(value, dict):
        return [[key, _data(some)] for key, some in value.items()]
    if isinstance(value, First):
        return {"total": value.total, "kept": [_item(one) for one in value.kept]}
    return value


def _item(one: Told | Asked | Entry | Changed | Rejected) -> Any:
    match one:
        case Told(who, _):
            return [who]
        case Entry(who, decision, day):
            return [who, decision.table, day and day.isoformat()]
        case Rejected():
            return [*one[:-1], list(one.contradictions.items())]
    return [*one]


def rows_of(data: Mapping[str, Any]) -> set[int]:
    """Give the numbers of the rows whose decisions the tally holds."""
    lists = [data["cases"], *(one for _, one in (*data["worklists"], *data["unfavourable"]))]
    return {item[0][0] for one in lists for item in one["kept"]}


def put_back(tally: Tally, data: Mapping[str, Any], decided: Decided) -> None:
    """Fill an empty tally with what was noted of one."""
    for name, mine in vars(tally).items():
        noted = data[name]
        if isinstance(mine, Counter):
            mine.update({_key(key): count for key, count in noted})
        elif isinstance(mine, int):
            setattr(tally, name, noted)
        elif isinstance(mine, First):
            _fill(name, mine, noted, decided)
        else:
            for key, some in noted:
                if _key(key) not in mine:  # worklists are there already, each in its order
                    mine[_key(key)] = new_list(name)
                _fill(name, mine[_key(key)], some, decided)


def _key(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def _fill(name: str, listed: First[Any], noted: Mapping[str, Any], decided: Decided) -> None:
    listed.total = noted["total"]
    listed.kept = list(_items(name, noted["kept"], decided))


def _items(name: str, kept: Sequence[Any], decided: Decided) -> Iterator[Any]:
    for item in kept:
        match name:
            case "rejects":
                *_, problems, contradictions = item
                told = {_key(key): message for key, message in contradictions}
                yield Rejected._make([*item[:-2], tuple(map(_key, problems)), told])
            case "suppliers":
                yield Asked(Who(*item[0]), tuple(item[1]))
            case "changed":
                yield Changed(Who(*item[0]), *item[1:])
            case "cases":
                who = Who(*item[0])
                yield Told(who, tuple(decided[who.number]))
            case _:
                who = Who(*item[0])
                (decision,) = (d for d in decided[who.number] if d.table == item[1])
                yield Entry(who, decision, item[2] and date.fromisoformat(item[2]))
