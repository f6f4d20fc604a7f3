"""A release as it predicts and explains: its parts, what it tells, answers to questions."""
