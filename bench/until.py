"""Until when outcomes hold: how long it takes to find out, over the cases of the fixture years.

    python -m bench.until

Each cluster that can be decided as of its year's review is asked about by every table, after one
round to warm up. Then a condition that no interval of days settles, so that every day is decided.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import nic_rules
from nic_rules.cases.many import open_cases
from nic_rules.explanation.until import until

CLUSTERS = Path(__file__).parents[1] / "fixtures" / "clusters"
YEARS = (2014, 2015, 2016, 2017)

UNSETTLED = """
- rulebook: unsettled
  title: {en: "Unsettled"}
  languages: [en]
- criterion: today
  name: {en: "It is the day that it is"}
  met_when: days_between(as_of, as_of) == 0
  kind: requirement
  basis: interpretation
  why: {en: "Chosen."}
  cites: []
- table: answer
  name: {en: "Is it?"}
  hit_policy: unique
  outcomes: [{outcome: yes, name: {en: "Yes"}}, {outcome: no, name: {en: "No"}}]
  rows:
    - {row: it_is, when: {today: met}, then: yes, because: {en: "Yes."}, basis: interpretation,
       why: {en: "Chosen."}, cites: []}
    - {row: it_is_not, when: {today: [not_met, unknown]}, then: no, because: {en: "No."},
       basis: interpretation, why: {en: "Chosen."}, cites: []}
"""

Case = tuple[Mapping[str, object], date]


def cases(book: nic_rules.RuleBook) -> Iterator[Case]:
    """Give the facts of the fixture years' clusters that can be decided, with their days."""
    for year in YEARS:
        day = date(year, 11, 15)
        for row in open_cases(CLUSTERS / f"{year}.csv", book.book.facts).rows():
            try:
                book.edition(day).decide("eligibility", row.given, as_of=day)
            except nic_rules.FactError:
                continue
            if not row.problems:
                yield row.given, day


def timed(book: nic_rules.RuleBook, table: str, case: Case) -> float:
    """Give the milliseconds that one case takes by one table."""
    start = time.perf_counter()
    until(book, table, *case)
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    """Print the median and the worst of each table, then of all."""
    told = list(cases(nic_rules.load("nic")))
    book = nic_rules.load("nic")
    first = [timed(book, table, told[0]) for table in book.tables]
    print(f"{'first of each':14} {_told(first)}")
    everything = []
    for table in book.tables:
        for case in told:
            timed(book, table, case)
        gc.collect()
        found = [timed(book, table, case) for case in told]
        everything += found
        print(f"{table:14} {_told(found)}")
    print(f"{'all':14} {_told(everything)}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "book.yaml").write_text(UNSETTLED, encoding="utf-8")
        unsettled = nic_rules.load(folder)
    every_day = timed(unsettled, "answer", ({}, date(2016, 1, 1)))
    print(f"{'every day':14} {every_day:.0f} ms")


def _told(found: list[float]) -> str:
    median, worst = statistics.median(found), max(found)
    return f"{len(found):6,} cases, median {median:6.2f} ms, worst {worst:6.2f} ms"


if __name__ == "__main__":
    main()
