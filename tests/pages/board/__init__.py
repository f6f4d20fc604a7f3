"""Tests of pages/board."""
