"""Tests of the command line, as people meet it."""
