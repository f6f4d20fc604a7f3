"""Whether plant, model or a signal has changed."""
