"""What is printed or read at length: cards, reports, handovers, in words. Imports state, judging (the gate's limits), dataset, numbers."""
