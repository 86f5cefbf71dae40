"""Where a table's outcome is settled, whatever is told of what is unknown.

A row may fit if each of its cells takes the token that is known, or is about one that is still
free; it surely fits if all are known and taken. If all rows that may fit, up to the first that
surely does, give one outcome, then nothing counts. Tables that look at others, and such as collect,
are not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from nic_rules.rulebook.book import Table


def settled(
    table: Table, states: Mapping[str, pl.Series], domains: Mapping[str, Sequence[str]]
) -> pl.Series:
    """Tell which situations are surely settled: by tokens as places in their domains.

    `unknown` is free to become anything, `stuck` stays unknown.
    """
    height = next(iter(states.values())).len()
    none = pl.repeat(False, height, dtype=pl.Boolean, eager=True)
    may_give: dict[str, pl.Series] = {}
    closed = none
    for row in table.rows:
        may, sure = ~none, ~none
        for name, tokens in row.when.items():
            may &= _among(states[name], domains[name], {*tokens, "unknown"}, tokens)
            sure &= _among(states[name], domains[name], {*tokens} - {"unknown"}, tokens)
        outcome = row.written.then
        may_give[outcome] = may_give.get(outcome, none) | (may & ~closed)
        if table.item.written.hit_policy == "first":
            closed |= sure
    count = pl.repeat(0, height, dtype=pl.UInt32, eager=True)
    for given in may_give.values():
        count += given.cast(pl.UInt32)
    return count <= 1


def _among(
    state: pl.Series, domain: Sequence[str], taken: set[str], cell: Sequence[str]
) -> pl.Series:
    """Tell where a state is among some tokens; what is stuck is unknown, for good."""
    takes = [t in taken if t != "stuck" else "unknown" in cell for t in domain]
    return pl.Series(takes, dtype=pl.Boolean).gather(state)
