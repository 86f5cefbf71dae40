"""One question after the other at a terminal: what is shown, what is typed, what is saved."""

from __future__ import annotations

import shlex
import sys
import textwrap
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from nic_rules.cases.one import GivenCase
from nic_rules.cases.session import Session, gone_on_with, read_saved, save
from nic_rules.cli.answers import as_told, kind_of_answer
from nic_rules.cli.case import AskedCase
from nic_rules.cli.printing import page_width, say, styled
from nic_rules.cli.words import session_words
from nic_rules.diagnostics import FactError, one_line
from nic_rules.explanation.asking import Question
from nic_rules.explanation.tracing import trace
from nic_rules.explanation.words import words
from nic_rules.rulebook.given import BadFact
from nic_rules.rulebook.people import told

NOT_KNOWN, BACK, STOP = "?", "<", "."
"""What is typed instead of an answer."""


class Talk:
    """A session with somebody who answers. Raises `FactError` if it cannot begin."""

    def __init__(self, case: AskedCase, file: Path, rules: str) -> None:
        self.case = case
        self.file = file
        self.rules = rules
        self.language = case.language
        self.words = words(case.language) | session_words(case.language)
        self.session = self._begin()

    def _begin(self) -> Session:
        case, given = self.case, self.case.given
        saved = read_saved(self.file)
        self.is_new = saved is None
        if saved is not None and case.file is not None and self.file.samefile(case.file):
            given = GivenCase({})  # it is all answers, which can be taken back
        read, answered = gone_on_with(case.edition, given, saved or GivenCase({}))
        open_ = {name for name in answered if name not in read.values}
        try:
            return Session(
                case.edition, case.table, read, answered, case.subject, case.as_of, self.language,
                last=open_,
            )  # fmt: skip
        except FactError as error:
            found = (replace(d, file=d.file or str(self.file)) for d in error.diagnostics)
            raise FactError(found) from None

    def talk(self) -> None:
        """Ask until the outcome stands, or somebody stops."""
        self._head()
        try:
            while self.session.plan.questions:
                self._keep()  # first of all: a place that cannot be written is told at once
                question = self.session.plan.questions[0]
                self._show(question)
                if not self._put(question):
                    self._stop()
                    return
        except KeyboardInterrupt:
            say("")
            self._stop()
            raise
        if self.session.answered:
            self._keep()
        self._close()

    # --- what is typed

    def _put(self, question: Question) -> bool:
        """Put a question until there is an answer; False if somebody stops."""
        while True:
            typed = _typed()
            if typed is None or typed == STOP:
                return False
            if typed == BACK:
                if self._take_back():
                    return True
            elif typed == NOT_KNOWN:
                self.session.nobody_knows(question.fact.name)
                return True
            elif self._answer(question, typed):
                return True

    def _answer(self, question: Question, typed: str) -> bool:
        fact = question.fact
        try:
            self.session.answer(fact.name, as_told(fact, typed, self.language))
        except BadFact:
            kind = kind_of_answer(fact, self.language)
            self._say(self.words["must_be"].format(kind=kind), "not_met")
        except FactError as error:
            for wrong in error.diagnostics:
                self._say(wrong.message, "not_met")
            self._say(self.words["other_answer"])
        else:
            return True
        return False

    def _take_back(self) -> bool:
        if not self.session.answered:
            self._say(self.words["none_to_take_back"])
            return False
        answer = self._told(self.session.answered[-1])
        self.session.take_back()
        self._say(self.words["taken_back"].format(answer=answer))
        return True

    def _keep(self) -> None:
        try:
            save(self.file, self.session.facts)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no file of this name"
            message = f"the answers cannot be saved in {self.file}: {why}"
            raise click.ClickException(message) from None

    # --- what is shown

    def _say(self, text: str, role: str = "", *, first: str = "  ", then: str = "  ") -> None:
        lines = textwrap.wrap(
            one_line(text), page_width(), initial_indent=first, subsequent_indent=then,
            break_on_hyphens=False,
        )  # fmt: skip
        for line in lines:
            say(styled(line, role) if role else line)

    def _head(self) -> None:
        title = self.case.edition.rules.tables[self.case.table].item.written.name[self.language]
        day = self.words["as_of"].format(day=told(self.case.as_of, self.language))
        self._say(day, "faint", first="", then="")
        self._say(title, "head", first="", then="")
        if self.session.plan.questions:
            self._say(self.words["how_to_answer"].format(file=self.file))
        if self.session.answered:
            say("")
            self._say(self.words["answered_before"].format(file=self.file))
            for name in self.session.answered:
                self._say(self._told(name), first="  · ", then="    ")

    def _show(self, question: Question) -> None:
        fact, before = question.fact, len(self.session.answered)
        most = before + len(self.session.plan.questions)
        say("")
        self._say(self.words["question_of"].format(number=before + 1, most=most), "faint", first="")
        self._say((fact.ask or fact.title)[self.language], "head")
        about = [kind_of_answer(fact, self.language)]
        if fact.supplied_by:
            about.append(self.words["from"].format(who=fact.supplied_by[self.language]))
        self._say(" · ".join(about))
        cited = "; ".join(f"{clause.place} [{clause.clause}]" for clause in question.clauses)
        if cited:
            self._say(cited, "faint")

    def _told(self, name: str) -> str:
        fact = self.case.edition.rules.facts[name]
        value = self.session.case.values.get(name)
        title = fact.item.written.name[self.language]
        names = fact.choices.get(str(value))
        return f"{title}: {names[self.language] if names else told(value, self.language)}"

    def _stop(self) -> None:
        say("")
        if not self.session.answered and self.is_new:
            self.file.unlink(missing_ok=True)
            self._say(self.words["stopped_at_once"], first="", then="")
            return
        self._keep()
        self._say(self.words["stopped"].format(file=self.file), first="", then="")

    def _close(self) -> None:
        plan = self.session.plan
        say("")
        if plan.is_settled:
            self._say(self.words["stands"], first="", then="")
        else:
            facts = self.case.edition.rules.facts
            names = (facts[name].item.written.name[self.language] for name in plan.left_open)
            open_ = self.words["stays_open"].format(facts=", ".join(names))
            self._say(open_, first="", then="")
        table = trace(self.case.edition, plan.decision, self.language).table
        for name, title in table.outcomes or (("", self.words["nothing"]),):
            code = styled(f"  [{name}]", "faint") if name else ""
            say("  → " + styled(one_line(title), "outcome") + code)
        for row in table.gave:
            self._say(row.because or "", first="    ", then="    ")
        if self.session.answered:
            say("")
            self._say(self.words["kept_in"].format(file=self.file), first="", then="")
            say(f"  {self._grounds()}")

    def _grounds(self) -> str:
        """Give the command that tells the grounds of what was found."""
        case, rules_on = self.case, self.case.edition.rules_on
        words_of = ["nic-rules", "decide", case.table, str(self.file)]
        words_of += ["--as-of", str(case.as_of)]
        words_of += ["--rules-on", str(rules_on)] if rules_on != case.as_of else []
        words_of += ["--rules", self.rules] if self.rules != "nic" else []
        words_of += ["--subject", case.subject] if case.subject is not None else []
        words_of += ["--lang", self.language]
        return one_line(shlex.join(words_of))


def _typed() -> str | None:
    """Read what is typed; None where nothing more comes. What no terminal echoes is shown."""
    if sys.stdin is None:
        return None
    click.echo("> ", nl=False)
    with suppress(UnicodeDecodeError):  # not text: no answer either
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            say(one_line(line.rstrip("\r\n")))
        return line.strip() if line else None
    return ""
