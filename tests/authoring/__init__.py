"""Tests of what those who write rules use."""
