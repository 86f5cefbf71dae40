"""The log on standard error: for people, or one JSON object a line for machines."""

from __future__ import annotations

import sys
from contextlib import suppress

from nic_rules.portfolio.review import Log


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
