"""Tests of data/usecases."""
