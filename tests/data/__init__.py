"""Floor 1 held true, room by room."""
