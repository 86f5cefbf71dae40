"""Whatever one thing is broken in a rule book, the check says where and never stops short."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from nic_rules.rulebook.check import check_book

NIC = Path(__file__).parents[2] / "rules" / "nic"
WHERE = ("applies_when", "met_when", "kind", "type", "hit_policy", "when", "then")


def places() -> list[tuple[Path, int]]:
    """Give a fixed sample of lines that hold what rules are made of, scenarios apart."""
    found = [
        (path, number)
        for path in sorted(NIC.rglob("*.yaml"))
        if "scenarios" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines())
        if line.strip("- ").partition(":")[0] in WHERE
    ]
    return random.Random(1).sample(found, 30)


@pytest.mark.parametrize(
    ("path", "number"), places(), ids=lambda part: part.name if isinstance(part, Path) else None
)
@pytest.mark.parametrize("instead", ["zzz", "[zzz", "a | b"])
def test_one_broken_line_is_told_where_it_stands(
    path: Path, number: int, instead: str, tmp_path: Path
) -> None:
    """With one line broken, there is an error in that file."""
    book = tmp_path / "book"
    shutil.copytree(NIC, book, ignore=shutil.ignore_patterns("scenarios"))
    broken = book / path.relative_to(NIC)
    lines = broken.read_text(encoding="utf-8").splitlines()
    key, _, _ = lines[number].partition(":")
    lines[number] = f"{key}: {instead}"
    broken.write_text("\n".join(lines), encoding="utf-8")
    checked, problems = check_book(book)
    assert checked is None
    assert str(broken) in {wrong.file for wrong in problems}
