"""One machine: its headline, its trend, what has changed since all was fine."""
