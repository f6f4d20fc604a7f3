"""A model is made: its training set, the gold set, the search, the calibration. Imports corrections, dataset, kinds; its command registers too."""
