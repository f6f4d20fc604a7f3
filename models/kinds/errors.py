"""What is said of a model file that cannot be used."""

from data.trouble import Trouble


class ModelFileError(Trouble):
    """A file that holds no model that can be used here; the message says why and what to do."""
