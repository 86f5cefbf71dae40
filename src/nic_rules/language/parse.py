"""Expressions from text (contract, section 2): Python's syntax, cut down to a whitelist.

The text is first read word by word, so that nothing Python would forgive (`1e3`, `1_000`, a
comment, a full-width digit, two strings in a row) slips in; then `ast` gives its shape, and only
the forms of the language are taken over.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from nic_rules.language.syntax import (
    Among,
    Arithmetic,
    AsOf,
    Calculate,
    Call,
    Compare,
    Comparison,
    DateLiteral,
    Expression,
    Junction,
    Keyed,
    Minus,
    Name,
    Not,
    NumberLiteral,
    ValueLiteral,
)
from nic_rules.language.values import NotWrittenRight, day
from nic_rules.language.words import FUNCTIONS, MOST_CHARACTERS

MOST_PARTS = 200
MOST_DEPTH = 30

_COMPARISONS: dict[type, Comparison] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ARITHMETIC: dict[type, Arithmetic] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}

_WORD = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?![\w'\"])"
    r"|(?P<string>'[^'\"\\\r\n]*'|\"[^'\"\\\r\n]*\")"
    r"|(?P<sign><=|>=|==|!=|[-<>+*()\[\],])"
)
_OPEN_END = re.compile(r"(?:\b(?:and|or|not|in)|[-<>=+*(\[,])$")
_MALFORMED_NUMBER = re.compile(r"[0-9.][0-9._]*(?:[eE][-+]?[0-9]+|\w*)")

_SIGNS = {ast.Invert: "~", ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>"}

_STRANGERS = {
    "/": ("division is not of the language", "write `share(part, whole) >= x`, or multiply"),
    "%": ("`%` is not of the language", "write a share of a whole, such as `0.5 * whole`"),
    "=": ("`=` is not of the language", "compare with `==`"),
    "#": ("a comment cannot stand in an expression", "write a YAML comment above it"),
    "&": ("`&` is not of the language", "write `and`"),
    "|": ("`|` is not of the language", "write `or`"),
    "!": ("`!` is not of the language", "write `not`"),
    "{": ("braces are not of the language", "write a list in round brackets"),
    ".": ("attributes are not of the language", None),
    ":": ("`:` is not of the language", None),
    "\\": ("`\\` is not of the language", None),
    "'": ("a quoted value does not end, or holds a quote or backslash", None),
    '"': ("a quoted value does not end, or holds a quote or backslash", None),
}

_FORMS: dict[type, str] = {
    ast.IfExp: "`if` and `else`",
    ast.ListComp: "a comprehension",
    ast.GeneratorExp: "a comprehension",
    ast.Await: "`await`",
    ast.Yield: "`yield`",
    ast.YieldFrom: "`yield`",
    ast.Starred: "`*` before a value",
    ast.Tuple: "a list outside `in`",
    ast.List: "a list outside `in`",
}


@dataclass(frozen=True, slots=True)
class ExpressionProblem:
    """What is wrong in an expression: a code, the offset in its text, a message and a hint."""

    code: str
    at: int
    message: str
    hint: str | None = None


class _Refused(Exception):
    def __init__(self, code: str, at: int, message: str, hint: str | None = None) -> None:
        self.problem = ExpressionProblem(code, at, message, hint)


def parse(text: str) -> Expression | ExpressionProblem:
    """Read an expression; give its tree, or the first thing that is wrong with it."""
    try:
        return _parse(text)
    except _Refused as refused:
        return refused.problem


def _parse(text: str) -> Expression:
    if len(text) > MOST_CHARACTERS:
        raise _Refused("NIC302", 0, f"the expression has more than {MOST_CHARACTERS:,} characters")
    _read_words(text)
    start = len(text) - len(text.lstrip())
    flat = re.sub(r"[\t\r\n]", " ", text).strip()  # the same length: offsets hold
    if not flat:
        raise _Refused("NIC301", 0, "the expression is empty")
    try:
        tree = ast.parse(flat, mode="eval").body
    except SyntaxError as error:
        raise _syntax_problem(error, flat, start) from None
    except (ValueError, MemoryError, RecursionError):
        raise _Refused("NIC302", 0, f"the expression is nested deeper than {MOST_DEPTH}") from None
    return _Reader(flat, start).expression(tree, 0)


def _read_words(text: str) -> None:
    position, previous = 0, ""
    while position < len(text):
        word = _WORD.match(text, position)
        if word is None:
            raise _stranger(text, position)
        kind = word.lastgroup or ""
        if kind == "string" and previous == "string":
            raise _Refused("NIC301", position, "two quoted values stand in a row")
        previous = kind if kind != "space" else previous
        position = word.end()


def _stranger(text: str, at: int) -> _Refused:
    char = text[at]
    if char.isascii() and (char.isdigit() or (char == "." and text[at + 1 : at + 2].isdigit())):
        written = _MALFORMED_NUMBER.match(text, at)
        shown = written.group() if written else char
        return _Refused(
            "NIC301", at, f"`{shown}` is not a number", "write digits with at most one point"
        )
    if char.isascii() and (char.isalpha() or char == "_"):
        return _Refused("NIC301", at, "a quoted value cannot have letters before its quotes")
    if text[at : at + 2] in ("=<", "=>"):
        message = f"`{text[at : at + 2]}` is not of the language"
        return _Refused("NIC301", at, message, f"write `{text[at + 1]}=`")
    message, hint = _STRANGERS.get(char, (f"`{char}` is not of the language", None))
    return _Refused("NIC301", at, message, hint)


def _syntax_problem(error: SyntaxError, flat: str, start: int) -> _Refused:
    at = min(max((error.offset or 1) - 1, 0), len(flat) - 1)
    if "nested" in (error.msg or ""):
        return _Refused("NIC302", start + at, f"the expression is nested deeper than {MOST_DEPTH}")
    if "never closed" in (error.msg or ""):
        return _Refused("NIC301", start + at, "this bracket is never closed")
    if "leading zeros" in (error.msg or ""):
        hint = "write `date('2014-06-01')`" if "date" in flat else None
        return _Refused("NIC301", start + at, "a number does not begin with 0", hint)
    if _OPEN_END.search(flat):
        end = start + len(flat) - 1
        return _Refused("NIC301", end, "something is missing at the end of the expression")
    word = re.match(r"\w+|.", flat[at:])
    shown = word.group() if word else ""
    hint = f"write `{shown.lower()}`" if shown.lower() in ("and", "or", "not", "in") else None
    return _Refused("NIC301", start + at, f"the expression cannot be read at `{shown}`", hint)


class _Reader:
    """Takes over the whitelisted forms of Python's tree, counting parts and depth."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.count = 0

    def at(self, node: ast.expr) -> int:
        return self.start + node.col_offset  # the text is ASCII: bytes are characters

    def part(self, node: ast.expr, number: int = 1) -> None:
        self.count += number
        if self.count > MOST_PARTS:
            raise _Refused(
                "NIC302",
                self.at(node),
                f"the expression has more than {MOST_PARTS} names, literals, operators and calls",
                "name a part of it as a criterion or derived fact of its own",
            )

    def operator(self, node: ast.expr, depth: int, number: int = 1) -> int:
        self.part(node, number)
        if depth >= MOST_DEPTH:
            raise _Refused(
                "NIC302",
                self.at(node),
                f"operators and calls are nested deeper than {MOST_DEPTH}",
                "name a part of it as a criterion or derived fact of its own",
            )
        return depth + 1

    def expression(self, node: ast.expr, depth: int) -> Expression:
        at = self.at(node)
        match node:
            case ast.Name(id=name):
                self.part(node)
                return AsOf(at) if name == "as_of" else Name(name, at)
            case ast.Constant():
                return self.literal(node)
            case ast.BoolOp(op=op, values=values):
                depth = self.operator(node, depth, len(values) - 1)
                parts = tuple(self.expression(value, depth) for value in values)
                return Junction("and" if isinstance(op, ast.And) else "or", parts, at)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.expression(operand, self.operator(node, depth)), at)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Minus(self.expression(operand, self.operator(node, depth)), at)
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _ARITHMETIC:
                depth = self.operator(node, depth)
                sides = self.expression(left, depth), self.expression(right, depth)
                return Calculate(_ARITHMETIC[type(op)], *sides, at)
            case ast.Compare():
                return self.comparison(node, depth)
            case ast.Subscript():
                return self.keyed(node)
            case ast.Call():
                return self.call(node, depth)
        raise self.refused(node)

    def refused(self, node: ast.expr) -> _Refused:
        if isinstance(node, ast.UnaryOp | ast.BinOp):
            form = f"`{_SIGNS.get(type(node.op), 'this sign')}`"
            if isinstance(node.op, ast.UAdd):
                form = "a sign `+` before a value"
        else:
            form = _FORMS.get(type(node), "this form")
        if isinstance(node, ast.IfExp):
            hint = "write two criteria, each with its `applies_when`"
            return _Refused("NIC301", self.at(node), f"{form} are not of the language", hint)
        return _Refused("NIC301", self.at(node), f"{form} is not of the language")

    def literal(self, node: ast.Constant) -> NumberLiteral | ValueLiteral:
        self.part(node)
        if isinstance(node.value, str):
            return ValueLiteral(node.value, self.at(node))
        if isinstance(node.value, bool) or node.value is None or node.value is ...:
            raise _Refused(
                "NIC301",
                self.at(node),
                f"`{node.value}` is not of the language",
                "name a boolean fact, or put `not` before it",
            )
        # never through Python's float: the text itself
        whole, _, fraction = self.text[node.col_offset : node.end_col_offset].partition(".")
        return NumberLiteral(int(whole + fraction), len(fraction), self.at(node))

    def comparison(self, node: ast.Compare, depth: int) -> Compare | Among:
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            return self.among(node, depth)
        for op in node.ops:
            if type(op) not in _COMPARISONS:
                raise _Refused(
                    "NIC301", self.at(node), "`is` is not of the language", "compare with `==`"
                )
        depth = self.operator(node, depth, len(node.ops))
        operands = tuple(self.expression(o, depth) for o in (node.left, *node.comparators))
        return Compare(tuple(_COMPARISONS[type(op)] for op in node.ops), operands, self.at(node))

    def among(self, node: ast.Compare, depth: int) -> Among:
        if len(node.ops) > 1:
            raise _Refused(
                "NIC301", self.at(node), "`in` cannot stand in a chain", "join them with `and`"
            )
        depth = self.operator(node, depth)
        part = self.expression(node.left, depth)
        listed = node.comparators[0]
        if not isinstance(listed, ast.Tuple | ast.List):
            before = self.text[: listed.col_offset].rstrip()
            if isinstance(listed, ast.Constant | ast.UnaryOp) and not before.endswith("("):
                message = "after `in` stands a list in brackets"
                raise _Refused("NIC301", self.at(listed), message, "write `in (…)`")
        members = listed.elts if isinstance(listed, ast.Tuple | ast.List) else [listed]
        if not members:
            raise _Refused("NIC301", self.at(listed), "a list after `in` has at least one member")
        negated = isinstance(node.ops[0], ast.NotIn)
        return Among(part, tuple(self.member(m) for m in members), negated, self.at(node))

    def member(self, node: ast.expr) -> NumberLiteral | ValueLiteral:
        if isinstance(node, ast.Constant):
            return self.literal(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            self.part(node)
            if isinstance(node.operand, ast.Constant):
                number = self.literal(node.operand)
                if isinstance(number, NumberLiteral):
                    return NumberLiteral(-number.scaled, number.decimals, self.at(node))
        raise _Refused(
            "NIC301",
            self.at(node),
            "after `in` stand values in quotes, or whole numbers, in brackets",
        )

    def keyed(self, node: ast.Subscript) -> Keyed:
        if not (isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Name)):
            raise _Refused(
                "NIC301", self.at(node), "square brackets hold the name of one fact",
                "write `parameter[fact]`",
            )  # fmt: skip
        self.part(node, 2)
        return Keyed(node.value.id, node.slice.id, self.at(node), self.at(node.slice))

    def call(self, node: ast.Call, depth: int) -> Expression:
        at = self.at(node)
        if not isinstance(node.func, ast.Name):
            raise _Refused("NIC301", at, "only the language's functions can be called")
        name = node.func.id
        if name not in FUNCTIONS:
            raise _Refused(
                "NIC301",
                at,
                f"`{name}` is no function of the language",
                f"the functions are {', '.join(sorted(FUNCTIONS))}",
            )
        if node.keywords:
            raise _Refused("NIC301", at, f"write `{FUNCTIONS[name]}`")
        if name == "date":
            return self.date(node)
        depth = self.operator(node, depth)
        return Call(name, tuple(self.expression(a, depth) for a in node.args), at)

    def date(self, node: ast.Call) -> DateLiteral:
        self.part(node)
        written = node.args[0] if len(node.args) == 1 else None
        if not (isinstance(written, ast.Constant) and isinstance(written.value, str)):
            raise _Refused("NIC301", self.at(node), f"write `{FUNCTIONS['date']}`")
        try:
            return DateLiteral(day(written.value), self.at(node))
        except NotWrittenRight as wrong:
            raise _Refused(
                "NIC301", self.at(written), f"`{written.value}` is not {wrong}"
            ) from None
