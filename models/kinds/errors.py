"""What is said of a model file that cannot be used."""


class ModelFileError(Exception):
    """A file that holds no model that can be used here; the message says why and what to do."""
