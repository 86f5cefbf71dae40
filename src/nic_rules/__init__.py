"""Rules of public programmes: who is eligible, who continues every year, and why.

book = nic_rules.load("nic")
decision = book.edition(day).decide(table, facts)
"""

from __future__ import annotations

from nic_rules.decision import Decision, Finding
from nic_rules.diagnostics import (
    Diagnostic,
    FactError,
    NicRulesError,
    RecordError,
    RequestError,
    RuleBookError,
)
from nic_rules.engine.book import RuleBook
from nic_rules.engine.edition import Edition
from nic_rules.library import load
from nic_rules.version import __version__

__all__ = [
    "Decision",
    "Diagnostic",
    "Edition",
    "FactError",
    "Finding",
    "NicRulesError",
    "RecordError",
    "RequestError",
    "RuleBook",
    "RuleBookError",
    "__version__",
    "load",
]
