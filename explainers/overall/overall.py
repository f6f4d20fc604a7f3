"""What a model goes by in general: from contributions that the worker stored, so nothing is computed again."""

from dataclasses import dataclass

import numpy as np

from data.usecase.use_case import UseCase
from explainers.overall.sampling import cluster_bootstrap


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Mean absolute contribution of each name, strongest first, with a 95 % interval of a bootstrap over clusters of rows."""

    names: tuple[str, ...]
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rows: int

    @property
    def error(self) -> float:
        """The sampling error: half of the strongest one's interval, as a share of its mean."""
        return float((self.high[0] - self.low[0]) / 2 / self.mean[0]) if len(self.mean) and self.mean[0] else 0.0


def importance(
    contributions: np.ndarray, names: tuple[str, ...], clusters: np.ndarray | None = None, seed: int = 0, resamples: int = 400
) -> Importance:
    """Importance from (n, names) contributions on the margin scale. With one cluster the interval is its mean.

    Args:
        clusters: (n,) any labels: rows that are near copies of each other (of one product) and are drawn together. Drawn one by
            one they would make the interval 4 to 8 times too narrow. ``None``: every row is one.
    """
    size = np.abs(np.asarray(contributions, float))
    mean = size.mean(axis=0)
    codes = np.arange(len(size)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    low, high = (np.where(np.isnan(edge), mean, edge) for edge in cluster_bootstrap(size, codes, resamples, seed))
    order = np.argsort(-mean, kind="stable")
    return Importance(tuple(names[i] for i in order), mean[order], low[order], high[order], len(size))


def by_group(use_case: UseCase, contributions: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n, features) contributions folded into (n, groups) by adding them up."""
    at = {feature: i for i, feature in enumerate(use_case.features)}
    columns = [contributions[:, [at[f] for f in group.features]].sum(axis=1) for group in use_case.groups.values()]
    return np.stack(columns, axis=1), tuple(use_case.groups)


def ndcg(new: dict[str, float], old: dict[str, float]) -> float:
    """How well the new order of importance keeps the old one: 1 is the same order (SageMaker Clarify alerts below 0.9).

    Gains are the old importances, discounted by rank in the new order and normalised by the old order itself.
    """
    order_new, order_old = sorted(new, key=lambda n: -new[n]), sorted(old, key=lambda n: -old[n])

    def gain(order: list[str]) -> float:
        return sum(old.get(name, 0.0) / np.log2(rank + 2) for rank, name in enumerate(order))

    best = gain(order_old)
    return float(gain(order_new) / best) if best else 1.0
