"""Decisions kept: read from files, held against each other, archived and made again."""
