"""A cold `nic-rules decide` against `python -c "import pydantic"`, in turn, as whole processes.

    python -m bench.cold_start [--write]

Compiled modules are kept, as Python does where nobody forbids it: the first run, which is not
measured, writes them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from bench.measured import Run, in_turn, ratio, table, tell

ROOT = Path(__file__).parents[1]
ROUNDS = 9

DECIDE = [
    *(sys.executable, "-m", "nic_rules", "decide", "continuation"),
    *("fixtures/cases/notice.json", "--as-of", "2016-11-15"),
]
IMPORT = [sys.executable, "-c", "import pydantic"]

ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def started(command: list[str]) -> None:
    """Run a process to its end."""
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Run both once unmeasured, then in turn."""
    runs: dict[str, Run] = {
        "`import pydantic`": lambda: started(IMPORT),
        "`nic-rules decide`": lambda: started(DECIDE),
    }
    took = in_turn(runs, ROUNDS)
    lines = table("one process", "median", "times the import", "from–to")
    for name, times in took.items():
        ms = statistics.median(times) * 1e3
        compared = ratio(times, took["`import pydantic`"])
        lines.append(f"| {name} | {ms:.0f} ms | {compared.told()} |")
    tell("bench.cold_start", lines, "pydantic")


if __name__ == "__main__":
    main()
