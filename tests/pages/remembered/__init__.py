"""Tests of pages/remembered."""
