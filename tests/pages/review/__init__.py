"""Tests of pages/review."""
