"""Decisions kept: read from files, and held against each other."""
