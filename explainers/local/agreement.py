"""Do two explanations of one prediction agree? Feature, rank and sign agreement (Krishna et al. 2022, arXiv 2202.01602)."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Agreement:
    """Each between 0 and 1, over the ``k`` strongest of both: the same ones, at the same rank, of the same sign."""

    k: int
    features: float
    ranks: float
    signs: float


def agreement(a: np.ndarray, b: np.ndarray, k: int = 3) -> Agreement:
    """How far two (features,) vectors of contributions agree. Contributions of zero are never among the strongest.

    With fewer than ``k`` contributions other than zero in either, the smaller number counts as ``k`` (at least 1).
    """
    k = max(1, min(k, int((a != 0).sum()), int((b != 0).sum())))
    top_a, top_b = np.argsort(-np.abs(a), kind="stable")[:k], np.argsort(-np.abs(b), kind="stable")[:k]
    common = np.intersect1d(top_a, top_b)
    signs = np.sign(a[common]) == np.sign(b[common])
    return Agreement(k, len(common) / k, float((top_a == top_b).mean()), float(signs.sum()) / k)
