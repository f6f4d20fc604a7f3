"""Floor 2: how a prediction is explained. Pure: a model function, background and rows in, an explanation out."""
