"""A new line from a table, step by step. Imports shell and words."""
