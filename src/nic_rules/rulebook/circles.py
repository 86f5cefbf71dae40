"""The order in which names use each other, and the circles that have none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter


def in_order_of_use(uses: Mapping[str, Iterable[str]]) -> tuple[list[str], list[list[str]]]:
    """Give names, used ones before those that use them, and every circle found.

    A circle goes in the order of use from its first name by the alphabet; its names are
    in no order.
    """
    left = {name: set(used) for name, used in uses.items()}
    circles: list[list[str]] = []
    while True:
        try:
            return list(TopologicalSorter(left).static_order()), circles
        except CycleError as error:
            circle = list(dict.fromkeys(reversed(error.args[1])))
            first = circle.index(min(circle))
            circles.append([*circle[first:], *circle[:first]])
            left = {n: used - {*circle} for n, used in left.items() if n not in circle}


def written_out(circle: list[str]) -> str:
    """Write a circle out, back to where it began."""
    return " → ".join(f"`{name}`" for name in [*circle, circle[0]])
