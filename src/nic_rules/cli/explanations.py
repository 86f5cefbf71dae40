"""How the commands show an explanation, in each form that it can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from nic_rules.cli.printing import page_width, say, styled

if TYPE_CHECKING:
    from nic_rules.explanation.trace import Trace


def show(form: str, trace: Trace, *, whole: bool = True) -> None:
    """Print an explanation; `whole`: with all that was tried."""
    say(FORMS[form](trace, whole).removesuffix("\n"))


def _text(trace: Trace, whole: bool) -> str:
    from nic_rules.explanation.grounds import grounds_of
    from nic_rules.explanation.text import as_text

    return as_text(grounds_of(trace), styled, page_width(), whole=whole)


def _markdown(trace: Trace, whole: bool) -> str:
    from nic_rules.explanation.grounds import grounds_of
    from nic_rules.explanation.markdown import as_markdown

    return as_markdown(grounds_of(trace), whole=whole)


def _html(trace: Trace, _: bool) -> str:
    from nic_rules.explanation.grounds import grounds_of
    from nic_rules.explanation.html import as_html  # jinja2 takes time to load

    return as_html(grounds_of(trace))


def _json(trace: Trace, _: bool) -> str:
    import json

    return json.dumps(trace.as_data(), ensure_ascii=False, indent=2)


FORMS: dict[str, Callable[[Trace, bool], str]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "json": _json,
}
"""How an explanation is written, by the name of the form."""
