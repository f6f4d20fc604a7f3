"""Message catalogues: one template of every sentence of the screens, and for each language a translation of it."""
