"""Work on several things at once: their order is kept, and little is held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from nic_rules.portfolio.ahead import AT_ONCE, in_order


def test_the_order_is_kept() -> None:
    """What takes long is not overtaken by what does not."""

    def slow(number: int) -> int:
        time.sleep(0.02 * (number % 3 == 0))
        return number

    assert [*range(20)] == [*in_order(slow, range(20))]


def test_little_is_held() -> None:
    """No more is taken of what is given than is worked on, waits or is used."""
    taken: list[int] = []

    def given() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    for number, made in enumerate(in_order(str, given())):
        assert str(number) == made
        assert len(taken) <= number + 2 + AT_ONCE


def test_what_is_wrong_is_raised_in_its_place() -> None:
    """What came before an error is given, and nothing after it."""
    made = in_order(lambda number: 6 // number, [3, 2, 0, 1])
    assert [2, 3] == [next(made), next(made)]
    with pytest.raises(ZeroDivisionError):
        next(made)
    assert [] == [*made]


def test_whoever_stops_does_not_wait_for_the_rest() -> None:
    """What was not begun is not begun any more."""
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    with closing(in_order(work, range(100))) as made:
        assert 0 == next(made)
    assert len(begun) <= 2 + AT_ONCE
