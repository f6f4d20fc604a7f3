"""What is said of a model file that cannot be used."""

from data.errors import PullcordError


class ModelFileError(PullcordError):
    """A file that holds no model that can be used here; the message says why and what to do."""
