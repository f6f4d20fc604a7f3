"""Tests of models/review."""
