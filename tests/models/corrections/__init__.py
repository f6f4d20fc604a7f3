"""Tests of models/corrections."""
