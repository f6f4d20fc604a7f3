"""Floor 4: the screens, one a file. A page module only defines ``render()``; importing it does nothing."""
