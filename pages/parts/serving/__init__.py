"""What the server does before and around the screens: the opening page, memory, hosts, mishaps."""
