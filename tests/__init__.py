"""Tests of nic-rules."""
