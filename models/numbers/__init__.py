"""Numbers as people read them: decimals, bands."""
