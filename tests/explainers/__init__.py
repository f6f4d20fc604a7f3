"""Floor 2 held true, room by room."""
