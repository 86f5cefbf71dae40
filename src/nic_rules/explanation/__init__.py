"""Reasons: the trace of a decision as data, and the ways to tell it."""
