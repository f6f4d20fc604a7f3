"""Tests of models/release."""
