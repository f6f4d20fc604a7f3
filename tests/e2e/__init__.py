"""Tests in a real browser, against the real app and worker."""
