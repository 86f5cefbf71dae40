"""Tests of the review of a portfolio."""
