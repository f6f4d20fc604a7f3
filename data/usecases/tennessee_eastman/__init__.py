"""Fault diagnosis of the Tennessee Eastman process."""
