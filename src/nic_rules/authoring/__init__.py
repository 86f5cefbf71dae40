"""For those who write rules: scenarios run, and what they show."""
