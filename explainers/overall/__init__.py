"""A whole model: importance, dependence, interactions, a tree that imitates it."""
