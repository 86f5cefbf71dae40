"""The language of rules: values, expressions, types, and the walk that says what they mean."""
