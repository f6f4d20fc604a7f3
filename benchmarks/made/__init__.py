"""Tables, flaws, plants and people that are made for benchmarks of honesty and of feedback."""
