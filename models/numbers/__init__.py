"""Numbers as people read them: decimals, bands. Imports no other room."""
