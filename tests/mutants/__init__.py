"""Tests that bite: each small fault that is put into a module has to make a test fail."""
