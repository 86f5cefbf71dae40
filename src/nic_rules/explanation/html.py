"""Grounds as one HTML page that needs nothing else: no script, font, picture or link.

The template escapes every text; no attribute of any element comes from facts, subjects or rules.
Everything that was tried stands in parts to unfold, open as far as it mattered.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from nic_rules.explanation.grounds import Grounds
from nic_rules.explanation.page import page_of
from nic_rules.explanation.words import words


def as_html(grounds: Grounds) -> str:
    """Render grounds in their language."""
    page, word = page_of(grounds), words(grounds.trace.language)
    heads = {
        "facts": (word["fact"], word["value"], word["supplier"], word["evidence_of"]),
        "values": (word["what"], word["value"], word["supplier"], word["rests_on"]),
    }
    return _templates().get_template("page.html").render(page=page, word=word, heads=heads)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("nic_rules.explanation", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
