"""A cold `nic-rules decide` against `python -c "import pydantic"`, in turn, as whole processes.

python -m bench.cold_start

Compiled modules are kept, as Python does where nobody forbids it: the first run, which is not
measured, writes them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 9

DECIDE = [
    *(sys.executable, "-m", "nic_rules", "decide", "continuation"),
    *("fixtures/cases/notice.json", "--as-of", "2016-11-15"),
]
IMPORT = [sys.executable, "-c", "import pydantic"]

ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """Give the seconds that a process takes."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Run both once unmeasured, then in turn."""
    for command in (DECIDE, IMPORT):
        seconds(command)
    pairs = [(seconds(DECIDE), seconds(IMPORT)) for _ in range(ROUNDS)]
    ratios = [decide / imported for decide, imported in pairs]
    print(f"decide            {statistics.median(d for d, _ in pairs) * 1e3:6.0f} ms")
    print(f"import pydantic   {statistics.median(i for _, i in pairs) * 1e3:6.0f} ms")
    low, high = min(ratios), max(ratios)
    print(f"ratio             {statistics.median(ratios):6.1f} (from {low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
