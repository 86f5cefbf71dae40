"""Subjects that stand twice, found in many rows by little memory.

At first only a number of 64 bits is kept of each subject. Those whose number stands twice are
looked at again, as texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

from nic_rules.cases.rows import GivenRow
from nic_rules.diagnostics import shown

MOST_OTHERS = 3
"""How many other rows of the same subject are named."""

_PARTS = 256
_MASK = (1 << 64) - 1


class Subjects:
    """The numbers of all subjects, in parts that can be searched one by one."""

    def __init__(self) -> None:
        self.parts = [array("Q") for _ in range(_PARTS)]

    def add(self, subject: str) -> None:
        """Keep a subject's number."""
        number = hash(subject) & _MASK
        self.parts[number % _PARTS].append(number)

    def twice(self) -> set[int]:
        """Give the numbers that stand twice."""
        found: set[int] = set()
        for part in self.parts:
            if len(set(part)) < len(part):
                seen: set[int] = set()
                for number in part:
                    (found if number in seen else seen).add(number)
        return found


class _Where(NamedTuple):
    number: int
    file: str
    row: int
    line: int


class Repeated:
    """The subjects that stand twice, with the first of their rows."""

    def __init__(self, numbers: set[int], rows: Iterable[GivenRow]) -> None:
        self.rows: dict[str, list[_Where]] = {}
        self.count: dict[str, int] = {}
        for row in rows if numbers else ():
            subject = row.subject
            if subject is not None and hash(subject) & _MASK in numbers:
                self.count[subject] = self.count.get(subject, 0) + 1
                first = self.rows.setdefault(subject, [])
                if len(first) <= MOST_OTHERS:
                    first.append(_Where(row.number, row.file, row.row, row.line))
        for subject in [subject for subject, count in self.count.items() if count == 1]:
            del self.count[subject], self.rows[subject]

    def refuse(self, row: GivenRow) -> None:
        """Add a problem to a row whose subject is also another's."""
        subject = row.subject
        if subject is None or subject not in self.rows:
            return
        others = [other for other in self.rows[subject] if other.number != row.number]
        told = ", ".join(_told(other, row) for other in others[:MOST_OTHERS])
        more = self.count[subject] - 1 - len(others[:MOST_OTHERS])
        told += f" and {more} more" if more else ""
        row.wrong("NIC604", f"subject {shown(subject)} also occurs in {told}", "subject", subject)


def _told(other: _Where, row: GivenRow) -> str:
    file = f" of {shown(other.file)}" if other.file != row.file else ""
    return f"row {other.row} (line {other.line}){file}"
