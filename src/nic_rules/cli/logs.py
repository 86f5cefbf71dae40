"""What is seen of a review at work, on standard error: a bar on a terminal, else a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from nic_rules.diagnostics import one_line
from nic_rules.explanation.words import words
from nic_rules.portfolio.review import Log

AT_LEAST = 100
"""Rows after which a bar moves: to draw it takes longer than to decide a row."""


@contextmanager
def watched(form: str | None, language: str) -> Iterator[tuple[Log, Callable[[int], object]]]:
    """Give a log, and what to call when rows are done; say how to go on after a stop."""
    on_terminal = form is None and sys.stderr is not None and sys.stderr.isatty()
    log, at_rows, close = _bar(language) if on_terminal else (logger(form or "text"), _no, _no)
    done = 0

    def told(event: str, **values: Any) -> None:
        nonlocal done
        if event == "review starts":
            done = values["done"]
        elif event == "rows reviewed":
            done = values["rows"]
        log(event, **values)

    try:
        yield told, at_rows
    except KeyboardInterrupt:
        close()
        say_on_error(words(language)["goes_on"].format(count=done))
        raise
    finally:
        close()


def _no(_: int = 0) -> None:
    """Show nothing."""


def _bar(language: str) -> tuple[Log, Callable[[int], object], Callable[[], object]]:
    """Make a bar that shows rows, their rate and the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    word = words(language)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeLeft(),
        console=Console(stderr=True),
    )
    bar = progress.add_task(word["reviewing"], total=None, rate="")

    def log(event: str, **values: Any) -> None:
        if event == "files left out":
            told = word["left_out"].format(files=", ".join(values["files"]))
            progress.console.print(one_line(told), markup=False, highlight=False)
        elif event == "review starts":
            for file, taken_for in values["files"]:
                progress.console.print(
                    one_line(f"{file}: {taken_for}"), markup=False, highlight=False
                )
            progress.update(bar, total=values["rows"], advance=values["done"])
            progress.start()
        elif event == "rows reviewed":
            show()

    waiting = 0

    def at_rows(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= AT_LEAST:
            show()

    def show() -> None:
        nonlocal waiting
        progress.advance(bar, waiting)
        waiting = 0
        speed = progress.tasks[0].speed
        rate = word["rate"].format(count=round(speed)) if speed else ""
        progress.update(bar, rate=rate)

    return log, at_rows, progress.stop


def say_on_error(text: str) -> None:
    """Tell something on standard error, where there is one."""
    with suppress(OSError):
        click.echo(text, err=True)


def logger(form: str) -> Log:
    """Make a log that writes to standard error; nothing global is configured."""
    import structlog

    if sys.stderr is None:  # closed: nobody reads it
        return lambda *_, **__: None
    pretty = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer = structlog.processors.JSONRenderer() if form == "json" else pretty
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
    )

    def tell(event: str, **values: object) -> None:
        with suppress(OSError):  # a log that nobody reads, or that is full, stops no review
            log.info(event, **values)

    return tell
