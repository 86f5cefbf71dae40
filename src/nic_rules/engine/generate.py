"""Python functions that check the facts of a case and find the findings.

They are written out of the core forms, compiled once for an edition and a table, and take one
case: final values, as keyword arguments. `tokens` gives what the tables see; `findings`, asked when
somebody wants to know more, gives every finding and what it lacks. Both say only "no" on any
surprise, by None or one of `SURPRISES`: the slow path then reads the facts again, and finds every
problem. What is written is meant to be read: facts, derived facts and criteria have their own
names, and whatever begins with `_` is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from nic_rules.engine.finder import FinderCode, Generated
from nic_rules.language.lower import AS_OF, Lowering, Scaled
from nic_rules.language.operators import CONSTANT, INPUT, OPERATORS, Core
from nic_rules.language.types import Choice, Day, Number, Text, Truth
from nic_rules.rulebook.book import Constraint, Criterion, Derived, Fact, Rules, used_names


def generate(
    rules: Rules,
    derived: Sequence[str],
    criteria: Sequence[str],
    token_names: Sequence[str],
) -> FinderCode:
    """Write and compile both functions; derived facts and criteria come in order of use."""
    needed = below(rules, token_names)
    short = _Writer(rules, full=False)
    short.write("tokens", [d for d in derived if d in needed], [c for c in criteria if c in needed])
    short.give_tokens(token_names)
    whole = _Writer(rules, full=True)
    whole.write("findings", derived, criteria)
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


@dataclass
class _Writer:
    rules: Rules
    full: bool
    name: str = ""
    lines: list[str] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    atoms: dict[Core, str] = field(default_factory=dict)
    never_none: set[str] = field(default_factory=set)
    bits: dict[str, int] = field(default_factory=dict)
    below: dict[str, frozenset[str]] = field(default_factory=dict)

    def line(self, text: str, depth: int = 1) -> None:
        self.lines.append("    " * depth + text)

    def constant(self, name: str, value: object) -> str:
        self.constants[name] = value
        return name

    @property
    def generated(self) -> Generated:
        """Give the function that has been written."""
        source = "\n".join(line.rstrip() for line in self.lines) + "\n"
        return Generated.of(self.name, source, self.constants, tuple(self.reads))

    def write(self, name: str, derived: Sequence[str], criteria: Sequence[str]) -> None:
        """Write all of a function but what it gives."""
        self.name = name
        rules = self.rules
        used = self.used_facts(derived, criteria)
        decimals = rules.decimals
        lowering = Lowering(decimals, rules.parameters)
        # Python looks for each argument from the front: what is used stands there
        in_order = sorted(rules.facts, key=lambda fact: fact not in used)
        self.listed(f"def {name}(", ["as_of", "/", *(f"{fact}=None" for fact in in_order)], "):", 0)
        self.line("# the facts, checked")
        for fact in rules.facts.values():
            self.bits[fact.name] = len(self.bits)
            self.below[fact.name] = frozenset({fact.name})
            self.fact(fact, fact.name in used)
        self.atoms[Core(INPUT, (), AS_OF)] = "as_of"
        self.never_none.add("as_of")
        for name in derived:
            self.derived(name, lowering, decimals)
        for name, constraint in rules.constraints.items():
            self.line("")
            self.line(f"# constraint {name}")
            truth = self.atom(lowering.truth(constraint.holds_when))
            self.refuse(f"{truth} is False")
        for name in criteria:
            self.criterion(name, lowering)

    def used_facts(self, derived: Sequence[str], criteria: Sequence[str]) -> set[str]:
        """Give the facts that are computed with, not only checked."""
        users: list[Derived | Criterion | Constraint] = list(self.rules.constraints.values())
        users += [self.rules.derived[name] for name in derived]
        users += [self.rules.criteria[name] for name in criteria]
        return {name for user in users for name in used_names(user)}

    # --- facts

    def fact(self, fact: Fact, used: bool) -> None:
        f = fact.name
        self.atoms[Core(INPUT, (), f)] = f
        match fact.type:
            case Truth():
                self.refuse(f"{f} is not True and {f} is not False and {f} is not None")
            case Number(_, low, high) if not fact.is_decimal:
                wrong = f"_type({f}) is not _int or not {low} <= {f} <= {high}"
                self.refuse(f"{f} is not None and ({wrong})")
            case Number(decimals):
                self.line(f"if {f} is not None:")
                self.line(f"if _type({f}) is _int:", 2)
                self.line(f"{f} *= {10**decimals}", 3)
                self.refuse(f"not {fact.type.low} <= {f} <= {fact.type.high}", 3)
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

    def read(self, fact: str, kind: str, depth: int, used: bool) -> None:
        """Read a value of one type exactly; what is never computed with is only tried."""
        self.refuse(f"_type({fact}) is not {kind}", depth)
        self.line(f"{f'{fact} = ' if used else ''}_read_{fact}[{fact}]", depth)
        self.reads.append(fact)

    def refuse(self, surprise: str, depth: int = 1) -> None:
        self.line(f"if {surprise}:", depth)
        self.line("return None", depth + 1)

    # --- derived facts and criteria

    def derived(self, name: str, lowering: Lowering, decimals: dict[str, int]) -> None:
        self.line("")
        self.line(f"# derived fact {name}")
        scaled: Scaled = lowering.value(self.rules.derived[name].value)
        atom = self.atom(scaled.core, name)
        decimals[name] = scaled.decimals
        self.below[name] = self.inputs(scaled.core)
        if atom != name:
            self.line(f"{name} = {atom}")
        self.atoms[Core(INPUT, (), name)] = name

    def criterion(self, name: str, lowering: Lowering) -> None:
        criterion = self.rules.criteria[name]
        self.line("")
        self.line(f"# criterion {name}")
        if criterion.applies_when is None:
            core = lowering.truth(criterion.met_when)
        else:
            core = lowering.applied(criterion.applies_when, criterion.met_when)
            if self.full:
                self.line(f"_applies_{name} = {self.atom(lowering.truth(criterion.applies_when))}")
        atom = self.atom(core, name)
        if atom != name:
            self.line(f"{name} = {atom}")
        if self.full:
            self.line(f"_lacks_{name} = 0")
            self.line(f"if {name} is None:")
            self.line(f"_lacks_{name} = {self.mask(core, asked=False)}", 2)
        self.atoms[Core(INPUT, (), name)] = name
        self.below[name] = frozenset()  # its mask stands for what it lacks

    def give_tokens(self, names: Sequence[str]) -> None:
        """Write the end of `tokens`."""
        self.line("")
        self.give(list(names), "return ")

    def give_findings(self, criteria: Sequence[str]) -> None:
        """Write the end of `findings`."""
        conditional = [n for n in criteria if self.rules.criteria[n].applies_when is not None]
        self.line("")
        self.give(list(criteria), "_truths = ")
        self.give([f"_applies_{n}" for n in conditional], "_applies = ")
        self.give([f"_lacks_{n}" for n in criteria], "_lacks = ")
        self.line("return _truths, _applies, _lacks")

    def give(self, names: list[str], to: str) -> None:
        self.listed(f"{to}(", names, ")")

    def listed(self, begin: str, names: list[str], end: str, depth: int = 1) -> None:
        """Write names between brackets, broken into lines where they are many."""
        self.line(begin, depth)
        for line in wrap("".join(f"{name}, " for name in names), 100 - 4 * (depth + 1)):
            self.line(line, depth + 1)
        self.line(end, depth)

    # --- expressions

    def atom(self, core: Core, name: str | None = None) -> str:
        """Give a name or literal for a core expression; what stands twice is computed once.

        What is computed is given the name, where there is one.
        """
        if core.operator == CONSTANT:
            return repr(core.constant)
        known = self.atoms.get(core)
        if known is not None:
            return known
        operator = OPERATORS[core.operator]
        atoms = [self.atom(operand) for operand in core.operands]
        may_lack = [a for a in dict.fromkeys(atoms) if self.may_be_none(a)]
        with_: object = core.constant
        if isinstance(with_, tuple):
            with_ = self.constant(f"_by_{len(self.constants)}", dict(with_))
        if isinstance(operator.python, str):
            value = operator.python.format(*atoms, c=with_)
        else:
            value = operator.python(atoms)
        if operator.strict and may_lack:
            unknown = " or ".join(f"{atom} is None" for atom in may_lack)
            value = f"None if {unknown} else {value}"
        name = name or f"_{len(self.atoms)}"
        self.line(f"{name} = {value}")
        self.atoms[core] = name
        if not may_lack and not operator.partial:
            self.never_none.add(name)
        return name

    def may_be_none(self, atom: str) -> bool:
        if atom in self.never_none:
            return False
        return atom == "None" or (atom.isidentifier() and atom not in ("True", "False"))

    def mask(self, core: Core, *, asked: bool = True) -> str:
        """Give the facts that an unknown expression lacks; `asked`: 0 where it is known."""
        if core.operator == CONSTANT or not self.may_be_none(self.atom(core)):
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
        return f"({value} if {self.atom(core)} is None else 0)"

    def bit(self, fact: str) -> str:
        """Name the mask of one fact."""
        return self.constant(f"_bit_{fact}", 1 << self.bits[fact])

    def inputs(self, core: Core) -> frozenset[str]:
        """Give the facts below an expression, through derived facts."""
        return frozenset().union(*(self.below.get(n, frozenset()) for n in core.inputs))
