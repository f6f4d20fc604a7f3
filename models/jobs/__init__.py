"""Long work beside the live loop: trainings, retrainings, when they are due."""
