"""Tests of decisions kept."""
