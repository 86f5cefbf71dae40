"""YAML as nodes with places, every scalar as the text that was written (contract, section 1).

libyaml tells what stands there, event by event, and resolves no scalar, so `no`, `2014-06-01` and
`1.10` stay what they look like. What the contract forbids in YAML (anchors, tags, merge keys, keys
that stand twice, several documents) is a diagnostic here, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from nic_rules.diagnostics import Diagnostic, Place, problem, shown
from nic_rules.rulebook.folder import RuleFile
from nic_rules.rulebook.items import Named, named_items
from nic_rules.rulebook.nodes import Mapping, Node, Scalar, Sequence, Source, decode

MOST_NESTING = 100

QUOTES = "write texts in quotes"
INDENT_OR_QUOTES = f"mind how far it is indented, and {QUOTES}"
ONE_DOCUMENT = "one document a file"

_NEXT_DOCUMENT = re.compile(r"^(?:---|\.\.\.)(?:\s|$)", re.M)
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:#.*)?\r?\n)*(%(?!YAML 1\.2\s))")


def read_files(files: list[RuleFile], problems: list[Diagnostic]) -> list[Named]:
    """Read rule files: their items, by kind and name."""
    items: list[Named] = []
    for file in files:
        text = decode(str(file.path), file.raw)
        if isinstance(text, Diagnostic):
            problems.append(text)
            continue
        root, found = read_text(str(file.path), text)
        problems.extend(found)
        if root is not None:
            items.extend(named_items(root, problems))
    return items


def read_text(file: str, text: str) -> tuple[Node | None, list[Diagnostic]]:
    """Compose one document; give its root (None if there is none) and every problem."""
    source = Source(file, text)
    directive = _DIRECTIVE.search(text)
    if directive is not None:
        place = source.place(directive.start(1))
        return None, [problem("NIC105", "directives other than `%YAML 1.2` are not used", place)]
    builder = _Builder(source)
    loader = yaml.CSafeLoader(text)
    try:
        while not builder.is_done and loader.check_event():
            builder.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        return None, [_not_yaml(error, source)]
    except yaml.YAMLError as error:
        return None, [problem("NIC105", f"this is not YAML: {error}", Place(file, 1, 1))]
    finally:
        loader.dispose()
    root = builder.root
    if isinstance(root, Scalar) and root.plain and not root.text:
        return None, builder.problems  # only `---`
    return root, builder.problems


_SAID = {
    "found unexpected end of stream": ("a quote opens here and is never closed", None),
    "mapping values are not allowed": ("this `:` has no place here", INDENT_OR_QUOTES),
    "expected ',' or '}'": ("a comma or bracket is missing before this", QUOTES),
    "expected ',' or ']'": ("a comma or bracket is missing before this", QUOTES),
    "expected key": ("something else than a key stands here", INDENT_OR_QUOTES),
    "document indicator": ("a quote is not closed before this line", None),
    "<document start>": ("this stands after the end of what began above", INDENT_OR_QUOTES),
}
"""What libyaml says, in words for those who write rules."""


def _not_yaml(error: yaml.MarkedYAMLError, source: Source) -> Diagnostic:
    said = error.problem or error.context or ""
    mark = error.problem_mark or error.context_mark
    if "unexpected end of stream" in said and error.context_mark:
        mark = error.context_mark
    place = Place(source.file, mark.line + 1, mark.column + 1) if mark else None
    end = mark.index if mark else len(source.text)
    if "<document start>" in said and _NEXT_DOCUMENT.search(source.text, 0, end):
        return problem("NIC106", "a second document begins here", place, ONE_DOCUMENT)
    if "alias" in said or "anchor" in said:
        return problem("NIC107", "anchors and aliases are not used", place)
    for words, (message, hint) in _SAID.items():
        if words in said:
            return problem("NIC105", f"this is not YAML: {message}", place, hint)
    return problem("NIC105", f"this is not YAML: {said}", place)


@dataclass(slots=True)
class _Open:
    """A list or map that has begun."""

    place: Place
    is_map: bool
    problems: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    key: str | None = None
    """The key that waits for its value."""
    wants_key: bool = True


class _Builder:
    """Builds nodes from libyaml's events, without recursion: depth costs no stack."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.documents = 0
        self.is_done = False

    def wrong(self, code: str, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(problem(code, message, place, hint))

    def take(self, event: Any) -> None:
        mark = event.start_mark
        place = Place(self.source.file, mark.line + 1, mark.column + 1)
        match event:
            case yaml.ScalarEvent():
                self.scalar(event, place)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.begin(event, place)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.end()
            case yaml.AliasEvent():
                hint = "write it out twice"
                self.wrong("NIC107", place, "anchors and aliases are not used", hint)
                self.add(None, place)
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.wrong("NIC106", place, "a second document begins here", ONE_DOCUMENT)
                    self.is_done = True

    def has_properties(self, event: Any, place: Place) -> bool:
        """Refuse an anchor or a tag."""
        # the tag `!` alone leaves no other trace than its sign
        sign = self.source.text[event.start_mark.index : event.start_mark.index + 1]
        if event.anchor is not None:
            self.wrong("NIC107", place, "anchors and aliases are not used", "write it out twice")
        elif event.tag is not None or sign == "!":
            hint = "a text that begins with `!` wants quotes"
            self.wrong("NIC107", place, "tags are not used", hint)
        else:
            return False
        return True

    def scalar(self, event: Any, place: Place) -> None:
        if self.has_properties(event, place):
            self.add(None, place)
            return
        marks = event.start_mark.index, event.end_mark.index
        is_plain = event.style in (None, "")
        scalar = Scalar(event.value, is_plain, place, self.source, *marks)
        holder = self.open[-1] if self.open else None
        if holder is not None and holder.is_map and holder.wants_key:
            self.key(holder, scalar)
        else:
            self.add(scalar, place)

    def key(self, holder: _Open, name: Scalar) -> None:
        holder.wants_key = False
        holder.key = None
        if name.text == "<<" and name.plain:
            self.wrong("NIC107", name.place, "merge keys are not used", "write the keys out")
        elif name.text in holder.keys:
            hint = f"it stands already at line {holder.keys[name.text].line}"
            self.wrong("NIC108", name.place, f"key {shown(name.text)} stands twice", hint)
        else:
            holder.key = name.text
            holder.keys[name.text] = name.place

    def add(self, node: Node | None, place: Place) -> None:
        """Put a node, or None for one that was refused, where it belongs."""
        if not self.open:
            self.root = node
            return
        holder = self.open[-1]
        if not holder.is_map:
            if node is not None:
                holder.items.append(node)
        elif holder.wants_key:
            if node is not None:
                self.wrong("NIC203", place, "a key is a name, not a list or map")
            holder.wants_key, holder.key = False, None
        else:
            if holder.key is not None and node is not None:
                holder.entries[holder.key] = node
            holder.wants_key = True

    def begin(self, event: Any, place: Place) -> None:
        before = len(self.problems)
        self.has_properties(event, place)
        if len(self.open) >= MOST_NESTING:
            self.wrong("NIC105", place, f"nested deeper than {MOST_NESTING}")
            self.is_done = True
        is_map = isinstance(event, yaml.MappingStartEvent)
        self.open.append(_Open(place, is_map, before))

    def end(self) -> None:
        done = self.open.pop()
        node: Node = Sequence(tuple(done.items), done.place)
        if done.is_map:
            is_whole = len(self.problems) == done.problems
            node = Mapping(done.entries, done.keys, done.place, is_whole)
        self.add(node, done.place)
