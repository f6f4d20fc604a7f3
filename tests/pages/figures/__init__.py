"""Tests of pages/figures."""
