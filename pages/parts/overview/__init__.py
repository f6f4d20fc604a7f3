"""What it was worth over a period: figures, trust, report."""
