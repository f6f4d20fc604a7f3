"""One prediction: flag, what would change it, what if, the expert's drawer."""
