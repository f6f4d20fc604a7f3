"""A use case: signals, target, costs, and the rules they keep."""
