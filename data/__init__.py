"""Floor 1: what is recorded. Use cases, sources, checks, features, records, the store. Knows nothing of the floors above."""

import data.commands  # noqa: F401 - so that Ctrl-C is told from the first moment on
