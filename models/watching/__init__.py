"""Whether plant, model or a signal has changed. Imports release, corrections, dataset."""
