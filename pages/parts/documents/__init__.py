"""A document as a page or a file: cards, handovers, reports."""
