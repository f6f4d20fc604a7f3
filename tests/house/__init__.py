"""The house itself: floors, rooms, commands, settings, what is promised in the docs."""
