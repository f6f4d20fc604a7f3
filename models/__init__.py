"""Floor 3: how a model is trained, judged, released and watched. A release carries its model and its explainers."""

import data  # noqa: F401 - so that Ctrl-C is told from the first moment on
