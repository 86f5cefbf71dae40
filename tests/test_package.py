"""What is shipped: the rule books inside the wheel, types, and nothing loaded that is not asked."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAVY = ("structlog", "rich", "polars", "z3", "babel", "durable_rules_engine")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, as an installation does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(code: str, cwd: Path, site: Path | None = None) -> str:
    """Run Python in a process of its own; give what it prints."""
    start = f"import sys; sys.path.insert(0, {str(site)!r});" if site else ""
    done = subprocess.run(
        [sys.executable, "-c", start + code], cwd=cwd, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_wheel_has_the_rule_books(unpacked: Path, tmp_path: Path) -> None:
    """From any folder, an installed library loads the rule books inside it."""
    code = "import nic_rules; b = nic_rules.load('nic'); print(b.book.item.place.file, *b.tables)"
    file, *tables = run(code, tmp_path, unpacked).split()
    assert Path(file).is_relative_to(unpacked)
    assert ["allocation", "continuation", "eligibility", "services", "shortfalls"] == sorted(tables)


def test_the_wheel_is_typed(unpacked: Path) -> None:
    """Type checkers read the library's own hints."""
    assert (unpacked / "nic_rules" / "py.typed").is_file()


def test_importing_loads_little(tmp_path: Path) -> None:
    """Importing the library loads nothing that only commands and batches use."""
    code = "import nic_rules, json, sys; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(run(code, tmp_path)))
    assert set() == loaded & {*HEAVY, "click"}


def test_deciding_loads_what_it_uses(tmp_path: Path) -> None:
    """A decision loads durable-rules, and no log, table printer or column engine."""
    code = (
        "import nic_rules, json, sys; from datetime import date;"
        "nic_rules.load('nic').edition(date(2016, 3, 1)).decide('eligibility', {}).to_json();"
        "print(json.dumps(sorted(sys.modules)))"
    )
    loaded = set(json.loads(run(code, tmp_path)))
    assert {"durable_rules_engine"} >= loaded & {*HEAVY, "click"}


def test_a_command_loads_no_reader_of_rules_that_were_kept(tmp_path: Path) -> None:
    """A second `decide` starts fast: it loads neither pydantic nor YAML, nor what checks rules."""
    code = (
        "import sys, json, os; os.environ['NIC_RULES_CACHE'] = 'kept'; sys.argv ="
        "['nic-rules', 'decide', 'eligibility', 'c.json', '--as-of', '2016-03-01', '--format',"
        "'json']\ntry:\n from nic_rules.cli import main; main()\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    (tmp_path / "c.json").write_text('{"level": "nce", "agreed_years": 9}', encoding="utf-8")
    first, second = (run(code, tmp_path).splitlines() for _ in range(2))
    assert first[0] == second[0]
    readers = {"pydantic", "yaml", "nic_rules.rulebook.check", "nic_rules.engine.generate"}
    assert readers == readers & set(json.loads(first[1]))
    assert set() == (readers | {*HEAVY} - {"durable_rules_engine"}) & set(json.loads(second[1]))


def test_no_thread_is_started(tmp_path: Path) -> None:
    """durable-rules starts timers where it is let; here no thread is left behind."""
    code = (
        "import nic_rules, threading; from datetime import date;"
        "nic_rules.load('nic').edition(date(2016, 3, 1)).decide('continuation', {});"
        "print(threading.active_count())"
    )
    assert "1" == run(code, tmp_path)
