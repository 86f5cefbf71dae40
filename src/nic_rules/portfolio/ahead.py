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


def in_order(work: Callable[[G], M], given: Iterable[G]) -> Generator[M]:
    """Work on what is given in threads of their own; whoever takes what was made does not wait.

    No more is held than what is worked on, and one that is done. What `work` raises is raised here.
    """
    pool = ThreadPoolExecutor(AT_ONCE)
    begun: deque[Future[M]] = deque()
    try:
        for one in given:
            begun.append(pool.submit(work, one))
            if len(begun) > AT_ONCE:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
