"""What `import nic_rules` offers: rule books loaded with all that a decision of theirs can do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nic_rules.decision import Decision
from nic_rules.engine.book import RuleBook, load_book
from nic_rules.engine.edition import Edition

if TYPE_CHECKING:
    from nic_rules.explanation.trace import Trace


def load(book: str | Path, *, keep_in: str | Path | None = None) -> RuleBook:
    """Load a rule book: a shipped one by its name (`nic`), any other by its folder's path.

    `keep_in` is a folder for what can be kept between processes, which then start several times
    faster; it may be emptied at any time. A book that was kept has no scenarios.

    Raises `RuleBookError` with every error of the book, `RequestError` if there is none.
    """
    return load_book(book, keep_in=keep_in, explain=explain)


def explain(edition: Edition, decision: Decision, language: str) -> Trace:
    """Give the whole trace of a decision in a language; raises `RequestError`."""
    return _trace()(edition, decision, language)


@cache
def _trace() -> Callable[[Edition, Decision, str], Trace]:
    from nic_rules.explanation.tracing import trace  # most decisions are not explained

    return trace
