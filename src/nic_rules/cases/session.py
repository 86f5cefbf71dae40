"""A case whose facts are asked for, one by one: answers given, taken back, saved, gone on with.

What is saved is a file of facts as any command reads it, each answer in its place; null stands
where nobody could tell. So nothing but that file is needed to go on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from nic_rules.cases.one import MOST_BYTES, GivenCase, read_one
from nic_rules.diagnostics import Diagnostic, FactError, Place, problem
from nic_rules.engine.edition import Edition
from nic_rules.explanation.asking import Plan, ask
from nic_rules.language.definitions import Value
from nic_rules.language.values import Plain
from nic_rules.rulebook.given import Case, read_case, read_value, value_text


@dataclass
class Session:
    """The facts of a case as far as they are told, and the answers that can be taken back.

    Raises `FactError` where the facts that it begins with cannot be decided on.
    """

    edition: Edition
    table: str
    case: Case
    answered: list[str]
    subject: str | None
    as_of: date
    language: str
    not_known: set[str] = field(default_factory=set)
    """What nobody could tell since the session began; it is not asked for again."""
    last: set[str] = field(default_factory=set)
    """What nobody could tell before that; it is asked for again, after all else."""
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self._look()

    @property
    def facts(self) -> dict[str, Any]:
        """Give all that is told, as a file of facts has it; null: asked for, and nobody knew."""
        facts = self.edition.rules.facts
        told: dict[str, Any] = {}
        for name in (*self._given(), *self.answered):
            value = self.case.values.get(name)
            written = None if value is None else value_text(facts[name], value)
            beside = self.case.evidence.get(name)
            told[name] = {"value": written, **beside} if beside else written
        return told

    def _given(self) -> list[str]:
        known = dict.fromkeys((*self.case.values, *self.case.evidence))
        return [name for name in known if name not in self.answered]

    def answer(self, fact: str, text: str) -> None:
        """Take an answer, written without quotes; raises `BadFact`, and `FactError` if it
        contradicts what is told already. It is then not taken.
        """
        value = read_value(self.edition.rules.facts[fact], Plain(text))
        self._put(fact, value)

    def nobody_knows(self, fact: str) -> None:
        """Leave a fact open."""
        self.not_known.add(fact)
        self._put(fact, None)

    def _put(self, fact: str, value: Value | None) -> None:
        if fact in self.answered:
            self.answered.remove(fact)
        self.answered.append(fact)
        if value is not None:
            self.case.values[fact] = value
        try:
            self._look()
        except FactError:
            self.take_back()
            raise

    def take_back(self) -> str | None:
        """Take the latest answer back, and give its fact; None where there is none."""
        if not self.answered:
            return None
        fact = self.answered.pop()
        self.case.values.pop(fact, None)
        self.case.evidence.pop(fact, None)
        self.not_known.discard(fact)
        self.last.discard(fact)
        self._look()
        return fact

    def _look(self) -> None:
        self.plan = ask(
            self.edition, self.table, _as_data(self.case), subject=self.subject, as_of=self.as_of,
            not_known=self.not_known, last=self.last, language=self.language,
        )  # fmt: skip


def _as_data(case: Case) -> dict[str, object]:
    names = dict.fromkeys((*case.values, *case.evidence))
    return {n: {"value": case.values.get(n), **case.evidence.get(n, {})} for n in names}


# --- what is saved


def read_saved(file: Path) -> GivenCase | None:
    """Read the answers saved in a file; None where there is none. Raises `FactError`."""
    try:
        with file.open("rb") as opened:
            return read_one(str(file), opened.read(MOST_BYTES + 1))
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"this file cannot be read: {error.strerror}"
        raise FactError([problem("NIC601", message, Place(str(file), 0, 0))]) from None
    except ValueError:  # a NUL in the name
        raise FactError([problem("NIC601", "there is no file of this name")]) from None


def gone_on_with(edition: Edition, given: GivenCase, saved: GivenCase) -> tuple[Case, list[str]]:
    """Put saved answers to the facts that were given; name those that are answers, in order.

    Raises `FactError` if the two do not agree, or one of them cannot be read.
    """
    facts = edition.rules.facts
    case, answers = (read_case(facts, one.facts, one.places) for one in (given, saved))
    problems = [*given.problems, *saved.problems, *case.problems, *answers.problems]
    for name, value in answers.values.items():
        other = case.values.get(name, value)
        if other != value:
            problems.append(_told_otherwise(name, value, other, saved))
    if problems:
        raise FactError(problems)
    answered = [str(name) for name in saved.facts if name not in case.values]
    case.values = {**case.values, **answers.values}
    case.evidence = {**case.evidence, **answers.evidence}
    return case, answered


def _told_otherwise(name: str, value: Value, other: Value, saved: GivenCase) -> Diagnostic:
    message = f"the saved answer is `{_plainly(value)}`, but the facts have `{_plainly(other)}`"
    told = problem("NIC509", message, saved.places[name].value, "keep one of them")
    return replace(told, fact=name, value=_plainly(value))


def _plainly(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def save(file: Path, facts: Mapping[str, Any]) -> None:
    """Write facts whole or not at all: a run that is stopped leaves what was saved before."""
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w", encoding="utf-8") as opened:
            opened.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
