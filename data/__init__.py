"""Floor 1: what is recorded. Use cases, sources, checks, features, records, the store. Knows nothing of the floors above."""
