"""Grounds as paragraphs to paste into a letter: only what mattered, in whole sentences.

They tell what was decided, the rules, the facts, what was chosen where the rules are silent, and
what is asked for. The sentences are those of the rule book; what has none is named. No sentence
stands twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from nic_rules.explanation.grounds import Consideration, Grounds, rests_on
from nic_rules.explanation.phrases import Phrases, clean, grouped
from nic_rules.explanation.trace import FoundNode, Leaf, Missing, Step, below

_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[«“(]?[^\W\d_a-zæøå])")

_NUMBER = re.compile(r"[-−]?\d[\d.,\u00a0]*")

_FOUND = {
    "met": "letter_met",
    "not_met": "letter_not_met",
    "unknown": "letter_unknown",
    "not_applicable": "letter_not_applicable",
}
"""How findings are told that have no sentence of their own."""


def as_letter(grounds: Grounds) -> str:
    """Write grounds as paragraphs, one a line, with an empty line between them."""
    paragraphs = _Letter(grounds).paragraphs()
    return "\n\n".join(filter(None, map(clean, paragraphs))) + "\n"


def sentence(text: str) -> str:
    """End a text as a sentence ends."""
    return text if text.rstrip("»”)").endswith((".", "?", "!")) else f"{text}."


class _Letter:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.trace = grounds.trace
        self.phrases = Phrases(self.trace.language)
        self.words = self.phrases.words
        self.told: set[str] = set()

    def paragraphs(self) -> Iterator[str]:
        yield " ".join(self.question())
        yield " ".join(self.answer())
        yield from self.rules()
        yield " ".join([*self.values(), *self.sources()])
        yield " ".join(self.findings())
        yield from self.choices()
        yield " ".join(self.missing())
        yield " ".join(self.lasting())

    # --- sentences

    def said(self, word: str, **filled: str) -> str:
        """Say a sentence of our own."""
        return sentence(self.words[word].format(**filled))

    def fresh(self, text: str) -> Iterator[str]:
        """Give the sentences of a text that were not told before it."""
        sentences = [sentence(one) for one in _BETWEEN_SENTENCES.split(clean(text))]
        yield from (one for one in sentences if one not in self.told)
        self.told.update(sentences)

    def quoted(self, texts: Iterable[str]) -> str:
        """List names, each in quotation marks."""
        *most, last = (self.words["quoted"].format(text=clean(text)) for text in texts)
        return self.listed([*most, last])

    def listed(self, texts: list[str]) -> str:
        """List some things as people do."""
        *most, last = texts
        return self.words["and"].join(filter(None, (", ".join(most), last)))

    # --- what was decided

    def question(self) -> Iterator[str]:
        decision = self.trace.decision
        if decision.subject is not None and (subject := clean(decision.subject)):
            yield self.said("letter_of", subject=subject)
        yield self.words["letter_question"].format(day=self.phrases.day(decision.as_of))
        yield sentence(self.trace.table.title)
        if decision.rules_on != decision.as_of:
            yield self.said("letter_rules_on", day=self.phrases.day(decision.rules_on))
        titles = [title for _, title in self.trace.table.outcomes]
        if titles:
            word = "letter_answer" if len(titles) == 1 else "letter_answers"
            yield self.said(word, answers=self.quoted(titles))
        else:
            yield self.words["letter_no_answer"]

    def answer(self) -> Iterator[str]:
        for row in self.grounds.rows:
            yield from self.fresh(row.because or "")

    def lasting(self) -> Iterator[str]:
        """Tell until when the answer holds, where that is not for good."""
        if self.trace.lasting.until is not None:
            yield from self.trace.lasting.said

    # --- what it rests on

    def rules(self) -> Iterator[str]:
        """Give a paragraph for each source: its clauses, each with its place."""
        by_source: dict[str, list[str]] = {}
        for clause, _ in self.grounds.rules:
            by_source.setdefault(clause.source, []).append(_placed(clause.says, clause.place))
        for source, clauses in by_source.items():
            yield " ".join([self.said("letter_rules", source=self.quoted([source])), *clauses])

    def values(self) -> Iterator[str]:
        """Tell the values that the sentences of findings leave untold."""
        values = map(self.value, self.values_not_told())
        told = [one for value in values for one in self.fresh(value)]
        if told:
            yield self.words["letter_values"]
            yield from told

    def value(self, leaf: Leaf) -> str:
        """Tell a value, and how it was calculated."""
        how = self.phrases.calculations.of(leaf)
        told = f"{leaf.title}: {leaf.shown}"
        return f"{told} {self.words['bracketed'].format(text=how)}" if how else told

    def values_not_told(self) -> Iterator[Leaf]:
        """Give the known values that no sentence of a row or criterion stands for.

        What the source lays down stands among the rules.
        """
        told: set[str] = set()
        for table in self.trace.tables:
            for row in (row for row in table.gave if row in self.grounds.rows):
                told.update(rests_on(table, row))
            for node in (node for top in table.found for node in below(top)):
                if isinstance(node, FoundNode) and node.said and self.mattered(node):
                    told |= _told_by(node, node.said)
        for leaf in (*self.grounds.facts, *self.grounds.values):
            laid_down = leaf.ground is not None and leaf.ground.basis == "source"
            if leaf.known and leaf.name not in told and not laid_down:
                yield leaf

    def mattered(self, node: FoundNode) -> bool:
        one = Consideration(node.title, node.finding, node.said, node.causes, node.ground)
        return one in self.grounds.considerations

    def sources(self) -> Iterator[str]:
        """Tell who gave the facts, and what shows them."""
        known = [leaf for leaf in self.grounds.facts if leaf.known]
        who = dict.fromkeys(clean(leaf.supplied_by) for leaf in known if leaf.supplied_by)
        if who:
            is_all = all(leaf.supplied_by for leaf in known)
            word = "letter_suppliers" if is_all else "letter_some_suppliers"
            yield self.said(word, who=self.listed([*who]))
        for leaf in known:
            if leaf.evidence:
                yield self.shown_by(leaf, leaf.evidence)

    def shown_by(self, leaf: Leaf, evidence: Mapping[str, str]) -> str:
        """Tell what shows a fact, when it was recorded and by whom."""
        said = []
        if "evidence" in evidence:
            said.append(self.words["letter_shown"].format(what=clean(evidence["evidence"])))
        if "recorded_on" in evidence:
            day = self.phrases.day(evidence["recorded_on"])
            said.append(self.words["letter_recorded_on"].format(day=day))
        if "by" in evidence:
            said.append(self.words["letter_by"].format(who=clean(evidence["by"])))
        fact = self.words["letter_fact"].format(title=self.quoted([leaf.title]))
        return sentence(f"{fact} {self.listed(said)}")

    # --- what was found

    def findings(self) -> Iterator[str]:
        """Tell what was found, by the sentences of the criteria."""
        considered = [*self.considered()]
        if considered:
            yield from (self.words["letter_considered"], *considered)
        yield from self.named()

    def considered(self) -> Iterator[str]:
        for one in self.grounds.considerations:
            for text in (*((one.said,) if one.said else ()), *one.causes):
                yield from self.fresh(text)

    def named(self) -> Iterator[str]:
        """Name the findings that have no sentence, by what was found."""
        for finding, word in _FOUND.items():
            nameless = (one for one in self.grounds.considerations if not one.said)
            titles = [one.title for one in nameless if one.finding == finding]
            if titles:
                yield self.said(word, titles=self.quoted(dict.fromkeys(titles)))

    # --- what was chosen, and what is asked for

    def choices(self) -> Iterator[str]:
        """Give a paragraph for each reading that was chosen where the rules are silent."""
        answers = {
            f"{table.title} {row.outcome}": row.outcome
            for table in self.trace.tables
            for row in table.gave
        }
        word, intro = "letter_choice", [self.words["letter_chosen"]]
        for choice in grouped(self.grounds.interpretations):
            titles = dict.fromkeys(answers.get(title, title) for title in choice.titles)
            why = [*self.fresh(choice.why)]
            yield " ".join([*intro, self.said(word, titles=self.quoted(titles)), *why])
            word, intro = "letter_next_choice", []

    def missing(self) -> Iterator[str]:
        asked: dict[str | None, list[str]] = {}
        for one in self.trace.missing:
            asked.setdefault(one.supplied_by, []).append(_question(one))
        if asked:
            yield self.words["letter_missing"]
        for who, questions in asked.items():
            word = "letter_ask" if who else "letter_ask_anyone"
            said = self.words[word].format(who=clean(who or ""), questions=" ".join(questions))
            yield sentence(said)
        if self.trace.stuck:
            yield self.said("letter_stuck", titles=self.quoted(self.trace.stuck))


def _placed(says: str, place: str) -> str:
    """Write a clause with its place before its last sign; after it where quotation marks end it."""
    text, place = sentence(clean(says)), f"({clean(place)})"
    if text.endswith((".", "?", "!")):
        return f"{text[:-1]} {place}{text[-1]}"
    return f"{text} {place}."


def _question(missing: Missing) -> str:
    return sentence(clean(missing.ask)) if missing.ask else f"{clean(missing.title)}?"


def _told_by(node: FoundNode, said: str) -> set[str]:
    """Name the values that a criterion's sentence stands for.

    It speaks of the values that the criterion uses; of those that these are computed of, it tells
    the ones that stand in it.
    """
    told: set[str] = set()
    for step in (node.applies, node.condition):
        for leaf in _values_of(step) if step is not None else ():
            told.add(leaf.name)
            if leaf.condition is not None:
                told |= {one.name for one in _computed_of(leaf.condition) if _is_in(one, said)}
    return told


def _values_of(step: Step) -> Iterator[Leaf]:
    for part in step.parts:
        if isinstance(part, Step):
            yield from _values_of(part)
        elif isinstance(part, Leaf):
            yield part


def _computed_of(step: Step) -> Iterator[Leaf]:
    for leaf in _values_of(step):
        yield leaf
        if leaf.condition is not None:
            yield from _computed_of(leaf.condition)


def _is_in(leaf: Leaf, said: str) -> bool:
    """Tell whether a text has a value, with or without its unit."""
    number = _NUMBER.match(leaf.shown) if _NUMBER.fullmatch(str(leaf.value)) else None
    value = number[0] if number else leaf.shown
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said) is not None
