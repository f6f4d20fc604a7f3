"""Floor 4 held true without a browser, room by room."""
