"""Ten thousand editions made, asked and dropped: how much memory is left behind.

    python -m bench.editions

Each edition is compiled anew, with its generated functions and its rule sets in durable-rules.
"""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

from nic_rules.engine.book import RuleBook
from nic_rules.rulebook.check import load_book

BOOK = Path(__file__).parents[1] / "fixtures" / "bad" / "book"
EDITIONS = 10_000
STEPS = 10


def resident() -> float:
    """Give the MB of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def make_and_drop(count: int) -> None:
    """Make editions one after another, decide a case by every table of each, and drop them."""
    book = load_book(BOOK)
    for _ in range(count):
        edition = RuleBook(book).edition(date(2016, 3, 1))
        for table in edition.tables:
            edition.decide(table, {}).to_json()
        del edition
    gc.collect()


def main() -> None:
    """Print the memory after each tenth."""
    make_and_drop(EDITIONS // STEPS)
    before = resident()
    print(f"{EDITIONS // STEPS:6,} editions  {before:7.1f} MB")
    for step in range(2, STEPS + 1):
        make_and_drop(EDITIONS // STEPS)
        print(f"{EDITIONS // STEPS * step:6,} editions  {resident():7.1f} MB")
    print(f"grown by {resident() - before:.1f} MB since the first tenth")


if __name__ == "__main__":
    main()
