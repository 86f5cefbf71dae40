"""What each key of a rule file says, for those who write one: editors show it beside the key."""

from __future__ import annotations

OF_KIND: dict[str, dict[str, str]] = {
    "Rulebook": {"rulebook": "The name of the book.", "title": "What people call the book."},
    "Source": {"source": "The name of the document.", "title": "What people call the document."},
    "Clause": {"clause": "The name by which rules cite it; may have dots."},
    "Worklist": {
        "of": "Tables, each with the outcomes whose cases are listed.",
        "becomes": "Tables, each with the outcomes that time alone brings within a year.",
    },
    "Reporting": {"by": "The facts by which outcomes are counted: boolean, enum or date."},
    "EnumFact": {"values": "The values that the fact can have."},
    "EnumValue": {"value": "The value as cases and rules write it."},
    "Parameter": {
        "type": "boolean, integer, decimal or date.",
        "values": "The values by rising days; each entry replaces the one before it whole.",
    },
    "Entry": {
        "from": "The first day of the value.",
        "value": "The value; a map where there is `by`.",
    },
    "Derived": {"value": "An expression that gives a number or a date."},
    "Criterion": {"kind": "requirement; or aim: noted, and never decisive."},
    "Expect": {
        "outcome": "The outcome; a list where the table collects.",
        "rows": "The row that gave it; all that fit, for `any` and `collect`.",
    },
}
"""What a key says in one kind of item, or part of one, by the name of its class."""

OF_ALL: dict[str, str] = {
    "name": "What people call it.",
    "languages": "The languages of all texts; the first is used where nobody chooses.",
    "review": "The tables of the yearly review.",
    "report": "How the report of a review is laid out.",
    "called": "The text fact by which people know a case.",
    "worklists": "Lists of the cases that somebody has to see to.",
    "worklist": "The name of the list.",
    "day": "The date fact to show with each case, and to sort by.",
    "clauses": "What the document says, place by place.",
    "place": "Where in the document it stands.",
    "says": "What it says, in your own words.",
    "normative": "true where it asks for something, false where it is background.",
    "no_rule": "Why no rule cites it.",
    "fact": "The name that expressions and cases use.",
    "type": "boolean, integer, decimal, date, enum or text.",
    "supplied_by": "Who is to tell it.",
    "ask": "The question to put to them.",
    "changeable": "Whether a case could change it: any, up, down or never.",
    "min": "The least value, included.",
    "max": "The greatest value, included.",
    "unit": "The unit. Two different ones are never added or compared.",
    "decimals": "How many decimals it has, 0 to 9.",
    "format": "How the text is written.",
    "constraint": "The name of the constraint.",
    "holds_when": "What is true of every case that is right.",
    "message": "What to tell where it is not.",
    "parameter": "The name that expressions use.",
    "by": "The enum fact whose values have a value each.",
    "derived": "The name that expressions use.",
    "criterion": "The name of what holds when it is met.",
    "met": "What to tell people where it is met.",
    "not_met": "What to tell people where it is not met.",
    "met_when": "What is true where it is met.",
    "applies_when": "Where it applies at all. Elsewhere it counts as met.",
    "basis": "source: the clause says so itself; interpretation: somebody had to choose.",
    "why": "What was chosen, what else could have been, and why.",
    "cites": "The clauses that it rests on.",
    "from": "The first day in force.",
    "until": "The first day no longer in force.",
    "table": "The name of the table.",
    "hit_policy": "Which fitting rows count: unique, any, first or collect.",
    "notes": "Aims to show with its decisions.",
    "outcomes": "The answers that it can give.",
    "outcome": "The answer as rows write it.",
    "wanted": "Whether it is what a case hopes for.",
    "rows": "The rows, in order.",
    "row": "The name of the row.",
    "when": "What the row looks at, each with one value or a list of them. {}: always.",
    "then": "The outcome that it gives.",
    "because": "The reason to tell people. {name} stands for a value.",
    "scenario": "The name of the example.",
    "about": "What it shows.",
    "like": "Another scenario, whose table, days and facts it takes over.",
    "as_of": "The day of the facts.",
    "rules_on": "The day whose rules are used; by default that of the facts.",
    "given": "The facts. null takes one away that was taken over.",
    "expect": "What is to come of it. What is left out is not compared.",
    "findings": "Criteria, each with met, not_met, not_applicable or unknown.",
    "lacks": "Criteria, each with the facts that it lacks.",
    "needs": "The facts worth asking for.",
    "stuck": "The criteria that no fact can settle.",
    "breaks": "The constraints that refuse the case. It stands alone.",
}
"""What a key says wherever nothing else is said of it."""


def told_of(model: str, key: str) -> str:
    """Give what a key says in an item, or part of one, of a class."""
    return OF_KIND.get(model, {}).get(key) or OF_ALL[key]
