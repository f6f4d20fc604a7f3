"""One prediction in words and examples: reasons, a second opinion, counterfactuals, neighbours."""
