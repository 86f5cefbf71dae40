"""Work on several things at once, and what comes of it in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 2
"""How many are worked on at once: polars lets go of Python's lock, and uses all cores anyway."""

G = TypeVar("G")
M = TypeVar("M")


def in_order(work: Callable[[G], M], given: Iterable[G], at_once: int = AT_ONCE) -> Generator[M]:
    """Take what is given and work on it in threads of their own, beside whoever uses what is made.

    No more is held than what is worked on, one that waits, and one that is used. What `work` or
    `given` raises is raised here, in its place.
    """
    one_by_one = iter(given)
    reader, pool = ThreadPoolExecutor(1), ThreadPoolExecutor(at_once)
    begun: deque[Future[M | None]] = deque()

    def next_one() -> G | None:
        return next(one_by_one, None)

    def worked_on(taken: Future[G | None]) -> M | None:
        one = taken.result()
        return None if one is None else work(one)

    try:
        while True:
            while len(begun) <= at_once:
                begun.append(pool.submit(worked_on, reader.submit(next_one)))
            made = begun.popleft().result()
            if made is None:  # there are no more
                return
            yield made
    finally:
        for threads in (reader, pool):
            threads.shutdown(cancel_futures=True)
