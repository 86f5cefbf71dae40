"""What is wrong, where, and how to mend it: errors as data.

A diagnostic has a code of the table below, one line in the language's own words, a place and,
where one can be computed, a hint. All problems of a stage are collected and come sorted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]

CODES: dict[str, str] = {
    # 1: a rule file cannot be read
    "NIC101": "a file or folder cannot be read",
    "NIC102": "a file is not UTF-8 text",
    "NIC103": "a file holds a character that YAML does not allow",
    "NIC104": "a file or a rule book is too large",
    "NIC105": "a file is not YAML",
    "NIC106": "a file holds several documents",
    "NIC107": "anchors, aliases, tags and merge keys are not used",
    "NIC108": "a key stands twice",
    "NIC109": "a rule file ends in .yml",
    "NIC110": "a file holds something that is no item",
    "NIC111": "an item of no known kind",
    "NIC112": "a rule book has not exactly one `rulebook` item",
    # 2: an item is not written as its kind demands
    "NIC201": "a required key is missing",
    "NIC202": "a key that the item does not have",
    "NIC203": "a value of the wrong shape",
    "NIC204": "a name is not written as names are",
    "NIC205": "a name is reserved",
    "NIC206": "a name is taken",
    "NIC207": "a text has not exactly the rule book's languages",
    "NIC208": "a text wanted quotes",
    "NIC209": "a value that its place does not allow",
    "NIC210": "an interpretation without its why",
    "NIC211": "a rule of basis source cites nothing",
    "NIC212": "bounds are missing, too wide or the wrong way round",
    "NIC213": "days are the wrong way round",
    "NIC214": "a name stands twice on the same day",
    "NIC215": "a placeholder is not written rightly, or names nothing",
    # 3: names and expressions
    "NIC301": "an expression is not of the language",
    "NIC302": "an expression is too long, has too many parts or is nested too deep",
    "NIC303": "a name that nothing has",
    "NIC304": "a name of the wrong kind for its place",
    "NIC305": "types that do not go together",
    "NIC306": "units that do not go together",
    "NIC307": "a number could leave the range of 64 bits",
    "NIC308": "names use each other in a circle",
    "NIC309": "a name is used on days on which nothing has it",
    "NIC310": "a clause that no source has, or that several have",
    "NIC311": "a requirement or a table rests on an aim",
    # 4: tables and scenarios
    "NIC401": "a situation that no row fits",
    "NIC402": "two rows fit one situation",
    "NIC403": "a token that a name cannot have",
    "NIC404": "an outcome that the table has not",
    "NIC405": "a scenario names something that is not there",
    # 5: facts of a case
    "NIC501": "the facts are no object from fact to value",
    "NIC502": "a fact that the rule book has not",
    "NIC503": "a value of the wrong type",
    "NIC504": "a number or date that is not written as one",
    "NIC505": "a value outside its bounds",
    "NIC506": "a value that the fact cannot have",
    "NIC507": "the evidence of a fact is not written rightly",
    "NIC508": "facts contradict each other",
    "NIC509": "a fact is told twice",
    # 6: files of cases
    "NIC601": "a file of cases cannot be read",
    "NIC602": "a column of no fact, or twice, or none of subjects",
    "NIC603": "a row is not as long as the header, or is not readable",
    "NIC604": "a subject is missing or stands twice",
    # 7: requests
    "NIC701": "a table that is not there, or not in force",
    "NIC702": "an edition, option or format that is not there",
    "NIC703": "a record that does not hold",
    "NIC704": "a record that other rules made",
    "NIC705": "records that do not go together",
    "NIC706": "an archive that is missing, does not hold or cannot be written",
    # 8: warnings
    "NIC801": "a row that nothing can reach",
    "NIC802": "a row whose days lie outside its table's",
    "NIC803": "an outcome that no row gives",
    "NIC804": "an item that no rule uses",
    "NIC805": "a normative clause that no rule cites",
    "NIC806": "placeholders differ between languages",
    "NIC807": "a keyed value disappears",
    "NIC808": "a table asks though every answer leads to one outcome",
    "NIC809": "a table with more than 100,000 situations",
}


class Place(NamedTuple):
    """A place in a file: 1-based line and column, counted in characters."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `fact` and `value` are told where the problem is one of a case's facts.

    As text it is the one line that people see, which names the fact even if the message does not.
    """

    code: str
    severity: Severity
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    fact: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """Give the one line that people see: `file:line:column: NIC123 error: message`."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = f"{place}: " if place else ""
        tail = f" ({self.hint})" if self.hint else ""
        is_named = self.fact is None or shown(self.fact) in self.message
        message = self.message if is_named else f"{self.fact}: {self.message}"
        return one_line(f"{head}{self.code} {self.severity}: {message}{tail}")


def problem(
    code: str, message: str, place: Place | None = None, hint: str | None = None
) -> Diagnostic:
    """Make an error (a warning for codes 8xx) at a place."""
    severity: Severity = "warning" if code.startswith("NIC8") else "error"
    if place is None:
        return Diagnostic(code, severity, message, hint)
    return Diagnostic(code, severity, message, hint, place.file, place.line, place.column)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, then code and message, and drop what stands twice."""
    return tuple(
        sorted(
            dict.fromkeys(diagnostics),
            key=lambda d: (d.file or "", d.line or 0, d.column or 0, d.code, d.message),
        )
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Hint at the known word most like the one written, where one is like it at all."""
    from difflib import get_close_matches  # only where something is wrong

    near = get_close_matches(word[:60].lower(), sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def one_line(text: str) -> str:
    """Keep a message on one line, and free of characters that would move a terminal's cursor."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def shown(value: object, limit: int = 60) -> str:
    """Show what the user wrote, in backticks, cut where it is long."""
    text = str(value)
    if not text:
        return "an empty value"
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return f"`{text}`"


class NicRulesError(Exception):
    """What every error of this library derives from."""


class _WithDiagnostics(NicRulesError):
    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type, tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


class RuleBookError(_WithDiagnostics):
    """A rule book that breaks the contract; `diagnostics` holds every problem."""


class FactError(_WithDiagnostics):
    """Facts of one case that cannot be read or contradict each other; every problem at once."""


class RequestError(_WithDiagnostics):
    """A request that the rule book cannot answer, such as a table that is not in force."""

    @classmethod
    def of(cls, code: str, message: str, hint: str | None = None) -> RequestError:
        """Make the error of one problem."""
        return cls([problem(code, message, hint=hint)])


class CasesError(_WithDiagnostics):
    """A file of cases that cannot be used at all, such as one with a column of no fact."""


class RecordError(_WithDiagnostics):
    """A recorded decision, or an archive of rules, that is missing, was changed or is not one."""
