"""The built-in use cases, a folder each."""
