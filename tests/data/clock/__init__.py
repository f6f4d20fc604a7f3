"""Tests of data/clock."""
