"""Tests of explainers/shapley."""
