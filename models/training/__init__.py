"""A model is made: its training set, the gold set, the search, the calibration."""
