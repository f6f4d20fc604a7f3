"""Groups of signals that people say should not matter: how a release that leaves them out is held against one that goes by them.

A history in which such a signal gives the outcome away praises the model that goes by it: on those rows nothing can be better. So the champion is
asked again with that signal drawn anew from other rows, as counter-examples do (CAIPI, Teso & Kersting 2019); and what a signal is really worth is
shown by confirmed outcomes of the line, where nothing is drawn anew.
"""

import numpy as np

_SEED = 11


def drawn_anew(x: np.ndarray, columns: list[int]) -> np.ndarray:
    """(n, features) with these columns from another row, all of one row together; the same each time."""
    if not columns:
        return x
    x, order = x.copy(), np.random.default_rng(_SEED).permutation(len(x))
    x[:, columns] = x[order][:, columns]
    return x
