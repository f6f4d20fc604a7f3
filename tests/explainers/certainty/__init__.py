"""Tests of explainers/certainty."""
