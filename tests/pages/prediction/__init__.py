"""Tests of pages/prediction."""
