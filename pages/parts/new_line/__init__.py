"""A new line from a table, step by step."""
