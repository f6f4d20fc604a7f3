"""Which cases are alike: clusters in contribution space, so that a reviewer decides once what has happened ten times.

Complete linkage: any two cases of a cluster are alike, not only neighbours in a chain, so that one verdict can stand for all of them.
"""

import numpy as np

NEAR = 0.05
"""Cosine distance of two cases' reasons up to which they are alike: about 18 degrees."""


def alike(shares: np.ndarray, kinds: np.ndarray, near: float = NEAR) -> np.ndarray:
    """A cluster for each case.

    Args:
        shares: (n, groups) contributions by group, in any unit that is the same for all.
        kinds: (n,) what must be the same within a cluster, as codes (what was said, of which use case …).

    Returns:
        (n,) int: clusters numbered by falling size; the first case of a cluster comes first among equals.
    """
    from sklearn.cluster import AgglomerativeClustering

    n, found, count = len(shares), np.zeros(len(shares), int), 0
    length = np.linalg.norm(shares, axis=1, keepdims=True)
    towards = shares / np.where(length > 0, length, 1)
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        labels = np.zeros(len(rows), int)
        if len(rows) > 1:
            distance = np.clip(1 - towards[rows] @ towards[rows].T, 0, 2)
            clustering = AgglomerativeClustering(
                n_clusters=None, metric="precomputed", linkage="complete", distance_threshold=near
            )
            labels = clustering.fit_predict(distance)
        found[rows] = labels + count
        count += labels.max() + 1 if len(rows) else 0
    sizes = np.bincount(found, minlength=count) if n else np.empty(0, int)
    first = np.full(count, n)
    np.minimum.at(first, found, np.arange(n))
    order = np.lexsort((first, -sizes))
    rank = np.empty(count, int)
    rank[order] = np.arange(count)
    return rank[found]
