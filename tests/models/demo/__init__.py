"""Tests of models/demo."""
