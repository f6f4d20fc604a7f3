"""Shares of a prediction: exact for trees, groups and pipelines, sampled with an error for others."""
