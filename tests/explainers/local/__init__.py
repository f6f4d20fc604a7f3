"""Tests of explainers/local."""
