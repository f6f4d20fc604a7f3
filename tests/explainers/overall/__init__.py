"""Tests of explainers/overall."""
