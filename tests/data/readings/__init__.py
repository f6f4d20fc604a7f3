"""Tests of data/readings."""
