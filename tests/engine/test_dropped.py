"""Editions that are dropped leave nothing behind."""

from __future__ import annotations

import sys

import pytest
from bench.editions import make_and_drop, resident

MOST_MB = 10
"""A rule set of durable-rules that is never freed holds 0.18 MB: a thousand would be 180."""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory is held")
def test_a_thousand_editions_leave_nothing() -> None:
    """Memory stays where it was after the first hundred, functions and rule sets included."""
    make_and_drop(100)
    before = resident()
    make_and_drop(1_000)
    assert resident() - before < MOST_MB
