"""A model from every side: importance, response, structure."""
