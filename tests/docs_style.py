"""What of the house lies outside its own style, as docs/style.md lists it.

`python -m tests.docs_style` prints the list that holds now, and `--write` puts it into the page.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.docs_pages import ROOT

PAGE = ROOT / "docs" / "style.md"
BEGINS = "## What lies outside it now\n"

MOST_IN_A_MODULE, MOST_IN_A_FUNCTION, MOST_IN_A_RULE_FILE = 250, 50, 60
LEAST_TESTS = 1.2

Listed = dict[str, list[str]]

_EXCEPTION = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[^\]]*\])(?P<reason>.*)")


def _sources() -> list[Path]:
    folders = ("src", "tests", "bench", "fixtures")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def _name(path: Path) -> str:
    return f"`{path.relative_to(ROOT).as_posix()}`"


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _long_modules() -> Iterator[str]:
    for path in _sources():
        if _length(path) > MOST_IN_A_MODULE:
            yield _name(path)


def _long_functions() -> Iterator[str]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno + 1 > MOST_IN_A_FUNCTION:
                    yield f"{_name(path)}: `{node.name}`"


def _exceptions_without_a_reason() -> Iterator[str]:
    for path in _sources():
        found = _EXCEPTION.finditer(path.read_text(encoding="utf-8"))
        if any(not exception["reason"].strip() for exception in found):
            yield _name(path)


def _the_actual_value_first() -> Iterator[str]:
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Assert(ast.Compare(left, [ast.Eq()], [ast.Constant()])):
                    if not isinstance(left, ast.Constant):
                        yield _name(path)
                        break


def _long_rule_files() -> Iterator[str]:
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        if _length(path) > MOST_IN_A_RULE_FILE:
            yield _name(path)


def _few_tests() -> Iterator[str]:
    source, tests = (sum(map(_length, (ROOT / room).rglob("*.py"))) for room in ("src", "tests"))
    if tests < LEAST_TESTS * source:
        yield "all in all"


MEASURES: dict[str, Callable[[], Iterator[str]]] = {
    f"Modules of more than {MOST_IN_A_MODULE} lines": _long_modules,
    f"Functions of more than {MOST_IN_A_FUNCTION} lines": _long_functions,
    "Lint exceptions that do not say why": _exceptions_without_a_reason,
    "Tests that put what came before what was expected": _the_actual_value_first,
    f"Tests of less than {LEAST_TESTS} lines for each line of source": _few_tests,
    f"Rule files of more than {MOST_IN_A_RULE_FILE} lines": _long_rule_files,
}


def measured() -> Listed:
    """Measure what lies outside the style now."""
    return {heading: sorted({*measure()}) for heading, measure in MEASURES.items()}


def listed() -> Listed:
    """Give what the page lists."""
    _, _, text = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    sections = re.split(r"^### (.+)\n", text, flags=re.M)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return {heading: re.findall(r"^- (.+)$", body, re.M) for heading, body in pairs}


def written(found: Listed) -> str:
    """Write the list as it stands in the page."""
    parts = (
        f"### {heading}\n\n" + ("".join(f"- {one}\n" for one in names) or "None.\n")
        for heading, names in found.items()
    )
    return "\n".join(parts)


def rewrite() -> None:
    """Put the list that holds now into the page, in the place of the one that stands there."""
    head, begins, old = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    introduction = re.split(r"^### ", old, flags=re.M)[0]
    PAGE.write_text(head + begins + introduction + written(measured()), encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        rewrite()
    else:
        print(written(measured()), end="")
