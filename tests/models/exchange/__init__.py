"""Tests of models/exchange."""
