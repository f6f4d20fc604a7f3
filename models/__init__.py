"""Floor 3: how a model is trained, judged, released and watched. A release carries its model and its explainers."""
