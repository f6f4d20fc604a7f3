"""Worlds whose causes are known, for benchmarks of explanations: random systems, Tennessee Eastman, the milling line."""
