"""The rule book: from files to what has been checked."""
