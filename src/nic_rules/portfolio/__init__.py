"""Many cases: a portfolio through a rule book's tables, with nothing lost."""
