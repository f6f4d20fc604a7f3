"""Which cases are alike: clusters in contribution space, so that a reviewer decides once what has happened ten times.

Alike are two whose reasons point the same way, or two of one machine that are led by the same reason. Complete linkage: any two cases of a
cluster are alike, not only neighbours in a chain, so that one verdict can stand for all of them.
"""

import numpy as np

NEAR = 0.05
"""Cosine distance of two cases' reasons up to which they are alike: about 18 degrees."""


def alike(shares: np.ndarray, kinds: np.ndarray, near: float = NEAR, of: np.ndarray | None = None) -> np.ndarray:
    """A cluster for each case.

    Args:
        shares: (n, groups) contributions by group, in any unit that is the same for all.
        kinds: (n,) what must be the same within a cluster, as codes (what was said, of which use case …).
        of: (n,) of which machine each is. Two of one machine are alike already when the same reason comes first in both: what else weighed in a
            little is the part that is being made, and not what is wrong with the machine.

    Returns:
        (n,) int: clusters numbered by falling size; the first case of a cluster comes first among equals.
    """
    n, found, count = len(shares), np.zeros(len(shares), int), 0
    length = np.linalg.norm(shares, axis=1, keepdims=True)
    towards = shares / np.where(length > 0, length, 1)
    together = _together(shares, of)
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        labels = _clusters(towards[rows], together[rows], near)
        found[rows] = labels + count
        count += labels.max() + 1 if len(rows) else 0
    sizes = np.bincount(found, minlength=count) if n else np.empty(0, int)
    first = np.full(count, n)
    np.minimum.at(first, found, np.arange(n))
    order = np.lexsort((first, -sizes))
    rank = np.empty(count, int)
    rank[order] = np.arange(count)
    return rank[found]


def _together(shares: np.ndarray, of: np.ndarray | None) -> np.ndarray:
    """(n,) a number for each case, the same for those of one machine that the same reason leads, for or against."""
    n = len(shares)
    if of is None or not shares.size:
        return np.arange(n)
    strongest = np.abs(shares).argmax(axis=1)
    leading = (strongest + 1) * np.sign(shares[np.arange(n), strongest]).astype(int)
    _, machine = np.unique(of, return_inverse=True)
    pairs = np.stack(
        [machine, np.where(leading != 0, leading, shares.shape[1] + 1 + np.arange(n))], axis=1
    )  # led by nothing: alone
    return np.unique(pairs, axis=0, return_inverse=True)[1].ravel()


def _clusters(towards: np.ndarray, together: np.ndarray, near: float) -> np.ndarray:
    """Complete linkage of what is together already: between two of these the farthest pair counts."""
    from sklearn.cluster import AgglomerativeClustering

    _, unit = np.unique(together, return_inverse=True)
    many = unit.max() + 1 if len(unit) else 0
    if many < 2:
        return unit
    farthest = np.zeros((many, many))
    np.maximum.at(farthest, (unit[:, None], unit[None, :]), np.clip(1 - towards @ towards.T, 0, 2))
    np.fill_diagonal(farthest, 0)
    clustering = AgglomerativeClustering(
        n_clusters=None,  # pyright: ignore[reportArgumentType]  # as many as the distance leaves
        metric="precomputed",
        linkage="complete",
        distance_threshold=near,
    )
    return clustering.fit_predict(farthest)[unit]
