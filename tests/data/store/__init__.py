"""Tests of data/store."""
