"""Python functions that check the facts of a case and find the findings.

They are written out of the core forms, compiled once for an edition and a table, and take one
case: final values, as keyword arguments. `tokens` gives what the tables see; `findings`, asked when
somebody wants to know more, gives every finding and what it lacks. Both say only "no" on any
surprise, by None or one of `SURPRISES`: the slow path then reads the facts again, and finds every
problem. What is written is meant to be read: facts, derived facts and criteria have their own
names, and whatever begins with `_` is ours. `cores.py` says what a function computes,
`expressions.py` how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

from nic_rules.engine.cores import Cores, Plan
from nic_rules.engine.expressions import Expressions
from nic_rules.engine.finder import FinderCode, Generated
from nic_rules.language.lower import AS_OF
from nic_rules.language.operators import INPUT, OPERATORS, Core, given
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.rulebook.book import Fact, Rules, used_names


def generate(
    rules: Rules,
    derived: Sequence[str],
    criteria: Sequence[str],
    token_names: Sequence[str],
) -> FinderCode:
    """Write and compile both functions; derived facts and criteria come in order of use."""
    cores = Cores(rules, derived, criteria)
    short = _Writer(rules, cores, "tokens", cores.below(token_names), whole=False)
    short.write()
    short.give_tokens(token_names)
    whole = _Writer(rules, cores, "findings", cores.all_named(), whole=True)
    whole.write()
    whole.give_findings(criteria)
    conditional = tuple(n for n in criteria if rules.criteria[n].applies_when is not None)
    return FinderCode(
        tuple(token_names), tuple(criteria), conditional, short.generated, whole.generated
    )


def below(rules: Rules, names: Iterable[str]) -> set[str]:
    """Give all criteria and derived facts that some names, and the constraints, rest on."""
    found: set[str] = set()
    open_ = [*names, *(n for c in rules.constraints.values() for n in used_names(c))]
    while open_:
        name = open_.pop()
        item = rules.criteria.get(name) or rules.derived.get(name)
        if item is not None and name not in found:
            found.add(name)
            open_ += used_names(item)
    return found


class _Writer:
    """Writes one function."""

    def __init__(self, rules: Rules, cores: Cores, name: str, plan: Plan, *, whole: bool) -> None:
        self.rules, self.cores, self.name, self.plan, self.whole = rules, cores, name, plan, whole
        self.lines: list[str] = []
        self.reads: list[str] = []
        self.bits = {fact: bit for bit, fact in enumerate(rules.facts)}
        self.below = {fact: frozenset({fact}) for fact in rules.facts}
        choices = {name: fact.choices for name, fact in rules.facts.items()}
        self.expressions = Expressions(
            self.long_line, choices, plan.shared, plan.written_out, name_parts=whole
        )
        self.constants = self.expressions.constants

    def line(self, text: str, depth: int = 1) -> None:
        self.lines.append("    " * depth + text)

    def long_line(self, begin: str, text: str, end: str = "") -> None:
        """Write a line, or between brackets as many as it needs, broken before words."""
        if len(begin) + len(text) + len(end) <= 96:
            self.line(f"{begin}{text}{end}")
            return
        self.line(f"{begin}(")
        line = ""
        for part in re.split(" (?=and |or |else )", text):
            if line and (part.startswith("else ") or len(line) + len(part) > 91):
                self.line(line, 2)
                line = part
            else:
                line = f"{line} {part}".lstrip()
        self.line(line, 2)
        self.line(f"){end}")

    def constant(self, name: str, value: object) -> str:
        self.constants[name] = value
        return name

    @property
    def generated(self) -> Generated:
        """Give the function that has been written."""
        source = "\n".join(line.rstrip() for line in self.lines) + "\n"
        return Generated.of(self.name, source, self.constants, tuple(self.reads))

    def write(self) -> None:
        """Write all of a function but what it gives."""
        used = self.plan.used
        # Python looks for each argument from the front: what is used stands there
        in_order = sorted(self.rules.facts, key=lambda fact: fact not in used)
        arguments = ["as_of", "/", *(f"{fact}=None" for fact in in_order)]
        self.listed(f"def {self.name}(", arguments, "):", 0)
        self.line("# the facts, checked")
        for fact in self.rules.facts.values():
            self.fact(fact, fact.name in used)
        self.expressions.variable(AS_OF, may_be_none=False)
        for name in self.plan.derived:
            self.begin("derived fact", name)
            self.below[name] = self.inputs(self.cores.derived[name])
            self.expressions.define(name, self.cores.derived[name])
        for name, core in self.cores.constraints.items():
            self.begin("constraint", name)
            self.long_line("if ", self.expressions.truth(core).false, ":")
            self.line("return None", 2)
        for name in self.plan.criteria:
            self.begin("criterion", name)
            self.criterion(name)

    def begin(self, kind: str, name: str) -> None:
        self.line("")
        self.line(f"# {kind} {name}")

    # --- facts

    def fact(self, fact: Fact, used: bool) -> None:
        f = fact.name
        match fact.type:
            case Truth():
                ways = ("True", "False", "None") if used else ("None", "True", "False")
                self.refuse(" and ".join(f"{f} is not {way}" for way in ways))
            case Number(_, low, high) if not fact.is_decimal:
                wrong = f"_type({f}) is not _int or {f} < {low} or {f} > {high}"
                self.refuse(f"{f} is not None and ({wrong})")
            case Number(decimals):
                self.line(f"if {f} is not None:")
                self.line(f"if _type({f}) is _int:", 2)
                self.line(f"{f} *= {10**decimals}", 3)
                self.refuse(f"{f} < {fact.type.low} or {f} > {fact.type.high}", 3)
                self.line("else:", 2)
                self.read(f, "_Decimal", 3, used)
            case Day():
                self.line(f"if {f} is not None:")
                self.read(f, "_date", 2, used)
            case Choice(values):
                choices = self.constant(f"_values_of_{f}", frozenset(values))
                wrong = f"_type({f}) is not _str or {f} not in {choices}"
                self.refuse(f"{f} is not None and ({wrong})")
            case Text():
                self.line(f"if {f} is not None:")
                self.read(f, "_str", 2, used)
        self.expressions.variable(f)

    def read(self, fact: str, kind: str, depth: int, used: bool) -> None:
        """Read a value of one type exactly; what is never computed with is only tried."""
        self.refuse(f"_type({fact}) is not {kind}", depth)
        read = f"_read_{fact}[{fact}]"
        # asking first whether it is remembered is faster; of 0 nobody can tell
        self.line(f"{fact} = _known_{fact}({fact}) or {read}" if used else read, depth)
        self.reads.append(fact)

    def refuse(self, surprise: str, depth: int = 1) -> None:
        self.line(f"if {surprise}:", depth)
        self.line("return None", depth + 1)

    # --- criteria, and what is given

    def criterion(self, name: str) -> None:
        applies = self.cores.applies.get(name)
        if self.whole and applies is not None:
            self.line(f"_applies_{name} = {self.expressions.named(applies).text}")
        core = self.cores.criteria[name]
        truth = self.expressions.define(name, core)
        if self.whole:
            self.line(f"_lacks_{name} = 0")
            if truth.guards:
                self.line(f"if {truth.text} is None:")
                self.line(f"_lacks_{name} = {self.mask(core, asked=False)}", 2)
            self.below[name] = frozenset()  # its mask stands for what it lacks

    def give_tokens(self, names: Sequence[str]) -> None:
        """Write the end of `tokens`."""
        self.line("")
        self.give([self.expressions.named(given(name)).text for name in names], "return ")

    def give_findings(self, criteria: Sequence[str]) -> None:
        """Write the end of `findings`."""
        self.line("")
        truths = [self.expressions.named(given(name)).text for name in criteria]
        self.give(truths, "_truths = ")
        self.give([f"_applies_{name}" for name in self.cores.applies], "_applies = ")
        self.give([f"_lacks_{name}" for name in criteria], "_lacks = ")
        self.line("return _truths, _applies, _lacks")

    def give(self, names: list[str], to: str) -> None:
        self.listed(f"{to}(", names, ")")

    def listed(self, begin: str, names: list[str], end: str, depth: int = 1) -> None:
        """Write names between brackets, broken into lines where they are many."""
        self.line(begin, depth)
        for line in wrap("".join(f"{name}, " for name in names), 100 - 4 * (depth + 1)):
            self.line(line, depth + 1)
        self.line(end, depth)

    # --- what is lacked

    def mask(self, core: Core, *, asked: bool = True) -> str:
        """Give the facts that an unknown expression lacks; `asked`: 0 where it is known."""
        named = self.expressions.named(core)
        if not named.guards:
            return "0"
        if core.operator == INPUT and str(core.constant) in self.rules.criteria:
            return f"_lacks_{core.constant}"
        if core.operator in OPERATORS and OPERATORS[core.operator].joins:
            parts = [self.mask(operand) for operand in core.operands]
        else:
            facts = sorted(self.inputs(core), key=self.bits.__getitem__)
            parts = [f"({self.bit(n)} if {n} is None else 0)" for n in facts]
        parts = list(dict.fromkeys(part for part in parts if part != "0")) or ["0"]
        value = " | ".join(parts)
        if not asked or value == "0" or len(core.operands) == 0:
            return value
        if len(parts) > 1:
            value = f"({value})"
        return f"({value} if {named.text} is None else 0)"

    def bit(self, fact: str) -> str:
        """Name the mask of one fact."""
        return self.constant(f"_bit_{fact}", 1 << self.bits[fact])

    def inputs(self, core: Core) -> frozenset[str]:
        """Give the facts below an expression, through derived facts."""
        return frozenset().union(*(self.below.get(n, frozenset()) for n in core.inputs))
