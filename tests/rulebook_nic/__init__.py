"""The shipped rule book `nic`: its clauses, texts, scenarios and laws."""
