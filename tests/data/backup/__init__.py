"""Tests of data/backup."""
