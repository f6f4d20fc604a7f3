"""A whole model: importance, dependence, interactions, a tree that imitates it. Imports no other room."""
