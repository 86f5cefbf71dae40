"""Deciding: which rows of a table fit a situation, and what is decided by them."""
