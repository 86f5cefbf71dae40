"""Runs the command line in this process, as a shell would."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from nic_rules.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """Give the lines of standard error, without those of the log."""
        return [line for line in self.err.splitlines() if "[info" not in line]


def run(*arguments: object, given: bytes = b"") -> Ran:
    """Run `nic-rules`; `given` stands on standard input."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
    err = io.StringIO()
    before = sys.argv, sys.stdin
    sys.argv = ["nic-rules", *map(str, arguments)]
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as stopped:
        code = stopped.code
    finally:
        sys.argv, sys.stdin = before
    assert isinstance(code, int)
    out.flush()
    raw = out.buffer
    assert isinstance(raw, io.BytesIO)
    return Ran(code, raw.getvalue().decode("utf-8"), err.getvalue())
