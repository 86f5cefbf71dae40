"""Tests of files of facts: one case, and many."""
