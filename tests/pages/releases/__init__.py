"""Tests of pages/releases."""
