"""How sure a prediction is: conformal sets and intervals, novelty."""
