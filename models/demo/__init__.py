"""The three-minute story and its stage."""
