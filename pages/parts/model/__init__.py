"""A model from every side: importance, response, structure. Imports reasons, shell, words."""
