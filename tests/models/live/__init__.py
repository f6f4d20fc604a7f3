"""Tests of models/live."""
