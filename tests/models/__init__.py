"""Floor 3 held true, room by room."""
