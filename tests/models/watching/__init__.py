"""Tests of models/watching."""
