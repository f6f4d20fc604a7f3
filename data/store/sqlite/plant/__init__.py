"""What a plant says: readings with their predictions and reasons, outcomes, quarantine, what is kept how long."""
