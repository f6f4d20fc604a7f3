"""From anybody's table to a ``usecase.yaml``: what each column is, what is predicted, what gives it away, what depends on what."""
