"""What is printed or read at length: cards, reports, handovers, in words."""
