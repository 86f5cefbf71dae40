"""The rooms of the house: imports go one way (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "nic_rules"

# Each room may import from the rooms before it, and from none after it; rooms on one line never
# import each other. The reasons stand in docs/architecture.md.
ROOMS = [
    {"version"},
    {"diagnostics"},
    {"canonical"},
    {"decision"},
    {"language"},
    {"rulebook"},
    {"engine"},
    {"explanation"},
    {"library"},
    {"records"},
    {"cases"},
    {"portfolio", "selection", "authoring"},
    {"cli"},
]
FACE = {"__init__", "__main__"}

RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}


def room_of(path: Path) -> str:
    """Give the room that a file lies in."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[str]:
    """Give the rooms that a file imports from, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            modules = [node.module or ""]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            first, _, rest = module.partition(".")
            if first == "nic_rules":
                yield rest.partition(".")[0] or "__init__"


def files() -> list[Path]:
    """Give all source files."""
    return sorted(SOURCE.rglob("*.py"))


def test_every_file_has_a_room() -> None:
    """A file lies in a room that this list has."""
    assert [] == [str(p) for p in files() if room_of(p) not in RANK.keys() | FACE]


def test_imports_go_one_way() -> None:
    """A room imports only from rooms before it."""
    wrong = [
        f"{path.relative_to(SOURCE)} imports from {room}"
        for path in files()
        if room_of(path) not in FACE
        for room in imported_rooms(path)
        if room != room_of(path) and RANK.get(room, 99) >= RANK[room_of(path)]
    ]
    assert [] == wrong


def test_the_walk_knows_nothing_of_other_evaluators() -> None:
    """The oracle shares no code with what it is held against."""
    walk = ast.parse((SOURCE / "language" / "walk.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(walk) if isinstance(node, ast.ImportFrom)]
    modules = {i.module for i in imports if (i.module or "").startswith("nic_rules")}
    of_language = {a.name for i in imports if i.module == "nic_rules.language" for a in i.names}
    assert modules <= {
        f"nic_rules.language{end}" for end in ("", ".definitions", ".syntax", ".words")
    }
    assert {"calendar"} == of_language


def test_modules_are_of_a_readable_size() -> None:
    """No module has more than 500 lines."""
    sizes = {str(p): len(p.read_text(encoding="utf-8").splitlines()) for p in files()}
    assert {} == {path: size for path, size in sizes.items() if size > 500}


def test_the_face_is_small() -> None:
    """At most fifteen names are public, and each is there."""
    import nic_rules

    assert len(nic_rules.__all__) <= 15
    assert [] == [name for name in nic_rules.__all__ if not hasattr(nic_rules, name)]
