"""The three-minute story and its stage. Imports jobs, lifecycle, release."""
