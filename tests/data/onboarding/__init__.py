"""Tests of data/onboarding."""
