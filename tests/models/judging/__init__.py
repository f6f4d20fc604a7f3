"""Tests of models/judging."""
