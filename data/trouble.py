"""What every error of the house is that a person can meet and mend."""


class Trouble(Exception):
    """Something that a person must mend. Its message is whole sentences: what is wrong, where (file, row, name), and what to write or do instead.

    Whatever starts a command or draws a screen may tell it as it is; anything that is no ``Trouble`` is a fault of the program.
    """
